package order

import (
	"context"

	"github.com/kaituan/kaituan/ent/db/order"
	"github.com/kaituan/kaituan/ent/db/orderline"
)

// KeptLine is what the shop keeps of a line's money.
type KeptLine struct {
	ID, ProductID, Title string
	// OrderNumber is the order's.
	OrderNumber string
	// Kept is in minor units: what the line came to after rebates, rewards and refunds, whose money may still be on its way; without points and shipping. A line whose
	// units are all back keeps nothing.
	Kept int64
}

// Kept returns what the shop keeps of an order's lines, by their position; two statements.
func (s *Service) Kept(ctx context.Context, orderID string) ([]KeptLine, error) {
	row, err := s.store.Client(ctx).Order.Query().Where(order.ID(orderID)).Select(order.FieldNumber).Only(ctx)
	if err != nil {
		return nil, wrap(err, "number of %s", orderID)
	}
	lines, err := s.store.Client(ctx).OrderLine.Query().Where(orderline.OrderID(orderID)).Order(orderline.ByPosition()).All(ctx)
	if err != nil {
		return nil, wrap(err, "lines of %s", orderID)
	}
	kept := make([]KeptLine, len(lines))
	for i, l := range lines {
		kept[i] = KeptLine{ID: l.ID, ProductID: l.ProductID, Title: l.Title, OrderNumber: row.Number}
		if l.Returned < l.Quantity {
			kept[i].Kept = max(l.Total-l.Refunded, 0)
		}
	}
	return kept, nil
}

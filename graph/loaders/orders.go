package loaders

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/order"
)

// OrderNeed says what orders are loaded with.
type OrderNeed struct {
	// Skus is what the SKUs of their lines are loaded with, nil: they are not needed.
	Skus *Need
	// Group is what the groups that they have seats in are loaded with, nil: they are not needed.
	Group *GroupNeed
}

// CompleteOrders sets the SKUs of the orders' lines as they are now, and puts beside each order the group that it has a seat in and that the viewer may see.
func (l *Loaders) CompleteOrders(ctx context.Context, viewerID string, orders []*order.Order, need *OrderNeed) error {
	if need == nil || len(orders) == 0 {
		return nil
	}
	if need.Skus != nil {
		if err := l.orderSkus(ctx, viewerID, orders, *need.Skus); err != nil {
			return err
		}
	}
	if need.Group == nil {
		return nil
	}
	ids := make([]string, len(orders))
	for i, o := range orders {
		ids[i] = o.ID
	}
	found, err := l.GroupBuy.OfOrders(ctx, viewerID, ids)
	if err != nil {
		return fmt.Errorf("load the groups of orders: %w", err)
	}
	for _, o := range orders {
		if g := found[o.ID]; g != nil {
			o.Beside = g
		}
	}
	return l.CompleteGroups(ctx, viewerID, values(found), need.Group)
}

func (l *Loaders) orderSkus(ctx context.Context, viewerID string, orders []*order.Order, need Need) error {
	var ids []string
	for _, o := range orders {
		for _, line := range o.Lines {
			ids = append(ids, line.SkuID)
		}
	}
	skus, err := l.Skus(ctx, viewerID, ids, need)
	if err != nil {
		return err
	}
	for _, o := range orders {
		for _, line := range o.Lines {
			line.Sku = skus[line.SkuID]
		}
	}
	return nil
}

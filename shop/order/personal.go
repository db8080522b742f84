package order

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/cartline"
	"github.com/kaituan/kaituan/ent/db/order"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/personal"
	"github.com/kaituan/kaituan/shop/payment"
)

// What the shop keeps of a person's purchases, as he is told. Amounts are in the order's currency.
type (
	ownOrder struct {
		key          place
		ID           string             `json:"id"`
		Number       string             `json:"number"`
		Channel      string             `json:"channel"`
		State        State              `json:"state"`
		PlacedAt     time.Time          `json:"placedAt"`
		Currency     string             `json:"currency"`
		Lines        []ownLine          `json:"lines"`
		Adjustments  []ownAdjustment    `json:"adjustments"`
		Subtotal     money.Decimal      `json:"subtotal"`
		Shipping     money.Decimal      `json:"shipping"`
		Total        money.Decimal      `json:"total"`
		PointsUsed   int64              `json:"pointsUsed"`
		PointsEarned int64              `json:"pointsEarned"`
		Address      *ownAddress        `json:"address,omitempty"`
		Note         *string            `json:"note,omitempty"`
		Payments     []payment.Personal `json:"payments"`
		Refunds      []ownRefund        `json:"refunds"`
		Shipments    []ownShipment      `json:"shipments"`
		Timeline     []ownEvent         `json:"timeline"`
	}
	ownLine struct {
		SkuCode   string        `json:"skuCode"`
		Title     string        `json:"title"`
		Quantity  int           `json:"quantity"`
		Returned  int           `json:"returned"`
		UnitPrice money.Decimal `json:"unitPrice"`
		Discount  money.Decimal `json:"discount"`
		Total     money.Decimal `json:"total"`
		Refunded  money.Decimal `json:"refunded"`
	}
	ownAdjustment struct {
		Kind   AdjustmentKind `json:"kind"`
		Title  string         `json:"title"`
		Amount money.Decimal  `json:"amount"`
	}
	ownAddress struct {
		Recipient string   `json:"recipient"`
		Phone     string   `json:"phone"`
		Region    []string `json:"region"`
		Street    string   `json:"street"`
	}
	ownRefund struct {
		ID          string        `json:"id"`
		Kind        RefundKind    `json:"kind"`
		State       RefundState   `json:"state"`
		Amount      money.Decimal `json:"amount"`
		Points      int64         `json:"points"`
		Reason      string        `json:"reason"`
		RequestedAt time.Time     `json:"requestedAt"`
		SettledAt   *time.Time    `json:"settledAt,omitempty"`
	}
	ownShipment struct {
		Carrier        string      `json:"carrier"`
		TrackingNumber string      `json:"trackingNumber"`
		Events         []ownReport `json:"events"`
	}
	ownReport struct {
		At   time.Time `json:"at"`
		Text string    `json:"text"`
	}
	ownEvent struct {
		State State     `json:"state"`
		At    time.Time `json:"at"`
		Note  *string   `json:"note,omitempty"`
	}
	ownCartLine struct {
		SkuID     string    `json:"skuId"`
		Quantity  int       `json:"quantity"`
		Selected  bool      `json:"selected"`
		AddedFrom string    `json:"addedFrom"`
		AddedAt   time.Time `json:"addedAt"`
	}
)

// Personal is what orders keep of a person, all of whose ids these are: the cart, and every order with all that belongs to it.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{
		personal.List("cart", func() ([]ownCartLine, error) {
			rows, err := s.store.Client(ctx).CartLine.Query().Where(cartline.ShopperIDIn(ids...)).Order(cartline.ByAddedAt(), cartline.ByID()).All(ctx)
			return personal.Each(rows, err, func(row *db.CartLine) ownCartLine {
				return ownCartLine{row.SkuID, row.Quantity, row.Selected, row.AddedFrom, row.AddedAt}
			})
		}),
		personal.Pages("orders", ids, func(id string, after *ownOrder) ([]ownOrder, error) {
			query := s.store.Client(ctx).Order.Query().Where(order.ShopperID(id))
			if after != nil {
				at := after.key.At
				query.Where(order.Or(order.PlacedAtGT(at), order.And(order.PlacedAt(at), order.IDGT(after.key.ID))))
			}
			rows, err := query.Order(order.ByPlacedAt(), order.ByID()).Limit(personal.PageSize).All(ctx)
			if err != nil {
				return nil, fmt.Errorf("orders of %s: %w", id, err)
			}
			return s.ownOrders(ctx, rows)
		}),
	}
}

func (s *Service) ownOrders(ctx context.Context, rows []*db.Order) ([]ownOrder, error) {
	orders, err := s.load(ctx, rows)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(orders))
	for i, o := range orders {
		ids[i] = o.ID
	}
	payments, err := s.payments.Personal(ctx, ids)
	if err != nil {
		return nil, err
	}
	own := make([]ownOrder, len(orders))
	for i, o := range orders {
		own[i] = ownOf(o)
		own[i].Payments = append([]payment.Personal{}, payments[o.ID]...)
	}
	return own, nil
}

func ownOf(o *Order) ownOrder {
	own := ownOrder{
		key: place{At: o.PlacedAt, ID: o.ID}, ID: o.ID, Number: o.Number, Channel: o.Channel, State: o.State, PlacedAt: o.PlacedAt, Currency: o.Total.Code,
		Subtotal: o.Subtotal.Amount(), Shipping: o.Shipping.Amount(), Total: o.Total.Amount(), PointsUsed: o.PointsUsed, PointsEarned: o.PointsEarned, Note: o.Note,
		Lines: []ownLine{}, Adjustments: []ownAdjustment{}, Refunds: []ownRefund{}, Shipments: []ownShipment{}, Timeline: []ownEvent{},
	}
	if a := o.Address; a != nil {
		own.Address = &ownAddress{a.Recipient, a.Phone, a.Region, a.Street}
	}
	for _, l := range o.Lines {
		own.Lines = append(own.Lines, ownLine{
			l.SkuCode, l.Title, l.Quantity, l.Returned, l.UnitPrice.Amount(), l.Discount.Amount(), l.Total.Amount(), l.Refunded.Amount(),
		})
	}
	for _, a := range o.Adjustments {
		own.Adjustments = append(own.Adjustments, ownAdjustment{a.Kind, a.Title, a.Amount.Amount()})
	}
	for _, r := range o.Refunds {
		own.Refunds = append(own.Refunds, ownRefund{r.ID, r.Kind, r.State, r.Amount.Amount(), r.Points, r.Reason, r.RequestedAt, r.SettledAt})
	}
	for _, p := range o.Shipments {
		parcel := ownShipment{p.Carrier, p.TrackingNumber, []ownReport{}}
		for _, e := range p.Events {
			parcel.Events = append(parcel.Events, ownReport{e.At, e.Text})
		}
		own.Shipments = append(own.Shipments, parcel)
	}
	for _, e := range o.Timeline {
		own.Timeline = append(own.Timeline, ownEvent{e.State, e.At, e.Note})
	}
	return own
}

package order

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/order"
	"github.com/kaituan/kaituan/ent/db/orderadjustment"
	"github.com/kaituan/kaituan/ent/db/orderevent"
	"github.com/kaituan/kaituan/ent/db/orderline"
	"github.com/kaituan/kaituan/ent/db/refund"
	"github.com/kaituan/kaituan/ent/db/shipment"
	"github.com/kaituan/kaituan/ent/db/shipmentevent"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/payment"
)

// descending orders newest first.
func descending(o *sql.OrderTermOptions) { o.Desc = true }

// Get returns an order with everything about it but its lines' SKUs, which are another domain's. fault.Missing when there is none.
func (s *Service) Get(ctx context.Context, orderID string) (*Order, error) {
	row, err := s.row(ctx, orderID, "")
	if err != nil {
		return nil, err
	}
	all, err := s.load(ctx, []*db.Order{row})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Own returns a shopper's own order, fault.Missing when it is not his.
func (s *Service) Own(ctx context.Context, shopperID, orderID string) (*Order, error) {
	if _, err := s.row(ctx, orderID, shopperID); err != nil {
		return nil, err
	}
	return s.Get(ctx, orderID)
}

// Some returns the orders of ids that exist, and are the shopper's own when shopperID is set; a constant number of statements for any number of ids.
func (s *Service) Some(ctx context.Context, shopperID string, ids []string) ([]*Order, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query := s.store.Client(ctx).Order.Query().Where(order.IDIn(ids...))
	if shopperID != "" {
		his, err := s.identity.Aliases(ctx, shopperID)
		if err != nil {
			return nil, err
		}
		query.Where(order.ShopperIDIn(his...))
	}
	rows, err := query.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	return s.load(ctx, rows)
}

// load fills orders in a constant number of statements.
func (s *Service) load(ctx context.Context, rows []*db.Order) ([]*Order, error) {
	orders := make([]*Order, len(rows))
	byID := make(map[string]*Order, len(rows))
	ids := make([]string, len(rows))
	for i, row := range rows {
		orders[i] = s.orderOf(row)
		byID[row.ID], ids[i] = orders[i], row.ID
	}
	if len(rows) == 0 {
		return orders, nil
	}
	for _, fill := range []func(ctx context.Context, ids []string, byID map[string]*Order) error{s.fillLines, s.fillAdjustments, s.fillTimeline, s.fillRefunds, s.fillShipments} {
		if err := fill(ctx, ids, byID); err != nil {
			return nil, fmt.Errorf("load orders: %w", err)
		}
	}
	if err := s.fillPayments(ctx, rows, byID); err != nil {
		return nil, fmt.Errorf("load orders: %w", err)
	}
	if err := s.fillPrivate(ctx, rows, byID); err != nil {
		return nil, fmt.Errorf("load orders: %w", err)
	}
	for _, row := range rows {
		if err := s.fillPoints(byID[row.ID], row); err != nil {
			return nil, fmt.Errorf("load orders: %w", err)
		}
	}
	return orders, nil
}

func (s *Service) orderOf(row *db.Order) *Order {
	return &Order{
		ID: row.ID, Number: row.Number, ShopperID: row.ShopperID, State: State(row.State), Version: row.Ver, Channel: row.Channel,
		Lines: []*Line{}, Adjustments: []*Adjustment{}, Refunds: []*Refund{}, Shipments: []*Shipment{}, Timeline: []*Event{},
		Subtotal: s.money(row.Subtotal), Shipping: s.money(row.Shipping), Total: s.money(row.Total), PlacedAt: row.PlacedAt, UpdatedAt: row.UpdatedAt,
	}
}

func (s *Service) fillLines(ctx context.Context, ids []string, byID map[string]*Order) error {
	rows, err := s.store.Client(ctx).OrderLine.Query().Where(orderline.OrderIDIn(ids...)).Order(orderline.ByOrderID(), orderline.ByPosition()).All(ctx)
	for _, row := range rows {
		o := byID[row.OrderID]
		o.Lines = append(o.Lines, s.lineOf(row))
	}
	return err
}

func (s *Service) lineOf(row *db.OrderLine) *Line {
	return &Line{
		ID: row.ID, SkuID: row.SkuID, ProductID: row.ProductID, SkuCode: row.SkuCode, Title: row.Title, MediaURL: row.MediaURL, Quantity: int(row.Quantity),
		Returned: int(row.Returned), Rebated: row.Rebated, Points: row.Points, PointsReturned: row.PointsReturned,
		PointsRebated: row.PointsRebated, EarnRate: row.EarnRate, UnitPrice: s.money(row.UnitPrice), Discount: s.money(row.Discount), Total: s.money(row.Total), Refunded: s.money(row.Refunded),
	}
}

// fillPoints says what an order has cost in points, and what it has earned or will.
func (s *Service) fillPoints(o *Order, row *db.Order) (err error) {
	o.PointsUsed = pointsOf(o.Lines)
	switch {
	case row.EarnEntry != nil:
		o.PointsEarned = row.Earned
	case o.State != Cancelled && o.State != Refunded:
		o.PointsEarned, err = s.earnings(o.Lines)
	}
	return err
}

// lines reads one order's lines, in order.
func (s *Service) lines(ctx context.Context, orderID string) ([]*Line, error) {
	o := &Order{}
	if err := s.fillLines(ctx, []string{orderID}, map[string]*Order{orderID: o}); err != nil {
		return nil, fmt.Errorf("lines of %s: %w", orderID, err)
	}
	return o.Lines, nil
}

func (s *Service) fillAdjustments(ctx context.Context, ids []string, byID map[string]*Order) error {
	rows, err := s.store.Client(ctx).OrderAdjustment.Query().Where(orderadjustment.OrderIDIn(ids...)).Order(orderadjustment.ByPosition()).All(ctx)
	for _, row := range rows {
		o := byID[row.OrderID]
		o.Adjustments = append(o.Adjustments, &Adjustment{Kind: AdjustmentKind(row.Kind), Title: row.Title, Amount: s.money(row.Amount)})
	}
	return err
}

func (s *Service) fillTimeline(ctx context.Context, ids []string, byID map[string]*Order) error {
	rows, err := s.store.Client(ctx).OrderEvent.Query().Where(orderevent.OrderIDIn(ids...)).Order(orderevent.ByOrderVer()).All(ctx)
	for _, row := range rows {
		o := byID[row.OrderID]
		o.Timeline = append(o.Timeline, &Event{State: State(row.State), At: row.At, Note: orNil(row.Note)})
	}
	return err
}

func (s *Service) fillRefunds(ctx context.Context, ids []string, byID map[string]*Order) error {
	rows, err := s.store.Client(ctx).Refund.Query().Where(refund.OrderIDIn(ids...)).Order(refund.ByRequestedAt(), refund.ByID()).All(ctx)
	for _, row := range rows {
		o := byID[row.OrderID]
		o.Refunds = append(o.Refunds, s.refundOf(row))
	}
	return err
}

func (s *Service) fillShipments(ctx context.Context, ids []string, byID map[string]*Order) error {
	rows, err := s.store.Client(ctx).Shipment.Query().Where(shipment.OrderIDIn(ids...)).Order(shipment.ByCreatedAt(), shipment.ByID()).All(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	parcels := map[string]*Shipment{}
	parcelIDs := make([]string, len(rows))
	for i, row := range rows {
		parcels[row.ID] = &Shipment{ID: row.ID, Carrier: row.Carrier, TrackingNumber: row.TrackingNumber, Events: []*ShipmentEvent{}}
		parcelIDs[i] = row.ID
		o := byID[row.OrderID]
		o.Shipments = append(o.Shipments, parcels[row.ID])
	}
	events, err := s.store.Client(ctx).ShipmentEvent.Query().Where(shipmentevent.ShipmentIDIn(parcelIDs...)).Order(shipmentevent.ByAt(), shipmentevent.ByID()).All(ctx)
	for _, e := range events {
		p := parcels[e.ShipmentID]
		p.Events = append(p.Events, &ShipmentEvent{At: e.At, Text: e.Text})
	}
	return err
}

func (s *Service) fillPayments(ctx context.Context, rows []*db.Order, byID map[string]*Order) error {
	var ids []string
	for _, row := range rows {
		if row.PaymentID != nil {
			ids = append(ids, *row.PaymentID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := s.payments.ByID(ctx, ids)
	if err != nil {
		return err
	}
	for _, p := range found {
		byID[p.OrderID].Payment = s.paymentOf(p)
	}
	return nil
}

func (s *Service) paymentOf(p *payment.Payment) *Payment {
	amount := money.Of(p.Amount, p.Currency)
	return &Payment{ID: p.ID, OrderID: p.OrderID, Provider: p.Provider, State: p.State, Amount: &amount, Parameters: []*Parameter{}, ExpiresAt: p.ExpiresAt}
}

// fillPrivate opens addresses and notes; those of erased persons stay closed.
func (s *Service) fillPrivate(ctx context.Context, rows []*db.Order, byID map[string]*Order) error {
	sealed := make([]identity.Sealed, len(rows))
	for i, row := range rows {
		sealed[i] = identity.Sealed{ShopperID: row.ShopperID, Cipher: row.Private}
	}
	plain, err := s.identity.UnsealMany(ctx, sealed)
	if err != nil {
		return err
	}
	for i, row := range rows {
		if plain[i] == nil {
			continue
		}
		var p private
		if err := json.Unmarshal(plain[i], &p); err != nil {
			return fmt.Errorf("open the address of %s: %w", row.ID, err)
		}
		byID[row.ID].Address, byID[row.ID].Note = p.Address, orNil(p.Note)
	}
	return nil
}

// PaymentParameters returns what the channel's payment call needs, to the payment's own shopper only; none while the provider has not answered.
func (s *Service) PaymentParameters(ctx context.Context, shopperID, paymentID string) ([]*Parameter, error) {
	p, err := s.ownPayment(ctx, shopperID, paymentID)
	if errors.Is(err, fault.Missing) {
		return []*Parameter{}, nil
	}
	if err != nil {
		return nil, err
	}
	parameters, err := s.payments.Open(ctx, p)
	return parametersOf(parameters), err
}

// Payment returns a shopper's own payment, fault.Missing when it is not his.
func (s *Service) Payment(ctx context.Context, shopperID, paymentID string) (*Payment, error) {
	p, err := s.ownPayment(ctx, shopperID, paymentID)
	if err != nil {
		return nil, err
	}
	return s.paymentOf(p), nil
}

func (s *Service) ownPayment(ctx context.Context, shopperID, paymentID string) (*payment.Payment, error) {
	p, err := s.payments.Get(ctx, paymentID)
	if err != nil {
		return nil, err
	}
	his, err := s.identity.Same(ctx, shopperID, p.ShopperID)
	if err == nil && !his {
		err = fault.Missing
	}
	return p, err
}

// Counts tells how many of a shopper's orders are in each state that has any.
func (s *Service) Counts(ctx context.Context, shopperID string) ([]*Count, error) {
	var rows []struct {
		State string `json:"state"`
		Count int    `json:"count"`
	}
	ids, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	err = s.store.Client(ctx).Order.Query().Where(order.ShopperIDIn(ids...)).GroupBy(order.FieldState).Aggregate(db.Count()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count orders: %w", err)
	}
	counts := make([]*Count, len(rows))
	for i, row := range rows {
		counts[i] = &Count{State: State(row.State), Count: row.Count}
	}
	return counts, nil
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

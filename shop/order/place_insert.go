package order

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/order"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/payment"
)

// newOrder is an order that is being placed: what it is made from, and what was written of it.
type newOrder struct {
	id         string
	buyer      Buyer
	provider   string
	priced     *priced
	private    private
	now, payBy time.Time

	row     *db.Order
	lines   []*Line
	payment *payment.Payment // nil when nothing is to pay
}

// insert writes the order, its payment, its lines, adjustments and first event. Holds come last, since stock rows are the hottest.
func (s *Service) insert(ctx context.Context, n *newOrder) (err error) {
	sum := n.priced.sum
	plain, err := json.Marshal(n.private)
	if err != nil {
		return fmt.Errorf("seal the address: %w", err)
	}
	sealed, err := s.identity.Seal(ctx, n.buyer.ShopperID, plain)
	if err != nil {
		return err
	}
	n.row = &db.Order{
		ID: n.id, Ver: 1, Number: newNumber(n.now.In(s.zone)), ShopperID: n.buyer.ShopperID, Channel: n.buyer.Channel, State: order.StatePENDING_PAYMENT,
		Currency: s.currency, Subtotal: sum.Subtotal, Shipping: sum.Shipping, Total: sum.Total, Private: sealed, PayBy: n.payBy, PlacedAt: n.now, UpdatedAt: n.now,
	}
	if n.priced.activity != nil {
		n.row.Activity = n.priced.activity.Kind()
	}
	paymentID := payment.NewID()
	if sum.Total > 0 {
		n.row.PaymentID = &paymentID
	}
	if err := s.insertRow(ctx, n.row); err != nil {
		return err
	}
	if sum.Total > 0 {
		n.payment, err = s.payments.Begin(ctx, payment.NewPayment{
			ID: paymentID, OrderID: n.id, ShopperID: n.buyer.ShopperID, Provider: n.provider, Currency: s.currency, Amount: sum.Total, ExpiresAt: n.payBy,
		})
		if err != nil {
			return err
		}
	}
	if err := s.insertLines(ctx, n); err != nil {
		return err
	}
	return s.event(ctx, n.id, 1, PendingPayment, "", n.now)
}

// insertRow writes the order's own row. These inserts are by hand: they are the shop's most frequent writes, and the client's builder costs as much as they do.
func (s *Service) insertRow(ctx context.Context, row *db.Order) error {
	_, err := s.store.Exec(ctx, `INSERT INTO orders (id, ver, number, shopper_id, channel, state, activity, currency, subtotal, shipping, total, refunded, earned, payment_id, private,
		pay_by, placed_at, updated_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?)`,
		row.ID, row.Number, row.ShopperID, row.Channel, string(row.State), orNil(row.Activity), row.Currency, row.Subtotal, row.Shipping, row.Total, row.PaymentID, row.Private,
		row.PayBy, row.PlacedAt, row.UpdatedAt)
	if err != nil {
		return fmt.Errorf("insert the order: %w", err)
	}
	return nil
}

func (s *Service) insertLines(ctx context.Context, n *newOrder) error {
	sum := n.priced.sum
	n.lines = make([]*Line, len(sum.Lines))
	args := make([]any, 0, 15*len(sum.Lines))
	for i, priced := range sum.Lines {
		sku := n.priced.goods[i].sku
		n.lines[i] = &Line{
			ID: id.New("oln"), SkuID: sku.SkuID, ProductID: sku.ProductID, SkuCode: sku.Code, Title: sku.Title, MediaURL: sku.MediaURL, Quantity: int(priced.Quantity),
			Points: n.priced.points.perLine[i], EarnRate: n.priced.points.rate, UnitPrice: s.money(priced.UnitPrice), Discount: s.money(priced.Discount), Total: s.money(priced.Total), Refunded: s.money(0),
		}
		args = append(args, n.lines[i].ID, n.id, n.buyer.ShopperID, sku.SkuID, sku.ProductID, i, sku.Code, sku.Title, sku.MediaURL,
			priced.Quantity, priced.UnitPrice, priced.Discount, priced.Total, n.lines[i].Points, n.lines[i].EarnRate)
	}
	_, err := s.store.Exec(ctx, `INSERT INTO order_lines (id, order_id, shopper_id, sku_id, product_id, position, sku_code, title, media_url, quantity, unit_price, discount, total,
		points, earn_rate, returned, refunded, rebated, points_returned, points_rebated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)`+
		strings.Repeat(", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)", len(sum.Lines)-1), args...)
	if err != nil {
		return fmt.Errorf("insert the lines: %w", err)
	}
	if len(sum.Adjustments) == 0 {
		return nil
	}
	args = args[:0]
	for i, step := range sum.Adjustments {
		shares, err := json.Marshal(step.Shares)
		if err != nil {
			return fmt.Errorf("insert the adjustments: %w", err)
		}
		args = append(args, n.id, i, string(step.Kind), step.Title, step.Amount, shares)
	}
	_, err = s.store.Exec(ctx, "INSERT INTO order_adjustments (order_id, position, kind, title, amount, shares) VALUES (?, ?, ?, ?, ?, ?)"+
		strings.Repeat(", (?, ?, ?, ?, ?, ?)", len(sum.Adjustments)-1), args...)
	if err != nil {
		return fmt.Errorf("insert the adjustments: %w", err)
	}
	return nil
}

// event writes one entry of the timeline.
func (s *Service) event(ctx context.Context, orderID string, ver int64, state State, note string, at time.Time) error {
	_, err := s.store.Exec(ctx, "INSERT INTO order_events (order_id, order_ver, state, note, at) VALUES (?, ?, ?, ?, ?)", orderID, ver, string(state), note, at)
	if err != nil {
		return fmt.Errorf("timeline of %s: %w", orderID, err)
	}
	return nil
}

// shown is an order that was just placed, as reading it back would show it.
func (s *Service) shown(n *newOrder) *Order {
	o := s.orderOf(n.row)
	o.Lines, o.Payment = n.lines, s.paymentOf(n.payment)
	o.PointsUsed, o.PointsEarned = n.priced.points.used(), n.priced.points.earned()
	o.Address, o.Note = n.private.Address, orNil(n.private.Note)
	o.Timeline = []*Event{{State: PendingPayment, At: n.now}}
	for _, step := range n.priced.sum.Adjustments {
		o.Adjustments = append(o.Adjustments, &Adjustment{Kind: step.Kind, Title: step.Title, Amount: s.money(step.Amount)})
	}
	return o
}

// newNumber is an order's number for people: the local date and twelve random digits.
func newNumber(local time.Time) string {
	n, err := rand.Int(rand.Reader, big.NewInt(1e12))
	if err != nil {
		panic("order: no random numbers: " + err.Error()) // the Go runtime ends the program before this happens
	}
	return fmt.Sprintf("%s%012d", local.Format("060102"), n)
}

package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/fact"
)

// bareCheckout writes the rows of an order and nothing else: no reads, no rules, no encryption. It uses the shop's writing pool, so the isolation and the
// connections are the same.
type bareCheckout struct {
	db *sql.DB
	// private and parameters are what the shop has sealed for an order of the same kind.
	private, parameters []byte
}

// bareOrder names what is written.
type bareOrder struct {
	order, payment, hold string
	shopper              string
	sku                  catalog.ForSale
	price, discount      int64   // what is paid, and what was taken off the unit price
	activity             *string // NULL for plain goods
	now, payBy           time.Time
}

type statement struct {
	query string
	args  []any
}

func newBareOrder(shopper string, sku catalog.ForSale) bareOrder {
	now := clock.System()
	return bareOrder{order: id.New("ord"), payment: id.New("pay"), hold: id.New("hld"), shopper: shopper, sku: sku, price: unitPrice, now: now, payBy: now.Add(15 * time.Minute)}
}

// place writes the rows of an order in one transaction.
func (b *bareCheckout) place(ctx context.Context, o bareOrder) error {
	statements, err := b.placing(o)
	if err != nil {
		return err
	}
	return inTx(ctx, b.db, statements)
}

// announce writes, in a second transaction, what the shop keeps of the provider's answer.
func (b *bareCheckout) announce(ctx context.Context, o bareOrder) error {
	return inTx(ctx, b.db, b.announcing(o))
}

// inTx runs statements of which each must change something.
func inTx(ctx context.Context, db *sql.DB, statements []statement) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	for _, s := range statements {
		result, err := tx.ExecContext(ctx, s.query, s.args...)
		if err != nil {
			return fmt.Errorf("%.40s…: %w", s.query, err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("%.40s… changed %d rows: %w", s.query, n, err)
		}
	}
	return tx.Commit()
}

// placing has the statements of orderPlace in the shop's order of writes.
func (b *bareCheckout) placing(o bareOrder) ([]statement, error) {
	told, err := json.Marshal(fact.OrderPlaced{
		OrderID: o.order, ShopperID: o.shopper, Channel: "H5", Total: o.price, At: o.now,
		Lines: []fact.Line{{ProductID: o.sku.ProductID, SkuID: o.sku.SkuID, Units: 1}},
	})
	const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	return []statement{
		{
			"INSERT INTO idempotency_keys (owner, operation, `key`, input_hash, result, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			[]any{o.shopper, "orderPlace", id.New("key"), hash, o.order, o.now},
		},
		{"UPDATE shoppers SET ver = ver + 1 WHERE id = ? AND merged_into IS NULL AND state = 'active'", []any{o.shopper}},
		{
			"INSERT INTO payments (id, ver, created_at, updated_at, order_id, shopper_id, provider, number, state, amount, currency, captured, refunding, refunded, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			[]any{o.payment, 1, o.now, o.now, o.order, o.shopper, "SANDBOX", o.payment[4:], "PENDING", o.price, currency, 0, 0, 0, o.payBy},
		},
		{
			"INSERT INTO orders (id, ver, number, shopper_id, channel, state, activity, currency, subtotal, shipping, total, refunded, payment_id, private, pay_by, placed_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			[]any{o.order, 1, fmt.Sprintf("%s%012d", o.now.Format("060102"), rand.Int64N(1e12)), o.shopper, "H5", "PENDING_PAYMENT", o.activity, currency, unitPrice, 0, o.price, 0, o.payment, b.private, o.payBy, o.now, o.now},
		},
		{
			"INSERT INTO order_lines (id, order_id, shopper_id, sku_id, product_id, position, sku_code, title, media_url, quantity, unit_price, discount, total, returned, refunded, rebated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			[]any{id.New("oln"), o.order, o.shopper, o.sku.SkuID, o.sku.ProductID, 0, o.sku.Code, o.sku.Title, o.sku.MediaURL, 1, unitPrice, o.discount, o.price, 0, 0, 0},
		},
		{"INSERT INTO order_events (order_id, order_ver, state, note, at) VALUES (?, ?, ?, ?, ?)", []any{o.order, 1, "PENDING_PAYMENT", "", o.now}},
		{"UPDATE stocks SET available = available - ?, held = held + ?, ver = ver + 1 WHERE id = ? AND available >= ?", []any{1, 1, o.sku.SkuID, 1}},
		{
			"INSERT INTO stock_holds (id, ver, sku_id, order_id, quantity, state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			[]any{o.hold, 1, o.sku.SkuID, o.order, 1, "live", o.now},
		},
		{"INSERT INTO stock_movements (sku_id, kind, source, quantity, created_at) VALUES (?, ?, ?, ?, ?)", []any{o.sku.SkuID, "hold", o.hold, 1, o.now}},
		{
			"INSERT INTO facts (id, ver, aggregate, aggregate_ver, topic, payload, pending, due_at, attempts, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			[]any{id.New("fct"), 1, o.order, 1, "OrderPlaced", told, true, o.now, 0, o.now},
		},
		{
			"INSERT INTO deadlines (ver, kind, ref, due_at, attempts, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			[]any{1, "order.unpaid", o.order, o.payBy.Add(30 * time.Second), 0, o.now},
		},
	}, err
}

func (b *bareCheckout) announcing(o bareOrder) []statement {
	return []statement{
		{"UPDATE payments SET parameters = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'PENDING'", []any{b.parameters, o.now, o.payment}},
	}
}

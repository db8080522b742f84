// Package worker says which facts reach whom. What is due at a time is the domains' own: their handlers are registered by kind.
package worker

import (
	"context"
	"maps"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/fact"
)

// Dated is a domain with deadlines whose handlers only touch the database.
type Dated interface {
	Handlers() map[string]deadline.Handler
}

// Outside is a domain with deadlines whose handlers wait for somebody outside.
type Outside interface {
	OutsideHandlers() map[string]deadline.Handler
}

// Listener is a domain that learns from facts.
type Listener interface {
	Consumers() []outbox.Consumer
}

// Pools are the deadlines' workers of one process. Those that wait for a provider do little else, so they are many and apart: a provider that stays silent
// holds up nothing that only touches the database. Webhooks have workers of their own.
func Pools(hooks Outside, providers []Outside, inside ...Dated) []deadline.Pool {
	pools := []deadline.Pool{
		{Workers: 8, Handlers: map[string]deadline.Handler{}}, {Workers: 16, Handlers: map[string]deadline.Handler{}}, {Workers: senders, Handlers: hooks.OutsideHandlers()},
	}
	for _, domain := range inside {
		maps.Copy(pools[0].Handlers, domain.Handlers())
	}
	for _, domain := range providers {
		maps.Copy(pools[1].Handlers, domain.OutsideHandlers())
	}
	return pools
}

// senders is how many webhooks are sent at once. One endpoint has four of them at most, so as many as a quarter of it must begin to stall within one attempt's time
// before others wait, and then for the rest of that time only: what fails is slowed.
const senders = 128

// Invariants are what holds once every fact has reached its consumers.
func Invariants() []invariant.Invariant {
	const underway = `SELECT 1 FROM facts f JOIN order_lines l ON l.order_id = f.aggregate
		WHERE f.pending AND f.topic IN ('OrderPaid', 'OrderReturned') AND l.product_id = p.id`
	return []invariant.Invariant{{
		ID: "F1", Promise: "a product's sold count is what its SKUs sold, once the facts have arrived",
		Query: `SELECT p.id, p.sold_count, COALESCE(s.sold, 0) AS sold FROM products p
			LEFT JOIN (SELECT product_id, SUM(sold) AS sold FROM stocks GROUP BY product_id) s ON s.product_id = p.id
			WHERE p.sold_count <> COALESCE(s.sold, 0) AND NOT EXISTS (` + underway + `)`,
		Underway: `SELECT COUNT(*) FROM products p WHERE EXISTS (` + underway + `)`,
	}}
}

// Consumers are the handlers of facts. A consumer's name is kept in its receipts and never changes.
func Consumers(products *catalog.Service, zone *time.Location, listeners ...Listener) []outbox.Consumer {
	sold := func(ctx context.Context, at time.Time, lines []fact.Line, sign int64) error {
		units := map[string]int64{}
		for _, line := range lines {
			units[line.ProductID] += sign * line.Units
		}
		if len(units) == 0 {
			return nil
		}
		return products.Sold(ctx, clock.Midnight(at, 0, zone), units)
	}
	all := []outbox.Consumer{
		outbox.On("catalog.sold", func(ctx context.Context, f fact.OrderPaid) error { return sold(ctx, f.At, f.Lines, 1) }),
		outbox.On("catalog.returned", func(ctx context.Context, f fact.OrderReturned) error { return sold(ctx, f.At, f.Lines, -1) }),
	}
	for _, domain := range listeners {
		all = append(all, domain.Consumers()...)
	}
	return all
}

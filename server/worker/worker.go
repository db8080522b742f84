// Package worker says which facts reach whom. What is due at a time is the domains' own: their handlers are registered by kind.
package worker

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/share"
	"github.com/kaituan/kaituan/shop/webhook"
)

// Pools are the deadlines' workers of one process. Those that wait for a provider do little else, so they are many and apart: a provider that stays silent
// holds up nothing that only touches the database.
func Pools(people *identity.Service, products *catalog.Service, orders *order.Service, groups *groupbuy.Service, rooms *live.Service, ledger *points.Service, links *share.Service, helpers *conduct.Service, assists *assist.Service, referrals *referral.Service, commissions *commission.Service, hooks *webhook.Service) []deadline.Pool {
	inside := orders.Handlers()
	maps.Copy(inside, people.Handlers())
	maps.Copy(inside, groups.Handlers())
	maps.Copy(inside, rooms.Handlers())
	maps.Copy(inside, ledger.Handlers())
	maps.Copy(inside, links.Handlers())
	maps.Copy(inside, helpers.Handlers())
	maps.Copy(inside, assists.Handlers())
	maps.Copy(inside, referrals.Handlers())
	maps.Copy(inside, commissions.Handlers())
	maps.Copy(inside, products.Handlers())
	maps.Copy(inside, hooks.Handlers())
	outside := orders.OutsideHandlers()
	maps.Copy(outside, commissions.OutsideHandlers())
	return []deadline.Pool{{Workers: 8, Handlers: inside}, {Workers: 16, Handlers: outside}, {Workers: senders, Handlers: hooks.OutsideHandlers()}}
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
func Consumers(products *catalog.Service, rooms *live.Service, helpers *conduct.Service, assists *assist.Service, referrals *referral.Service, commissions *commission.Service, hooks *webhook.Service, zone *time.Location) []outbox.Consumer {
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
	return append(slices.Concat(rooms.Consumers(), helpers.Consumers(), assists.Consumers(), referrals.Consumers(), commissions.Consumers(), hooks.Consumers()),
		outbox.On("catalog.sold", func(ctx context.Context, f fact.OrderPaid) error { return sold(ctx, f.At, f.Lines, 1) }),
		outbox.On("catalog.returned", func(ctx context.Context, f fact.OrderReturned) error { return sold(ctx, f.At, f.Lines, -1) }),
	)
}

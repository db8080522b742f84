package referral

import (
	"time"

	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/shop/identity"
)

// Invariants are the promises about who brought whom. A binding to an account that became part of another at the same moment is put right by the worker.
func Invariants() []invariant.Invariant {
	const (
		merging   = "SELECT 1 FROM deadlines d WHERE d.kind = '" + MergedDeadline + "' AND d.ref IN "
		facts     = "EXISTS (SELECT 1 FROM facts f WHERE f.pending AND f.aggregate = r.order_id AND f.topic IN ('OrderPaid', 'OrderReturned', 'RefundSettled'))"
		undecided = "SELECT COUNT(*) FROM referral_bindings b WHERE b.live_key IS NOT NULL AND EXISTS (" + merging + "(b.invitee_id, b.inviter_id))"
	)
	inviter := func(table string) string { return identity.Person(table + ".inviter_id") }
	return []invariant.Invariant{
		{
			ID: "R1", Promise: "a binding is live by both keys or by none, and one that ended early is not",
			Query: `SELECT id, live_key, pair_key, ended_at FROM referral_bindings WHERE (live_key IS NULL) <> (pair_key IS NULL) OR live_key IS NOT NULL AND ended_at IS NOT NULL
				OR live_key <> invitee_id OR bound_at >= until`,
		},
		{
			ID: "R1", Promise: "a live binding is of persons of today, who are two",
			Query: "SELECT b.id, b.live_key, b.pair_key, b.inviter_id FROM referral_bindings b WHERE b.live_key IS NOT NULL AND (b.live_key <> " + identity.Person("b.invitee_id") +
				" OR b.inviter_id <> " + inviter("b") + " OR b.live_key = " + inviter("b") +
				" OR b.pair_key <> CASE WHEN b.invitee_id < b.inviter_id THEN CONCAT(b.invitee_id, ' ', b.inviter_id) ELSE CONCAT(b.inviter_id, ' ', b.invitee_id) END" +
				") AND NOT EXISTS (" + merging + "(b.invitee_id, b.inviter_id))",
			Underway: undecided,
		},
		{
			ID: "R1", Promise: "no two people have brought each other",
			Query: "SELECT a.id, b.id FROM referral_bindings a JOIN referral_bindings b ON b.live_key = " + inviter("a") + " WHERE a.live_key = " + inviter("b") +
				" AND a.until > ? AND b.until > ? AND NOT EXISTS (" + merging + "(a.invitee_id, a.inviter_id, b.invitee_id, b.inviter_id))",
			Args: func(now time.Time) []any { return []any{now, now} }, Underway: undecided,
		},
		{
			ID: "R1", Promise: "who has a binding is known to have been brought",
			Query: "SELECT b.id, b.live_key FROM referral_bindings b JOIN shoppers s ON s.id = b.live_key WHERE NOT s.referred",
		},
		{
			ID: "R2", Promise: "what is kept of who brought a buyer is of an order of his, and nobody brought himself",
			Query: `SELECT r.order_id, r.buyer_id, r.first_id, r.second_id FROM referred_orders r LEFT JOIN orders o ON o.id = r.order_id
				WHERE o.id IS NULL OR o.shopper_id <> r.buyer_id OR r.first_id = r.buyer_id OR r.second_id = r.buyer_id OR r.first_id IS NOT NULL AND r.binding_id IS NULL`,
		},
		{
			ID: "R2", Promise: "it counts what was paid, and not what nothing is kept of, once the facts have arrived",
			Query: `SELECT r.order_id, r.paid_at, r.lost_at, r.total, r.refunded, o.state FROM referred_orders r JOIN orders o ON o.id = r.order_id
				WHERE (o.state IN ('PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED') AND (r.paid_at IS NULL OR (r.lost_at IS NOT NULL) <> (r.total > 0 AND r.refunded >= r.total))
				OR o.state = 'REFUNDED' AND r.lost_at IS NULL OR o.state IN ('PENDING_PAYMENT', 'CANCELLED') AND r.paid_at IS NOT NULL) AND NOT ` + facts,
			Underway: "SELECT COUNT(*) FROM referred_orders r WHERE " + facts,
		},
		{
			ID: "R2", Promise: "what went back of it is what its refunds come to, once the facts have arrived",
			Query: `SELECT r.order_id, r.refunded FROM referred_orders r
				WHERE r.refunded <> (SELECT COALESCE(SUM(x.amount), 0) FROM refunds x WHERE x.order_id = r.order_id AND x.kind <> 'LATE_PAYMENT' AND x.state IN ('APPROVED', 'FAILED', 'SETTLED')) AND NOT ` + facts,
		},
		{
			ID: "R3", Promise: "nobody reported himself, and a report is decided or open",
			Query: "SELECT id, state, decided_at FROM promoter_reports WHERE promoter_id = reporter_id OR (state = 'OPEN') <> (decided_at IS NULL)",
		},
	}
}

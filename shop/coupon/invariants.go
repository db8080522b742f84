package coupon

import "github.com/kaituan/kaituan/internal/invariant"

// Invariants are the promises of templates and of what was claimed from them; which order has which coupon is among the promises of orders, how many drops have
// taken and not given among those of live rooms.
func Invariants() []invariant.Invariant {
	return []invariant.Invariant{
		{
			ID: "I14", Promise: "a coupon template's quantity is what is left and what has left it, neither below zero",
			Query: `SELECT t.id, t.quantity, t.remaining, t.claimed FROM coupon_templates t WHERE t.quantity <> t.remaining + t.claimed OR t.remaining < 0 OR t.claimed < 0`,
		},
		{
			ID: "I14", Promise: "a template has no more coupons than have left it",
			Query: `SELECT t.id, t.claimed FROM coupon_templates t WHERE t.claimed < (SELECT COUNT(*) FROM coupons c WHERE c.template_id = t.id)`,
		},
		{
			ID: "I14", Promise: "an account claims no more of a template than its limit",
			Query: `SELECT c.id, c.template_id, c.claimed_by, c.number FROM coupons c LEFT JOIN coupon_templates t ON t.id = c.template_id
				WHERE t.id IS NULL OR c.number < 1 OR c.number > t.per_shopper_limit`,
		},
		{
			ID: "I14", Promise: "a coupon belongs to an order exactly while it is reserved or used, to one that was placed with it",
			Query: `SELECT c.id, c.state, c.order_id FROM coupons c WHERE (c.state = 'USABLE') <> (c.order_id IS NULL)
				OR c.order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM coupon_uses u WHERE u.order_id = c.order_id AND u.coupon_id = c.id)`,
		},
	}
}

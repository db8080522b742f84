package member

import "github.com/kaituan/kaituan/internal/invariant"

// Invariants are the promises about people as a whole.
func Invariants() []invariant.Invariant {
	left := func(what, from string) invariant.Invariant {
		return invariant.Invariant{
			ID: "M2", Promise: "who has become part of another keeps no " + what,
			Query: "SELECT s.id, s.merged_into FROM shoppers s JOIN " + from + " WHERE s.merged_into IS NOT NULL",
		}
	}
	return append([]invariant.Invariant{
		{
			ID: "M1", Promise: "who was merged is part of somebody who was not, who knows of it and was there before",
			Query: `SELECT s.id, s.merged_into FROM shoppers s LEFT JOIN shoppers p ON p.id = s.merged_into
				WHERE s.merged_into IS NOT NULL AND (p.id IS NULL OR p.merged_into IS NOT NULL OR NOT p.aliased OR p.created_at > s.created_at)`,
		},
		{
			ID: "M1", Promise: "two accounts become one once",
			Query: `SELECT aggregate, COUNT(*) FROM facts WHERE topic = 'ShoppersMerged' GROUP BY aggregate HAVING COUNT(*) > 1`,
		},
		left("channel", "channel_identities x ON x.shopper_id = s.id"),
		left("address", "addresses x ON x.shopper_id = s.id"),
		left("host's grant", "host_grants x ON x.shopper_id = s.id"),
		left("cart", "cart_lines x ON x.shopper_id = s.id"),
		left("coupon", "coupons x ON x.shopper_id = s.id"),
		left("points, nor debt", "point_accounts x ON x.shopper_id = s.id AND (x.available <> 0 OR x.held <> 0 OR x.debt <> 0)"),
		left("live binding", "referral_bindings x ON x.live_key = s.id"),
		left("commission, nor debt of it", `commission_accounts x ON x.shopper_id = s.id
			AND (x.pending <> 0 OR x.available <> 0 OR x.in_payout <> 0 OR x.withdrawn <> 0 OR x.clawed_back <> 0 OR x.debt <> 0)`),
		left("hold", "point_holds x ON x.shopper_id = s.id AND x.state = 'HELD'"),
		{
			ID: "M3", Promise: "a person has one default address, if any at all",
			Query: `SELECT shopper_id FROM addresses GROUP BY shopper_id HAVING SUM(CASE WHEN default_key = shopper_id THEN 1 ELSE 0 END) <> 1
				OR SUM(CASE WHEN default_key IS NULL OR default_key = shopper_id THEN 0 ELSE 1 END) > 0`,
		},
	}, erased()...)
}

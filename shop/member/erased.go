package member

import (
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/referral"
)

// erased are the promises about who has been erased: nothing is left that is his alone, that finds him, or by which he could act.
func erased() []invariant.Invariant {
	left := func(promise, what, where string) invariant.Invariant {
		return invariant.Invariant{
			ID: "M4", Promise: "an erased shopper has no " + promise,
			Query: "SELECT s.id, " + what + " AS kept FROM shoppers s WHERE s.state = 'erased' AND " + where,
		}
	}
	rows := func(promise, table, alive string) invariant.Invariant {
		return left(promise, "'"+table+"'", "EXISTS (SELECT 1 FROM "+table+" x WHERE x.shopper_id = s.id"+alive+")")
	}
	return []invariant.Invariant{
		left("data key, phone, name, picture or earlier stay", "s.nickname",
			"(s.data_key IS NOT NULL OR s.phone_cipher IS NOT NULL OR s.phone_hash IS NOT NULL OR s.left_on IS NOT NULL OR s.avatar_url <> '' OR s.nickname <> '"+identity.Gone+"')"),
		rows("channel identity", "channel_identities", ""),
		rows("address", "addresses", ""),
		rows("live session", "sessions", " AND x.revoked_at IS NULL"),
		rows("member number", "member_numbers", ""),
		rows("host's grant", "host_grants", ""),
		rows("consent", "consents", ""),
		rows("cart", "cart_lines", ""),
		rows("conduct", "conduct_actions", ""),
		rows("mark", "conduct_marks", ""),
		rows("comment that can be read", "live_comments", " AND x.text <> ''"),
		rows("question that can be read", "live_questions", " AND (x.text <> '' OR x.answer IS NOT NULL)"),
		left("binding, in either direction, once the worker has looked for those that came too late", "s.id",
			"EXISTS (SELECT 1 FROM referral_bindings x WHERE x.live_key IS NOT NULL AND (x.live_key = s.id OR x.inviter_id = s.id)) AND NOT EXISTS ("+
				"SELECT 1 FROM deadlines d WHERE d.kind = '"+referral.ErasedDeadline+"' AND d.ref IN (s.id, s.merged_into))"),
		left("reason of a report that can be read", "s.id", "EXISTS (SELECT 1 FROM promoter_reports x WHERE x.reporter_id = s.id AND x.reason <> '')"),
		rows("points that he could spend", "point_accounts", " AND (x.available <> 0 OR x.held <> 0)"),
		rows("commission that he could withdraw", "commission_accounts", " AND (x.pending <> 0 OR x.available <> 0 OR x.in_payout <> 0)"),
		rows("withdrawal on its way", "withdrawals", " AND x.state IN ('REQUESTED', 'SENT')"),
		rows("coupon that an order has", "coupons", " AND x.state = 'RESERVED'"),
		rows("order that is not final", "orders", " AND x.state NOT IN ('COMPLETED', 'CANCELLED', 'REFUNDED', 'REFUNDING')"), // the shop may give money back later
		{
			ID: "M4", Promise: "who has become part of an erased shopper is erased with him",
			Query: `SELECT a.id, a.merged_into FROM shoppers a JOIN shoppers s ON s.id = a.merged_into WHERE (s.state = 'erased') <> (a.state = 'erased')`,
		},
	}
}

package assist

import (
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/shop/identity"
)

// Invariants are the promises of help-me campaigns; how many coupons of a template they keep is among the promises of live rooms' drops, which keep them, too.
func Invariants() []invariant.Invariant {
	const counted = "(SELECT COUNT(*) FROM assist_helps h WHERE h.assist_id = a.id AND h.position IS NOT NULL)"
	return []invariant.Invariant{
		{
			ID: "I9", Promise: "an assist's progress is its helps that count, numbered from 1, and never beyond its goal",
			Query: `SELECT a.id, a.progress, a.goal FROM assists a WHERE a.progress <> ` + counted + ` OR a.progress > a.goal
				OR a.progress <> (SELECT COALESCE(MAX(h.position), 0) FROM assist_helps h WHERE h.assist_id = a.id)`,
		},
		{
			ID: "I9", Promise: "an assist was reached exactly when its progress is its goal, and one that is open has the deadline that ends it",
			Query: `SELECT a.id, a.state, a.progress, a.goal FROM assists a WHERE (a.progress = a.goal) <> (a.state IN ('REACHED', 'REDEEMED')) OR (a.reached_at IS NOT NULL) <> (a.progress = a.goal)
				OR a.state = 'OPEN' AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'assist.expire' AND d.ref = a.id)`,
		},
		{
			ID: "I9", Promise: "a bargain's cuts are none below zero, within what lies between price and floor, and all of it once it is reached",
			Query: `SELECT a.id, a.list_price, c.amount, SUM(h.cut) AS cut FROM assists a JOIN assist_campaigns c ON c.id = a.campaign_id JOIN assist_helps h ON h.assist_id = a.id
				WHERE c.kind = 'BARGAIN' GROUP BY a.id, a.list_price, c.amount, a.progress, a.goal
				HAVING MIN(h.cut) < 0 OR SUM(h.cut) > a.list_price - c.amount OR a.progress = a.goal AND SUM(h.cut) <> a.list_price - c.amount`,
		},
		{
			ID: "I9", Promise: "what cuts is a bargain's help that counts",
			Query: `SELECT h.id, h.cut, c.kind FROM assist_helps h JOIN assists a ON a.id = h.assist_id JOIN assist_campaigns c ON c.id = a.campaign_id
				WHERE h.cut <> 0 AND (h.position IS NULL OR c.kind <> 'BARGAIN')`,
		},
		{
			ID: "I9", Promise: "each help that counts of a charity is one donation of what it promised, and there is no other",
			Query: `SELECT h.id, c.id, d.amount FROM assist_helps h JOIN assists a ON a.id = h.assist_id JOIN assist_campaigns c ON c.id = a.campaign_id
				LEFT JOIN assist_donations d ON d.help_id = h.id WHERE (c.kind = 'CHARITY' AND h.position IS NOT NULL) <> (d.id IS NOT NULL)
				OR d.id IS NOT NULL AND (d.amount <> c.amount OR d.campaign_id <> c.id OR d.assist_id <> a.id)
				UNION ALL SELECT d.help_id, d.campaign_id, d.amount FROM assist_donations d WHERE NOT EXISTS (SELECT 1 FROM assist_helps h WHERE h.id = d.help_id)`,
		},
		{
			ID: "I9", Promise: "a price that was used is used by an order that was placed with it and stands",
			Query: `SELECT a.id, a.state, a.order_id, o.state FROM assists a LEFT JOIN orders o ON o.id = a.order_id LEFT JOIN assist_uses u ON u.order_id = a.order_id
				WHERE (a.state = 'REDEEMED') <> (a.order_id IS NOT NULL)
				OR a.state = 'REDEEMED' AND (o.id IS NULL OR o.activity <> 'assist' OR o.state IN ('CANCELLED', 'REFUNDED') OR u.assist_id IS NULL OR u.assist_id <> a.id)`,
		},
		{
			ID: "I15", Promise: "an order at an assist's price that stands uses it",
			Query: `SELECT o.id, o.state, u.assist_id FROM orders o LEFT JOIN assist_uses u ON u.order_id = o.id LEFT JOIN assists a ON a.order_id = o.id
				WHERE o.activity = 'assist' AND (u.id IS NULL OR o.state IN ('PENDING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED') AND a.id IS NULL)`,
		},
		{
			ID: "I9", Promise: "a reward is given once, to an assist that was reached: a coupon or points as the campaign promised",
			Query: `SELECT a.id, c.reward, a.reward_id FROM assists a JOIN assist_campaigns c ON c.id = a.campaign_id LEFT JOIN coupons k ON k.id = a.reward_id
				LEFT JOIN point_lots l ON l.posting_id = a.reward_id WHERE a.rewarded_at IS NOT NULL AND (a.state <> 'REACHED' OR c.reward NOT IN ('COUPON', 'POINTS', 'DRAW'))
				OR a.reward_id IS NOT NULL AND (a.rewarded_at IS NULL OR c.reward = 'COUPON' AND (k.id IS NULL OR k.template_id <> c.template_id OR k.source <> 'assist')
				OR c.reward = 'POINTS' AND COALESCE(l.granted, 0) <> c.points OR c.reward NOT IN ('COUPON', 'POINTS'))
				OR c.reward = 'POINTS' AND a.rewarded_at IS NOT NULL AND a.reward_id IS NULL`,
		},
		{ // who was merged or erased since the draw makes fewer persons of the helpers, never more
			ID: "I9", Promise: "a draw has as many winners as it promised or, where fewer could win, as there are persons, each with one ticket; nothing else has any",
			Query: `SELECT a.id, c.reward, c.winners, COUNT(w.id) AS won FROM assists a JOIN assist_campaigns c ON c.id = a.campaign_id LEFT JOIN assist_winners w ON w.assist_id = a.id
				WHERE c.reward = 'DRAW' OR w.id IS NOT NULL GROUP BY a.id, a.goal, a.rewarded_at, c.reward, c.winners
				HAVING COUNT(w.id) > CASE WHEN c.reward <> 'DRAW' OR a.rewarded_at IS NULL THEN 0 WHEN c.winners > a.goal + 1 THEN a.goal + 1 ELSE c.winners END
				OR COUNT(DISTINCT w.shopper_id) <> COUNT(w.id)
				OR a.rewarded_at IS NOT NULL AND COUNT(w.id) < c.winners AND COUNT(w.id) < (SELECT COUNT(DISTINCT p.id) FROM assist_helps h
				JOIN shoppers p ON p.id = ` + identity.Person("h.helper_id") + ` WHERE h.assist_id = a.id AND h.position IS NOT NULL AND p.state = 'active')`,
		},
		{
			ID: "I9", Promise: "what was counted towards the limits of the days that are kept is what was started and helped with since",
			Query: `SELECT d.shopper_id, d.helps, d.starts FROM (SELECT shopper_id, MIN(day) AS since, SUM(helps) AS helps, SUM(starts) AS starts FROM assist_days GROUP BY shopper_id) d
				WHERE d.helps <> (SELECT COUNT(*) FROM assist_helps h WHERE h.helper_id = d.shopper_id AND h.created_at >= d.since)
				OR d.starts <> (SELECT COUNT(*) FROM assists a WHERE a.owner_id = d.shopper_id AND a.created_at >= d.since)
				UNION ALL SELECT h.helper_id, 1, 0 FROM assist_helps h WHERE h.created_at >= (SELECT MIN(day) FROM assist_days)
					AND NOT EXISTS (SELECT 1 FROM assist_days d WHERE d.shopper_id = h.helper_id)
				UNION ALL SELECT a.owner_id, 0, 1 FROM assists a WHERE a.created_at >= (SELECT MIN(day) FROM assist_days)
					AND NOT EXISTS (SELECT 1 FROM assist_days d WHERE d.shopper_id = a.owner_id)`,
		},
		{
			ID: "I9", Promise: "a coupon that came by an assist is the reward of one",
			Query: `SELECT k.id, k.template_id FROM coupons k WHERE k.source = 'assist' AND (SELECT COUNT(*) FROM assists a WHERE a.reward_id = k.id) <> 1`,
		},
		{
			ID: "I9", Promise: "an assist keeps a coupon for its owner while it is open, and until the reward was given",
			Query: `SELECT a.id, a.state, a.template_id FROM assists a JOIN assist_campaigns c ON c.id = a.campaign_id
				WHERE (a.template_id IS NOT NULL) <> (c.reward = 'COUPON' AND a.state IN ('OPEN', 'REACHED') AND a.rewarded_at IS NULL)`,
		},
		{
			ID: "I9", Promise: "nobody helps himself",
			Query: `SELECT h.id, a.owner_id FROM assist_helps h JOIN assists a ON a.id = h.assist_id WHERE h.helper_id = a.owner_id`,
		},
		{
			ID: "A1", Promise: "an assist that was reached has its reward, or the fact of it under way",
			Query: `SELECT a.id, c.reward FROM assists a JOIN assist_campaigns c ON c.id = a.campaign_id
				WHERE a.state = 'REACHED' AND a.rewarded_at IS NULL AND c.reward IN ('COUPON', 'POINTS', 'DRAW')
				AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.aggregate = a.id AND f.topic = 'AssistReached' AND f.pending)`,
			Underway: `SELECT COUNT(*) FROM facts f WHERE f.topic = 'AssistReached' AND f.pending`,
		},
	}
}

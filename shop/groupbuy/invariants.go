package groupbuy

import "github.com/kaituan/kaituan/internal/invariant"

// Invariants are the promises of campaigns, groups and seats.
func Invariants() []invariant.Invariant {
	const seats = "(SELECT COUNT(*) FROM group_seats s WHERE s.group_id = g.id AND s.state "
	return []invariant.Invariant{
		{
			ID: "I2", Promise: "a campaign's quota is what is left, held and sold, none below zero",
			Query: `SELECT c.id, c.unit_quota, c.units_left, c.units_held, c.units_sold FROM group_campaigns c
				WHERE c.unit_quota <> c.units_left + c.units_held + c.units_sold OR c.units_left < 0 OR c.units_held < 0 OR c.units_sold < 0`,
		},
		{
			ID: "I2", Promise: "a campaign's held units are its groups', and its sold ones its seats'",
			Query: `SELECT c.id, c.units_held, c.units_sold FROM group_campaigns c
				WHERE c.units_held <> (SELECT COALESCE(SUM(g.units_held), 0) FROM group_buys g WHERE g.campaign_id = c.id)
				OR c.units_sold <> (SELECT COALESCE(SUM(s.units_sold), 0) FROM group_seats s WHERE s.campaign_id = c.id)`,
		},
		{
			ID: "I2", Promise: "a group keeps a unit for each of its seats and what its members buy beyond one; ended, what is still held of a completed one",
			Query: `SELECT g.id, g.state, g.units_held FROM group_buys g WHERE g.units_held <> CASE
				WHEN g.state IN ('PENDING', 'OPEN') THEN g.capacity + (SELECT COALESCE(SUM(s.quantity - 1), 0) FROM group_seats s WHERE s.group_id = g.id AND s.state IN ('HELD', 'PAID'))
				WHEN g.state = 'COMPLETED' THEN (SELECT COALESCE(SUM(s.quantity), 0) FROM group_seats s WHERE s.group_id = g.id AND s.state = 'HELD')
				ELSE 0 END`,
		},
		{
			ID: "I5", Promise: "while a group runs, its seats taken are those held or paid, and its paid ones those paid",
			Query: `SELECT g.id, g.state, g.capacity - g.seats_left AS taken, g.paid FROM group_buys g WHERE g.state IN ('PENDING', 'OPEN')
				AND (g.capacity - g.seats_left <> ` + seats + `IN ('HELD', 'PAID')) OR g.paid <> ` + seats + `= 'PAID'))`,
		},
		{
			ID: "I5", Promise: "paid seats are taken ones, and taken ones within what the group has",
			Query: `SELECT g.id, g.paid, g.seats_left, g.capacity FROM group_buys g
				WHERE g.paid < 0 OR g.paid > g.capacity - g.seats_left OR g.seats_left < 0 OR g.seats_left > g.capacity OR g.capacity < g.size`,
		},
		{
			ID: "I6", Promise: "no seat is confirmed while its group runs, and none is merely paid once it has ended",
			Query: `SELECT g.id, g.state, s.id, s.state FROM group_buys g JOIN group_seats s ON s.group_id = g.id
				WHERE g.state IN ('PENDING', 'OPEN') AND s.state = 'CONFIRMED' OR g.state = 'COMPLETED' AND s.state = 'PAID'
				OR g.state IN ('EXPIRED', 'CANCELLED') AND s.state IN ('PAID', 'CONFIRMED')`,
		},
		{
			ID: "I6", Promise: "a completed group reached its size, or the shop completed it",
			Query: `SELECT g.id, g.paid, g.size FROM group_buys g WHERE g.state = 'COMPLETED' AND g.paid < g.size AND g.completed_by <> 'MERCHANT'`,
		},
		{
			ID: "I6", Promise: "every seat that was paid for and lost has exactly one full refund of its order, open or settled",
			Query: `SELECT s.id, s.state, o.state FROM group_seats s JOIN orders o ON o.id = s.order_id
				WHERE s.state IN ('REFUND_PENDING', 'REFUND_FAILED', 'REFUNDED') AND o.state <> 'AWAITING_GROUP'
				AND (SELECT COUNT(*) FROM refunds r WHERE r.order_id = o.id AND r.whole AND r.kind IN ('REQUESTED', 'GROUP_ENDED') AND r.state IN ('APPROVED', 'FAILED', 'SETTLED')) <> 1`,
			Underway: `SELECT COUNT(*) FROM group_seats s JOIN orders o ON o.id = s.order_id WHERE s.state = 'REFUND_PENDING' AND o.state = 'AWAITING_GROUP'`,
		},
		{
			ID: "I15", Promise: "an order that was cancelled or refunded has no live seat, and one that stands has one",
			Query: `SELECT o.id, o.state, s.state FROM orders o LEFT JOIN group_seats s ON s.order_key = o.id WHERE o.activity = 'group' AND COALESCE(s.state, 'RELEASED') NOT IN
				(CASE o.state WHEN 'PENDING_PAYMENT' THEN 'HELD' WHEN 'CANCELLED' THEN 'RELEASED' WHEN 'REFUNDED' THEN 'REFUNDED' WHEN 'AWAITING_GROUP' THEN 'PAID' ELSE 'CONFIRMED' END,
				CASE o.state WHEN 'AWAITING_GROUP' THEN 'CONFIRMED' WHEN 'REFUNDING' THEN 'REFUND_PENDING' ELSE '-' END,
				CASE o.state WHEN 'AWAITING_GROUP' THEN 'REFUND_PENDING' WHEN 'REFUNDING' THEN 'REFUND_FAILED' ELSE '-' END)`,
		},
		{
			ID: "G1", Promise: "an open group has the deadline that ends it",
			Query: `SELECT g.id, g.expires_at FROM group_buys g WHERE g.state = 'OPEN'
				AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'group.expire' AND d.ref = g.id)`,
		},
		{
			ID: "G2", Promise: "an order whose group has decided follows it: it has moved on, or has its work row",
			Query: `SELECT o.id, s.state FROM orders o JOIN group_seats s ON s.order_key = o.id WHERE o.state = 'AWAITING_GROUP' AND s.state <> 'PAID'
				AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'order.follow' AND d.ref = o.id)`,
		},
		{
			ID: "G3", Promise: "a shopper has one live seat in a campaign, and never more units than its limit; what two accounts bring into one person stands, and counts from then on",
			Query: `SELECT s.campaign_id, s.shopper_id, SUM(CASE WHEN s.state = 'CONFIRMED' THEN s.units_sold ELSE s.quantity END) AS units FROM group_seats s
				JOIN group_campaigns c ON c.id = s.campaign_id WHERE s.state IN ('HELD', 'PAID', 'CONFIRMED') GROUP BY s.campaign_id, s.shopper_id, c.per_shopper_limit
				HAVING SUM(CASE WHEN s.state = 'CONFIRMED' THEN s.units_sold ELSE s.quantity END) > c.per_shopper_limit
				OR SUM(CASE WHEN s.state IN ('HELD', 'PAID') THEN 1 ELSE 0 END) > 1`,
		},
		{
			ID: "G4", Promise: "a leader's reward was given where members completed the group, once",
			Query: `SELECT o.id, c.reward FROM group_seats s JOIN orders o ON o.id = s.order_id JOIN group_buys g ON g.id = s.group_id JOIN group_campaigns c ON c.id = s.campaign_id
				WHERE s.state = 'CONFIRMED' AND s.leader AND o.state IN ('PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED') AND o.total > 0
				AND (SELECT COUNT(*) FROM refunds r WHERE r.order_id = o.id AND r.kind = 'LEADER_REWARD')
				<> CASE WHEN c.reward = 'FREE_ORDER' AND g.rewarded AND g.completed_by = 'MEMBERS' THEN 1 ELSE 0 END`,
		},
		{
			ID: "G4", Promise: "a leader's points were granted where members completed the group, and taken back with the whole of the order",
			Query: `SELECT o.id, c.reward, l.granted, l.reversed FROM group_seats s JOIN orders o ON o.id = s.order_id JOIN group_buys g ON g.id = s.group_id
				JOIN group_campaigns c ON c.id = s.campaign_id LEFT JOIN point_lots l ON l.posting_id = o.reward_entry
				WHERE s.leader AND (o.state IN ('PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED') AND s.state = 'CONFIRMED'
					AND COALESCE(l.granted - l.reversed, 0) <> CASE WHEN c.reward = 'POINTS' AND g.rewarded AND g.completed_by = 'MEMBERS' THEN c.reward_amount ELSE 0 END
				OR o.state = 'REFUNDED' AND COALESCE(l.granted - l.reversed, 0) <> 0)`,
		},
	}
}

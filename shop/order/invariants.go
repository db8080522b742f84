package order

import (
	"time"

	"github.com/kaituan/kaituan/internal/invariant"
)

// wentBackWhole is an order, o, of which an approved refund took the last unit back.
const wentBackWhole = `EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = o.id AND r.whole AND r.kind IN ('REQUESTED', 'GROUP_ENDED') AND r.state IN ('APPROVED', 'FAILED', 'SETTLED'))`

// Invariants are the promises of orders and their money.
func Invariants() []invariant.Invariant {
	return []invariant.Invariant{
		{
			ID: "I1", Promise: "an order's total is its subtotal, its adjustments and its shipping",
			Query: `SELECT o.id, o.total FROM orders o WHERE o.total < 0
				OR o.total <> o.subtotal + o.shipping + COALESCE((SELECT SUM(a.amount) FROM order_adjustments a WHERE a.order_id = o.id), 0)`,
		},
		{
			ID: "I1", Promise: "an order's lines sum to its total without shipping, each its units at their price less its discount",
			Query: `SELECT o.id, o.total FROM orders o WHERE o.total - o.shipping <> COALESCE((SELECT SUM(l.total) FROM order_lines l WHERE l.order_id = o.id), 0)
				OR EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.total <> l.unit_price * l.quantity - l.discount)`,
		},
		{
			ID: "I2", Promise: "an order holds stock exactly while it is unpaid or waits for its group",
			Query: `SELECT o.id, o.state FROM orders o WHERE o.state IN ('PENDING_PAYMENT', 'AWAITING_GROUP')
				AND (SELECT COALESCE(SUM(h.quantity), 0) FROM stock_holds h WHERE h.order_id = o.id AND h.state = 'live')
				<> (SELECT COALESCE(SUM(l.quantity), 0) FROM order_lines l WHERE l.order_id = o.id)`,
		},
		{
			ID: "I3", Promise: "what was captured is given back, on its way back, or kept by an order that stands",
			Query: `SELECT p.id, p.captured, p.refunding, p.refunded FROM payments p JOIN orders o ON o.id = p.order_id
				WHERE p.refunding < 0 OR p.refunded < 0 OR p.captured < p.refunding + p.refunded OR (p.captured <> 0 AND p.captured <> p.amount)
				OR p.captured > p.refunding + p.refunded
					AND (o.payment_id <> p.id OR o.state NOT IN ('PAID', 'AWAITING_GROUP', 'SHIPPED', 'DELIVERED', 'COMPLETED', 'REFUNDING'))
					AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'order.settle' AND d.ref = p.id)`,
		},
		{
			ID: "I3", Promise: "a payment's refunds are its rows: settled ones refunded, approved ones on their way",
			Query: `SELECT p.id, p.refunding, p.refunded FROM payments p
				WHERE p.refunded <> (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.payment_id = p.id AND r.state = 'SETTLED')
				OR p.refunding <> (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.payment_id = p.id AND r.state IN ('APPROVED', 'FAILED'))`,
		},
		{
			ID: "I3", Promise: "every refund under way has its work row",
			Query: `SELECT r.id, r.state FROM refunds r WHERE r.state IN ('APPROVED', 'FAILED')
				AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'refund.send' AND d.ref = r.id)`,
		},
		{
			ID: "I4", Promise: "no capture is older than 60 s without an order that stands, a refund, or a work row",
			Query: `SELECT p.id, p.captured_at FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.captured > 0 AND p.captured_at < ?
				AND NOT (o.payment_id = p.id AND o.state IN ('PAID', 'AWAITING_GROUP', 'SHIPPED', 'DELIVERED', 'COMPLETED', 'REFUNDING', 'REFUNDED'))
				AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.payment_id = p.id AND r.state IN ('APPROVED', 'FAILED', 'SETTLED'))
				AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'order.settle' AND d.ref = p.id)`,
			Args: func(now time.Time) []any { return []any{now.Add(-time.Minute)} },
		},
		{
			ID: "I14", Promise: "a reserved coupon belongs to an order that waits for its payment, a used one to one that was paid and not given back whole",
			Query: `SELECT c.id, c.state, o.id, o.state FROM coupons c LEFT JOIN orders o ON o.id = c.order_id
				WHERE c.state = 'RESERVED' AND COALESCE(o.state, '') <> 'PENDING_PAYMENT' OR c.state = 'USED' AND (o.paid_at IS NULL OR ` + wentBackWhole + `)`,
		},
		{
			ID: "I14", Promise: "an order that waits for its payment, or was paid and not given back whole, has the coupons that it was placed with",
			Query: `SELECT o.id, o.state, u.coupon_id FROM coupon_uses u JOIN orders o ON o.id = u.order_id LEFT JOIN coupons c ON c.id = u.coupon_id AND c.order_id = o.id
				WHERE (o.state = 'PENDING_PAYMENT' OR o.paid_at IS NOT NULL AND NOT ` + wentBackWhole + `)
				AND COALESCE(c.state, '') <> CASE o.state WHEN 'PENDING_PAYMENT' THEN 'RESERVED' ELSE 'USED' END`,
		},
		{
			ID: "I14", Promise: "what came off an order by coupon came off by one that it was placed with",
			Query: `SELECT o.id, a.amount FROM order_adjustments a JOIN orders o ON o.id = a.order_id WHERE a.kind = 'COUPON'
				AND NOT EXISTS (SELECT 1 FROM coupon_uses u WHERE u.order_id = o.id)`,
		},
		{
			ID: "I15", Promise: "an order that was cancelled or refunded has no coupon",
			Query: `SELECT o.id, o.state, c.id FROM coupons c JOIN orders o ON o.id = c.order_id WHERE o.state IN ('CANCELLED', 'REFUNDED')`,
		},
		{
			ID: "I15", Promise: "an order that was cancelled or refunded holds no points",
			Query: `SELECT o.id, o.state, h.id FROM point_holds h JOIN orders o ON o.id = h.order_id WHERE o.state IN ('CANCELLED', 'REFUNDED')
				AND (h.state = 'HELD' OR h.captured <> h.returned)`,
		},
		{
			ID: "I15", Promise: "an order holds what it costs in points while it is unpaid or waits for its group, and has spent that, less what went back, once it stands",
			Query: `SELECT o.id, o.state, l.points, l.returned, h.held, h.spent FROM orders o
				JOIN (SELECT order_id, SUM(points) points, SUM(points_returned) returned FROM order_lines GROUP BY order_id HAVING SUM(points) > 0) l ON l.order_id = o.id
				LEFT JOIN (SELECT order_id, SUM(CASE state WHEN 'HELD' THEN points ELSE 0 END) held, SUM(captured - returned) spent FROM point_holds
					WHERE order_id IS NOT NULL GROUP BY order_id) h ON h.order_id = o.id
				WHERE COALESCE(h.held, 0) <> CASE WHEN o.state IN ('PENDING_PAYMENT', 'AWAITING_GROUP') THEN l.points ELSE 0 END
				OR COALESCE(h.spent, 0) <> CASE WHEN o.spend_entry IS NULL THEN 0 ELSE l.points - l.returned END
				OR o.state IN ('PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED') AND o.spend_entry IS NULL`,
		},
		{
			ID: "I15", Promise: "an order has earned what its ledger entry granted, less what was taken back of that, and nothing before it is complete",
			Query: `SELECT o.id, o.state, o.earned, t.granted, t.reversed FROM orders o LEFT JOIN point_lots t ON t.posting_id = o.earn_entry
				WHERE o.earn_entry IS NULL AND o.earned <> 0 OR o.earn_entry IS NOT NULL AND (t.id IS NULL OR o.completed_at IS NULL OR o.earned <> t.granted - t.reversed)`,
		},
		{
			ID: "I15", Promise: "an order that was cancelled or refunded holds no stock",
			Query: `SELECT o.id, h.id FROM orders o JOIN stock_holds h ON h.order_id = o.id WHERE o.state IN ('CANCELLED', 'REFUNDED') AND h.state = 'live'`,
		},
		{
			ID: "R1", Promise: "an order's line gives back no more units than were bought, and no more money than they cost",
			Query: `SELECT l.id, l.returned, l.refunded FROM order_lines l WHERE l.returned > l.quantity OR l.returned < 0 OR l.refunded < 0 OR l.refunded > l.total
				OR l.points_returned < 0 OR l.points_returned > l.points OR l.points_rebated > l.points_returned`,
		},
		{
			ID: "R2", Promise: "an unpaid order has the deadline that ends it",
			Query: `SELECT o.id, o.pay_by FROM orders o WHERE o.state = 'PENDING_PAYMENT'
				AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'order.unpaid' AND d.ref = o.id)`,
		},
		{
			ID: "R3", Promise: "an order is REFUNDING exactly while a refund of its goods is open",
			Query: `SELECT o.id, o.state FROM orders o WHERE (o.state = 'REFUNDING') <> EXISTS (SELECT 1 FROM refunds r WHERE r.open_key = o.id)`,
		},
		{
			ID: "R4", Promise: "an order that was paid has captured its total, once",
			Query: `SELECT o.id, o.total FROM orders o WHERE o.paid_at IS NOT NULL AND o.total > 0
				AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.id = o.payment_id AND p.order_id = o.id AND p.captured = o.total)`,
		},
		{
			ID: "R5", Promise: "an order that stands has sold every unit of its lines",
			Query: `SELECT o.id, o.state FROM orders o WHERE o.state IN ('PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED')
				AND (SELECT COALESCE(SUM(h.quantity), 0) FROM stock_holds h WHERE h.order_id = o.id AND h.state = 'sold')
				<> (SELECT COALESCE(SUM(l.quantity), 0) FROM order_lines l WHERE l.order_id = o.id)`,
		},
		{
			ID: "R6", Promise: "what an order has given back is the sum of its approved requests, and of what went back when its group ended",
			Query: `SELECT o.id, o.refunded FROM orders o WHERE o.refunded <> (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r
				WHERE r.order_id = o.id AND r.kind IN ('REQUESTED', 'GROUP_ENDED') AND r.state IN ('APPROVED', 'FAILED', 'SETTLED'))`,
		},
		{
			ID: "R7", Promise: "what a line has given back is the sum of its approved refunds' shares",
			Query: `SELECT l.id, l.returned, l.refunded, l.points_returned, s.units, s.amount, s.points FROM order_lines l
				LEFT JOIN (SELECT rl.line_id, SUM(rl.quantity) AS units, SUM(rl.amount) AS amount, SUM(rl.points) AS points FROM refund_lines rl JOIN refunds r ON r.id = rl.refund_id
					WHERE r.state IN ('APPROVED', 'FAILED', 'SETTLED') GROUP BY rl.line_id) s ON s.line_id = l.id
				WHERE l.returned <> COALESCE(s.units, 0) OR l.refunded <> COALESCE(s.amount, 0) OR l.points_returned <> COALESCE(s.points, 0)`,
		},
		{
			ID: "R7", Promise: "a refund's points are those of its lines",
			Query: `SELECT r.id, r.points, s.points FROM refunds r LEFT JOIN (SELECT refund_id, SUM(points) points FROM refund_lines GROUP BY refund_id) s ON s.refund_id = r.id
				WHERE r.points <> COALESCE(s.points, 0)`,
		},
		{
			ID: "R8", Promise: "an order is where its timeline ends",
			Query: `SELECT o.id, o.state FROM orders o WHERE o.state <> COALESCE((SELECT e.state FROM order_events e WHERE e.order_id = o.id
				ORDER BY e.order_ver DESC LIMIT 1), '')`,
		},
		{
			ID: "R9", Promise: "a payment's state says what became of its money",
			Query: `SELECT p.id, p.state, p.captured, p.refunded FROM payments p WHERE p.state <> CASE WHEN p.captured = 0 THEN
				CASE WHEN p.state IN ('PENDING', 'FAILED', 'EXPIRED') THEN p.state ELSE 'PENDING' END
				WHEN p.refunded = 0 THEN 'PAID' WHEN p.refunded = p.captured THEN 'REFUNDED' ELSE 'PARTIALLY_REFUNDED' END`,
		},
	}
}

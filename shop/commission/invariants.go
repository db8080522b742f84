package commission

import "github.com/kaituan/kaituan/internal/invariant"

// Invariants are the promises of commission. What facts under way will still change is left out, and counted.
func Invariants() []invariant.Invariant {
	const (
		kept      = "CASE WHEN l.returned < l.quantity AND l.total > l.refunded THEN l.total - l.refunded ELSE 0 END"
		perOrder  = "(SELECT order_id, SUM(amount - clawed_back) AS left_over FROM commissions GROUP BY order_id)"
		returning = "SELECT 1 FROM facts f WHERE f.pending AND f.topic = 'OrderReturned' AND f.aggregate = c.order_id"
		net       = "withdrawn + in_payout + available + pending - debt"
	)
	return []invariant.Invariant{
		{
			ID: "I7", Promise: "all commission of an order is at most its cap of the money kept for its lines, once the facts have arrived",
			Query: "SELECT c.order_id, c.left_over, o.cap FROM " + perOrder + ` c LEFT JOIN commission_orders o ON o.order_id = c.order_id
				WHERE (o.completed_at IS NULL OR c.left_over * 10000 > o.cap * (SELECT COALESCE(SUM(` + kept + `), 0) FROM order_lines l WHERE l.order_id = c.order_id))
				AND NOT EXISTS (` + returning + ")",
			Underway: "SELECT COUNT(*) FROM " + perOrder + " c WHERE EXISTS (" + returning + ")",
		},
		{
			ID: "I7", Promise: "no more is clawed back than refunds took the ground from, but for whom nobody is left to pay and who is the buyer himself",
			Query: `SELECT c.id, c.amount, c.clawed_back, c.rate FROM commissions c JOIN order_lines l ON l.id = c.line_id
				LEFT JOIN shoppers b ON b.id = c.beneficiary_id LEFT JOIN shoppers p ON p.id = COALESCE(b.merged_into, b.id)
				LEFT JOIN referred_orders r ON r.order_id = c.order_id LEFT JOIN shoppers y ON y.id = r.buyer_id
				WHERE c.clawed_back > 0 AND (c.amount - c.clawed_back + 1) * 10000 <= c.rate * (` + kept + `)
				AND NOT (c.state = 'CLAWED_BACK' AND (p.id IS NULL OR p.state = 'erased' OR p.id = COALESCE(y.merged_into, r.buyer_id)))`,
		},
		{
			ID: "I7", Promise: "commission is the rate of a line's money, less what was clawed back, once the facts have arrived; nothing is left of one that was clawed back whole",
			Query: `SELECT c.id, c.base, c.rate, c.amount, c.clawed_back, c.state FROM commissions c JOIN order_lines l ON l.id = c.line_id
				WHERE c.amount < 1 OR c.amount * 10000 > c.base * c.rate OR (c.amount + 1) * 10000 <= c.base * c.rate OR c.clawed_back < 0 OR c.clawed_back > c.amount
				OR (c.state = 'CLAWED_BACK') <> (c.clawed_back = c.amount)
				OR (c.amount - c.clawed_back) * 10000 > c.rate * (` + kept + ") AND NOT EXISTS (" + returning + ")",
		},
		{
			ID: "I7", Promise: "an order that was completed has paid who brought its buyer, once the fact has arrived",
			Query: `SELECT o.id, r.first_id FROM referred_orders r JOIN orders o ON o.id = r.order_id LEFT JOIN commission_orders c ON c.order_id = o.id
				WHERE r.first_id IS NOT NULL AND o.completed_at IS NOT NULL AND c.completed_at IS NULL
				AND COALESCE((SELECT s.merged_into FROM shoppers s WHERE s.id = r.first_id), r.first_id) <> COALESCE((SELECT s.merged_into FROM shoppers s WHERE s.id = r.buyer_id), r.buyer_id)
				AND (SELECT s.state FROM shoppers s WHERE s.id = COALESCE((SELECT m.merged_into FROM shoppers m WHERE m.id = r.first_id), r.first_id)) = 'active'
				AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.pending AND f.topic = 'OrderCompleted' AND f.aggregate = o.id)`,
		},
		{
			ID: "I7", Promise: "all commission that was written when an order was completed is still there, and comes to as much",
			Query: `SELECT o.order_id, o.earned, c.amount FROM commission_orders o LEFT JOIN (SELECT order_id, SUM(amount) AS amount FROM commissions GROUP BY order_id) c
				ON c.order_id = o.order_id WHERE o.earned <> COALESCE(c.amount, 0)`,
		},
		{
			ID: "I7", Promise: "commission that is pending has the deadline that makes it available",
			Query: `SELECT c.id, c.available_at FROM commissions c WHERE c.state = 'PENDING'
				AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'commission.mature' AND d.ref = c.order_id)`,
		},
		{
			ID: "I8", Promise: "each part of an account is the sum of its entries, and no entry is nobody's",
			Query: `SELECT e.shopper_id, e.pending, a.pending, e.available, a.available, e.in_payout, a.in_payout, e.withdrawn, a.withdrawn, e.clawed_back, a.clawed_back, e.debt, a.debt
				FROM (SELECT shopper_id, SUM(pending) pending, SUM(available) available, SUM(in_payout) in_payout, SUM(withdrawn) withdrawn, SUM(clawed_back) clawed_back,
					SUM(debt) debt FROM commission_entries GROUP BY shopper_id) e LEFT JOIN commission_accounts a ON a.shopper_id = e.shopper_id
				WHERE a.shopper_id IS NULL OR a.pending <> e.pending OR a.available <> e.available OR a.in_payout <> e.in_payout OR a.withdrawn <> e.withdrawn
				OR a.clawed_back <> e.clawed_back OR a.debt <> e.debt`,
		},
		{
			ID: "I8", Promise: "no part of an account is below zero, one without entries is empty, and who owes has nothing available",
			Query: `SELECT a.shopper_id, a.pending, a.available, a.in_payout, a.withdrawn, a.clawed_back, a.debt FROM commission_accounts a
				WHERE a.pending < 0 OR a.available < 0 OR a.in_payout < 0 OR a.withdrawn < 0 OR a.clawed_back < 0 OR a.debt < 0 OR a.debt > 0 AND a.available > 0
				OR a.pending + a.available + a.in_payout + a.withdrawn + a.clawed_back + a.debt > 0
					AND NOT EXISTS (SELECT 1 FROM commission_entries e WHERE e.shopper_id = a.shopper_id)`,
		},
		{
			ID: "I8", Promise: "only what is earned, clawed back or forfeited changes what somebody is worth; all else moves it",
			Query: `SELECT id, kind, source FROM commission_entries WHERE ` + net + ` <> CASE kind WHEN 'EARN' THEN pending WHEN 'CLAW_BACK' THEN -clawed_back
				WHEN 'FORFEIT' THEN available + pending - debt WHEN 'MERGE' THEN ` + net + ` ELSE 0 END
				OR kind NOT IN ('CLAW_BACK', 'FORFEIT', 'MERGE') AND clawed_back <> 0`,
		},
		{
			ID: "I8", Promise: "what a merge takes from one account it gives to the other",
			Query: `SELECT source, COUNT(*) FROM commission_entries WHERE kind = 'MERGE' GROUP BY source
				HAVING COUNT(*) <> 2 OR SUM(` + net + `) <> 0 OR SUM(pending) <> 0 OR SUM(in_payout) <> 0 OR SUM(withdrawn) <> 0 OR SUM(clawed_back) <> 0`,
		},
		{
			ID: "I8", Promise: "what a person has is what his commissions have left, less what he forfeited",
			Query: `SELECT person, SUM(pending), SUM(other), SUM(clawed_back) FROM (
				SELECT COALESCE(s.merged_into, a.shopper_id) person, a.pending pending, a.available + a.in_payout + a.withdrawn - a.debt other, a.clawed_back clawed_back
					FROM commission_accounts a LEFT JOIN shoppers s ON s.id = a.shopper_id
				UNION ALL SELECT COALESCE(s.merged_into, c.beneficiary_id), CASE c.state WHEN 'PENDING' THEN c.clawed_back - c.amount ELSE 0 END,
					CASE c.state WHEN 'PENDING' THEN 0 ELSE c.clawed_back - c.amount END, -c.clawed_back
					FROM commissions c LEFT JOIN shoppers s ON s.id = c.beneficiary_id
				UNION ALL SELECT COALESCE(s.merged_into, e.shopper_id), 0, e.debt - e.available, 0
					FROM commission_entries e LEFT JOIN shoppers s ON s.id = e.shopper_id WHERE e.kind = 'FORFEIT') x
				GROUP BY person HAVING SUM(pending) <> 0 OR SUM(other) <> 0 OR SUM(clawed_back) <> 0`,
		},
		{
			ID: "I8", Promise: "what a person is being paid and was paid is what his withdrawals say",
			Query: `SELECT person, SUM(in_payout), SUM(withdrawn) FROM (
				SELECT COALESCE(s.merged_into, a.shopper_id) person, a.in_payout in_payout, a.withdrawn withdrawn FROM commission_accounts a LEFT JOIN shoppers s ON s.id = a.shopper_id
				UNION ALL SELECT COALESCE(s.merged_into, w.shopper_id), CASE WHEN w.state IN ('REQUESTED', 'SENT') THEN -w.amount ELSE 0 END,
					CASE w.state WHEN 'SETTLED' THEN -w.amount ELSE 0 END FROM withdrawals w LEFT JOIN shoppers s ON s.id = w.shopper_id) x
				GROUP BY person HAVING SUM(in_payout) <> 0 OR SUM(withdrawn) <> 0`,
		},
		{
			ID: "I8", Promise: "every withdrawal on its way has its work row, and only a settled one has the time of it",
			Query: `SELECT w.id, w.state FROM withdrawals w WHERE w.amount < 1 OR (w.state = 'SETTLED') <> (w.settled_at IS NOT NULL)
				OR w.state IN ('REQUESTED', 'SENT') AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'commission.payout' AND d.ref = w.id)`,
		},
	}
}

package live

import "github.com/kaituan/kaituan/internal/invariant"

func dropInvariants() []invariant.Invariant {
	return []invariant.Invariant{
		{
			ID: "I14", Promise: "what has left a coupon template are its coupons, and what drops and assists have of it",
			Query: `SELECT t.id, t.claimed FROM coupon_templates t WHERE t.claimed <> (SELECT COUNT(*) FROM coupons c WHERE c.template_id = t.id)
				+ (SELECT COALESCE(SUM(d.remaining), 0) FROM live_drops d WHERE d.template_id = t.id) + (SELECT COUNT(*) FROM assists a WHERE a.template_id = t.id)`,
		},
		{
			ID: "L2", Promise: "a drop's quantity is what was claimed, what is left and what went back, none below zero",
			Query: `SELECT d.id, d.quantity, d.remaining, d.returned FROM live_drops d
				WHERE d.quantity <> d.remaining + d.returned + (SELECT COUNT(*) FROM live_drop_claims c WHERE c.drop_id = d.id) OR d.remaining < 0 OR d.returned < 0`,
		},
		{
			ID: "L2", Promise: "a claim of a drop is one coupon of its template, made by the drop for who claimed it, and no other coupon was",
			Query: `SELECT k.id, k.source, c.drop_id FROM coupons k LEFT JOIN live_drop_claims c ON c.coupon_id = k.id LEFT JOIN live_drops d ON d.id = c.drop_id
				WHERE (k.source = 'drop') <> (c.id IS NOT NULL) OR c.id IS NOT NULL AND (d.id IS NULL OR d.template_id <> k.template_id OR k.claimed_by <> c.shopper_id)
				UNION ALL SELECT c.coupon_id, 'none', c.drop_id FROM live_drop_claims c WHERE NOT EXISTS (SELECT 1 FROM coupons k WHERE k.id = c.coupon_id)`,
		},
		{
			ID: "L2", Promise: "a drop has something until it is closed, and gives it back only then; it runs in a room that has not ended, with the deadline that ends it",
			Query: `SELECT d.id, d.remaining, d.returned, r.state FROM live_drops d JOIN live_rooms r ON r.id = d.room_id
				WHERE d.closed_at IS NOT NULL AND d.remaining <> 0 OR d.closed_at IS NULL AND (d.returned <> 0 OR r.state NOT IN ('LIVE', 'PAUSED')
				OR NOT EXISTS (SELECT 1 FROM deadlines l WHERE l.kind = 'live.drop' AND l.ref = d.id))`,
		},
	}
}

func lotteryInvariants() []invariant.Invariant {
	const (
		entries = "(SELECT COUNT(*) FROM live_entries e WHERE e.lottery_id = l.id"
		highest = "(SELECT COALESCE(MAX(e.ticket), 0) FROM live_entries e WHERE e.lottery_id = l.id)"
		last    = "(SELECT COALESCE(MAX(e.won), 0) FROM live_entries e WHERE e.lottery_id = l.id)"
	)
	return []invariant.Invariant{
		{
			ID: "L3", Promise: "a lottery's tickets are 1 to its entries, none missing", // they differ, by a unique key
			Query: `SELECT l.id, l.entries FROM live_lotteries l WHERE l.entries <> ` + entries + `) OR l.entries <> ` + highest + `
				OR EXISTS (SELECT 1 FROM live_entries e WHERE e.lottery_id = l.id AND e.ticket < 1)`,
		},
		{
			ID: "L3", Promise: "nobody has won before the lottery is drawn; then as many as were wanted, or all, each with a place of his own",
			Query: `SELECT l.id, l.state, l.winners_wanted, l.entries FROM live_lotteries l JOIN (SELECT l.id,
					CASE WHEN l.state <> 'DRAWN' THEN 0 WHEN l.entries < l.winners_wanted THEN l.entries ELSE l.winners_wanted END AS due FROM live_lotteries l) w ON w.id = l.id
				WHERE w.due <> ` + entries + ` AND e.won > 0) OR w.due <> ` + last + `
				OR w.due <> (SELECT COUNT(DISTINCT e.won) FROM live_entries e WHERE e.lottery_id = l.id AND e.won > 0)`,
		},
		{
			ID: "L3", Promise: "the hash of the entries is there from their end on, the time of the draw from the draw on",
			Query: `SELECT l.id, l.state FROM live_lotteries l
				WHERE (l.state = 'OPEN') <> (l.entries_hash IS NULL) OR (l.state = 'DRAWN') <> (l.drawn_at IS NOT NULL)`,
		},
		{
			ID: "L3", Promise: "a lottery that is not drawn is the only one of its room, which has not ended, and has the deadline that draws it",
			Query: `SELECT l.id, l.state, r.state FROM live_lotteries l JOIN live_rooms r ON r.id = l.room_id WHERE l.state <> 'DRAWN' AND (r.state NOT IN ('LIVE', 'PAUSED')
				OR EXISTS (SELECT 1 FROM live_lotteries o WHERE o.room_id = l.room_id AND o.state <> 'DRAWN' AND o.id <> l.id)
				OR NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.kind = 'live.lottery' AND d.ref = l.id))`,
		},
	}
}

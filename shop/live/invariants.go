package live

import (
	"slices"

	"github.com/kaituan/kaituan/internal/invariant"
)

// Invariants are the promises of rooms, offers, drops and lotteries.
func Invariants() []invariant.Invariant {
	return slices.Concat(roomInvariants(), dropInvariants(), lotteryInvariants(), streamInvariants())
}

// roomInvariants are the promises of rooms and offers.
func roomInvariants() []invariant.Invariant {
	return []invariant.Invariant{
		{
			ID: "I2", Promise: "a live offer's quota is what is left, held and sold, none below zero",
			Query: `SELECT o.id, o.quota, o.units_left, o.units_held, o.units_sold FROM live_offers o
				WHERE o.quota <> o.units_left + o.units_held + o.units_sold OR o.units_left < 0 OR o.units_held < 0 OR o.units_sold < 0`,
		},
		{
			ID: "I2", Promise: "a live offer's held and sold units are its orders'",
			Query: `SELECT o.id, o.units_held, o.units_sold FROM live_offers o
				WHERE o.units_held <> (SELECT COALESCE(SUM(u.held), 0) FROM live_offer_uses u WHERE u.offer_id = o.id)
				OR o.units_sold <> (SELECT COALESCE(SUM(u.sold), 0) FROM live_offer_uses u WHERE u.offer_id = o.id)`,
		},
		{
			ID: "I15", Promise: "an order of a live offer holds its units while it is unpaid, has bought them less what was taken back once it is paid, and has none when it was cancelled",
			Query: `SELECT d.id, d.state, u.held, u.sold FROM orders d LEFT JOIN live_offer_uses u ON u.order_id = d.id WHERE d.activity = 'live'
				AND (u.id IS NULL OR u.held <> CASE WHEN d.state = 'PENDING_PAYMENT' THEN u.quantity ELSE 0 END OR u.sold <> CASE
					WHEN d.state IN ('PENDING_PAYMENT', 'CANCELLED') THEN 0 ELSE (SELECT SUM(l.quantity - l.returned) FROM order_lines l WHERE l.order_id = d.id) END)`,
		},
		{
			ID: "L1", Promise: "a room's minutes have sold what its sales are",
			Query: `SELECT r.id, m.orders, m.sales, s.orders AS sold, s.sales AS amount FROM live_rooms r
				LEFT JOIN (SELECT room_id, SUM(orders) AS orders, SUM(sales) AS sales FROM live_minutes GROUP BY room_id) m ON m.room_id = r.id
				LEFT JOIN (SELECT room_id, COUNT(*) AS orders, SUM(amount) AS sales FROM live_sales GROUP BY room_id) s ON s.room_id = r.id
				WHERE COALESCE(m.orders, 0) <> COALESCE(s.orders, 0) OR COALESCE(m.sales, 0) <> COALESCE(s.sales, 0)`,
		},
		{
			ID: "L1", Promise: "no offer outlives its room",
			Query: `SELECT o.id, o.ends_at, r.state FROM live_offers o JOIN live_rooms r ON r.id = o.room_id WHERE o.ended_at IS NULL
				AND r.ended_at IS NOT NULL AND r.ended_at < o.ends_at`,
		},
		{
			ID: "L1", Promise: "a room's pinned product is on its shelf",
			Query: `SELECT r.id, r.pinned_id FROM live_rooms r WHERE r.pinned_id IS NOT NULL
				AND NOT EXISTS (SELECT 1 FROM live_shelves s WHERE s.room_id = r.id AND s.product_id = r.pinned_id)`,
		},
		{
			ID: "L1", Promise: "a room is active until it has ended or was banned, and has an end from then on",
			Query: `SELECT r.id, r.state, r.active, r.ended_at FROM live_rooms r WHERE r.active <> (CASE WHEN r.state IN ('ENDED', 'BANNED') THEN 0 ELSE 1 END)
				OR (r.ended_at IS NULL) <> (CASE WHEN r.state IN ('ENDED', 'BANNED') THEN 0 ELSE 1 END) OR r.state IN ('LIVE', 'PAUSED') AND r.started_at IS NULL`,
		},
	}
}

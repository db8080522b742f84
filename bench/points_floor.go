package main

import (
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/id"
)

// ofMember is all that was written of one member.
var ofMember = written{
	queries: []string{
		"SELECT ver FROM shoppers WHERE id = '%[1]s'",
		"SELECT * FROM idempotency_keys WHERE result IN (SELECT id FROM point_postings WHERE shopper_id = '%[1]s' UNION SELECT id FROM point_holds WHERE shopper_id = '%[1]s') ORDER BY id",
		"SELECT * FROM point_accounts WHERE shopper_id = '%[1]s'",
		"SELECT * FROM point_lots WHERE shopper_id = '%[1]s' ORDER BY granted",
		"SELECT * FROM point_postings WHERE shopper_id = '%[1]s' ORDER BY seq",
		"SELECT * FROM point_entries WHERE posting_id IN (SELECT id FROM point_postings WHERE shopper_id = '%[1]s') ORDER BY id",
		"SELECT * FROM point_holds WHERE shopper_id = '%[1]s'",
		"SELECT * FROM point_hold_lots WHERE hold_id IN (SELECT id FROM point_holds WHERE shopper_id = '%[1]s')",
		"SELECT * FROM point_earnings WHERE shopper_id = '%[1]s'",
		"SELECT * FROM deadlines WHERE ref IN (SELECT id FROM point_accounts WHERE shopper_id = '%[1]s' UNION SELECT id FROM point_holds WHERE shopper_id = '%[1]s') ORDER BY id",
	},
	own: []string{"id", "key", "input_hash", "result", "shopper_id", "posting_id", "holder", "lot_id", "hold_id", "ref"},
}

// lotLives is for how long the floor's lots live; the shop's end at a midnight.
const lotLives = 365 * 24 * time.Hour

// touched is how every movement begins: its key, and the shopper.
func (m *member) touched(now time.Time, result string) []statement {
	const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	return []statement{
		{
			"INSERT INTO idempotency_keys (owner, operation, `key`, input_hash, result, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			[]any{till, "points", id.New("key"), hash, result, now},
		},
		{"UPDATE shoppers SET ver = ver + 1 WHERE id = ? AND merged_into IS NULL AND state = 'active'", []any{m.shopper}},
	}
}

// balances is how a movement changes the balances.
func (m *member) balances(now time.Time, available, held int64) statement {
	return statement{
		"UPDATE point_accounts SET available = available + ?, held = held + ?, seq = seq + 1, updated_at = ?, ver = ver + 1 WHERE id = ?",
		[]any{available, held, now, m.account},
	}
}

// posting is the line of the statement.
func (m *member) posting(now time.Time, postingID, kind string, points int64, channel, reason string, lotID, holdID *string) statement {
	return statement{
		"INSERT INTO point_postings (id, shopper_id, seq, kind, points, balance_after, channel, reason, reference, owner, lot_id, hold_id, reverses, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		[]any{postingID, m.shopper, m.seq.Add(1), kind, points, m.balance.Add(points), channel, reason, "r-1", till, lotID, holdID, nil, now},
	}
}

// earning has the statements of points earned, in the shop's order of writes.
func (m *member) earning() []statement {
	now, posting, lot := clock.System(), id.New("pst"), id.New("lot")
	return append(
		m.touched(now, posting),
		statement{
			"INSERT INTO point_lots (id, ver, created_at, updated_at, shopper_id, channel, posting_id, granted, remaining, held, spent, expired, revoked, reversed, open, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			[]any{lot, 1, now, now, m.shopper, issuer, posting, atOnce, atOnce, 0, 0, 0, 0, 0, true, now.Add(lotLives)},
		},
		m.balances(now, atOnce, 0),
		statement{"UPDATE point_earnings SET points = points + ? WHERE shopper_id = ? AND day = ?", []any{atOnce, m.shopper, m.day}},
		m.posting(now, posting, "EARN", atOnce, issuer, "购物", &lot, nil),
		statement{
			"INSERT INTO point_entries (posting_id, account, holder, lot_id, amount, at) VALUES (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)",
			[]any{posting, "ISSUED", issuer, lot, -atOnce, now, posting, "AVAILABLE", m.shopper, lot, atOnce, now},
		})
}

// bareHold is a hold that the floor has written.
type bareHold struct{ id string }

// holding has the statements of points set aside, of the member's first lot.
func (m *member) holding() (bareHold, []statement) {
	now, posting, h := clock.System(), id.New("pst"), bareHold{id.New("phd")}
	ends := now.Add(15 * time.Minute)
	return h, append(
		m.touched(now, h.id),
		statement{"INSERT INTO deadlines (ver, kind, ref, due_at, attempts, created_at) VALUES (?, ?, ?, ?, ?, ?)", []any{1, "points.hold", h.id, ends, 0, now}},
		statement{
			"INSERT INTO point_holds (id, ver, created_at, updated_at, shopper_id, order_id, state, points, captured, returned, channel, owner, reference, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			[]any{h.id, 1, now, now, m.shopper, nil, "HELD", atOnce, 0, 0, redeemer, till, "r-1", ends},
		},
		statement{"INSERT INTO point_hold_lots (hold_id, lot_id, points, captured, returned) VALUES (?, ?, ?, ?, ?)", []any{h.id, m.lot, atOnce, 0, 0}},
		statement{
			"UPDATE point_lots SET remaining = remaining - ?, held = held + ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND remaining >= ?",
			[]any{atOnce, atOnce, now, m.lot, atOnce},
		},
		m.balances(now, -atOnce, atOnce),
		m.posting(now, posting, "HOLD", -atOnce, redeemer, "抵扣", nil, &h.id),
		statement{
			"INSERT INTO point_entries (posting_id, account, holder, lot_id, amount, at) VALUES (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)",
			[]any{posting, "AVAILABLE", m.shopper, m.lot, -atOnce, now, posting, "HELD", m.shopper, m.lot, atOnce, now},
		})
}

// capturing has the statements of a hold that is spent.
func (m *member) capturing(h bareHold) []statement {
	now, posting := clock.System(), id.New("pst")
	return append(
		m.touched(now, posting),
		statement{
			"UPDATE point_holds SET state = 'CAPTURED', captured = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'HELD' AND expires_at > ?",
			[]any{atOnce, now, h.id, now},
		},
		statement{"UPDATE point_hold_lots SET captured = ? WHERE hold_id = ? AND lot_id = ?", []any{atOnce, h.id, m.lot}},
		statement{"DELETE FROM deadlines WHERE kind = ? AND ref = ?", []any{"points.hold", h.id}},
		statement{"UPDATE point_lots SET held = held - ?, spent = spent + ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND held >= ?", []any{atOnce, atOnce, now, m.lot, atOnce}},
		m.balances(now, 0, -atOnce),
		m.posting(now, posting, "CAPTURE", 0, redeemer, "抵扣", nil, &h.id),
		statement{
			"INSERT INTO point_entries (posting_id, account, holder, lot_id, amount, at) VALUES (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)",
			[]any{
				posting, "HELD", m.shopper, m.lot, -atOnce, now, posting, "REDEEMED", redeemer, m.lot, atOnce, now,
				posting, "SETTLEMENT", issuer, m.lot, -atOnce, now, posting, "SETTLEMENT", redeemer, m.lot, atOnce, now,
			},
		})
}

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/id"
)

const (
	// linesPerRound is what one earning makes: EARN 30, HOLD 20, CAPTURE 20, EXPIRE 10, by which everything is gone again.
	linesPerRound = 4
	// blockLines is how many are inserted, or copied, by one statement per table.
	blockLines = 1000
	// blocksAtOnce is how many blocks one transaction copies.
	blocksAtOnce = 20
	// rareRounds is how many, the oldest, are of rareChannel.
	rareRounds  = 50
	rareChannel = "DOUYIN_MINI_PROGRAM"
	// historyDays is how long ago the first was. Both members have earned on as many days.
	historyDays = 200
)

// history is a statement that is being made, with all that belongs to it.
type history struct {
	member   string
	begun    time.Time
	step     time.Duration // from line to line
	earnedOn map[string]int64
	lots     []any
	holds    []any
	heldLots []any
	postings []any
	entries  []any
}

// withHistory makes a member with a statement of n lines, a multiple of 1,000, as the ledger would have written them over the last 200 days, and one earning of
// today. The first 2,000 lines are inserted; what follows are copies of the second thousand, since a database copies rows faster than it takes them in.
func (s *checkoutShop) withHistory(ctx context.Context, n int) (member string, err error) {
	shoppers, err := s.signUp(ctx, 1)
	if err != nil {
		return "", err
	}
	const span = historyDays * 24 * time.Hour
	h := &history{member: shoppers[0], begun: clock.System().Add(-span), step: (span / time.Duration(n)).Truncate(time.Microsecond), earnedOn: map[string]int64{}}
	for from := 0; from < min(n, 2*blockLines); from += blockLines {
		for i := range blockLines / linesPerRound {
			h.round(from/linesPerRound + i)
		}
		if err := s.store.InTx(ctx, func(ctx context.Context) error { return s.writeHistory(ctx, h) }); err != nil {
			return "", fmt.Errorf("lines of %s: %w", h.member, err)
		}
		h.clear()
	}
	for from := 2; from < n/blockLines; from += blocksAtOnce {
		err := s.store.InTx(ctx, func(ctx context.Context) error {
			for block := from; block < min(from+blocksAtOnce, n/blockLines); block++ {
				if err := s.copyBlock(ctx, h, block); err != nil {
					return fmt.Errorf("lines of %s: %w", h.member, err)
				}
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	if err := s.store.InTx(ctx, func(ctx context.Context) error { return s.openHistory(ctx, h, n) }); err != nil {
		return "", fmt.Errorf("account of %s: %w", h.member, err)
	}
	_, err = s.earn(ctx, h.member, atOnce)
	return h.member, err
}

// openHistory writes the account of n lines, and what was earned by day.
func (s *checkoutShop) openHistory(ctx context.Context, h *history, n int) error {
	now := clock.System()
	_, err := s.store.Exec(ctx, "INSERT INTO point_accounts (id, ver, created_at, updated_at, shopper_id, available, held, debt, seq) VALUES (?, 1, ?, ?, ?, 0, 0, 0, ?)",
		id.New("pac"), now, now, h.member, n)
	if err != nil {
		return err
	}
	var days []any
	for day, earned := range h.earnedOn {
		days = append(days, h.member, day, earned)
	}
	return s.insert(ctx, "point_earnings (shopper_id, day, points)", "(?, ?, ?)", len(h.earnedOn), days)
}

// copyBlock copies the second thousand lines, with all that belongs to them, to a later block: all at the block's time, under ids that begin with its number.
func (s *checkoutShop) copyBlock(ctx context.Context, h *history, block int) error {
	at, number := h.begun.Add(time.Duration(block*blockLines)*h.step), fmt.Sprintf("%010d", block)
	own := func(column string) string {
		return "CONCAT(SUBSTR(" + column + ", 1, 4), '" + number + "', SUBSTR(" + column + ", 15))"
	} // in place of an id's time
	of := func(column string) string {
		return "(SELECT " + column + " FROM point_postings WHERE shopper_id = ? AND seq > 1000 AND seq <= 2000"
	}
	for _, copied := range []struct {
		query string
		args  []any
	}{
		{
			"INSERT INTO point_lots (id, ver, created_at, updated_at, shopper_id, channel, posting_id, granted, remaining, held, spent, expired, revoked, reversed, open, expires_at) SELECT " +
				own("id") + ", ver, ?, ?, shopper_id, channel, " + own("posting_id") + ", granted, remaining, held, spent, expired, revoked, reversed, open, ? FROM point_lots WHERE id IN " +
				of("lot_id") + " AND kind = 'EARN')", []any{at, at, at, h.member},
		},
		{
			"INSERT INTO point_holds (id, ver, created_at, updated_at, shopper_id, state, points, captured, returned, channel, owner, reference) SELECT " +
				own("id") + ", ver, ?, ?, shopper_id, state, points, captured, returned, channel, owner, reference FROM point_holds WHERE id IN " +
				of("hold_id") + " AND kind = 'HOLD')", []any{at, at, h.member},
		},
		{
			"INSERT INTO point_hold_lots (hold_id, lot_id, points, captured, returned) SELECT " +
				own("hold_id") + ", " + own("lot_id") + ", points, captured, returned FROM point_hold_lots WHERE hold_id IN " + of("hold_id") + " AND kind = 'HOLD')", []any{h.member},
		},
		{
			"INSERT INTO point_entries (posting_id, account, holder, lot_id, amount, at) SELECT " +
				own("posting_id") + ", account, holder, " + own("lot_id") + ", amount, ? FROM point_entries WHERE posting_id IN " + of("id") + ")", []any{at, h.member},
		},
		{
			"INSERT INTO point_postings (id, shopper_id, seq, kind, points, balance_after, channel, reason, reference, owner, lot_id, hold_id, at) SELECT " +
				own("id") + ", shopper_id, seq + ?, kind, points, balance_after, channel, reason, reference, owner, " + own("lot_id") + ", " + own("hold_id") +
				", ? FROM point_postings WHERE id IN " + of("id") + ") ORDER BY seq", []any{(block - 1) * blockLines, at, h.member},
		},
	} {
		if _, err := s.store.Exec(ctx, copied.query, copied.args...); err != nil {
			return err
		}
	}
	h.earnedOn[dayOf(at)] += blockLines / linesPerRound * 30
	return nil
}

func dayOf(at time.Time) string { return at.In(shopZone).Format(time.DateOnly) }

// round adds four lines.
func (h *history) round(i int) {
	channel := issuer
	switch {
	case i < rareRounds:
		channel = rareChannel
	case i%2 == 1:
		channel = redeemer
	}
	lot, hold, seq := id.New("lot"), id.New("phd"), i*linesPerRound
	at := func(line int) time.Time { return h.begun.Add(time.Duration(seq+line) * h.step) }
	line := func(n int, kind string, points, balance int, from, to, fromHolder, toHolder string, moved int, lotID, holdID any) string {
		posting := id.New("pst")
		h.postings = append(h.postings, posting, h.member, seq+n, kind, points, balance, channel, lotID, holdID, at(n))
		h.entries = append(h.entries, posting, from, fromHolder, lot, -moved, at(n), posting, to, toHolder, lot, moved, at(n))
		return posting
	}
	earned := line(1, "EARN", 30, 30, "ISSUED", "AVAILABLE", channel, h.member, 30, lot, nil)
	line(2, "HOLD", -20, 10, "AVAILABLE", "HELD", h.member, h.member, 20, nil, hold)
	line(3, "CAPTURE", 0, 10, "HELD", "REDEEMED", h.member, channel, 20, nil, hold)
	line(4, "EXPIRE", -10, 0, "AVAILABLE", "EXPIRED", h.member, channel, 10, nil, nil)
	h.lots = append(h.lots, lot, at(1), at(4), h.member, channel, earned, at(4))
	h.holds = append(h.holds, hold, at(2), at(3), h.member, channel)
	h.heldLots = append(h.heldLots, hold, lot)
	h.earnedOn[dayOf(at(1))] += 30
}

// writeHistory inserts what was added.
func (s *checkoutShop) writeHistory(ctx context.Context, h *history) error {
	const rounds = blockLines / linesPerRound
	for _, table := range []struct {
		into, row string
		rows      int
		args      []any
	}{
		{
			"point_lots (id, ver, created_at, updated_at, shopper_id, channel, posting_id, granted, remaining, held, spent, expired, revoked, reversed, open, expires_at)",
			"(?, 4, ?, ?, ?, ?, ?, 30, 0, 0, 20, 10, 0, 0, FALSE, ?)", rounds, h.lots,
		},
		{
			"point_holds (id, ver, created_at, updated_at, shopper_id, state, points, captured, returned, channel, owner, reference)",
			"(?, 2, ?, ?, ?, 'CAPTURED', 20, 20, 0, ?, 'ptn_till', 'r-1')", rounds, h.holds,
		},
		{"point_hold_lots (hold_id, lot_id, points, captured, returned)", "(?, ?, 20, 20, 0)", rounds, h.heldLots},
		{
			"point_postings (id, shopper_id, seq, kind, points, balance_after, channel, reason, reference, owner, lot_id, hold_id, at)",
			"(?, ?, ?, ?, ?, ?, ?, '购物', 'r-1', 'ptn_till', ?, ?, ?)", blockLines, h.postings,
		},
		{"point_entries (posting_id, account, holder, lot_id, amount, at)", "(?, ?, ?, ?, ?, ?)", 2 * blockLines, h.entries},
	} {
		if err := s.insert(ctx, table.into, table.row, table.rows, table.args); err != nil {
			return err
		}
	}
	return nil
}

// clear keeps the room of what was written for what comes next.
func (h *history) clear() {
	h.lots, h.holds, h.heldLots, h.postings, h.entries = h.lots[:0], h.holds[:0], h.heldLots[:0], h.postings[:0], h.entries[:0]
}

package points

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/ent/db/pointdebt"
)

// owed is what a shopper owes of one lot: points of it were taken back after they were spent or held. The lot's channel has paid for them where they were
// spent, so it is this channel that later points pay.
type owed struct {
	lotID, channel string
	points         int64
	kept           int64 // what the row has; 0 without one
}

// debts reads what is owed, longest owed first.
func (b *book) debts(ctx context.Context) error {
	if b.owes != nil || b.acc.Debt == 0 {
		return nil
	}
	rows, err := b.store.Client(ctx).PointDebt.Query().Where(pointdebt.ShopperID(b.shopperID)).Order(pointdebt.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("debts of %s: %w", b.shopperID, err)
	}
	for _, row := range rows {
		b.owes = append(b.owes, &owed{row.LotID, row.Channel, row.Points, row.Points})
	}
	return nil
}

// owe makes a debt of n points of a lot, which were taken back and are not there.
func (b *book) owe(ctx context.Context, p *posting, l *lot, n int64) error {
	if n == 0 {
		return nil
	}
	if err := b.debts(ctx); err != nil {
		return err
	}
	b.move(p, l, debt, revoked, n)
	at := slices.IndexFunc(b.owes, func(o *owed) bool { return o.lotID == l.ID })
	if at < 0 {
		at = len(b.owes)
		b.owes = append(b.owes, &owed{lotID: l.ID, channel: l.Channel})
	}
	b.owes[at].points += n
	return nil
}

// settleDebt ends n points of a debt: what was only owed of its lot is revoked elsewhere from now on, or by nobody.
func (b *book) settleDebt(p *posting, o *owed, n int64) {
	b.enter(p, debt, b.shopperID, &o.lotID, n)
	b.enter(p, revoked, o.channel, &o.lotID, -n)
	o.points -= n
}

// payDebt pays what is owed from what is available: the lots that expire first pay what has been owed longest. Who issued the points that pay owes them to
// the channel that is paid, as if they had been redeemed there.
func (b *book) payDebt(ctx context.Context, a about) error {
	n := min(b.acc.Debt, b.acc.Available)
	if n == 0 {
		return nil
	}
	if err := b.debts(ctx); err != nil {
		return err
	}
	lots, err := b.live(ctx, n)
	if err != nil {
		return err
	}
	moves, short := plan(lots, n, b.now)
	if short > 0 {
		return lost("pay the debt of", b.shopperID)
	}
	p := b.post(Reversed, a)
	for _, o := range b.owes {
		var paying []lotMove
		paying, moves = firstOf(moves, o.points)
		for _, m := range paying {
			b.move(p, m.lot, available, revoked, m.points)
			b.settleDebt(p, o, m.points)
			b.settle(p, m.lot, o.channel, m.points)
		}
	}
	if len(moves) > 0 {
		return fmt.Errorf("points of %s: a debt of %d is owed to nobody", b.shopperID, b.acc.Debt)
	}
	return nil
}

// writeDebts writes what is still owed.
func (b *book) writeDebts(ctx context.Context) error {
	for _, o := range b.owes {
		query, args := "UPDATE point_debts SET points = ? WHERE lot_id = ? AND points = ?", []any{o.points, o.lotID, o.kept}
		switch {
		case o.points == o.kept:
			continue
		case o.kept == 0:
			query, args = "INSERT INTO point_debts (shopper_id, lot_id, channel, points) VALUES (?, ?, ?, ?)", []any{b.shopperID, o.lotID, o.channel, o.points}
		case o.points == 0:
			query, args = "DELETE FROM point_debts WHERE lot_id = ? AND points = ?", []any{o.lotID, o.kept}
		}
		took, err := b.store.Guard(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("write what is owed of %s: %w", o.lotID, err)
		}
		if !took {
			return lost("write what is owed of", o.lotID)
		}
		o.kept = o.points
	}
	return nil
}

package points

import (
	"context"
	"fmt"
)

// merged is the reason of what a merge moves.
const merged = "账号合并"

// Merge moves the points of from to into, in the transaction that merges the two shoppers and has touched both rows: what is available with its lots, live
// holds, what was earned by day, and the debt, which into's points pay at once. Both statements get a Merged entry. Lots with nothing left, and holds that have
// ended, stay where they are; what a reversal puts into them later is into's.
//
// channel is where the merge happens.
func (s *Service) Merge(ctx context.Context, from, into, channel string) error {
	a := about{system, channel, merged, ""}
	if err := a.check(); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		old, err := s.bookOf(ctx, from)
		if err != nil {
			return err
		}
		if old.fresh {
			return nil
		}
		if err := old.debts(ctx); err != nil {
			return err
		}
		available, held := old.acc.Available, old.acc.Held
		old.handOver(old.post(Merged, a), into, -1, available, held, old.owes)
		if err := old.close(ctx); err != nil {
			return err
		}
		for _, table := range []string{
			"point_lots SET shopper_id = ?, ver = ver + 1 WHERE shopper_id = ? AND (open OR held > 0)",
			"point_holds SET shopper_id = ?, ver = ver + 1 WHERE shopper_id = ? AND state = 'HELD'",
			"point_debts SET shopper_id = ? WHERE shopper_id = ?",
		} {
			if _, err := s.store.Exec(ctx, "UPDATE "+table, into, from); err != nil {
				return fmt.Errorf("merge points of %s: %w", from, err)
			}
		}
		b, err := s.bookOf(ctx, into)
		if err != nil {
			return err
		}
		if err := b.takeEarnings(ctx, from); err != nil {
			return err
		}
		b.handOver(b.post(Merged, a), from, 1, available, held, old.owes)
		if err := b.tendAlike(ctx); err != nil {
			return err
		}
		if err := b.payDebt(ctx, a); err != nil {
			return err
		}
		return b.close(ctx)
	})
}

// handOver moves balances and debts onto the account, or off it where sign is -1, against the other shopper's.
func (b *book) handOver(p *posting, other string, sign, points, kept int64, owes []*owed) {
	side := func(a account, lotID *string, amount int64) {
		if amount != 0 {
			b.enter(p, a, b.shopperID, lotID, sign*amount)
			b.enter(p, transfer, other, lotID, -sign*amount)
		}
	}
	side(available, nil, points)
	side(held, nil, kept)
	for _, o := range owes {
		side(debt, &o.lotID, -o.points)
	}
}

// tendAlike has the worker look after lots that came with a merge.
func (b *book) tendAlike(ctx context.Context) error {
	lots, err := b.live(ctx, b.acc.Available)
	if err != nil {
		return err
	}
	for _, l := range lots {
		b.cameBack(l)
	}
	return nil
}

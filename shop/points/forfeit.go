package points

import (
	"context"
	"fmt"
	"strings"
)

// forfeited is the reason of what comes back to somebody who is known no more.
const forfeited = "账号注销"

// Forfeit ends what a shopper has and owes, before he is erased: the books stay balanced, and the channels that were owed bear it. Doing it again
// changes nothing.
//
// Errors: ErrHoldState (points are held: what they are for must end first), fault.Invalid, Blank, TooLong.
func (s *Service) Forfeit(ctx context.Context, shopperID, owner, channel, reason string) error {
	a := about{owner, channel, reason, ""}
	if err := a.check(); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		b, err := s.openAnyway(ctx, shopperID)
		if err != nil {
			return err
		}
		if b.acc.Held > 0 {
			return ErrHoldState.Saying("Points are held for a sale that has not ended.", "有未完成的积分冻结。")
		}
		if err := b.forfeit(ctx, a); err != nil {
			return err
		}
		return b.close(ctx)
	})
}

// Forget blanks what partners wrote beside movements of accounts, which may name people; the movements stay.
func (s *Service) Forget(ctx context.Context, ids []string) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		for _, account := range ids {
			for _, what := range []string{"point_postings SET reason = '', reference = ''", "point_holds SET reference = ''"} {
				_, err := s.store.Exec(ctx, "UPDATE "+what+" WHERE shopper_id = ? AND owner >= ? AND owner < ?", account, partners, afterPartners)
				if err != nil {
					return fmt.Errorf("forget what partners wrote of %s: %w", account, err)
				}
			}
		}
		return nil
	})
}

// partners begin the ids of those who move points from outside the shop; afterPartners is the first text after all of them.
const partners, afterPartners = "pak_", "pak`"

// Ours reports whether the shop itself brought an entry about: then its reason is the shop's words.
func (e *Entry) Ours() bool { return !strings.HasPrefix(e.Owner, partners) }

// forfeit posts away what is available, and what is owed.
func (b *book) forfeit(ctx context.Context, a about) error {
	lots, err := b.live(ctx, b.acc.Available)
	if err != nil {
		return err
	}
	p := b.post(Adjusted, a)
	for _, l := range lots {
		b.move(p, l, available, revoked, l.Remaining)
	}
	if err := b.debts(ctx); err != nil {
		return err
	}
	for _, o := range b.owes {
		b.settleDebt(p, o, o.points)
	}
	return nil
}

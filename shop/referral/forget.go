package referral

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/store"
)

// Forget ends what binds a person, all of whose ids these are, to others, and blanks what he wrote about promoters; in the transaction that erases him. Those whom
// he brought may be brought by somebody else from then on. Orders keep who brought their buyers, and nobody earns by them who is known no more.
//
// Who binds himself to the person at this moment does not wait for the erasure, and may be done after it: the worker ends such bindings once there can be none.
func (s *Service) Forget(ctx context.Context, ids []string) error {
	now := s.clock()
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.endBindings(ctx, ids, now); err != nil {
			return err
		}
		in, his := store.In(ids)
		if _, err := s.store.Exec(ctx, "UPDATE promoter_reports SET reason = '', ver = ver + 1 WHERE reporter_id IN "+in, his...); err != nil {
			return fmt.Errorf("blank reports of %s: %w", ids[0], err)
		}
		return s.deadlines.Set(ctx, ErasedDeadline, ids[0], now.Add(s.unseen()), now)
	})
}

// forgetAgain ends what was bound to a person too late for his erasure.
func (s *Service) forgetAgain(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		ids, err := s.identity.Accounts(ctx, t.Ref)
		if err != nil {
			return err
		}
		if err := s.endBindings(ctx, ids, s.clock()); err != nil {
			return err
		}
		return t.Done(ctx)
	})
}

// endBindings ends the live bindings of a person, all of whose ids these are, in either direction.
func (s *Service) endBindings(ctx context.Context, ids []string, now time.Time) error {
	in, his := store.In(ids)
	for _, column := range []string{"live_key", "inviter_id"} {
		_, err := s.store.Exec(ctx, "UPDATE referral_bindings SET live_key = NULL, pair_key = NULL, ended_at = ?, ver = ver + 1 WHERE "+column+" IN "+in+" AND live_key IS NOT NULL",
			slices.Insert(slices.Clone(his), 0, any(now))...)
		if err != nil {
			return fmt.Errorf("end bindings of %s: %w", ids[0], err)
		}
	}
	return nil
}

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
// Of those whom he brought it ends a piece, and the worker the rest, piece by piece; until then nobody earns by them, and each may be brought by another all the same.
// Who binds himself to the person at this moment does not wait for the erasure, and may be done after it: the worker ends such bindings once there can be none.
func (s *Service) Forget(ctx context.Context, ids []string) error {
	now := s.clock()
	return s.store.InTx(ctx, func(ctx context.Context) error {
		all, err := s.endBindings(ctx, ids, now)
		if err != nil {
			return err
		}
		in, his := store.In(ids)
		if _, err := s.store.Exec(ctx, "UPDATE promoter_reports SET reason = '', ver = ver + 1 WHERE reporter_id IN "+in, his...); err != nil {
			return fmt.Errorf("blank reports of %s: %w", ids[0], err)
		}
		return s.lookAgain(ctx, ErasedDeadline, ids[0], all)
	})
}

// forgetAgain ends what a person's erasure left bound to him, or what came too late for it.
func (s *Service) forgetAgain(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		ids, err := s.identity.Accounts(ctx, t.Ref)
		if err != nil {
			return err
		}
		all, err := s.endBindings(ctx, ids, s.clock())
		if err != nil {
			return err
		}
		return s.goOn(ctx, t, all)
	})
}

// endBindings ends who has brought a person, all of whose ids these are, and a piece of those whom he has brought; all reports whether none is left.
func (s *Service) endBindings(ctx context.Context, ids []string, now time.Time) (all bool, err error) {
	brought, err := s.brought(ctx, ids)
	if err != nil {
		return false, err
	}
	for _, of := range []struct {
		column string
		keys   []string
	}{{"live_key", ids}, {"id", brought}} {
		if len(of.keys) == 0 {
			continue
		}
		in, args := store.In(of.keys)
		_, err := s.store.Exec(ctx, "UPDATE referral_bindings SET live_key = NULL, pair_key = NULL, ended_at = ?, ver = ver + 1 WHERE "+of.column+" IN "+in+" AND live_key IS NOT NULL",
			slices.Insert(args, 0, any(now))...)
		if err != nil {
			return false, fmt.Errorf("end bindings of %s: %w", ids[0], err)
		}
	}
	return len(brought) < s.piece, nil
}

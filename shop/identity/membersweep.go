package identity

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db/membercodeuse"
	"github.com/kaituan/kaituan/ent/db/memberguess"
)

// What is kept of codes and guesses after they count no more, and how many rows go at once.
const (
	usesKept    = 10 * time.Minute // a code counts for 90 seconds at most
	guessesKept = 2 * time.Hour    // longer than any window
	sweepBatch  = 32
)

// sweepMembers removes rows that have no meaning any more, a batch at a time: so no more than sweepBatch of them stay for each that is written. That it fails
// does no harm: the next one goes on.
func (s *Service) sweepMembers(ctx context.Context) {
	now := s.clock()
	err := s.sweep(ctx, func(ctx context.Context) ([]int, error) {
		return s.store.Client(ctx).MemberCodeUse.Query().Where(membercodeuse.UsedAtLT(now.Add(-usesKept))).
			Order(membercodeuse.ByUsedAt()).Limit(sweepBatch).IDs(ctx)
	}, func(ctx context.Context, ids []int) error {
		_, err := s.store.Client(ctx).MemberCodeUse.Delete().Where(membercodeuse.IDIn(ids...)).Exec(ctx)
		return err
	})
	if err == nil {
		err = s.sweep(ctx, func(ctx context.Context) ([]int, error) {
			return s.store.Client(ctx).MemberGuess.Query().Where(memberguess.WindowFromLT(now.Add(-guessesKept))).
				Order(memberguess.ByWindowFrom()).Limit(sweepBatch).IDs(ctx)
		}, func(ctx context.Context, ids []int) error {
			// Once more by time: a window may have been opened anew meanwhile.
			_, err := s.store.Client(ctx).MemberGuess.Delete().Where(memberguess.IDIn(ids...), memberguess.WindowFromLT(now.Add(-guessesKept))).Exec(ctx)
			return err
		})
	}
	if err != nil {
		s.log.WarnContext(ctx, "old rows of member codes could not be removed", "error", err)
	}
}

// sweep removes a batch when a whole one is there, so that most calls only look.
func (s *Service) sweep(ctx context.Context, find func(ctx context.Context) ([]int, error), remove func(ctx context.Context, ids []int) error) error {
	ids, err := find(ctx)
	if err != nil || len(ids) < sweepBatch {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error { return remove(ctx, ids) })
}

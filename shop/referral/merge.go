package referral

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/referralbinding"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// Merge makes the live bindings of from those of into, in the transaction that merges the two and has touched both: one between the two ends; of two
// people who bind each other by it the older binding stays; of two inviters that are left, the one of the older binding. Bindings that are over stay with the
// account of then, and so do orders, marks and reports: they are found through identity.Aliases.
//
// Of those whom from has brought it moves a piece; the worker moves the rest, piece by piece, and until then they are found through the alias. Who binds himself to
// from at this moment does not wait for the merge, and may be done after it: the worker looks for such bindings once there can be none.
func (s *Service) Merge(ctx context.Context, from, into string) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		all, err := s.join(ctx, from, into)
		if err != nil {
			return err
		}
		return s.lookAgain(ctx, MergedDeadline, from, all)
	})
}

const (
	// MergedDeadline is the kind of the work that joins what was bound to an account while it became part of another; ref: the account.
	MergedDeadline = "referral.merged"
	// ErasedDeadline is the kind of the work that ends what was bound to a person while he was erased; ref: his id.
	ErasedDeadline = "referral.erased"
)

// Handlers are what is due at a time.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{MergedDeadline: s.joinAgain, ErasedDeadline: s.forgetAgain}
}

// unseen is for how long after a transaction has read the clock there may be bindings that did not see it: one that began just before it was committed.
func (s *Service) unseen() time.Duration { return 2 * s.store.CommitLag() }

// lookAgain sets the work that follows a merge or an erasure: at once where that left bindings, else once there can be none that it did not see.
func (s *Service) lookAgain(ctx context.Context, kind, ref string, all bool) error {
	now := s.clock()
	due := now
	if all {
		due = now.Add(s.unseen())
	}
	return s.deadlines.Set(ctx, kind, ref, due, now)
}

// goOn ends a look of that work: the next piece follows at once, and after the last one another look once there can be no binding that the first did not see.
func (s *Service) goOn(ctx context.Context, t *deadline.Task, all bool) error {
	now, last := s.clock(), t.Since.Add(s.unseen())
	switch {
	case !all:
		return t.Again(ctx, now)
	case now.Before(last):
		return t.Again(ctx, last)
	}
	return t.Done(ctx)
}

// joinAgain joins bindings of an account, which its merge left or which came too late for it, to those of the person of today.
func (s *Service) joinAgain(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		into, err := s.identity.TouchPerson(ctx, t.Ref)
		if err != nil && !errors.Is(err, fault.Unauthenticated) { // one who may not act has bindings all the same
			return err
		}
		all, err := s.join(ctx, t.Ref, into)
		if err != nil {
			return err
		}
		return s.goOn(ctx, t, all)
	})
}

// join makes the bindings of from those of into, and of those whom he has brought a piece; it reports whether that were all.
func (s *Service) join(ctx context.Context, from, into string) (all bool, err error) {
	now := s.clock()
	ids, err := s.halves(ctx, from, into)
	if err != nil {
		return false, err
	}
	if err := s.clearOver(ctx, ids, now); err != nil {
		return false, err
	}
	for range mergeTries {
		if err := s.settle(ctx, ids, now); err != nil {
			return false, err
		}
		moved, all, err := s.move(ctx, from, into, now)
		if err != nil || moved {
			return all, err
		}
	}
	return false, fault.BusyRetry
}

// mergeTries bounds how often somebody may bind himself to the person just before the bindings are moved.
const mergeTries = 4

// halves are all ids of two who are one person, or are about to be: bindings to those of an earlier merge may be left, too.
func (s *Service) halves(ctx context.Context, from, into string) ([]string, error) {
	ids := []string{from, into}
	for _, half := range []string{from, into} {
		his, err := s.identity.Accounts(ctx, half)
		if err != nil {
			return nil, err
		}
		ids = append(ids, his...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// clearOver clears the keys of what has run out, of a person, all of whose ids these are, and of who has brought him: both may stand in the way of a move.
func (s *Service) clearOver(ctx context.Context, ids []string, now time.Time) error {
	in, args := store.In(ids)
	inviters, err := s.store.Texts(ctx, "SELECT inviter_id FROM referral_bindings WHERE live_key IN "+in, args...)
	if err != nil {
		return fmt.Errorf("who brought %s: %w", ids[0], err)
	}
	active, err := s.identity.Active(ctx, inviters)
	if err != nil {
		return err
	}
	in, args = store.In(slices.Concat(ids, inviters, slices.Collect(maps.Values(active))))
	_, err = s.store.Exec(ctx, "UPDATE referral_bindings SET live_key = NULL, pair_key = NULL, ver = ver + 1 WHERE live_key IN "+in+" AND until <= ?", append(args, now)...)
	if err != nil {
		return fmt.Errorf("clear bindings that ran out: %w", err)
	}
	return nil
}

// settle leaves of the bindings of two who are one person, all of whose ids these are, what one person may have: the oldest that may stay.
func (s *Service) settle(ctx context.Context, ids []string, now time.Time) error {
	rows, err := s.store.Client(ctx).ReferralBinding.Query().Where(referralbinding.LiveKeyIn(ids...)).
		Order(referralbinding.ByBoundAt(), referralbinding.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("bindings of %s: %w", ids[0], err)
	}
	for i, row := range rows {
		stays := !slices.Contains(ids, row.InviterID)
		if stays {
			if stays, err = s.prevails(ctx, row, ids, now); err != nil {
				return err
			}
		}
		if stays {
			return s.endAll(ctx, rows[i+1:], now)
		}
		if err := s.end(ctx, row, now); err != nil {
			return err
		}
	}
	return nil
}

// prevails reports whether a binding of the person stays beside that of its inviter, and ends the other's if it does: of two people who bind each other the
// older one stays.
func (s *Service) prevails(ctx context.Context, row *db.ReferralBinding, ids []string, now time.Time) (bool, error) {
	inviter, err := s.identity.PersonOf(ctx, row.InviterID)
	if err != nil {
		return false, err
	}
	theirs, err := s.store.Client(ctx).ReferralBinding.Query().Where(referralbinding.LiveKey(inviter), referralbinding.InviterIDIn(ids...)).Only(ctx)
	switch {
	case db.IsNotFound(err):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("who brought %s: %w", row.InviterID, err)
	case older(theirs, row):
		return false, nil
	}
	return true, s.end(ctx, theirs, now)
}

func (s *Service) endAll(ctx context.Context, rows []*db.ReferralBinding, now time.Time) error {
	for _, row := range rows {
		if err := s.end(ctx, row, now); err != nil {
			return err
		}
	}
	return nil
}

func older(a, b *db.ReferralBinding) bool {
	return a.BoundAt.Before(b.BoundAt) || a.BoundAt.Equal(b.BoundAt) && a.ID < b.ID
}

// end ends a binding before its time.
func (s *Service) end(ctx context.Context, row *db.ReferralBinding, now time.Time) error {
	_, err := s.store.Guard(ctx, "UPDATE referral_bindings SET live_key = NULL, pair_key = NULL, ended_at = ?, ver = ver + 1 WHERE id = ? AND live_key IS NOT NULL", now, row.ID)
	if err != nil {
		return fmt.Errorf("end binding %s: %w", row.ID, err)
	}
	return nil
}

// move rewrites who brought from, and a piece of those whom he has brought, to name into; all reports whether none is left. It reports moved as false when a key was
// taken meanwhile: somebody has bound himself to the person whom that one has brought.
func (s *Service) move(ctx context.Context, from, into string, now time.Time) (moved, all bool, err error) {
	moved, err = s.rewrite(ctx, "invitee_id = ?, live_key = ?, pair_key = "+pairWith("inviter_id")+", ver = ver + 1 WHERE live_key = ?", into, into, into, into, into, from)
	if err != nil || !moved {
		return false, false, err
	}
	brought, err := s.brought(ctx, []string{from})
	if err != nil || len(brought) == 0 {
		return true, true, err
	}
	in, ids := store.In(brought)
	_, err = s.store.Exec(ctx, "UPDATE referral_bindings SET live_key = NULL, pair_key = NULL, ver = ver + 1 WHERE id IN "+in+" AND until <= ?", append(slices.Clone(ids), now)...)
	if err != nil {
		return false, false, fmt.Errorf("clear bindings that ran out: %w", err)
	}
	args := append([]any{into, into, into, into}, ids...)
	moved, err = s.rewrite(ctx, "inviter_id = ?, pair_key = "+pairWith("invitee_id")+", ver = ver + 1 WHERE id IN "+in+" AND live_key IS NOT NULL", args...)
	return moved, len(brought) < s.piece, err
}

// rewrite changes bindings, and reports false when a key is taken.
func (s *Service) rewrite(ctx context.Context, change string, args ...any) (bool, error) {
	free, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "UPDATE referral_bindings SET "+change, args...)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("move bindings: %w", err)
	}
	return free, nil
}

// mostAtOnce is how many of those whom somebody has brought one transaction rewrites.
const mostAtOnce = 500

// brought are bindings of those whom ids have brought that have their keys, a piece at most. The newest come first: those that are over are older, and are not read
// again for each piece.
func (s *Service) brought(ctx context.Context, ids []string) ([]string, error) {
	in, args := store.In(ids)
	list, err := s.store.Texts(ctx, "SELECT id FROM referral_bindings WHERE inviter_id IN "+in+" AND live_key IS NOT NULL ORDER BY bound_at DESC, id DESC LIMIT ?", append(args, s.piece)...)
	if err != nil {
		return nil, fmt.Errorf("whom %s brought: %w", ids[0], err)
	}
	return list, nil
}

// pairWith is pairKey in SQL, of a column and an id that is given three times.
func pairWith(column string) string {
	return "CASE WHEN " + column + " < ? THEN CONCAT(" + column + ", ' ', ?) ELSE CONCAT(?, ' ', " + column + ") END"
}

package referral

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/referralbinding"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// Merge makes the live bindings of from those of into, in the transaction that makes the two one person and has touched both: one between the two ends; of two
// inviters the one of the older binding stays; of two people who bind each other by it, too. Bindings that are over stay with the account of then, and so do
// orders, marks and reports: they are found through identity.Aliases.
//
// Who binds himself to from at this moment does not wait for the merge, and may be done after it: the worker looks for such bindings once there can be none.
func (s *Service) Merge(ctx context.Context, from, into string) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.join(ctx, from, into); err != nil {
			return err
		}
		now := s.clock()
		return s.deadlines.Set(ctx, MergedDeadline, from, now.Add(s.unseen()), now)
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

// joinAgain joins the bindings of an account, which came too late for its merge, to those of the person of today.
func (s *Service) joinAgain(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		into, err := s.identity.TouchPerson(ctx, t.Ref)
		if err != nil && !errors.Is(err, fault.Unauthenticated) { // one who may not act has bindings all the same
			return err
		}
		if err := s.join(ctx, t.Ref, into); err != nil {
			return err
		}
		return t.Done(ctx)
	})
}

// join makes the bindings of from those of into.
func (s *Service) join(ctx context.Context, from, into string) error {
	now, both := s.clock(), []string{from, into}
	if err := s.clearOver(ctx, both, now); err != nil {
		return err
	}
	for range mergeTries {
		if err := s.settle(ctx, both, now); err != nil {
			return err
		}
		moved, err := s.move(ctx, from, into)
		if err != nil || moved {
			return err
		}
	}
	return fault.BusyRetry
}

// mergeTries bounds how often somebody may bind himself to the person just before the bindings are moved.
const mergeTries = 4

// clearOver clears the keys of what has run out.
func (s *Service) clearOver(ctx context.Context, both []string, now time.Time) error {
	in, ids := store.In(both)
	for _, column := range []string{"live_key", "inviter_id"} {
		_, err := s.store.Exec(ctx, "UPDATE referral_bindings SET live_key = NULL, pair_key = NULL, ver = ver + 1 WHERE "+column+" IN "+in+" AND live_key IS NOT NULL AND until <= ?", append(slices.Clone(ids), now)...)
		if err != nil {
			return fmt.Errorf("clear bindings that ran out: %w", err)
		}
	}
	return nil
}

// settle leaves of the bindings of two who are one person what one person may have: the oldest that may stay.
func (s *Service) settle(ctx context.Context, both []string, now time.Time) error {
	rows, err := s.store.Client(ctx).ReferralBinding.Query().Where(referralbinding.LiveKeyIn(both...)).
		Order(referralbinding.ByBoundAt(), referralbinding.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("bindings of %s: %w", both[0], err)
	}
	for i, row := range rows {
		stays := row.InviterID != both[0] && row.InviterID != both[1]
		if stays {
			if stays, err = s.prevails(ctx, row, both, now); err != nil {
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

// prevails reports whether a binding of one of both stays beside that of its inviter, and ends the other's if it does: of two people who bind each other the
// older one stays.
func (s *Service) prevails(ctx context.Context, row *db.ReferralBinding, both []string, now time.Time) (bool, error) {
	theirs, err := s.store.Client(ctx).ReferralBinding.Query().Where(referralbinding.LiveKey(row.InviterID), referralbinding.InviterIDIn(both...)).Only(ctx)
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

// move rewrites what names from to name into, and reports false when a key was taken meanwhile: somebody has bound himself to the person whom that one has brought.
func (s *Service) move(ctx context.Context, from, into string) (bool, error) {
	for _, side := range []struct {
		query string
		args  []any
	}{
		{"invitee_id = ?, live_key = ?, pair_key = " + pairWith("inviter_id") + ", ver = ver + 1 WHERE live_key = ?", []any{into, into, into, into, into, from}},
		{"inviter_id = ?, pair_key = " + pairWith("invitee_id") + ", ver = ver + 1 WHERE inviter_id = ? AND live_key IS NOT NULL", []any{into, into, into, into, from}},
	} {
		moved, err := s.store.Unique(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, "UPDATE referral_bindings SET "+side.query, side.args...)
			return err
		})
		if err != nil {
			return false, fmt.Errorf("move bindings of %s: %w", from, err)
		}
		if !moved {
			return false, nil
		}
	}
	return true, nil
}

// pairWith is pairKey in SQL, of a column and an id that is given three times.
func pairWith(column string) string {
	return "CASE WHEN " + column + " < ? THEN CONCAT(" + column + ", ' ', ?) ELSE CONCAT(?, ' ', " + column + ") END"
}

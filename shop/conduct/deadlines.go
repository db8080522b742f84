package conduct

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/conductaction"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
)

// The kinds of its deadlines.
const (
	// LookDeadline is when a person is judged again without having done anything; ref: shopper.
	LookDeadline = "conduct.look"
	// SweepDeadline is when actions are too old to be kept; ref: sweepRef.
	SweepDeadline = "conduct.sweep"

	sweepRef = "actions"
)

const (
	// lookEvery is how often a marked person is looked at again.
	lookEvery = 7 * 24 * time.Hour
	// kept is how long an action is kept at all; sweepEvery how often at most old ones are removed, sweepBatch how many at once.
	kept       = 90 * 24 * time.Hour
	sweepEvery = time.Hour
	sweepBatch = 1000
	// sweepCheck: each so many actions it is made sure that somebody sweeps.
	sweepCheck = 100
)

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{LookDeadline: s.look, SweepDeadline: s.sweep}
}

// lookLater has a person judged again: marked, until the mark is lifted; near it, once the others of a job have come, too.
func (s *Service) lookLater(ctx context.Context, shopperID string, v verdict, now time.Time) error {
	if v.fresh {
		return s.deadlines.Set(ctx, LookDeadline, shopperID, now.Add(lookEvery), now)
	}
	if v.mark.Marked || v.score.Total < Threshold/2 {
		return nil
	}
	if pending, err := s.deadlines.Pending(ctx, LookDeadline, shopperID); err != nil || pending {
		return err
	}
	return s.deadlines.Set(ctx, LookDeadline, shopperID, now.Add(together), now)
}

// look judges a person again.
func (s *Service) look(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		personID, err := s.identity.TouchPerson(ctx, t.Ref)
		if errors.Is(err, fault.Unauthenticated) { // erased or banned: he helps nobody any more
			return t.Done(ctx)
		}
		if err != nil {
			return err
		}
		ids, err := s.identity.Aliases(ctx, personID)
		if err != nil {
			return err
		}
		now := s.clock()
		v, err := s.judge(ctx, ids, now)
		if err != nil {
			return err
		}
		if v.mark.Marked && !v.mark.Decided {
			return t.Again(ctx, now.Add(lookEvery))
		}
		return t.Done(ctx)
	})
}

// keepSweeping makes sure, now and then, that old actions are removed. It begins with the first action ever.
func (s *Service) keepSweeping(ctx context.Context, actionID int) error {
	if actionID%sweepCheck != 1 {
		return nil
	}
	if pending, err := s.deadlines.Pending(ctx, SweepDeadline, sweepRef); err != nil || pending {
		return err
	}
	now := s.clock()
	return s.deadlines.Set(ctx, SweepDeadline, sweepRef, now.Add(kept), now)
}

// sweep removes some of the oldest actions, and comes again when the next ones are too old.
func (s *Service) sweep(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		client := s.store.Client(ctx).ConductAction
		old, err := client.Query().Where(conductaction.AtLTE(now.Add(-kept))).Order(conductaction.ByAt()).Limit(sweepBatch).IDs(ctx)
		if err == nil && len(old) > 0 {
			_, err = client.Delete().Where(conductaction.IDIn(old...)).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("sweep actions: %w", err)
		}
		if len(old) == sweepBatch {
			return t.Again(ctx, now)
		}
		oldest, err := client.Query().Order(conductaction.ByAt()).First(ctx)
		switch {
		case db.IsNotFound(err):
			return t.Done(ctx)
		case err != nil:
			return fmt.Errorf("sweep actions: %w", err)
		}
		next := oldest.At.Add(kept)
		if soon := now.Add(sweepEvery); next.Before(soon) {
			next = soon
		}
		return t.Again(ctx, next)
	})
}

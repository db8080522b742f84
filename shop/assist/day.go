package assist

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/assistday"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
)

// daysKept is how many days a day's counts are kept after it began: they count on it alone, and a few more days answer who asks why he was refused.
const daysKept = 7

// SweepDeadline is the kind of the deadline at which a day's counts are removed; ref: the day, see deadline.DayRef.
const SweepDeadline = "assist.sweep"

// deed is a column of assist_days.
type deed string

const (
	starts deed = "starts"
	helps  deed = "helps"
)

// dayOf is the local midnight that now's day began with, and the next, both in UTC.
func (s *Service) dayOf(now time.Time) (day, next time.Time) {
	return clock.Midnight(now, 0, s.zone), clock.Midnight(now, 1, s.zone)
}

// count counts one more deed on now's day of a person whom the transaction has touched, unless he has done most of them, over all tools and under all of his ids. It
// reports false when that is too many, as on a day on which he was here before.
func (s *Service) count(ctx context.Context, who actor, what deed, most int, now time.Time) (bool, error) {
	day, _ := s.dayOf(now)
	if who.earlier.had(day) {
		return false, nil
	}
	his := who.ids
	if len(his) > 1 {
		elsewhere, err := s.done(ctx, his[1:], what, now)
		if err != nil {
			return false, err
		}
		most -= elsewhere
	}
	if most < 1 {
		return false, nil
	}
	took, err := s.store.Guard(ctx, fmt.Sprintf("UPDATE assist_days SET %[1]s = %[1]s + 1, ver = ver + 1 WHERE shopper_id = ? AND day = ? AND %[1]s < ?", what), his[0], day, most)
	if err == nil && !took { // his first deed of the day, else the key is taken
		if err := s.sweeps.Set(ctx, day, now); err != nil {
			return false, err
		}
		took, err = s.store.Unique(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, fmt.Sprintf("INSERT INTO assist_days (ver, shopper_id, day, %s, %s) VALUES (1, ?, ?, 1, 0)", what, other(what)), his[0], day)
			return err
		})
	}
	if err != nil {
		return false, fmt.Errorf("count %s of %s: %w", what, his[0], err)
	}
	return took, nil
}

// sweep removes a day's counts, and with them those of the days before: what is kept is whole days, as the promise about them has it.
func (s *Service) sweep(ctx context.Context, t *deadline.Task) error {
	day, err := t.Day()
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.store.Client(ctx).AssistDay.Delete().Where(assistday.DayLTE(day)).Exec(ctx); err != nil {
			return fmt.Errorf("sweep days: %w", err)
		}
		return t.Done(ctx)
	})
}

func other(what deed) deed {
	if what == starts {
		return helps
	}
	return starts
}

// done is how many deeds were done on now's day under any of ids.
func (s *Service) done(ctx context.Context, ids []string, what deed, now time.Time) (n int, err error) {
	day, _ := s.dayOf(now)
	rows, err := s.store.Client(ctx).AssistDay.Query().Where(assistday.ShopperIDIn(ids...), assistday.Day(day)).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("days of %s: %w", ids[0], err)
	}
	for _, row := range rows {
		if what == starts {
			n += row.Starts
		} else {
			n += row.Helps
		}
	}
	return n, nil
}

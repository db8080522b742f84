package assist

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/assistday"
	"github.com/kaituan/kaituan/internal/clock"
)

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

// count counts one more deed of a person's on now's day, unless he has done most of them, over all tools and under all of his ids; the first is who the transaction
// has touched. It reports false when that is too many.
func (s *Service) count(ctx context.Context, his []string, what deed, most int, now time.Time) (bool, error) {
	day, _ := s.dayOf(now)
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

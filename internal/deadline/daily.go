package deadline

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// Daily sets one deadline for each day on which something was done: what the days are kept by, removed once a day is old. It is safe for concurrent use.
type Daily struct {
	deadlines *Deadlines
	kind      string
	days      int
	// set is the day, in Unix seconds, that this process has set the deadline of.
	set atomic.Int64
}

// NewDaily returns what sets kind's deadlines, so many days after each day began. A task's Day says which one it is about.
func (d *Deadlines) NewDaily(kind string, days int) *Daily {
	return &Daily{deadlines: d, kind: kind, days: days}
}

// Set sets the deadline of a day, given by its midnight, in the transaction of what was done on it; once a process and day.
func (d *Daily) Set(ctx context.Context, day, now time.Time) error {
	if d.set.Load() == day.Unix() {
		return nil
	}
	d.deadlines.store.AfterCommit(ctx, func() { d.set.Store(day.Unix()) })
	return d.deadlines.Set(ctx, d.kind, DayRef(day), day.AddDate(0, 0, d.days), now)
}

// DayRef is the ref of a deadline that is about a day: its midnight in Unix seconds.
func DayRef(day time.Time) string { return fmt.Sprint(day.Unix()) }

// Day is the midnight, in UTC, of the day that a task with a DayRef is about.
func (t *Task) Day() (time.Time, error) {
	var unix int64
	if _, err := fmt.Sscan(t.Ref, &unix); err != nil {
		return time.Time{}, fmt.Errorf("%s of %q: %w", t.Kind, t.Ref, err)
	}
	return time.Unix(unix, 0).UTC(), nil
}

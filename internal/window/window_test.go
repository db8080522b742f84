package window_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/window"
)

func TestAReadingIsKept(t *testing.T) {
	now := clock.NewFixed(time.Date(2026, 5, 6, 4, 0, 0, 0, time.UTC))
	w := window.New[int](now.Now, time.Hour)
	reads := 0
	read := func(_ context.Context, at time.Time) (*int, error) {
		reads++
		if !at.Equal(now.Now()) {
			t.Errorf("read at %v, by the clock it is %v", at, now.Now())
		}
		return new(reads), nil
	}
	is := func(want int, when string) {
		t.Helper()
		if got, err := w.Get(t.Context(), read); err != nil || *got != want {
			t.Errorf("%s: %v, %v, want %d", when, *got, err, want)
		}
	}
	if w.Latest() != nil {
		t.Error("there is a reading before the first")
	}
	is(1, "the first")
	is(1, "at once")
	now.Advance(time.Hour - time.Microsecond)
	is(1, "before its time is up")
	now.Advance(time.Microsecond)
	is(2, "an hour later")
	now.Advance(-time.Hour)
	is(3, "the clock was moved back")
	w.Changed()
	if got := w.Latest(); *got != 3 {
		t.Errorf("the latest is %d", *got)
	}
	is(4, "after a change")
	_, err := w.Get(t.Context(), func(context.Context, time.Time) (*int, error) { w.Changed(); return new(0), nil })
	if err != nil {
		t.Error(err)
	}
	w.Changed()
	failed := errors.New("failed")
	if _, err := w.Get(t.Context(), func(context.Context, time.Time) (*int, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("a read that fails: %v", err)
	}
	is(5, "after a read that failed")
	if _, err := w.Get(t.Context(), func(context.Context, time.Time) (*int, error) { t.Error("read"); return new(0), nil }); err != nil {
		t.Error(err)
	}
}

// A change while it is read makes the reading good for nobody else.
func TestAChangeWhileItIsRead(t *testing.T) {
	w := window.New[string](clock.System, time.Hour)
	_, err := w.Get(t.Context(), func(context.Context, time.Time) (*string, error) { w.Changed(); return new("before"), nil })
	if err != nil {
		t.Error(err)
	}
	if got, err := w.Get(t.Context(), func(context.Context, time.Time) (*string, error) { return new("after"), nil }); err != nil || *got != "after" {
		t.Errorf("%v, %v", *got, err)
	}
}

func TestOneReadsForMany(t *testing.T) {
	w := window.New[int](clock.System, time.Hour)
	reads := 0
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if got, err := w.Get(t.Context(), func(context.Context, time.Time) (*int, error) { reads++; return new(reads), nil }); err != nil || *got != 1 {
				t.Errorf("%v, %v", *got, err)
			}
		})
	}
	group.Wait()
}

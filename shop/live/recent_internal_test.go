package live

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// However slow a reading is, who comes meanwhile waits for it, and one is under way at a time; once it is done it stands for as long as it is recent.
func TestAReadingUnderWayIsJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecent[int64](100*time.Millisecond, time.Now)
		var reads, underWay atomic.Int64
		slow := func(context.Context) (int64, error) {
			if underWay.Add(1) > 1 {
				t.Error("two readings are under way")
			}
			defer underWay.Add(-1)
			n := reads.Add(1)
			time.Sleep(3 * time.Second)
			return n, nil
		}
		want := func(want int64, after time.Duration) {
			t.Helper()
			began := time.Now()
			got, err := r.get(t.Context(), "room", slow)
			if err != nil || got != want || time.Since(began) != after {
				t.Errorf("read %d, %v after %s, want %d after %s", got, err, time.Since(began), want, after)
			}
		}
		var all sync.WaitGroup
		for came := range 3 { // long after one another
			all.Go(func() { time.Sleep(time.Duration(came) * time.Second); want(1, time.Duration(3-came)*time.Second) })
		}
		all.Wait()
		want(2, 3*time.Second) // the first began too long ago
		if len(r.byKey) != 1 {
			t.Errorf("%d readings are kept", len(r.byKey))
		}
	})
}

// Who needs more than a reading under way can hold waits for it, and for one more, which all such share.
func TestAReadingThatIsTooOldIsMadeOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecent[int64](time.Minute, time.Now)
		var head, reads, underWay atomic.Int64
		slow := func(context.Context) (int64, error) {
			if underWay.Add(1) > 1 {
				t.Error("two readings are under way")
			}
			defer underWay.Add(-1)
			reads.Add(1)
			seq := head.Load()
			time.Sleep(time.Second)
			return seq, nil
		}
		ask := func() {
			asked := head.Load()
			got, err := r.getSuch(t.Context(), "room", func(seq int64) bool { return seq >= asked }, slow)
			if err != nil || got < asked {
				t.Errorf("%d is below %d, %v", got, asked, err)
			}
		}
		var all sync.WaitGroup
		for came := range 10 { // the head rises while the first reading is under way, before the last nine ask
			all.Go(func() { time.Sleep(time.Duration(came) * 50 * time.Millisecond); head.Store(int64(came)); ask() })
		}
		all.Wait()
		if n := reads.Load(); n != 2 {
			t.Errorf("%d readings", n)
		}
		ask() // it still stands
		head.Add(1)
		ask() // and is too low now
		if n := reads.Load(); n != 3 || len(r.byKey) != 1 {
			t.Errorf("%d readings, of which %d are kept", n, len(r.byKey))
		}
	})
}

// A reading that failed is everybody's who waits, and nobody's who comes later.
func TestAFailedReadingIsNotRemembered(t *testing.T) {
	r := newRecent[int64](time.Hour, time.Now)
	away := errors.New("away")
	if _, err := r.get(t.Context(), "room", func(context.Context) (int64, error) { return 0, away }); !errors.Is(err, away) {
		t.Errorf("it failed with %v", err)
	}
	for range 2 {
		if got, err := r.get(t.Context(), "room", func(context.Context) (int64, error) { return 1, nil }); got != 1 || err != nil {
			t.Errorf("read %d, %v", got, err)
		}
	}
}

package deadline_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
)

var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

type bench struct {
	*testing.T
	store     *store.Store
	clock     *clock.Fixed
	deadlines *deadline.Deadlines
}

func open(t *testing.T) bench {
	s := testdb.Open(t)
	return bench{T: t, store: s, clock: clock.NewFixed(start), deadlines: deadline.New(s)}
}

func (b bench) set(ref string, due time.Time) {
	b.Helper()
	b.setKind("work", due, ref)
}

func (b bench) setKind(kind string, due time.Time, refs ...string) {
	b.Helper()
	err := b.store.InTx(b.Context(), func(ctx context.Context) error {
		for _, ref := range refs {
			if err := b.deadlines.Set(ctx, kind, ref, due, b.clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// pool is four workers for a kind.
func pool(kind string, h deadline.Handler) deadline.Pool {
	return deadline.Pool{Workers: 4, Handlers: map[string]deadline.Handler{kind: h}}
}

func (b bench) once(h deadline.Handler) int {
	b.Helper()
	n, err := deadline.NewRunner(b.deadlines, b.clock.Now, pool("work", h)).Once(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func (b bench) pending(ref string) bool {
	b.Helper()
	ok, err := b.deadlines.Pending(b.Context(), "work", ref)
	if err != nil {
		b.Fatal(err)
	}
	return ok
}

// done is a handler whose effect is a count.
func (b bench) done(effects *atomic.Int64) deadline.Handler {
	return func(ctx context.Context, t *deadline.Task) error {
		return b.store.InTx(ctx, func(ctx context.Context) error {
			if err := t.Done(ctx); err != nil {
				return err
			}
			b.store.AfterCommit(ctx, func() { effects.Add(1) })
			return nil
		})
	}
}

func TestDueOnce(t *testing.T) {
	b := open(t)
	var effects atomic.Int64
	b.set("a", start.Add(time.Minute))
	if n := b.once(b.done(&effects)); n != 0 || effects.Load() != 0 {
		t.Fatalf("before its time: claimed %d, done %d", n, effects.Load())
	}
	b.clock.Advance(time.Minute) // half-open: due at the very instant
	b.once(b.done(&effects))
	b.once(b.done(&effects))
	if effects.Load() != 1 || b.pending("a") {
		t.Fatalf("done %d times, still there: %v", effects.Load(), b.pending("a"))
	}
}

func TestManyRunnersDoItOnce(t *testing.T) {
	b := open(t)
	var effects atomic.Int64
	const tasks = 40
	for i := range tasks {
		b.set(string(rune('a'+i%26))+string(rune('a'+i/26)), start)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			runner := deadline.NewRunner(b.deadlines, b.clock.Now, pool("work", b.done(&effects)))
			for range 10 {
				if _, err := runner.Once(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if effects.Load() != tasks {
		t.Fatalf("done %d times; want %d", effects.Load(), tasks)
	}
}

// A worker that was paused past its lease finds that another has done the work, and rolls back.
func TestAPausedWorkerLosesItsLease(t *testing.T) {
	b := open(t)
	var effects atomic.Int64
	b.set("a", start)
	b.once(func(ctx context.Context, paused *deadline.Task) error {
		b.clock.Advance(2 * time.Minute)
		b.once(b.done(&effects))
		err := b.done(&effects)(ctx, paused)
		if !errors.Is(err, deadline.ErrLeaseLost) {
			t.Errorf("the paused worker got %v", err)
		}
		return err
	})
	if effects.Load() != 1 {
		t.Fatalf("done %d times", effects.Load())
	}
}

func TestMovingATaskTakesItFromItsWorker(t *testing.T) {
	b := open(t)
	var effects atomic.Int64
	b.set("a", start)
	b.once(func(ctx context.Context, task *deadline.Task) error {
		b.set("a", start.Add(time.Hour))
		return b.done(&effects)(ctx, task)
	})
	if effects.Load() != 0 || !b.pending("a") {
		t.Fatalf("done %d times, still there: %v", effects.Load(), b.pending("a"))
	}
	b.clock.Advance(time.Hour)
	b.once(b.done(&effects))
	if effects.Load() != 1 {
		t.Fatalf("done %d times at its new time", effects.Load())
	}
}

func TestAFailureIsTriedAgainLater(t *testing.T) {
	b := open(t)
	b.set("a", start)
	tries := 0
	failing := func(_ context.Context, task *deadline.Task) error {
		if task.Attempts != tries {
			t.Errorf("attempt %d says %d", tries, task.Attempts)
		}
		tries++
		return errors.New("not today")
	}
	b.once(failing)
	b.once(failing) // the pause has not passed
	if tries != 1 {
		t.Fatalf("%d tries without a pause", tries)
	}
	b.clock.Advance(time.Second)
	b.once(failing)
	if tries != 2 || !b.pending("a") {
		t.Fatalf("%d tries, still there: %v", tries, b.pending("a"))
	}
}

func TestCancel(t *testing.T) {
	b := open(t)
	b.set("a", start)
	if err := b.store.InTx(t.Context(), func(ctx context.Context) error { return b.deadlines.Cancel(ctx, "work", "a") }); err != nil {
		t.Fatal(err)
	}
	var effects atomic.Int64
	if n := b.once(b.done(&effects)); n != 0 || b.pending("a") {
		t.Fatalf("a cancelled deadline was claimed %d times", n)
	}
}

func TestRunWakesAndStops(t *testing.T) {
	b := open(t)
	var effects atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		deadline.NewRunner(b.deadlines, b.clock.Now, pool("work", b.done(&effects))).Run(ctx)
	}()
	b.set("a", start)
	for wait := time.Now(); effects.Load() == 0; time.Sleep(time.Millisecond) {
		if time.Since(wait) > 30*time.Second {
			t.Fatal("the runner did not look")
		}
	}
	stop()
	<-ended
}

func TestOverdue(t *testing.T) {
	b := open(t)
	b.setKind("work", start.Add(time.Minute), "a", "b")
	b.setKind("work", start.Add(3*time.Minute), "c")
	b.setKind("work", start.Add(time.Hour), "later")
	b.setKind("calm", start.Add(time.Hour), "d")
	b.setKind("other", start, "e") // nobody asks for it
	b.clock.Advance(5 * time.Minute)
	var c store.Counter
	got, err := b.deadlines.Overdue(store.CountStatements(t.Context(), &c), []string{"work", "calm"}, b.clock.Now())
	if want := map[string]deadline.Backlog{"work": {Count: 3, Oldest: 4 * time.Minute}, "calm": {}}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	if c.Count() != 2 {
		t.Errorf("%d statements", c.Count())
	}
	if got, err := b.deadlines.Overdue(t.Context(), nil, b.clock.Now()); err != nil || len(got) != 0 {
		t.Errorf("of no kinds: %v, %v", got, err)
	}
}

// AtLatest pulls a deadline ahead, never back, and takes it from nobody; a worker who ends it and then looks misses nothing.
func TestAtLatest(t *testing.T) {
	b := open(t)
	var effects atomic.Int64
	atLatest := func(due time.Time) {
		t.Helper()
		err := b.store.InTx(t.Context(), func(ctx context.Context) error { return b.deadlines.AtLatest(ctx, "work", "a", due, b.clock.Now()) })
		if err != nil {
			t.Fatal(err)
		}
	}
	atLatest(start.Add(time.Hour))
	atLatest(start.Add(time.Minute))
	atLatest(start.Add(2 * time.Hour))
	b.clock.Advance(time.Minute)
	b.once(func(ctx context.Context, task *deadline.Task) error {
		atLatest(start)
		return b.done(&effects)(ctx, task)
	})
	if effects.Load() != 1 || b.pending("a") {
		t.Fatalf("done %d times, still there: %v", effects.Load(), b.pending("a"))
	}
	atLatest(start)
	if !b.pending("a") {
		t.Fatal("it is not set anew")
	}
}

// Work that is left in a table and a deadline that is set at the latest then: however they meet with a worker who ends it and then looks, none is left without it.
func TestAtLatestMissesNoWork(t *testing.T) {
	b := open(t)
	var left atomic.Int64 // counted after commits only
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				err := b.store.InTx(t.Context(), func(ctx context.Context) error {
					if err := b.deadlines.AtLatest(ctx, "work", "a", start, start); err != nil {
						return err
					}
					b.store.AfterCommit(ctx, func() { left.Add(1) })
					return b.deadlines.AtLatest(ctx, "piece", id.New("wrk"), start, start)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() { group.Wait(); close(ended) }()
	takes := func(ctx context.Context, task *deadline.Task) error {
		return b.store.InTx(ctx, func(ctx context.Context) error {
			if err := task.Done(ctx); err != nil {
				return err
			}
			pieces, err := b.store.Texts(ctx, "SELECT ref FROM deadlines WHERE kind = 'piece'")
			if err != nil {
				return err
			}
			return b.store.ExecIn(ctx, "DELETE FROM deadlines WHERE kind = 'piece' AND ref IN", pieces)
		})
	}
	for done := false; !done; {
		select {
		case <-ended:
			done = true
		default:
		}
		b.once(takes)
	}
	b.clock.Advance(time.Minute) // what met a conflict is tried again
	b.once(takes)
	pieces, err := b.store.Texts(t.Context(), "SELECT ref FROM deadlines WHERE kind = 'piece'")
	if err != nil || len(pieces) != 0 || left.Load() != 80 {
		t.Errorf("of %d pieces %d are left without work: %v", left.Load(), len(pieces), err)
	}
}

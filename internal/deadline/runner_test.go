package deadline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	entdeadline "github.com/kaituan/kaituan/ent/db/deadline"
	"github.com/kaituan/kaituan/internal/deadline"
)

// run starts a runner of the pools that looks only when it is woken, and returns what stops it and waits until it has.
func (b bench) run(pools ...deadline.Pool) (stop func()) {
	ctx, cancel := context.WithCancel(b.Context())
	runner := deadline.NewRunner(b.deadlines, b.clock.Now, pools...)
	runner.OnlyWoken()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		runner.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// tell is a handler that ends its task and tells its ref.
func (b bench) tell(told chan<- string) deadline.Handler {
	return func(ctx context.Context, t *deadline.Task) error {
		if err := b.store.InTx(ctx, t.Done); err != nil {
			return err
		}
		told <- t.Ref
		return nil
	}
}

// hold is a handler that keeps its task until it is let go, or its time is up, and then tells its ref.
func (b bench) hold(begun chan<- string, goOn <-chan struct{}, told chan<- string) deadline.Handler {
	tell := b.tell(told)
	return func(ctx context.Context, t *deadline.Task) error {
		begun <- t.Ref
		select {
		case <-goOn:
			return tell(ctx, t)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func refs(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint(prefix, i)
	}
	return all
}

func (b bench) count(kind string) int {
	b.Helper()
	n, err := b.store.Client(b.Context()).Deadline.Query().Where(entdeadline.Kind(kind)).Count(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// One worker is held; the other, alone, works off more than is read at once.
func TestASlowTaskHoldsItsWorkerOnly(t *testing.T) {
	b := open(t)
	begun, goOn, told := make(chan string, 1), make(chan struct{}), make(chan string)
	hold, tell := b.hold(begun, goOn, told), b.tell(told)
	b.set("slow", start.Add(-time.Second))
	b.setKind("work", start, refs("r", 150)...)
	stop := b.run(deadline.Pool{Workers: 2, Handlers: map[string]deadline.Handler{"work": func(ctx context.Context, task *deadline.Task) error {
		if task.Ref == "slow" {
			return hold(ctx, task)
		}
		return tell(ctx, task)
	}}})
	<-begun
	seen := map[string]bool{}
	for range 150 {
		seen[<-told] = true
	}
	if len(seen) != 150 || !b.pending("slow") {
		t.Errorf("%d tasks were done, the slow one is under way: %v", len(seen), b.pending("slow"))
	}
	b.set("late", start)
	if ref := <-told; ref != "late" {
		t.Errorf("then %s was done", ref)
	}
	close(goOn)
	if ref := <-told; ref != "slow" {
		t.Errorf("at last %s was done", ref)
	}
	stop()
	if n := b.count("work"); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// Far more tasks than workers wait for the outside, and were due before; the others pass all the same.
func TestASlowPoolHoldsUpNoOther(t *testing.T) {
	b := open(t)
	begun, goOn, told := make(chan string, 200), make(chan struct{}), make(chan string)
	b.setKind("outside", start.Add(-time.Hour), refs("o", 200)...)
	stop := b.run(pool("outside", b.hold(begun, goOn, told)), pool("work", b.tell(told)))
	for range 4 {
		<-begun
	}
	b.setKind("work", start, refs("r", 150)...)
	for range 150 {
		<-told
	}
	if n := b.count("outside"); n != 200 || len(begun) != 0 {
		t.Errorf("%d are left outside, %d more were begun than there are workers", n, len(begun))
	}
	close(goOn)
	for range 200 {
		<-told
	}
	stop()
	if n := b.count("outside"); n != 0 {
		t.Errorf("%d are left outside", n)
	}
}

func TestAWakeReachesEveryPoolOfEveryRunner(t *testing.T) {
	b := open(t)
	kinds := []string{"a", "b", "c", "d"}
	told := make(chan string)
	stopOne := b.run(pool("a", b.tell(told)), pool("b", b.tell(told)))
	stopOther := b.run(pool("c", b.tell(told)), pool("d", b.tell(told)))
	for round := range 25 {
		for _, kind := range kinds {
			b.setKind(kind, start.Add(time.Duration(round)*time.Minute), fmt.Sprint(kind, round))
		}
		for range kinds {
			<-told
		}
		b.clock.Advance(time.Minute)
		if round%2 == 1 {
			b.setKind("a", b.clock.Now().Add(time.Second), "clock") // no wake of its own
			b.clock.Advance(time.Second)
			b.deadlines.Wake()
			if ref := <-told; ref != "clock" {
				t.Fatalf("%s was done", ref)
			}
		}
	}
	stopOne()
	stopOther()
}

func TestOnceRunsWhatItMakesDue(t *testing.T) {
	b := open(t)
	b.setKind("first", start, refs("r", 100)...)
	chain := func(ctx context.Context, task *deadline.Task) error {
		return b.store.InTx(ctx, func(ctx context.Context) error {
			if err := b.deadlines.Set(ctx, "second", task.Ref, start, start); err != nil {
				return err
			}
			return task.Done(ctx)
		})
	}
	told := make(chan string, 100)
	n, err := deadline.NewRunner(b.deadlines, b.clock.Now, pool("second", b.tell(told)), pool("first", chain)).Once(t.Context())
	if n != 200 || err != nil || len(told) != 100 {
		t.Errorf("claimed %d, %v, done %d", n, err, len(told))
	}
}

func TestATaskHasLessTimeThanItsLease(t *testing.T) {
	b := open(t)
	b.set("a", start)
	b.once(func(ctx context.Context, task *deadline.Task) error {
		row, err := b.store.Client(ctx).Deadline.Query().Only(ctx)
		if err != nil {
			t.Error(err)
			return err
		}
		leased := row.LeasedUntil.Sub(b.clock.Now())
		if until, bound := ctx.Deadline(); !bound || !until.Before(time.Now().Add(leased)) {
			t.Errorf("the task may go on until %v; the lease is %v", until, leased)
		}
		return b.store.InTx(ctx, task.Done)
	})
}

func TestTheCauseOfAFailureIsKept(t *testing.T) {
	b := open(t)
	kept := func() string {
		t.Helper()
		row, err := b.store.Client(t.Context()).Deadline.Query().Only(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return row.LastError
	}
	for _, tc := range []struct{ cause, want string }{
		{"not today", "not today"},
		{strings.Repeat("团", 300), strings.Repeat("团", 255)},
		{"half a character: \xe5\x9b", "half a character: \ufffd\ufffd"},
	} {
		b.set("a", b.clock.Now())
		b.once(func(context.Context, *deadline.Task) error { return errors.New(tc.cause) })
		if got := kept(); got != tc.want {
			t.Errorf("kept %q", got)
		}
	}
	b.clock.Advance(time.Second)
	b.once(func(ctx context.Context, task *deadline.Task) error {
		return b.store.InTx(ctx, func(ctx context.Context) error { return task.Again(ctx, b.clock.Now().Add(time.Second)) })
	})
	if got := kept(); got != "" {
		t.Errorf("after a try that did not fail: %q", got)
	}
	b.clock.Advance(time.Second)
	b.once(func(context.Context, *deadline.Task) error { panic("no") })
	if got := kept(); !strings.HasPrefix(got, "panic: no\n") {
		t.Errorf("after a panic: %q", got)
	}
	b.set("a", b.clock.Now())
	if got := kept(); got != "" {
		t.Errorf("set anew: %q", got)
	}
}

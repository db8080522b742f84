package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
)

// Rung is a fact of these tests.
type Rung struct {
	Bell string
	N    int64
}

type bench struct {
	*testing.T
	store  *store.Store
	clock  *clock.Fixed
	outbox *outbox.Outbox

	mu    sync.Mutex
	heard map[string][]int64 // by bell, or by consumer and bell
}

func open(t *testing.T) *bench {
	s := testdb.Open(t)
	return &bench{T: t, store: s, clock: clock.NewFixed(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)), outbox: outbox.New(s), heard: map[string][]int64{}}
}

func (b *bench) emit(bell string, n int64) {
	b.Helper()
	err := b.store.InTx(b.Context(), func(ctx context.Context) error {
		return b.outbox.Emit(ctx, bell, n, Rung{Bell: bell, N: n}, b.clock.Now())
	})
	if err != nil {
		b.Fatal(err)
	}
}

// hear is a consumer that notes what it heard when its transaction commits.
func (b *bench) hear(ctx context.Context, f Rung) error {
	b.store.AfterCommit(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.heard[f.Bell] = append(b.heard[f.Bell], f.N)
	})
	return nil
}

// wantEach fails the test unless the consumer heard, under key, each fact of the bell once, and committed what it did in their order.
func (b *bench) wantEach(consumer, bell, key string, want ...int64) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if got := slices.Sorted(slices.Values(b.heard[key])); !slices.Equal(got, want) { // who committed first may be the second to note it
		b.Errorf("%s: heard %v, want %v", key, got, want)
	}
	rows, err := b.store.Reader().QueryContext(b.Context(),
		"SELECT f.aggregate_ver FROM fact_receipts r JOIN facts f ON f.id = r.fact_id WHERE r.consumer = ? AND f.aggregate = ? ORDER BY r.id", consumer, bell)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var got []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			b.Fatal(err)
		}
		got = append(got, n)
	}
	if err := rows.Err(); err != nil || !slices.Equal(got, want) {
		b.Errorf("%s: committed %v, want %v (%v)", key, got, want, err)
	}
}

func (b *bench) dispatch(consumers ...outbox.Consumer) {
	b.Helper()
	d := outbox.NewDispatcher(b.outbox, b.clock.Now, consumers...)
	for {
		n, err := d.Once(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func TestEachFactOnceInOrder(t *testing.T) {
	b := open(t)
	for n := range int64(5) {
		b.emit("a", n+1)
		b.emit("b", n+1)
	}
	var group sync.WaitGroup
	for range 4 { // as many processes
		group.Go(func() {
			d := outbox.NewDispatcher(b.outbox, b.clock.Now, outbox.On("hear", b.hear))
			for range 20 {
				if _, err := d.Once(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	b.dispatch(outbox.On("hear", b.hear))
	for _, bell := range []string{"a", "b"} {
		b.wantEach("hear", bell, bell, 1, 2, 3, 4, 5)
	}
}

func TestAFailureStopsOnlyItsAggregate(t *testing.T) {
	b := open(t)
	b.emit("bad", 1)
	b.emit("bad", 2)
	b.emit("good", 1)
	broken := true
	consumer := outbox.On("hear", func(ctx context.Context, f Rung) error {
		if broken && f.Bell == "bad" {
			return errors.New("cracked")
		}
		return b.hear(ctx, f)
	})
	b.dispatch(consumer)
	if len(b.heard["bad"]) != 0 || len(b.heard["good"]) != 1 {
		t.Fatalf("heard %v", b.heard)
	}
	broken = false
	b.clock.Advance(time.Second)
	b.dispatch(consumer)
	if !slices.Equal(b.heard["bad"], []int64{1, 2}) {
		t.Fatalf("after mending, heard %v", b.heard)
	}
}

// A consumer that had a fact before another failed on it does not get it again.
func TestReceipts(t *testing.T) {
	b := open(t)
	b.emit("a", 1)
	fails := 1
	first := outbox.On("first", b.hear)
	second := outbox.On("second", func(context.Context, Rung) error {
		if fails > 0 {
			fails--
			return errors.New("not yet")
		}
		return nil
	})
	b.dispatch(first, second)
	b.clock.Advance(time.Second)
	b.dispatch(first, second)
	if fails != 0 || len(b.heard["a"]) != 1 {
		t.Fatalf("the first consumer heard %v", b.heard["a"])
	}
}

func TestAVersionHasOneFact(t *testing.T) {
	b := open(t)
	b.emit("a", 1)
	err := b.store.InTx(t.Context(), func(ctx context.Context) error {
		return b.outbox.Emit(ctx, "a", 1, Rung{Bell: "a", N: 1}, b.clock.Now())
	})
	if !store.IsDuplicate(err) {
		t.Fatalf("a second fact of one version: %v", err)
	}
}

func TestRolledBackFactsAreNeverHeard(t *testing.T) {
	b := open(t)
	undone := errors.New("undone")
	err := b.store.InTx(t.Context(), func(ctx context.Context) error {
		return errors.Join(b.outbox.Emit(ctx, "a", 1, Rung{Bell: "a", N: 1}, b.clock.Now()), undone)
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	b.dispatch(outbox.On("hear", b.hear))
	if len(b.heard) != 0 {
		t.Fatalf("heard %v", fmt.Sprint(b.heard))
	}
}

func TestPending(t *testing.T) {
	b := open(t)
	want := func(n int) {
		t.Helper()
		if got, err := b.outbox.Pending(t.Context()); err != nil || got != n {
			t.Errorf("%d pending, %v; want %d", got, err, n)
		}
	}
	want(0)
	b.emit("a", 1)
	b.emit("b", 1)
	want(2)
	b.dispatch(outbox.On("hear", b.hear))
	want(0)
}

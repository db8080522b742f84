package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/outbox"
)

// release returns a process that knows these consumers. Each notes under "name bell" what it heard when its transaction commits.
func (b *bench) release(names ...string) *outbox.Dispatcher {
	var consumers []outbox.Consumer
	for _, name := range names {
		consumers = append(consumers, outbox.On(name, func(ctx context.Context, f Rung) error {
			return b.hear(ctx, Rung{Bell: name + " " + f.Bell, N: f.N})
		}))
	}
	return outbox.NewDispatcher(b.outbox, b.clock.Now, consumers...)
}

func (b *bench) once(d *outbox.Dispatcher) int {
	b.Helper()
	n, err := d.Once(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func (b *bench) drain(d *outbox.Dispatcher) {
	b.Helper()
	for b.once(d) > 0 {
	}
}

func (b *bench) wantHeard(key string, want ...int64) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.heard[key], want) {
		b.Errorf("%s: heard %v, want %v", key, b.heard[key], want)
	}
}

// facts counts those that condition selects.
func (b *bench) facts(condition string) (n int) {
	b.Helper()
	if err := b.store.Reader().QueryRowContext(b.Context(), "SELECT COUNT(*) FROM facts WHERE "+condition).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

// unseen makes it so long since a process announced the consumer.
func (b *bench) unseen(name string, ago time.Duration) {
	b.Helper()
	err := b.store.InTx(b.Context(), func(ctx context.Context) error {
		took, err := b.store.Guard(ctx, "UPDATE fact_consumers SET seen_at = ? WHERE name = ?", clock.System().Add(-ago), name)
		if err == nil && !took {
			err = errors.New("no such consumer")
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// While a new release runs beside an old one, its new consumer hears every fact once and in order, however often the old one comes first; the old one's
// consumer does not wait for it.
func TestOldAndNewReleaseAtOnce(t *testing.T) {
	b := open(t)
	before, after := b.release("A"), b.release("A", "B")
	b.once(before)
	b.once(after)
	for n := range int64(5) {
		b.emit("a", n+1)
		for range 5 {
			b.once(before)
		}
	}
	b.wantHeard("A a", 1, 2, 3, 4, 5)
	b.wantHeard("B a")
	if n := b.once(before); n != 0 {
		t.Errorf("the old release takes %d facts again that wait for the new one", n)
	}
	if n := b.facts("pending AND attempts = 0 AND last_error IS NULL"); n != 5 {
		t.Errorf("%d facts wait and count as sound, want 5", n)
	}
	b.drain(after)
	b.wantHeard("A a", 1, 2, 3, 4, 5)
	b.wantHeard("B a", 1, 2, 3, 4, 5)
	if n := b.facts("pending"); n != 0 {
		t.Errorf("%d facts are still pending", n)
	}
}

// Two releases that each lack the other's consumer close a fact together.
func TestReleasesThatLackEachOthersConsumer(t *testing.T) {
	b := open(t)
	left, right := b.release("A"), b.release("B")
	b.once(left)
	b.once(right)
	b.emit("a", 1)
	b.emit("a", 2)
	for range 2 {
		b.drain(left)
		b.drain(right)
	}
	b.wantHeard("A a", 1, 2)
	b.wantHeard("B a", 1, 2)
	if n := b.facts("pending"); n != 0 {
		t.Errorf("%d facts are still pending", n)
	}
}

// More facts than one look takes wait for another release; what the old one can deliver goes on.
func TestWaitingFactsHoldUpNothing(t *testing.T) {
	b := open(t)
	before, after := b.release("A"), b.release("A", "B")
	b.once(after)
	for n := range 120 {
		b.emit(fmt.Sprint("a", n), 1)
	}
	b.drain(before)
	b.emit("z", 1)
	if n := b.once(before); n != 1 {
		t.Errorf("the old release took %d facts, want the new one", n)
	}
	b.wantHeard("A z", 1)
}

// A consumer that fails in the new release stops its aggregate there; in the old one later facts go on.
func TestAFailingNewConsumerDoesNotStopTheOldRelease(t *testing.T) {
	b := open(t)
	broken := true
	before := b.release("A")
	after := outbox.NewDispatcher(b.outbox, b.clock.Now, outbox.On("B", func(ctx context.Context, f Rung) error {
		if broken {
			return errors.New("cracked")
		}
		return b.hear(ctx, Rung{Bell: "B " + f.Bell, N: f.N})
	}))
	b.once(after)
	b.emit("a", 1)
	b.drain(before)
	b.drain(after)
	b.emit("a", 2)
	b.drain(before)
	b.drain(after)
	b.wantHeard("A a", 1, 2)
	b.wantHeard("B a")
	broken = false
	b.clock.Advance(time.Second)
	b.drain(after)
	b.wantHeard("B a", 1, 2)
}

// A new consumer hears what is pending when it is first announced and what comes later, not what was closed.
func TestANewConsumerHearsFromItsAnnouncementOn(t *testing.T) {
	b := open(t)
	before := b.release("A")
	b.emit("closed", 1)
	b.drain(before)
	b.emit("pending", 1)
	after := b.release("A", "B")
	b.drain(after)
	b.emit("later", 1)
	b.drain(before)
	b.drain(after)
	b.wantHeard("B closed")
	b.wantHeard("B pending", 1)
	b.wantHeard("B later", 1)
}

// A consumer that no program has any more holds facts for a day; then they are closed without it. One that comes back is as good as new.
func TestAConsumerLeaves(t *testing.T) {
	b := open(t)
	with, without := b.release("A", "B"), b.release("A")
	b.once(with)
	b.emit("a", 1)
	b.unseen("B", 23*time.Hour)
	b.drain(without)
	if n := b.facts("pending"); n != 1 {
		t.Fatalf("%d facts wait for a consumer that may come back, want 1", n)
	}
	b.unseen("B", 25*time.Hour)
	b.drain(without)
	if n := b.facts("pending"); n != 0 {
		t.Fatalf("%d facts wait for a consumer that has left", n)
	}
	b.emit("a", 2)
	with = b.release("A", "B")
	b.drain(with)
	b.emit("a", 3)
	b.drain(without)
	b.drain(with)
	b.wantHeard("A a", 1, 2, 3)
	b.wantHeard("B a", 2, 3)
}

// A running process keeps its consumers from leaving; the shop's clock has no say in it.
func TestARunningProcessKeepsItsConsumers(t *testing.T) {
	b := open(t)
	with, without := b.release("A", "B"), b.release("A")
	b.once(with)
	b.unseen("B", 25*time.Hour)
	with.AnnouncedLongAgo()
	b.once(with)
	b.clock.Advance(25 * time.Hour)
	b.emit("a", 1)
	b.drain(without)
	b.drain(with)
	b.wantHeard("B a", 1)
	var rows int
	if err := b.store.Reader().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM fact_consumers").Scan(&rows); err != nil || rows != 2 {
		t.Errorf("%d rows for 2 consumers (%v)", rows, err)
	}
}

func TestAFactThatNobodyWantsIsClosed(t *testing.T) {
	b := open(t)
	b.emit("a", 1)
	b.emit("a", 2)
	b.drain(b.release())
	if n := b.facts("pending"); n != 0 {
		t.Errorf("%d facts are pending", n)
	}
}

// Many processes of both releases, all at once with those who emit: each consumer hears each fact once and in order.
func TestReleasesRace(t *testing.T) {
	const facts = 15
	b := open(t)
	b.once(b.release("A", "B"))
	bells := []string{"a", "b", "c"}
	var group sync.WaitGroup
	for _, bell := range bells {
		group.Go(func() {
			for n := range int64(facts) {
				err := b.store.InTx(t.Context(), func(ctx context.Context) error {
					return b.outbox.Emit(ctx, bell, n+1, Rung{Bell: bell, N: n + 1}, b.clock.Now())
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for _, names := range [][]string{{"A"}, {"A"}, {"A"}, {"A", "B"}, {"B", "A"}, {"B", "C"}} {
		group.Go(func() {
			d := b.release(names...)
			for range 60 {
				if _, err := d.Once(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	b.drain(b.release("A", "B", "C"))
	want := make([]int64, facts)
	for n := range want {
		want[n] = int64(n + 1)
	}
	for _, bell := range bells {
		b.wantEach("A", bell, "A "+bell, want...)
		b.wantEach("B", bell, "B "+bell, want...)
		b.wantEach("C", bell, "C "+bell, want[facts-len(b.heard["C "+bell]):]...) // it came while the others were at it
	}
	if n := b.facts("pending"); n != 0 {
		t.Errorf("%d facts are still pending", n)
	}
}

// An operator reads which consumer failed and why.
func TestAFailureSaysWhy(t *testing.T) {
	b := open(t)
	b.emit("short", 1)
	b.emit("long", 1)
	b.dispatch(outbox.On("hear", func(_ context.Context, f Rung) error {
		if f.Bell == "long" {
			return errors.New(strings.Repeat("裂", 300))
		}
		return errors.New("cracked")
	}))
	for bell, want := range map[string]string{"short": "hear: cracked", "long": "hear: " + strings.Repeat("裂", 249)} {
		var got string
		if err := b.store.Reader().QueryRowContext(t.Context(), "SELECT last_error FROM facts WHERE aggregate = ?", bell).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %d runes, %q", bell, utf8.RuneCountInString(got), got)
		}
	}
}

package stream_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kaituan/kaituan/internal/stream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rows are the kept items that a log reads gaps from.
type rows struct {
	mu    sync.Mutex
	items []stream.Item
	away  int // so many reads fail
	reads int
}

func (r *rows) add(event any) stream.Item {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := stream.Item{Seq: int64(len(r.items)) + 1, Event: event}
	r.items = append(r.items, i)
	return i
}

func (r *rows) read(_ context.Context, after int64, most int) ([]stream.Item, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reads++; r.away > 0 {
		r.away--
		return nil, errors.New("away")
	}
	from := max(int(after), len(r.items)-most)
	if from >= len(r.items) {
		return nil, nil
	}
	return append([]stream.Item{}, r.items[from:]...), nil
}

// hides is an event that takes another one back.
type hides int64

func mend(i stream.Item) func(stream.Item) (any, bool) {
	target, ok := i.Event.(hides)
	if !ok {
		return nil
	}
	return func(old stream.Item) (any, bool) { return "gone", old.Seq == int64(target) && old.Event != "gone" }
}

func run(t *testing.T, l *stream.Log) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

// follow reads a log from seq on until it has the item last; a jump or a repetition fails the test.
func follow(t *testing.T, l *stream.Log, seq, last int64) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for seq < last {
		changed := l.Changed()
		items, ok := l.After(seq, 7)
		if !ok {
			t.Errorf("what follows %d is not kept", seq)
			return
		}
		for _, i := range items {
			if i.Seq != seq+1 {
				t.Errorf("%d follows %d", i.Seq, seq)
				return
			}
			seq = i.Seq
		}
		if len(items) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-deadline:
			t.Errorf("nothing follows %d", seq)
			return
		}
	}
}

// Messages that are lost, doubled and shuffled give every reader the same row without a gap.
func TestLogHasNoGaps(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kept := &rows{away: 2}
	const last = 3000
	l := stream.NewLog(stream.LogConfig{Keep: last, Wait: time.Millisecond, Read: kept.read}, 0, nil)
	run(t, l)
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() { follow(t, l, 0, last) })
	}
	var late []stream.Item
	for range last {
		i := kept.add(nil)
		switch random.IntN(10) {
		case 0: // lost
		case 1:
			late = append(late, i)
		case 2:
			l.Add(i, i)
		default:
			l.Add(i)
		}
		if len(late) > 0 && random.IntN(3) == 0 {
			l.Add(late...)
			late = nil
		}
	}
	l.Know(last)
	readers.Wait()
	if head := l.Head(); head != last {
		t.Errorf("the head is %d", head)
	}
}

func TestLogReadsNothingWhileNothingIsMissing(t *testing.T) {
	kept := &rows{}
	l := stream.NewLog(stream.LogConfig{Read: kept.read}, 0, nil)
	run(t, l)
	for range 500 {
		l.Add(kept.add(nil))
		l.Know(l.Head())
	}
	follow(t, l, 0, 500)
	if kept.reads != 0 {
		t.Errorf("%d reads", kept.reads)
	}
}

func TestLogLooksWhenMessagesMayBeLost(t *testing.T) {
	kept := &rows{}
	l := stream.NewLog(stream.LogConfig{Read: kept.read}, 0, nil)
	run(t, l)
	l.Add(kept.add(nil))
	kept.add(nil)
	l.Check()
	follow(t, l, 0, 2)
}

// Who was away for longer than a log keeps cannot be told all; who keeps up can.
func TestLogJumpsOverWhatItDoesNotKeep(t *testing.T) {
	kept := &rows{}
	l := stream.NewLog(stream.LogConfig{Keep: 10, Read: kept.read}, 0, nil)
	run(t, l)
	l.Add(kept.add(nil))
	for range 50 {
		kept.add(nil)
	}
	l.Know(51)
	for l.Head() < 51 {
		<-l.Changed()
	}
	if _, ok := l.After(1, 100); ok {
		t.Error("what was jumped over is said to be kept")
	}
	if _, ok := l.At(1); ok {
		t.Error("an item before the jump is kept")
	}
	follow(t, l, 41, 51)
	for range 50 {
		l.Add(kept.add(nil))
	}
	follow(t, l, 91, 101)
	if _, ok := l.After(102, 1); ok {
		t.Error("a number beyond the head is known")
	}
	if items, ok := l.After(101, 1); !ok || len(items) != 0 {
		t.Errorf("after the head: %v, %v", items, ok)
	}
}

func TestLogReplaces(t *testing.T) {
	kept := &rows{}
	l := stream.NewLog(stream.LogConfig{Read: kept.read, Mend: mend}, 0, nil)
	run(t, l)
	l.Add(kept.add("first"), kept.add("second"))
	old, _ := l.After(0, 2)
	if seqs, upTo := l.Replaced(0); len(seqs) != 0 || upTo != 0 {
		t.Fatalf("replaced %v, %d", seqs, upTo)
	}
	changed := l.Changed()
	l.Add(kept.add(hides(2)))
	<-changed
	seqs, upTo := l.Replaced(0)
	if len(seqs) != 1 || seqs[0] != 2 || upTo != 1 {
		t.Fatalf("replaced %v, %d", seqs, upTo)
	}
	if i, _ := l.At(2); i.Event != "gone" {
		t.Errorf("it is still %v", i.Event)
	}
	if old[1].Event != "second" {
		t.Error("what somebody is reading has changed")
	}
	l.Add(kept.add(hides(2)), kept.add(hides(99)))
	if seqs, upTo = l.Replaced(upTo); len(seqs) != 0 || upTo != 1 {
		t.Errorf("replaced %v, %d again", seqs, upTo)
	}
}

// A Mend that panics is its caller's to tell; the log goes on, and who waits is woken.
func TestLogAfterAPanic(t *testing.T) {
	kept := &rows{}
	l := stream.NewLog(stream.LogConfig{Read: kept.read, Mend: func(i stream.Item) func(stream.Item) (any, bool) {
		if i.Seq == 1 {
			panic("of the first item")
		}
		return nil
	}}, 0, nil)
	changed := l.Changed()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("nobody heard of it")
			}
		}()
		l.Add(kept.add("first"))
	}()
	<-changed
	l.Add(kept.add("second"))
	if items, ok := l.After(0, 2); !ok || len(items) != 2 || l.Head() != 2 {
		t.Errorf("there are %v of %d", items, l.Head())
	}
}

func TestLogStartsWithWhatWasRead(t *testing.T) {
	kept := &rows{}
	for range 20 {
		kept.add(nil)
	}
	items, _ := kept.read(t.Context(), 0, 5)
	l := stream.NewLog(stream.LogConfig{Read: kept.read}, 20, items)
	run(t, l)
	follow(t, l, 15, 20)
	if _, ok := l.After(14, 1); ok {
		t.Error("more is kept than was read")
	}
	l.Add(kept.add(nil))
	follow(t, l, 15, 21)
}

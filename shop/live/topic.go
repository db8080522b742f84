package live

import (
	"context"
	"sync"
	"time"

	"github.com/kaituan/kaituan/internal/stream"
)

// topic is one opening of a room's stream.
type topic struct {
	*stream.Log
	f       *follower
	watcher string
	once    sync.Once
}

var _ stream.Topic = (*topic)(nil)

func (t *topic) Name() string { return t.f.room }

// Find returns the number of a cursor whose event is kept, 0 for that before the first event. A room's own cursor may bear the epoch of an owner who has told nothing
// yet: it is good while no later event is older than that.
func (t *topic) Find(cursor string) (int64, bool) {
	epoch, seq, ok := parseCursor(cursor)
	if !ok || seq > t.Head() {
		return 0, false
	}
	after, kept := t.After(seq, 1)
	if !kept || len(after) > 0 && epoch > epochOf(after[0]) {
		return 0, false
	}
	if seq == 0 {
		return 0, true
	}
	i, kept := t.At(seq)
	return seq, kept && epoch >= epochOf(i)
}

func epochOf(i stream.Item) int64 {
	epoch, _, _ := parseCursor(i.Event.(Event).stamp().Cursor)
	return epoch
}

// freshReset is how long a reading of the room stands for others while nothing happens: what no event tells of, such as likes, is that old at most.
const freshReset = 100 * time.Millisecond

// Reset reads the room as it is. Those who ask at once, or shortly after one another while nothing happens, share one reading, and one is under way at a time. Its number is
// not below the head of when it was asked for: else it could show what has been hidden since, or stand before what a transport still keeps.
func (t *topic) Reset(ctx context.Context) (stream.Item, error) {
	head := t.Head()
	return t.f.resets.getSuch(ctx, t.f.room, func(i stream.Item) bool { return i.Seq >= head }, t.f.readReset)
}

// Close ends this opening, and the presence of who watched by it.
func (t *topic) Close() {
	t.once.Do(func() {
		t.f.gone(t.watcher)
		t.f.s.following.leave(t.f)
	})
}

func (f *follower) readReset(ctx context.Context) (stream.Item, error) {
	// The head first: what happens in between is told again, and not left out.
	head := f.log.Head()
	f.mu.Lock()
	epoch := f.epoch
	f.mu.Unlock()
	if last, ok := f.log.At(head); ok {
		epoch = epochOf(last)
	}
	room, err := f.s.Room(ctx, f.room)
	if err != nil {
		return stream.Item{}, err
	}
	if room == nil {
		return stream.Item{}, lost("room", f.room)
	}
	e := &Reset{Stamp: Stamp{Seq: head, Cursor: cursorOf(epoch, head), At: f.s.clock()}, Room: room}
	return stream.Item{Seq: head, Event: e}, nil
}

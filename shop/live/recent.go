package live

import (
	"context"
	"sync"
	"time"
)

// recent remembers for a short time what was read of a thing, so that it is read once however many ask at once, and by one at a time however long that takes. It is safe
// for concurrent use; its values are shared, and nobody writes to them.
type recent[T any] struct {
	keep time.Duration
	now  func() time.Time

	mu    sync.Mutex
	byKey map[string]*reading[T]
}

// reading is one read, under way until done is closed.
type reading[T any] struct {
	at    time.Time // when it began
	done  chan struct{}
	value T
	err   error
}

// maxRecent is how many things are remembered before old ones are looked for.
const maxRecent = 256

// fresh reports whether a reading stands for who asks at now. One under way does whatever its age: a database that is slow would else be asked the more.
func (r *reading[T]) fresh(now time.Time, keep time.Duration) bool {
	select {
	case <-r.done:
		return now.Sub(r.at) < keep
	default:
		return true
	}
}

func newRecent[T any](keep time.Duration, now func() time.Time) *recent[T] {
	return &recent[T]{keep: keep, now: now, byKey: map[string]*reading[T]{}}
}

// get returns what was read of key less than keep ago, or reads it; who asks meanwhile waits for the same answer. A failed read is not remembered.
func (r *recent[T]) get(ctx context.Context, key string, read func(ctx context.Context) (T, error)) (T, error) {
	return r.getSuch(ctx, key, func(T) bool { return true }, read)
}

// getSuch is get for who can do with such values only: one that was read for others and is none is read once more. What is read for the caller himself is his in any case.
func (r *recent[T]) getSuch(ctx context.Context, key string, such func(T) bool, read func(ctx context.Context) (T, error)) (none T, err error) {
	for {
		found, mine := r.claim(key)
		if mine {
			r.fill(ctx, key, found, read)
		}
		select {
		case <-found.done:
		case <-ctx.Done():
			return none, ctx.Err()
		}
		if mine || found.err != nil || such(found.value) {
			return found.value, found.err
		}
		r.forget(key, found)
	}
}

// claim returns the reading to wait for, and whether the caller is to make it.
func (r *recent[T]) claim(key string) (found *reading[T], mine bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if found := r.byKey[key]; found != nil && found.fresh(now, r.keep) {
		return found, false
	}
	if len(r.byKey) >= maxRecent {
		for other, old := range r.byKey {
			if !old.fresh(now, r.keep) {
				delete(r.byKey, other)
			}
		}
	}
	found = &reading[T]{at: now, done: make(chan struct{}), err: context.Canceled} // which stays only when read panics
	r.byKey[key] = found
	return found, true
}

// readFor is how long a reading may take: who waits for one that hangs asks for another then.
const readFor = 10 * time.Second

// fill reads for all who wait, so that one who hangs up takes nothing from the others.
func (r *recent[T]) fill(ctx context.Context, key string, into *reading[T], read func(ctx context.Context) (T, error)) {
	defer close(into.done)
	defer func() {
		if into.err != nil {
			r.forget(key, into)
		}
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readFor)
	defer cancel()
	into.value, into.err = read(ctx)
}

// forget drops a reading, any when it is nil.
func (r *recent[T]) forget(key string, which *reading[T]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if which == nil || r.byKey[key] == which {
		delete(r.byKey, key)
	}
}

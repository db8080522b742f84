package live

import (
	"context"
	"sync"
	"time"
)

// recent remembers for a short time what was read of a thing, so that it is read once however many ask at once. It is safe for concurrent use; its values are
// shared, and nobody writes to them.
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

func newRecent[T any](keep time.Duration, now func() time.Time) *recent[T] {
	return &recent[T]{keep: keep, now: now, byKey: map[string]*reading[T]{}}
}

// get returns what was read of key less than keep ago, or reads it; who asks meanwhile waits for the same answer. A failed read is not remembered.
func (r *recent[T]) get(ctx context.Context, key string, read func(ctx context.Context) (T, error)) (T, error) {
	found, mine := r.claim(key)
	if mine {
		r.fill(ctx, key, found, read)
	}
	select {
	case <-found.done:
		return found.value, found.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// claim returns the reading to wait for, and whether the caller is to make it.
func (r *recent[T]) claim(key string) (found *reading[T], mine bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if found := r.byKey[key]; found != nil && now.Sub(found.at) < r.keep {
		return found, false
	}
	if len(r.byKey) >= maxRecent {
		for other, old := range r.byKey {
			if now.Sub(old.at) >= r.keep {
				delete(r.byKey, other)
			}
		}
	}
	found = &reading[T]{at: now, done: make(chan struct{}), err: context.Canceled} // which stays only when read panics
	r.byKey[key] = found
	return found, true
}

// fill reads for all who wait, so that one who hangs up takes nothing from the others.
func (r *recent[T]) fill(ctx context.Context, key string, into *reading[T], read func(ctx context.Context) (T, error)) {
	defer close(into.done)
	defer func() {
		if into.err != nil {
			r.forget(key, into)
		}
	}()
	into.value, into.err = read(context.WithoutCancel(ctx))
}

// forget drops a reading, any when it is nil.
func (r *recent[T]) forget(key string, which *reading[T]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if which == nil || r.byKey[key] == which {
		delete(r.byKey, key)
	}
}

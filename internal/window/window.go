// Package window keeps one reading of what many pages show of a set that changes: so showing it takes no statements, and is as old as was agreed in what other
// processes did, without delay in what this one did. Nothing may be sold from it.
package window

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
)

// Window keeps one reading of a T. It is safe for concurrent use; who gets the reading shares it.
type Window[T any] struct {
	clock clock.Clock
	keep  time.Duration

	latest  atomic.Pointer[reading[T]]
	changed atomic.Int64
	reading sync.Mutex
}

type reading[T any] struct {
	value *T
	// now is by the shop's clock, which tests move, and read by the machine's.
	now, read time.Time
	// changed is what the window's was before it was read.
	changed int64
}

// New returns an empty window, whose readings are good for so long, by the machine's clock and by c.
func New[T any](c clock.Clock, keep time.Duration) *Window[T] {
	return &Window[T]{clock: c, keep: keep}
}

// Get returns the reading, or calls read for another when it is too old or the set has changed. One caller reads while the others wait; one that failed is not kept.
func (w *Window[T]) Get(ctx context.Context, read func(ctx context.Context, now time.Time) (*T, error)) (*T, error) {
	if fresh := w.fresh(); fresh != nil {
		return fresh, nil
	}
	w.reading.Lock()
	defer w.reading.Unlock()
	if fresh := w.fresh(); fresh != nil {
		return fresh, nil // read while we waited
	}
	next := &reading[T]{now: w.clock(), read: time.Now(), changed: w.changed.Load()}
	var err error
	if next.value, err = read(ctx, next.now); err != nil {
		return nil, err
	}
	w.latest.Store(next)
	return next.value, nil
}

func (w *Window[T]) fresh() *T {
	latest := w.latest.Load()
	if latest == nil || latest.changed != w.changed.Load() || time.Since(latest.read) >= w.keep || w.clock().Sub(latest.now).Abs() >= w.keep {
		return nil
	}
	return latest.value
}

// Latest is the last reading, however old, nil before the first: for noting in it what this process did.
func (w *Window[T]) Latest() *T {
	if latest := w.latest.Load(); latest != nil {
		return latest.value
	}
	return nil
}

// Changed says that the set is another one: what was read before, or is being read, is not used.
func (w *Window[T]) Changed() { w.changed.Add(1) }

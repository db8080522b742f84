// Package batch lets many callers share one commit: what is asked for while a batch gathers is done together, and everybody answers when it is done.
package batch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/kaituan/kaituan/internal/catch"
	"github.com/kaituan/kaituan/internal/fault"
)

// Batcher gathers items and commits them together. It is safe for concurrent use, and has no goroutine while it has nothing to do.
type Batcher[T, R any] struct {
	every  time.Duration
	most   int
	commit func(ctx context.Context, items []T) ([]R, error)

	mu sync.Mutex
	// gathering is the batch that new items go into; nil: none has begun.
	gathering *batch[T, R]
	// full are batches that take no more and wait for their turn, oldest first.
	full    []*batch[T, R]
	running bool      // run is at work
	last    time.Time // when it last began a commit
	hurry   chan struct{}
	closed  bool
	idle    sync.WaitGroup // run
}

// batch is what is committed together. Its results are there once done is closed.
type batch[T, R any] struct {
	items   []T
	results []R
	err     error
	done    chan struct{}
}

// New returns a batcher. commit gets at most so many items at once, in the order in which they came, and returns a result for each; an error is everybody's.
// One commit runs at a time, and begins at least every after the one before: an item alone is committed at once, many gather meanwhile. It is given a context that
// no caller can end.
func New[T, R any](every time.Duration, most int, commit func(ctx context.Context, items []T) ([]R, error)) *Batcher[T, R] {
	return &Batcher[T, R]{every: every, most: most, commit: commit, hurry: make(chan struct{}, 1)}
}

// waiting bounds the batches that wait for their turn: beyond it callers are refused, since they come faster than commits are made.
const waiting = 8

// Do has the item committed and returns its result. When ctx ends first, the item may be committed all the same.
//
// Errors: those of commit and of ctx; fault.Overloaded, fault.Unavailable (closed): the item is not committed.
func (b *Batcher[T, R]) Do(ctx context.Context, item T) (result R, err error) {
	if err := ctx.Err(); err != nil {
		return result, err
	}
	mine, place, err := b.add(item)
	if err != nil {
		return result, err
	}
	select {
	case <-mine.done:
	case <-ctx.Done():
		return result, ctx.Err()
	}
	if mine.err != nil {
		return result, mine.err
	}
	return mine.results[place], nil
}

func (b *Batcher[T, R]) add(item T) (mine *batch[T, R], place int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, 0, fault.Unavailable
	}
	if len(b.full) >= waiting {
		return nil, 0, fault.Overloaded
	}
	if b.gathering == nil {
		b.gathering = &batch[T, R]{done: make(chan struct{})}
	}
	mine, place = b.gathering, len(b.gathering.items)
	mine.items = append(mine.items, item)
	if len(mine.items) == b.most {
		b.full, b.gathering = append(b.full, mine), nil
		b.wake()
	}
	if !b.running {
		b.running = true
		b.idle.Add(1)
		go b.run()
	}
	return mine, place, nil
}

// wake ends the wait for more items.
func (b *Batcher[T, R]) wake() {
	select {
	case b.hurry <- struct{}{}:
	default:
	}
}

// run commits batches until there is none.
func (b *Batcher[T, R]) run() {
	defer b.idle.Done()
	for b.pause() {
		next := b.next()
		b.do(next)
		close(next.done)
	}
}

// pause waits until it is time for the next commit, or a batch is full, or the batcher closes. Without a batch it reports false, and run is over.
func (b *Batcher[T, R]) pause() bool {
	b.mu.Lock()
	if b.gathering == nil && len(b.full) == 0 {
		b.running = false
		b.mu.Unlock()
		return false
	}
	wait := time.Until(b.last.Add(b.every))
	if b.closed || len(b.full) > 0 {
		wait = 0
	}
	b.mu.Unlock()
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.hurry:
	}
	return true
}

// next takes the oldest batch out.
func (b *Batcher[T, R]) next() (next *batch[T, R]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.full) > 0 {
		next, b.full = b.full[0], b.full[1:]
	} else {
		next, b.gathering = b.gathering, nil
	}
	if len(b.full) == 0 && !b.closed { // nobody is in a hurry any more
		select {
		case <-b.hurry:
		default:
		}
	}
	b.last = time.Now()
	return next
}

func (b *Batcher[T, R]) do(next *batch[T, R]) {
	next.err = catch.Panic(func() (err error) { // else its callers would wait for ever, and all who come after
		next.results, err = b.commit(context.Background(), next.items)
		return err
	})
	if next.err == nil && len(next.results) != len(next.items) {
		next.err = fmt.Errorf("commit of %d: %d results", len(next.items), len(next.results))
	}
}

// Close refuses further items and returns when those that were taken are committed.
func (b *Batcher[T, R]) Close() {
	b.mu.Lock()
	b.closed = true
	b.wake()
	b.mu.Unlock()
	b.idle.Wait()
}

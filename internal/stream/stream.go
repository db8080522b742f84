// Package stream is what a subscription with a cursor and the transport that serves it agree on: a source of numbered events, which the transport executes once
// for all who watch alike, keeps, and resumes. It knows neither rooms nor sockets.
package stream

import (
	"context"
	"sync/atomic"
)

// Item is one numbered event. All who are given it share it, so it never changes.
type Item struct {
	// Seq rises by one from item to item.
	Seq int64
	// Event is what the subscription's resolver answers with.
	Event any
}

// Source opens the streams of one subscription field.
type Source interface {
	// Open follows the stream that the field's coerced arguments name, for the caller in ctx; who asks from where is Watcher's to say. An error is a *fault.Error
	// that ends the operation: there is none by that name, or it is not the caller's to see. Who opened it calls Close once.
	Open(ctx context.Context, args map[string]any) (Topic, error)
}

// Topic is one stream as this process follows it. It is safe for concurrent use; all but Reset answer from memory.
type Topic interface {
	// Name is the same for every Topic of the same stream.
	Name() string
	// Head is the newest item's number, 0 before the first.
	Head() int64
	// After returns the items that follow seq, oldest first, at most as many as asked for. ok is false when not all that follow it are kept, or seq is beyond the head.
	After(seq int64, most int) (items []Item, ok bool)
	// Find returns the number that a cursor stands for; ok is false when it is none of this stream's.
	Find(cursor string) (seq int64, ok bool)
	// Changed is closed at the next change: an item was added or replaced. Who takes it before he looks misses none.
	Changed() <-chan struct{}
	// Replaced returns the numbers of items that were replaced since an earlier call returned upTo, and the new upTo; the first call passes 0. What was made of the
	// old items must be shown to nobody any more.
	Replaced(since int) (seqs []int64, upTo int)
	// Reset makes the event that stands for the whole state as it is now. Its Seq is that of the last item whose effect it surely holds.
	Reset(ctx context.Context) (Item, error)
	// Close ends one Open.
	Close()
}

// Cursor is the argument's name by which a subscriber says where to go on.
const Cursor = "after"

type watcherKey struct{}

// WithWatcher returns a context that names the connection on whose behalf a stream is opened; two operations of one connection count as one watcher.
func WithWatcher(ctx context.Context, connection string) context.Context {
	return context.WithValue(ctx, watcherKey{}, connection)
}

// Watcher is the connection that a stream is opened for, "" when nobody watches by it: the transport itself keeps it open.
func Watcher(ctx context.Context) string {
	connection, _ := ctx.Value(watcherKey{}).(string)
	return connection
}

type failureKey struct{}

// WithFailure returns a context under which a subscription's own stream can say by Fail why it ends, and what it said.
func WithFailure(ctx context.Context) (context.Context, func() error) {
	var failure atomic.Pointer[error]
	said := func() error {
		if err := failure.Load(); err != nil {
			return *err
		}
		return nil
	}
	return context.WithValue(ctx, failureKey{}, &failure), said
}

// Fail says that a subscription's stream is about to end because something failed; without it the end would look like a good one. Under another transport it does nothing.
func Fail(ctx context.Context, err error) {
	if failure, ok := ctx.Value(failureKey{}).(*atomic.Pointer[error]); ok {
		failure.Store(&err)
	}
}

type itemKey struct{}

// With returns the context of an execution for one item.
func With(ctx context.Context, i Item) context.Context { return context.WithValue(ctx, itemKey{}, i) }

// Given is the one item that this execution is for; ok is false when no transport of ours runs it, and the resolver must follow the source itself.
func Given(ctx context.Context) (i Item, ok bool) {
	i, ok = ctx.Value(itemKey{}).(Item)
	return i, ok
}

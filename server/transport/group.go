package transport

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/stream"
)

const (
	// maxFrames and maxFrameBytes bound what a group keeps for those who are behind or come back.
	maxFrames     = 512
	maxFrameBytes = 2 << 20
	// maxBatch bounds one write; a peer that is further behind gets several.
	maxBatch = 64 << 10
	// freshReset is how long one event that stands for the whole state serves those who come without a cursor.
	freshReset = time.Second
	// linger is how long a numbered group without subscribers keeps its frames for those who come back.
	linger = 30 * time.Second
	// mayFallBehind is how often within a minute a subscriber is given the whole state because it fell behind the ring.
	mayFallBehind = 3
)

// group is one execution and all who are sent what comes of it. Its ring is the only buffer: a subscriber is a position in it. A subscription that depends on its
// viewer has a group of its own.
type group struct {
	s   *Server
	ip  string   // of who started it, which it is counted under
	key groupKey // zero for one of its own
	run execution
	// topic is nil for a subscription without a cursor. Positions are then counted from 1; else they are the items' numbers.
	topic stream.Topic
	// private is the one subscriber whose group this is; nil when it is shared.
	private *operation

	ctx    context.Context
	cancel context.CancelCauseFunc
	wake   chan struct{}
	begun  chan struct{} // closed when a stream that is followed has started; nil for a topic's
	lists  []*list       // by shard

	mu      sync.Mutex
	members int
	lo      int64    // position of frames[0]
	frames  []*frame // without gaps
	bytes   int      // of their payloads; what they are compressed to is less than as much again
	next    int64    // position of the next frame to make
	started bool     // next is set
	over    bool     // nothing follows the last frame but final
	final   gqlerror.List
	built   []batch // what was built for one subscriber, for whoever is to be sent the same
	made    int64   // raised when what is built is out of date
	fill    int64   // the position from which somebody waits for older frames, 0 for none
	wants   []*operation
	reset   *resetFrame
	changed chan struct{} // closed at the next frame, for who waits in a goroutine of his own; nil when nobody does
	idle    time.Time     // since when nobody is subscribed
}

// resetFrame stands for all up to position.
type resetFrame struct {
	frame
	position int64
	made     time.Time
}

// list is a group's subscribers within one shard.
type list struct {
	g      *group
	d      *shard
	queued atomic.Bool
	mu     sync.Mutex
	adds   []*operation
	// The shard's own.
	ops       []*operation
	delivered int64 // not counted yet
}

// batch is the frames from one position on, for one id; small: compressed.
type batch struct {
	quoted []byte
	small  bool
	from   int64
	next   int64 // where who has got them goes on
	data   []byte
	more   bool // the batch was full
	state  batchState
}

type batchState int

const (
	hasFrames batchState = iota
	upToDate
	ended  // up to date, and nothing will follow
	behind // the ring does not reach back so far
	filled // older frames are being made
)

// batch returns what a subscriber at its position is to be sent.
func (g *group) batch(op *operation) batch {
	b, frames, made := g.find(op)
	if b.data != nil || len(frames) == 0 {
		return b
	}
	size := 0
	for _, f := range frames { // without the lock, behind which everybody else would wait for the compression
		if b.small {
			f.deflate(g.s.metrics)
		}
		size += len(f.payload) + len(b.quoted) + 64
	}
	b.data = make([]byte, 0, size)
	for _, f := range frames {
		b.data = f.appendNext(b.data, b.quoted, b.small)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.made == made { // else it may be out of date for those who come later
		if len(g.built) == cap(g.built) { // others of the same ids are few, or all have ids of their own
			g.built = g.built[:0]
		}
		g.built = append(g.built, b)
	}
	return b
}

// find returns the batch that a subscriber is to be sent: built already, or without its data and with the frames that it is to be built of, as of made.
func (g *group) find(op *operation) (b batch, frames []*frame, made int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	from := op.cursor
	for i := range g.built {
		if b := &g.built[i]; b.isFor(op) {
			return *b, nil, 0
		}
	}
	b = batch{quoted: op.quoted, small: op.small, from: from, next: from, state: g.stateAt(from)}
	if b.state != hasFrames {
		return b, nil, 0
	}
	end := g.lo + int64(len(g.frames))
	for size := 0; b.next < end && (size == 0 || size < maxBatch); b.next++ {
		size += len(g.frames[b.next-g.lo].payload)
	}
	b.more = b.next < end || g.over
	return b, slices.Clone(g.frames[from-g.lo : b.next-g.lo]), g.made
}

// isFor reports whether the batch is what a subscriber is to be sent next.
func (b *batch) isFor(op *operation) bool {
	return b.from == op.cursor && b.small == op.small && bytes.Equal(b.quoted, op.quoted)
}

// add appends a frame and has everybody sent it.
func (g *group) add(payload []byte) {
	g.mu.Lock()
	g.frames = append(g.frames, &frame{payload: payload})
	g.bytes += len(payload)
	g.next++
	g.trim()
	g.news()
	g.mu.Unlock()
	g.push()
}

// trim keeps the ring within its bounds. Under the lock.
func (g *group) trim() {
	drop := 0
	if g.keepLast() {
		drop = len(g.frames) - 1
	}
	for bytes := g.bytes; len(g.frames)-drop > 1 && (len(g.frames)-drop > maxFrames || bytes > maxFrameBytes); drop++ {
		bytes -= len(g.frames[drop].payload)
	}
	if drop == 0 {
		return
	}
	for i := range g.frames[:drop] {
		g.bytes -= len(g.frames[i].payload)
		g.frames[i] = nil
	}
	g.frames = g.frames[drop:] // append moves what is left when it has run out of room
	g.lo += int64(drop)
}

// news forgets what was built and wakes who waits by himself. Under the lock.
func (g *group) news() {
	clear(g.built)
	g.built = g.built[:0]
	g.made++
	if g.changed != nil {
		close(g.changed)
		g.changed = nil
	}
}

// watch is closed at the next frame, reset or end.
func (g *group) watch() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.changed == nil {
		g.changed = make(chan struct{})
	}
	return g.changed
}

// since returns the payloads from a position on.
func (g *group) since(from int64) ([]*frame, batchState) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if state := g.stateAt(from); state != hasFrames {
		return nil, state
	}
	return slices.Clone(g.frames[from-g.lo:]), hasFrames
}

// stateAt is what a subscriber at a position finds. Under the lock.
func (g *group) stateAt(from int64) batchState {
	switch end := g.lo + int64(len(g.frames)); {
	case from >= end && g.over:
		return ended
	case from >= end:
		return upToDate
	case from < g.lo && g.fill != 0 && g.fill <= from:
		return filled
	case from < g.lo:
		return behind
	}
	return hasFrames
}

// push has the shards look at their subscribers.
func (g *group) push() {
	for _, l := range g.lists {
		l.d.push(l)
	}
}

// finish ends the group: who has got all frames is told how it ended.
func (g *group) finish(errs gqlerror.List) {
	g.s.groups.forget(g)
	g.mu.Lock()
	g.over, g.final = true, errs
	g.fill = 0
	g.news()
	g.mu.Unlock()
	g.push()
	g.cancel(nil)
}

func (g *group) notify() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// follow sends what the execution's own stream yields: things as they are now, of which a shared group keeps the last only, since states may be skipped.
func (g *group) follow() {
	ctx, failure := stream.WithFailure(g.ctx)
	st, answer := g.run.start(ctx)
	close(g.begun)
	if answer == nil {
		answer = st.next()
	}
	for ; answer != nil; answer = st.next() {
		if answer.Data == nil {
			g.finish(answer.Errors)
			return
		}
		g.s.metrics.executions.WithLabelValues(g.run.field).Inc()
		g.add(g.run.encode(answer))
		if !g.roomFor() {
			break
		}
	}
	if err := failure(); err != nil && g.ctx.Err() == nil {
		g.finish(g.run.failed(g.ctx, err))
		return
	}
	g.finish(g.run.ending(g.ctx))
}

// roomFor waits until the one subscriber of a private group has got most of what it is sent: it slows its execution down. It returns false when the group has ended.
func (g *group) roomFor() bool {
	for g.private != nil {
		g.mu.Lock()
		waiting := g.next - max(g.private.reached.Load(), 1)
		g.mu.Unlock()
		if waiting < queueLength {
			break
		}
		select {
		case <-g.wake:
		case <-g.ctx.Done():
			return false
		}
	}
	return true
}

// keepLast leaves only the newest frame of things that are sent as they are now.
func (g *group) keepLast() bool { return g.topic == nil && g.private == nil }

package transport

import (
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// deliver sends a group's subscribers of one shard what they have not got yet. The shard calls it.
func (l *list) deliver() {
	l.mu.Lock()
	l.ops = append(l.ops, l.adds...)
	clear(l.adds)
	l.adds = l.adds[:0]
	l.mu.Unlock()
	kept := l.ops[:0]
	var b batch
	for _, op := range l.ops {
		if l.serve(op, &b) {
			kept = append(kept, op)
		} else {
			l.g.leave(op)
		}
	}
	clear(l.ops[len(kept):])
	l.ops = kept
	l.d.s.metrics.deliveries.Add(float64(l.delivered))
	l.delivered = 0
}

// serve sends one subscriber what it has not got yet, and reports whether it stays. b is what the last one was sent, which is mostly the same.
func (l *list) serve(op *operation, b *batch) bool {
	for !op.gone.Load() {
		if sent, stays := l.catchUp(op); !sent {
			return stays
		}
		if b.data == nil || !b.isFor(op) {
			*b = l.g.batch(op)
		}
		op.quoted = b.quoted // one copy for all who chose the same
		switch b.state {
		case hasFrames:
		case ended:
			op.finish(l.g.final)
			return false
		case behind:
			if !l.g.helpBehind(op) {
				op.socket.end(closeTooSlow, "too slow; reconnect and resume")
				return false
			}
			continue
		case upToDate, filled:
			return true
		}
		taken, blocked, err := op.socket.wire.deliver(b.data, op)
		if err != nil {
			op.socket.hangUp()
			return false
		}
		if blocked {
			l.d.block(op.socket)
		}
		if !taken {
			break // blocked: the socket comes back to us when it has drained; or gone
		}
		op.cursor = b.next
		l.delivered += b.next - b.from
		l.g.tellReached(op)
		if !b.more {
			break
		}
	}
	return !op.gone.Load()
}

// catchUp gives a subscriber the whole state that it waits for. sent is false when it has to wait, or is gone.
func (l *list) catchUp(op *operation) (sent, stays bool) {
	r := op.reset.Load()
	if r == nil {
		if over, final := l.g.ending(); op.waiting && over { // it will never come
			op.finish(final)
			return false, false
		}
		return !op.waiting, true
	}
	taken, blocked, err := op.socket.wire.deliver(r.message(op, l.d.s.metrics), op)
	if err != nil {
		op.socket.hangUp()
		return false, false
	}
	if blocked {
		l.d.block(op.socket)
	}
	if !taken {
		return false, !op.gone.Load()
	}
	op.reset.Store(nil)
	op.waiting, op.cursor = false, r.position+1
	return true, true
}

// message is the whole state as a message for one subscriber.
func (r *resetFrame) message(op *operation, m *metrics) []byte {
	if op.small {
		r.deflate(m)
	}
	return r.appendNext(nil, op.quoted, op.small)
}

// helpBehind helps a subscriber whose next frame is no longer kept; false when it has been too slow too often.
func (g *group) helpBehind(op *operation) bool {
	if g.topic == nil { // things as they are now: the last one tells everything
		op.cursor = g.oldest()
		return true
	}
	now := time.Now()
	if now.Sub(op.behindSince) > time.Minute {
		op.behindSince, op.behind = now, 0
	}
	if op.behind++; op.behind > mayFallBehind {
		return false
	}
	op.waiting = true
	g.want(op)
	return true
}

// ending reports whether the group has ended, and how.
func (g *group) ending() (over bool, final gqlerror.List) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.over, g.final
}

func (g *group) oldest() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lo
}

// tellReached lets a private execution go on that waits for its one subscriber.
func (g *group) tellReached(op *operation) {
	if g.private == nil {
		return
	}
	op.reached.Store(op.cursor)
	g.notify()
}

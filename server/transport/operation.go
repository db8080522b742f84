package transport

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/viewer"
)

// operation is one that a client has open. A subscription is then a subscriber of a group.
type operation struct {
	id string
	// socket and shard are nil for one over server-sent events, whose request's goroutine takes its frames itself.
	socket *socket
	shard  *shard
	// watcher names the connection.
	watcher string
	// cancel ends what runs for this operation alone; nil once it shares. Under the socket's lock.
	cancel context.CancelCauseFunc
	// session: it is a subscription that ends with the caller's session.
	session atomic.Bool
	// subscription is set before it is put into its group.
	subscription bool
	// gone: the client completed it, or its socket has ended, so nothing of it may be sent any more.
	gone atomic.Bool

	// What follows is a subscriber's.
	quoted []byte // id as JSON
	small  bool   // it is sent what it shares with others compressed
	topic  stream.Topic
	group  *group
	list   atomic.Pointer[list]
	reset  atomic.Pointer[resetFrame]
	// reached is cursor, for the execution that waits for a private group's subscriber.
	reached atomic.Int64

	// The shard's own, once the subscriber is in its list.
	cursor      int64 // position of the frame that is sent next
	waiting     bool  // for a reset
	behind      int   // how often it fell behind the ring since behindSince
	behindSince time.Time
}

// open runs c as a new operation; the reader calls it. Parsing needs a stack that an idle reader's goroutine should not grow to.
func (k *socket) open(id string, c call) {
	ctx := k.context()
	k.mu.Lock()
	taken := slices.ContainsFunc(k.ops, func(op *operation) bool { return op.id == id })
	full := len(k.ops) >= maxOperations
	if taken || full {
		k.mu.Unlock()
		if taken {
			k.end(closeDuplicate, "an operation with this id is open")
			return
		}
		k.refuse(id, fault.Overloaded.Saying("A socket carries at most 20 operations.", "每个连接最多 20 个操作。"))
		return
	}
	ctx, cancel := context.WithCancelCause(ctx)
	op := &operation{id: id, cancel: cancel, socket: k, shard: k.shard, watcher: k.name}
	k.ops = append(k.ops, op)
	k.running.Add(1)
	k.mu.Unlock()
	k.s.metrics.operations.Inc()
	go k.run(ctx, op, c)
}

// complete ends an operation that the client no longer wants. An unknown id is ignored: the operation's own end may have crossed the message.
func (k *socket) complete(id string) {
	k.mu.Lock()
	at := slices.IndexFunc(k.ops, func(op *operation) bool { return op.id == id })
	var op *operation
	if at >= 0 {
		op = k.ops[at]
		k.ops = slices.Delete(k.ops, at, at+1)
		if op.cancel != nil {
			op.cancel(nil)
		}
	}
	k.mu.Unlock()
	if op != nil {
		k.s.metrics.operations.Dec()
		op.leave()
	}
}

// drop ends all operations: the socket has ended.
func (k *socket) drop() {
	k.mu.Lock()
	ops := k.ops
	k.ops = nil
	if k.cancel != nil {
		k.cancel()
	}
	for _, op := range ops {
		if op.cancel != nil {
			op.cancel(nil)
		}
	}
	k.mu.Unlock()
	for _, op := range ops {
		k.s.metrics.operations.Dec()
		op.leave()
	}
}

// leave has the shard take the operation out of its group.
func (op *operation) leave() {
	op.gone.Store(true)
	if l := op.list.Load(); l != nil {
		l.d.push(l)
	}
}

// resume has the shard go on with the socket's subscribers: its peer takes frames again.
func (k *socket) resume() {
	if data := k.owed.Swap(nil); data != nil {
		k.write(appendFrame(nil, opPong, []byte(*data)))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, op := range k.ops {
		if l := op.list.Load(); l != nil {
			l.d.push(l)
		}
	}
}

// closedAfter is how long after its operations the socket of a closed account ends, so that they are told first.
const closedAfter = 500 * time.Millisecond

// endExpired ends the subscriptions that need a session once that has ended, and the socket of one whose account was closed.
func (k *socket) endExpired() {
	ended := fault.Of(k.s.sessionEnded(k.session.Load()))
	switch {
	case ended == nil:
		return
	case ended.Code != fault.TokenExpired.Code: // its operations are told why, then what everybody may watch ends too
		time.AfterFunc(closedAfter, func() { k.end(closeForbidden, ended.Code) })
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, op := range k.ops {
		if op.session.Load() && op.cancel != nil {
			op.cancel(ended)
		}
	}
}

// run starts an operation; one that is no subscription it runs to its end.
func (k *socket) run(ctx context.Context, op *operation, c call) {
	defer k.running.Done()
	ctx, _ = withRequestID(viewer.With(ctx, k.caller()))
	subscribed, errs := k.execute(ctx, op, c)
	if !subscribed {
		op.finish(errs)
	}
}

// finish tells the client how an operation ended.
func (op *operation) finish(errs gqlerror.List) {
	k := op.socket
	k.mu.Lock()
	at := slices.Index(k.ops, op)
	if at < 0 { // the client completed it, and the id may be another's by now
		k.mu.Unlock()
		return
	}
	k.ops = slices.Delete(k.ops, at, at+1)
	if op.cancel != nil {
		op.cancel(nil)
	}
	k.mu.Unlock()
	k.s.metrics.operations.Dec()
	k.s.metrics.answered(bySocket, errs)
	if op.subscription && k.s.stop.Err() != nil {
		return // the server's end is no end of a subscription, however it shows: the client comes back
	}
	if len(errs) > 0 {
		k.send(encodeMessage(op.id, "error", mustMarshal(errs)))
		return
	}
	k.send(encodeMessage(op.id, "complete", nil))
}

// execute prepares an operation, and runs it unless it is a subscription, which is put into its group. errs end it.
func (k *socket) execute(ctx context.Context, op *operation, c call) (subscribed bool, errs gqlerror.List) {
	defer func() {
		if p := recover(); p != nil {
			subscribed, errs = false, gqlerror.List{present(ctx, recovered(ctx, p))}
		}
	}()
	leave, ok := k.s.enter()
	if !ok {
		return false, gqlerror.List{presentFault(ctx, fault.Overloaded.WithRetryAfter(overloadedWait))}
	}
	leave = sync.OnceFunc(leave)
	defer leave()
	p, refused := k.s.prepare(ctx, c)
	if refused != nil {
		return false, refused
	}
	if p.kind() != ast.Subscription {
		answer := k.s.once(ctx, p)
		leave()
		if answer.Data == nil { // its errors are its end
			return false, answer.Errors
		}
		if !op.gone.Load() {
			k.send(encodeMessage(op.id, "next", encode(answer)))
		}
		return false, nil
	}
	op.subscription = true
	op.session.Store(p.session)
	if ended := k.s.sessionEnded(viewer.From(ctx)); p.session && ended != nil { // before endExpired could know that it needs one
		return false, gqlerror.List{presentFault(ctx, fault.Of(ended))}
	}
	if f := k.s.subscribe(ctx, op, p); f != nil {
		return false, gqlerror.List{presentFault(ctx, f)}
	}
	if op.group.private == nil {
		k.mu.Lock()
		op.cancel(nil)
		op.cancel = nil
		k.mu.Unlock()
	}
	return true, nil
}

// refuse ends an operation that was never opened.
func (k *socket) refuse(id string, f *fault.Error) {
	ctx, _ := withRequestID(viewer.With(k.context(), k.caller()))
	errs := gqlerror.List{presentFault(ctx, f)}
	k.s.metrics.answered(bySocket, errs)
	k.send(encodeMessage(id, "error", mustMarshal(errs)))
}

func quote(id string) []byte {
	quoted, _ := json.Marshal(id) // a string always marshals
	return quoted
}

// encodeMessage builds a message around a payload that is JSON already; nil leaves it out.
func encodeMessage(id, kind string, payload []byte) []byte {
	quoted := quote(id)
	out := make([]byte, 0, len(payload)+len(quoted)+40)
	out = append(out, `{"id":`...)
	out = append(out, quoted...)
	out = append(out, `,"type":"`...)
	out = append(out, kind...)
	out = append(out, '"')
	if payload != nil {
		out = append(out, `,"payload":`...)
		out = append(out, payload...)
	}
	return append(out, '}')
}

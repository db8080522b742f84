package transport

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// operation is one that a socket has open.
type operation struct {
	id     string
	cancel context.CancelCauseFunc
	// session: it is a subscription that ends with the caller's token.
	session atomic.Bool
	// gone: the client completed it, so nothing of it may be sent any more.
	gone atomic.Bool
}

// open runs c as a new operation; the reader calls it.
func (k *socket) open(id string, c call) {
	k.mu.Lock()
	_, taken := k.ops[id]
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
	ctx, cancel := context.WithCancelCause(k.ctx)
	op := &operation{id: id, cancel: cancel}
	k.ops[id] = op
	k.running.Add(1)
	k.mu.Unlock()
	k.s.metrics.operations.Inc()
	go k.run(ctx, op, c)
}

// complete ends an operation that the client no longer wants. An unknown id is ignored: the operation's own end may have crossed the message.
func (k *socket) complete(id string) {
	k.mu.Lock()
	op := k.ops[id]
	delete(k.ops, id)
	k.mu.Unlock()
	if op != nil {
		op.gone.Store(true)
		op.cancel(nil)
	}
}

// endExpired ends the subscriptions that need a session once that has ended; the writer calls it, so it only cancels.
func (k *socket) endExpired() {
	ended := k.sessionEnded(k.session.Load())
	if ended == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, op := range k.ops {
		if op.session.Load() {
			op.cancel(ended)
		}
	}
}

// run executes an operation and tells the client how it ended.
func (k *socket) run(ctx context.Context, op *operation, c call) {
	defer k.running.Done()
	defer k.s.metrics.operations.Dec()
	defer op.cancel(nil)
	ctx, _ = withRequestID(viewer.With(ctx, k.caller()))
	errs := k.execute(ctx, op, c)
	k.mu.Lock()
	if k.ops[op.id] == op { // else the client completed it, and the id may be another's by now
		delete(k.ops, op.id)
	}
	k.mu.Unlock()
	k.s.metrics.answered(bySocket, errs)
	if len(errs) > 0 {
		k.send(frame{op: op, data: encodeMessage(op.id, "error", mustMarshal(errs))})
		return
	}
	k.send(frame{op: op, data: encodeMessage(op.id, "complete", nil)})
}

// execute sends what the operation answers and returns the errors that end it; nil when it ended by itself or with the socket.
func (k *socket) execute(ctx context.Context, op *operation, c call) (errs gqlerror.List) {
	defer func() {
		if p := recover(); p != nil {
			errs = gqlerror.List{present(ctx, recovered(ctx, p))}
		}
	}()
	leave, ok := k.s.enter()
	if !ok {
		return gqlerror.List{presentFault(ctx, fault.Overloaded.WithRetryAfter(overloadedWait))}
	}
	leave = sync.OnceFunc(leave)
	defer leave()
	p, refused := k.s.prepare(ctx, c)
	if refused != nil {
		return refused
	}
	if p.kind() != ast.Subscription {
		return k.next(op, k.s.once(ctx, p))
	}
	op.session.Store(p.session)
	if ended := k.sessionEnded(viewer.From(ctx)); p.session && ended != nil { // before endExpired could know that it needs one
		return gqlerror.List{presentFault(ctx, fault.Of(ended))}
	}
	st, answer := k.s.start(ctx, p)
	leave() // an open subscription waits most of the time
	if answer == nil {
		answer = st.next()
	}
	for ; answer != nil; answer = st.next() {
		if errs := k.next(op, answer); errs != nil || k.ended() {
			return errs
		}
	}
	if ended := fault.Of(context.Cause(ctx)); ended != nil {
		return gqlerror.List{presentFault(ctx, ended)}
	}
	return nil
}

// next sends one answer; one without data is the operation's end, and its errors are returned instead.
func (k *socket) next(op *operation, answer *graphql.Response) gqlerror.List {
	if answer.Data == nil {
		return answer.Errors
	}
	k.send(frame{op: op, data: encodeMessage(op.id, "next", encode(answer))})
	return nil
}

// refuse ends an operation that was never opened.
func (k *socket) refuse(id string, f *fault.Error) {
	ctx, _ := withRequestID(viewer.With(k.ctx, k.caller()))
	errs := gqlerror.List{presentFault(ctx, f)}
	k.s.metrics.answered(bySocket, errs)
	k.send(frame{data: encodeMessage(id, "error", mustMarshal(errs))})
}

// encodeMessage builds a message around a payload that is JSON already; nil leaves it out.
func encodeMessage(id, kind string, payload []byte) []byte {
	quoted, _ := json.Marshal(id) // a string always marshals
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

package transport

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/viewer"
)

// mediaEvents is the form of server-sent events: an operation's answers as they come, in graphql-sse's distinct connections mode
// (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md).
const mediaEvents media = "text/event-stream"

// keepAlive is how often a comment is sent to keep proxies from ending a silent stream.
const keepAlive = 15 * time.Second

// wantsEvents reports whether Accept likes server-sent events better than a plain answer.
func wantsEvents(h http.Header) bool {
	accept := strings.Join(h.Values("Accept"), ",")
	events, named := preference(accept, mediaEvents)
	if !named || events == 0 {
		return false
	}
	for _, other := range []media{mediaJSON, mediaGraphQL} {
		if q, named := preference(accept, other); named && q > events {
			return false
		}
	}
	return true
}

// eventStream is one operation over server-sent events, which the request's goroutine serves.
type eventStream struct {
	s       *Server
	w       http.ResponseWriter
	control *http.ResponseController
	op      *operation
	v       *viewer.Viewer
	ctx     context.Context
	cancel  context.CancelCauseFunc
}

// serveEvents answers a request by events until the operation, the client or the server ends it. It counts as a socket does.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request, v *viewer.Viewer, c call) {
	ip := pace.Network(v.ClientIP)
	if f := s.admit(ip); f != nil {
		s.refuse(w, r, mediaJSON, f)
		return
	}
	shopper := ""
	defer func() { s.release(ip, shopper) }()
	if v.ShopperID != "" {
		if !s.admitShopper(v.ShopperID) {
			s.refuse(w, r, mediaJSON, fault.RateLimited.WithRetryAfter(time.Minute))
			return
		}
		shopper = v.ShopperID
	}
	s.metrics.sockets.Inc()
	defer s.metrics.sockets.Dec()
	s.startShards()
	e := &eventStream{s: s, w: w, control: http.NewResponseController(w), v: v, op: &operation{watcher: "sse" + strconv.FormatUint(socketNumber.Add(1), 10)}}
	e.ctx, e.cancel = context.WithCancelCause(r.Context())
	defer e.cancel(nil)
	defer context.AfterFunc(s.stop, func() { e.cancel(errShuttingDown) })()
	h := w.Header()
	h.Set("Content-Type", string(mediaEvents)+"; charset=utf-8")
	h.Set("Cache-Control", "no-cache, no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would keep events until it has many
	_ = e.control.SetReadDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	if e.flush() != nil {
		return
	}
	errs, told := e.run(c, r.Method == http.MethodGet)
	if !told || s.stop.Err() != nil {
		return // the client has left, was too slow, or the server ends: it comes back
	}
	s.metrics.answered(byEvents, errs)
	if len(errs) > 0 {
		if e.send(mustMarshal(map[string]any{"errors": errs})) != nil {
			return
		}
	}
	if e.write("event: complete\ndata:\n\n") == nil {
		_ = e.flush()
	}
}

// run executes the operation; told says that the client is to be told how it ended: by errs, or well.
func (e *eventStream) run(c call, get bool) (errs gqlerror.List, told bool) {
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(e.ctx, "panic in an event stream", "panic", p, "stack", string(debug.Stack()))
			errs, told = gqlerror.List{presentFault(e.ctx, fault.Internal)}, true
		}
	}()
	refuse := func(f *fault.Error) (gqlerror.List, bool) { return gqlerror.List{presentFault(e.ctx, f)}, true }
	leave, ok := e.s.enter()
	if !ok {
		return refuse(fault.Overloaded.WithRetryAfter(overloadedWait))
	}
	leave = sync.OnceFunc(leave)
	defer leave()
	p, refused := e.s.prepare(e.ctx, c)
	if refused != nil {
		return refused, true
	}
	if p.kind() == ast.Mutation && get {
		return refuse(errBadRequest.Saying("Mutations are sent by POST.", "变更操作请使用 POST。"))
	}
	if p.kind() != ast.Subscription {
		answer := e.s.once(e.ctx, p)
		if answer.Data == nil {
			return answer.Errors, true
		}
		return nil, e.send(encode(answer)) == nil
	}
	e.op.session.Store(p.session)
	if p.session {
		if problem := fault.Of(e.v.Problem); problem != nil {
			return refuse(problem)
		}
		if ended := e.sessionEnded(); ended != nil {
			return refuse(ended)
		}
	}
	if f := e.s.subscribe(e.ctx, e.op, p); f != nil {
		return refuse(f)
	}
	leave()
	defer e.op.group.leave(e.op)
	e.s.metrics.operations.Inc()
	defer e.s.metrics.operations.Dec()
	return e.follow(p.session)
}

// follow sends what the group makes until it, the session or the client ends.
func (e *eventStream) follow(session bool) (errs gqlerror.List, told bool) {
	beat, alive := time.NewTicker(e.s.timing.beat), time.NewTicker(keepAlive)
	defer beat.Stop()
	defer alive.Stop()
	g := e.op.group
	for {
		changed := g.watch()
		done, errs, err := e.catchUp(g)
		if done || err != nil {
			// The server's end is no end of the subscription: the client comes back.
			return errs, err == nil && (len(errs) > 0 || e.s.stop.Err() == nil)
		}
		select {
		case <-changed:
		case <-e.ctx.Done():
			return nil, false
		case <-alive.C:
			if e.write(":\n\n") != nil || e.flush() != nil {
				return nil, false
			}
		case <-beat.C:
			if ended := e.sessionEnded(); ended != nil && (session || ended.Code != fault.TokenExpired.Code) {
				return gqlerror.List{presentFault(e.ctx, ended)}, true
			}
		}
	}
}

func (e *eventStream) sessionEnded() *fault.Error { return fault.Of(e.s.sessionEnded(e.v)) }

// catchUp sends all frames there are; done when none will follow.
func (e *eventStream) catchUp(g *group) (done bool, errs gqlerror.List, err error) {
	for {
		if r := e.op.reset.Swap(nil); r != nil {
			if err := e.send(r.payload); err != nil {
				return false, nil, err
			}
			e.op.waiting, e.op.cursor = false, r.position+1
		}
		if over, final := g.ending(); e.op.waiting && over {
			return true, final, nil
		}
		if e.op.waiting {
			return false, nil, nil
		}
		if e.ctx.Err() != nil || e.sessionEnded() != nil && e.op.session.Load() { // also of one who never catches up
			return false, nil, nil
		}
		frames, state := g.since(e.op.cursor)
		switch state {
		case upToDate, filled:
			return false, nil, nil
		case ended:
			return true, g.final, nil
		case behind:
			if !g.helpBehind(e.op) {
				return true, gqlerror.List{presentFault(e.ctx, fault.Overloaded.WithRetryAfter(overloadedWait))}, nil
			}
			continue
		}
		for _, f := range frames {
			if err := e.send(f.payload); err != nil {
				return false, nil, err
			}
		}
		e.op.cursor += int64(len(frames))
		e.s.metrics.deliveries.Add(float64(len(frames)))
		g.tellReached(e.op)
	}
}

// send writes a next event. Its payload is JSON in one line.
func (e *eventStream) send(payload []byte) error {
	if err := e.write("event: next\ndata: "); err != nil {
		return err
	}
	if _, err := e.w.Write(payload); err != nil {
		return err
	}
	if err := e.write("\n\n"); err != nil {
		return err
	}
	return e.flush()
}

// write gives a client that reads too slowly the time of any other.
func (e *eventStream) write(text string) error {
	_ = e.control.SetWriteDeadline(time.Now().Add(e.s.timing.stall))
	_, err := e.w.Write([]byte(text))
	return err
}

func (e *eventStream) flush() error { return e.control.Flush() }

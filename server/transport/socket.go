package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

const (
	subprotocol       = "graphql-transport-ws"
	maxMessage        = 64 << 10 // bytes of one message in
	maxOperations     = 20       // open at once on one socket
	maxShopperSockets = 5        // of one shopper, in this process
	maxMessages       = 100      // in, per minute, pings included
	maxMissedPings    = 2
	queueLength       = 32 // answers that wait for a reader
)

// timing holds what tests shorten.
type timing struct {
	init    time.Duration // to connection_init
	beat    time.Duration // between looks at the session's expiry
	pings   int           // beats from one ping to the next
	write   time.Duration // for one message to be taken by the peer's machine
	queue   time.Duration // for a full queue to move
	goodbye time.Duration // for the peer to answer a close
}

var standardTiming = timing{init: 5 * time.Second, beat: 4 * time.Second, pings: 5, write: 5 * time.Second, queue: 2 * time.Second, goodbye: time.Second}

// socket speaks graphql-transport-ws with one client. Three kinds of goroutine share it: the reader takes messages, the writer alone writes messages and closes,
// and each open operation runs in one of its own. end, from any of them, begins the end; the reader finishes it.
type socket struct {
	s      *Server
	conn   *websocket.Conn
	ctx    context.Context // of every operation; ends with the socket
	cancel context.CancelFunc

	// session is the caller as of connection_init or the last renewal.
	session atomic.Pointer[viewer.Viewer]
	acked   atomic.Bool
	missed  atomic.Int32 // pings since something came in

	queue   chan frame
	once    sync.Once
	code    int    // the close code, 0 for none; set before ending is closed
	reason  string // what goes with it
	ending  chan struct{}
	written chan struct{} // closed when the writer has returned

	mu      sync.Mutex
	ops     map[string]*operation
	running sync.WaitGroup

	// The reader's own.
	initialised bool
	ip, shopper string // what the socket is counted under
	windowStart time.Time
	inWindow    int
}

// writeBuffers are shared by all sockets, since few of them write at any moment.
var writeBuffers sync.Pool

func newUpgrader() websocket.Upgrader {
	return websocket.Upgrader{
		HandshakeTimeout: 10 * time.Second,
		ReadBufferSize:   512, // most messages in are smaller, and idle sockets are many
		WriteBufferSize:  4096,
		WriteBufferPool:  &writeBuffers,
		Subprotocols:     []string{subprotocol},
		CheckOrigin:      func(*http.Request) bool { return true }, // refused with 4403, which a client can tell from a broken network
		Error: func(w http.ResponseWriter, r *http.Request, status int, _ error) {
			write(w, mediaJSON, status, mustMarshal(map[string]any{"errors": gqlerror.List{presentFault(r.Context(), errBadRequest)}}))
		},
	}
}

// serveSocket upgrades the request and returns; the socket lives on in goroutines of its own, without the request's context and buffers.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	ctx, v := s.authenticate(r.Context(), r.Header.Get("Authorization"))
	r = r.WithContext(ctx)
	f := s.rates.take(v)
	ip := network(v.ClientIP)
	if f == nil {
		f = s.admit(ip)
	}
	if f != nil {
		s.refuse(w, r, mediaJSON, f)
		return
	}
	conn, err := s.upgrader.Upgrade(w, r, http.Header{"X-Trace-Id": {TraceID(ctx)}})
	if err != nil { // the upgrader has answered
		s.release(ip, "")
		return
	}
	k := &socket{
		s: s, conn: conn, ip: ip,
		queue: make(chan frame, queueLength), ending: make(chan struct{}), written: make(chan struct{}),
		ops: map[string]*operation{},
	}
	k.ctx, k.cancel = context.WithCancel(s.stop)
	k.session.Store(v)
	switch {
	case !s.mayOpenSocket(r):
		k.end(closeForbidden, "origin not allowed")
	case conn.Subprotocol() != subprotocol:
		k.end(closeSubprotocol, "subprotocol not acceptable")
	}
	go k.live()
}

// live runs the socket until it has ended and nothing of it is left.
func (k *socket) live() {
	k.s.metrics.sockets.Inc()
	defer k.s.metrics.sockets.Dec()
	defer func() { k.s.release(k.ip, k.shopper) }()
	go k.write()
	late := time.AfterFunc(k.s.timing.init, func() {
		if !k.acked.Load() {
			k.end(closeInitTimeout, "connection initialisation timeout")
		}
	})
	unwatch := context.AfterFunc(k.s.stop, func() {
		// Everybody comes back at another moment, or the next process is flooded.
		k.end(closeShuttingDown, fmt.Sprintf("shutting down; retryAfterMs=%d", rand.IntN(10_000)))
	})
	err := k.read()
	late.Stop()
	unwatch()
	k.end(0, "")
	<-k.written
	if errors.Is(err, websocket.ErrReadLimit) {
		// Closing with unread bytes resets the connection, and the peer would never see why.
		_ = k.conn.NetConn().SetReadDeadline(time.Now().Add(k.s.timing.goodbye))
		_, _ = io.CopyN(io.Discard, k.conn.NetConn(), 1<<20)
	}
	_ = k.conn.Close()
	k.running.Wait()
}

// end begins the end of the socket; only the first call counts. Code 0 sends no close.
func (k *socket) end(code int, reason string) {
	k.once.Do(func() {
		k.code, k.reason = code, reason
		if code != 0 {
			k.s.metrics.closes.WithLabelValues(fmt.Sprint(code)).Inc()
		}
		close(k.ending)
		k.cancel()
	})
}

func (k *socket) ended() bool {
	select {
	case <-k.ending:
		return true
	default:
		return false
	}
}

// read takes messages until the connection is gone. After end it throws them away, so that the peer's own close is seen.
func (k *socket) read() (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("panic while reading a socket", "panic", p, "stack", string(debug.Stack()))
			k.end(websocket.CloseInternalServerErr, "internal error")
		}
	}()
	k.conn.SetReadLimit(maxMessage)
	k.conn.SetPongHandler(func(string) error {
		k.missed.Store(0)
		return nil
	})
	answer := k.conn.PingHandler()
	k.conn.SetPingHandler(func(data string) error {
		if !k.mayCome() {
			return nil
		}
		return answer(data)
	})
	for {
		kind, data, err := k.conn.ReadMessage()
		switch {
		case errors.Is(err, websocket.ErrReadLimit):
			k.end(websocket.CloseMessageTooBig, "message too big")
			return err
		case err != nil:
			return err
		case k.ended() || !k.mayCome():
		case kind != websocket.TextMessage:
			k.end(closeBadMessage, "messages are text")
		default:
			k.take(data)
		}
	}
}

// mayCome counts what comes in, by windows of a minute, and ends a socket that sends too much.
func (k *socket) mayCome() bool {
	k.missed.Store(0)
	now := time.Now()
	if now.Sub(k.windowStart) >= time.Minute {
		k.windowStart, k.inWindow = now, 0
	}
	k.inWindow++
	if k.inWindow > maxMessages {
		k.end(websocket.ClosePolicyViolation, "more than 100 messages a minute")
		return false
	}
	return true
}

// admit counts a socket in, or says why there is no place for it.
func (s *Server) admit(ip string) *fault.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing:
		return fault.Unavailable.WithRetryAfter(overloadedWait)
	case s.ips[ip] >= s.cfg.MaxSocketsPerIP:
		return fault.RateLimited.WithRetryAfter(time.Minute)
	}
	s.ips[ip]++
	s.sockets.Add(1)
	return nil
}

// admitShopper counts a socket under a shopper too.
func (s *Server) admitShopper(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shoppers[id] >= maxShopperSockets {
		return false
	}
	s.shoppers[id]++
	return true
}

// release undoes admit, and admitShopper unless shopper is "".
func (s *Server) release(ip, shopper string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	countDown(s.ips, ip)
	if shopper != "" {
		countDown(s.shoppers, shopper)
	}
	s.sockets.Done()
}

func countDown(counts map[string]int, name string) {
	if counts[name]--; counts[name] == 0 {
		delete(counts, name)
	}
}

package transport

import (
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/viewer"
)

const (
	subprotocol       = "graphql-transport-ws"
	maxMessage        = 64 << 10 // bytes of one message in
	maxOperations     = 20       // open at once on one socket
	maxShopperSockets = 5        // of one shopper, in this process
	maxMessages       = 100      // in, per minute, pings included
	maxMissedPings    = 2
	queueLength       = 32 // events of a private subscription that wait for its reader
)

// timing holds what tests shorten.
type timing struct {
	init    time.Duration // to connection_init
	beat    time.Duration // between looks at a session's expiry
	pings   int           // beats from one ping to the next
	stall   time.Duration // for a peer whose buffer is full to take anything
	drain   time.Duration // for it to take all that waits, so that none is kept that takes a few bytes now and then
	goodbye time.Duration // for the peer to answer a close
	linger  time.Duration // for a group without subscribers to wait for those who come back
}

var standardTiming = timing{init: 5 * time.Second, beat: 4 * time.Second, pings: 5, stall: 5 * time.Second, drain: 30 * time.Second, goodbye: time.Second, linger: linger}

// socket speaks graphql-transport-ws with one client. Its one goroutine reads; a shard writes what its subscriptions are sent and keeps its time; an operation that is
// started, or no subscription, runs in a goroutine of its own. end, from any of them, begins the end; the reader finishes it.
type socket struct {
	s      *Server
	conn   *websocket.Conn
	wire   wire
	shard  *shard
	place  int // in the shard's list; under its lock
	number uint64
	name   string
	// deflates: messages may be compressed, either way.
	deflates bool

	// session is the caller as of connection_init or the last renewal.
	session atomic.Pointer[viewer.Viewer]
	acked   atomic.Bool
	missed  atomic.Int32           // pings since something came in
	stuck   atomic.Bool            // known to the shard as one with something pending
	owed    atomic.Pointer[string] // data of the ping to answer when the peer takes frames again
	ended   atomic.Bool
	over    atomic.Bool // the reader has returned

	mu      sync.Mutex
	ctx     context.Context // of operations that are not shared; made for the first one, ends with the socket
	cancel  context.CancelFunc
	ops     []*operation
	running sync.WaitGroup
	late    *time.Timer // to connection_init

	// The reader's own.
	initialised bool
	ip, shopper string // what the socket is counted under
	windowStart time.Time
	inWindow    int
}

// writeBuffers are shared by all sockets: gorilla takes one for the handshake only.
var writeBuffers sync.Pool

var socketNumber atomic.Uint64

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

// serveSocket upgrades the request and returns; the socket lives on in a goroutine of its own, without the request's context and buffers.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	ctx, v := s.authenticate(r.Context(), r.Header.Get("Authorization"))
	r = r.WithContext(ctx)
	f := s.rates.take(v)
	ip := pace.Network(v.ClientIP)
	if f == nil {
		f = s.admit(ip)
	}
	if f != nil {
		s.refuse(w, r, mediaJSON, f)
		return
	}
	number := socketNumber.Add(1)
	k := &socket{s: s, ip: ip, number: number, name: "ws" + strconv.FormatUint(number, 10)}
	upgrader := s.upgrader
	upgrader.EnableCompression = offersDeflate(r.Header)
	conn, err := upgrader.Upgrade(hijack{w, &k.wire}, r, http.Header{"X-Trace-Id": {TraceID(ctx)}})
	if err != nil { // the upgrader has answered
		s.release(ip, "")
		return
	}
	k.conn = conn
	k.deflates = k.wire.open()
	k.session.Store(v)
	k.shard = s.shardOf(number)
	k.late = time.AfterFunc(s.timing.init, func() {
		if !k.acked.Load() {
			k.end(closeInitTimeout, "connection initialisation timeout")
		}
	})
	k.shard.add(k)
	switch {
	case !s.mayOpenSocket(r):
		k.end(closeForbidden, "origin not allowed")
	case conn.Subprotocol() != subprotocol:
		k.end(closeSubprotocol, "subprotocol not acceptable")
	case s.stop.Err() != nil: // since it was admitted
		k.shutDown()
	}
	go k.live()
}

// live runs the socket until it has ended and nothing of it is left.
func (k *socket) live() {
	k.s.metrics.sockets.Inc()
	defer k.s.metrics.sockets.Dec()
	defer func() { k.s.release(k.ip, k.shopper) }()
	err := k.read()
	k.late.Stop()
	if k.refuses(err) {
		// Closing with unread bytes resets the connection, and the peer would never see why.
		_ = k.wire.SetReadDeadline(time.Now().Add(k.s.timing.goodbye))
		_, _ = io.CopyN(io.Discard, &k.wire, 1<<20)
	}
	k.end(0, "")
	k.over.Store(true)
	_ = k.conn.Close()
	k.drop()
	k.shard.remove(k)
	k.running.Wait()
}

// end begins the end of the socket; only the first call counts. The peer is given a moment to take what waits and to answer the close; until then the reader reads on.
// Code 0 sends no close.
func (k *socket) end(code int, reason string) {
	if k.ended.Swap(true) {
		return
	}
	if code == 0 {
		_ = k.wire.SetReadDeadline(time.Now())
	} else {
		k.s.metrics.closes.WithLabelValues(fmt.Sprint(code)).Inc()
		k.write(appendFrame(nil, opClose, websocket.FormatCloseMessage(code, reason)))
		_ = k.wire.SetReadDeadline(time.Now().Add(k.s.timing.goodbye))
	}
	k.mu.Lock()
	if k.cancel != nil {
		k.cancel()
	}
	k.mu.Unlock()
}

// hangUp makes the reader return at once: nothing can be written.
func (k *socket) hangUp() {
	k.ended.Store(true)
	_ = k.wire.SetReadDeadline(time.Now())
}

// shutDown tells the client to come back, everybody at another moment, or the next process is flooded.
func (k *socket) shutDown() {
	k.end(closeShuttingDown, fmt.Sprintf("shutting down; retryAfterMs=%d", rand.IntN(10_000)))
}

// write sends a frame of the socket's own.
func (k *socket) write(frame []byte) {
	blocked, err := k.wire.send(frame)
	switch {
	case errors.Is(err, errBlocked):
		k.end(closeTooSlow, "too slow; reconnect and resume")
	case err != nil:
		k.hangUp()
	}
	if blocked {
		k.shard.block(k)
	}
}

// pong answers a ping; while the peer takes nothing, only the latest one is.
func (k *socket) pong(data string) {
	if k.stuck.Load() {
		k.owed.Store(&data)
		if k.stuck.Load() {
			return
		}
		k.owed.Store(nil)
	}
	k.write(appendFrame(nil, opPong, []byte(data)))
}

// send sends a text message of the protocol.
func (k *socket) send(message []byte) {
	if !k.ended.Load() { // nothing follows a close
		k.write(appendFrame(make([]byte, 0, len(message)+10), opText, message))
	}
}

// context is what operations of this socket's own live in.
func (k *socket) context() context.Context {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ctx == nil {
		k.ctx, k.cancel = context.WithCancel(k.s.stop)
		if k.ended.Load() {
			k.cancel()
		}
	}
	return k.ctx
}

// keepTime ends what the session's end ends, and sends a ping when it is time for one. The shard calls it.
func (k *socket) keepTime(ping bool) {
	if k.ended.Load() {
		return
	}
	k.endExpired()
	if !ping {
		return
	}
	if k.missed.Add(1) > maxMissedPings {
		k.hangUp()
		return
	}
	k.write(appendFrame(nil, opPing, nil))
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
		k.mayCome()
		return nil
	})
	k.conn.SetPingHandler(func(data string) error {
		if k.mayCome() && !k.ended.Load() {
			k.pong(data)
		}
		return nil
	})
	k.conn.SetCloseHandler(func(code int, _ string) error {
		if !k.ended.Swap(true) { // the peer began: it is answered in kind
			k.write(appendFrame(nil, opClose, websocket.FormatCloseMessage(code, "")))
		}
		return nil
	})
	for {
		kind, message, err := k.conn.NextReader()
		switch {
		case err != nil:
			return err
		case k.ended.Load() || !k.mayCome():
		case kind != websocket.TextMessage:
			k.end(closeBadMessage, "messages are text")
		default:
			data, err := io.ReadAll(io.LimitReader(message, maxMessage+1)) // the connection's own limit is for what comes, which may be compressed
			if err == nil && len(data) > maxMessage {
				err = websocket.ErrReadLimit
			}
			if err != nil {
				return err
			}
			k.take(data)
		}
	}
}

// refuses tells the peer what was wrong with a message that could not be read, and reports whether it was the message.
func (k *socket) refuses(err error) bool {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		k.end(websocket.CloseMessageTooBig, "message too big")
	case errors.As(err, &corrupt):
		k.end(websocket.CloseInvalidFramePayloadData, "the message cannot be inflated")
	default:
		return false
	}
	return true
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
	case s.stop.Err() != nil:
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

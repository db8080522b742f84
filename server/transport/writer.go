package transport

import (
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gorilla/websocket"
)

// frame is one message out. op is nil when it belongs to no operation.
type frame struct {
	op   *operation
	data []byte
}

// send queues f and reports whether it was taken. When the queue is full it waits, which slows the operation down to its reader; a queue that does not move
// at all ends the socket with 4490.
func (k *socket) send(f frame) bool {
	select {
	case k.queue <- f:
		return true
	default:
	}
	patience := time.NewTimer(k.s.timing.queue)
	defer patience.Stop()
	select {
	case k.queue <- f:
		return true
	case <-k.ending:
		return false
	case <-patience.C:
		k.end(closeTooSlow, "too slow; reconnect and resume")
		return false
	}
}

// write writes what is queued, pings, ends expired operations, and closes.
func (k *socket) write() {
	defer close(k.written)
	defer func() {
		if p := recover(); p != nil {
			slog.Error("panic while writing a socket", "panic", p, "stack", string(debug.Stack()))
			k.hangUp()
		}
	}()
	beat := time.NewTicker(k.s.timing.beat)
	defer beat.Stop()
	for beats := 1; ; {
		if k.ended() { // before what is queued: a slow reader has enough to read already
			k.goodbye()
			return
		}
		select {
		case f := <-k.queue:
			if f.op != nil && f.op.gone.Load() {
				continue
			}
			_ = k.conn.SetWriteDeadline(time.Now().Add(k.s.timing.write))
			if k.conn.WriteMessage(websocket.TextMessage, f.data) != nil {
				k.hangUp() // half a message may be out, so no close can follow it
				return
			}
		case <-beat.C:
			k.endExpired()
			if beats%k.s.timing.pings == 0 && !k.pingPeer() {
				k.hangUp()
				return
			}
			beats++
		case <-k.ending:
		}
	}
}

// pingPeer sends a ping; it returns false when the peer answered none of the last ones, or nothing can be written.
func (k *socket) pingPeer() bool {
	if k.missed.Add(1) > maxMissedPings {
		return false
	}
	return k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(k.s.timing.write)) == nil
}

// goodbye sends the close and gives the peer a moment to answer it; until then the reader reads on.
func (k *socket) goodbye() {
	if k.code == 0 {
		k.hangUp()
		return
	}
	_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(k.code, k.reason), time.Now().Add(k.s.timing.write))
	_ = k.conn.SetReadDeadline(time.Now().Add(k.s.timing.goodbye))
}

// hangUp makes the reader return at once.
func (k *socket) hangUp() {
	k.end(0, "")
	_ = k.conn.SetReadDeadline(time.Now())
}

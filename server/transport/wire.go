package transport

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

const (
	// sendBuffer bounds what the kernel takes for a peer that does not read, so that it cannot hide one for long. It doubles the number.
	sendBuffer = 32 << 10
	// maxPending bounds what waits for a peer beside what is shared with others: answers to its own operations.
	maxPending = 1 << 20
)

var errBlocked = errors.New("transport: too much waits for the peer")

// wire is the connection under a websocket. Everything that is written goes through its lock as whole frames, also what gorilla writes by itself, and nothing that
// is written waits for the peer: what the kernel does not take stays here, and a shard tries again.
//
// It must not embed the net.Conn: gorilla would find methods by which it writes past this one.
type wire struct {
	conn net.Conn
	// fd is conn's, which does not block. It is written to under mu, and closed by Close only: net's own way costs a twentieth of a room's delivery.
	fd int

	mu     sync.Mutex
	opened bool // the handshake is done; from then on writes do not wait
	// deflates: the handshake's answer says so.
	deflates bool
	failed   error
	// pending is what the kernel has not taken. It may be shared with other wires and is never written into: owned says that it is not.
	pending []byte
	owned   bool
	// began is since when something has been pending, moved when it last got shorter.
	began, moved time.Time
}

var _ net.Conn = (*wire)(nil)

// hijack makes the upgrader take the connection as w's.
type hijack struct {
	http.ResponseWriter
	wire *wire
}

// Hijack implements http.Hijacker.
func (h hijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if err := h.wire.adopt(conn); err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	return h.wire, rw, nil
}

func (w *wire) adopt(conn net.Conn) error {
	direct, ok := conn.(syscall.Conn)
	if !ok {
		return errors.New("transport: a websocket needs a plain TCP or unix connection; end TLS before this server")
	}
	raw, err := direct.SyscallConn()
	if err != nil {
		return err
	}
	if sized, ok := conn.(interface{ SetWriteBuffer(bytes int) error }); ok {
		_ = sized.SetWriteBuffer(sendBuffer)
	}
	w.conn = conn
	return raw.Control(func(fd uintptr) { w.fd = int(fd) })
}

// open ends the handshake, and reports whether messages may be compressed.
func (w *wire) open() (deflates bool) {
	w.mu.Lock()
	w.opened = true
	deflates = w.deflates
	w.mu.Unlock()
	_ = w.conn.SetDeadline(time.Time{})
	return deflates
}

// Write takes whole frames of gorilla's: the handshake, and the close that it answers a broken frame with.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	opened := w.opened
	if !opened { // gorilla tells nobody what it has agreed to, but the client
		w.deflates = w.deflates || bytes.Contains(p, []byte("permessage-deflate"))
	}
	w.mu.Unlock()
	if !opened {
		return w.conn.Write(p)
	}
	if _, err := w.send(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// send writes frames after what waits already, copying what the kernel does not take. blocked: something waits now.
func (w *wire) send(frames []byte) (blocked bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return false, w.failed
	}
	if len(w.pending) > 0 {
		if len(w.pending)+len(frames) > maxPending {
			return true, errBlocked
		}
		if !w.owned {
			w.pending, w.owned = append(make([]byte, 0, len(w.pending)+len(frames)), w.pending...), true
		}
		w.pending = append(w.pending, frames...)
		return true, nil
	}
	rest, err := w.write(frames)
	if len(rest) > 0 {
		w.wait(append([]byte(nil), rest...), true)
	}
	return len(rest) > 0, err
}

// deliver writes a batch of frames that others are sent too, unless something waits already, or the operation is gone: then it is not taken. gone is looked at under
// the lock, so that nothing of an operation is written once its client may have used the id again.
func (w *wire) deliver(batch []byte, op *operation) (taken, blocked bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.failed != nil:
		return false, false, w.failed
	case op.gone.Load() || op.socket.ended.Load(): // nothing follows a close
		return false, false, nil
	case len(w.pending) > 0:
		return false, true, nil
	}
	rest, err := w.write(batch)
	if len(rest) > 0 {
		w.wait(rest, false)
	}
	return err == nil, len(rest) > 0, err
}

// wait keeps what the kernel did not take. Under the lock.
func (w *wire) wait(rest []byte, owned bool) {
	now := time.Now()
	w.pending, w.owned, w.began, w.moved = rest, owned, now, now
}

// flush tries again to write what waits; began is since when something has, moved when it last got less.
func (w *wire) flush() (blocked bool, began, moved time.Time, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil || len(w.pending) == 0 {
		return false, time.Time{}, time.Time{}, w.failed
	}
	rest, err := w.write(w.pending)
	if len(rest) < len(w.pending) {
		w.moved = time.Now()
	}
	if w.pending = rest; len(rest) == 0 {
		w.pending, w.owned = nil, false
	}
	return len(rest) > 0, w.began, w.moved, err
}

// waits reports whether something is pending.
func (w *wire) waits() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.pending) > 0 && w.failed == nil
}

// write gives the kernel what it takes, and returns the rest. Under the lock.
func (w *wire) write(frames []byte) (rest []byte, err error) {
	for len(frames) > 0 {
		n, err := syscall.Write(w.fd, frames)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return frames, nil
		case err != nil:
			w.failed = err
			return nil, err
		default:
			frames = frames[n:]
		}
	}
	return nil, nil
}

// Close implements net.Conn. Nothing is written from then on: the number of the descriptor may be another's.
func (w *wire) Close() error {
	w.mu.Lock()
	if w.failed == nil {
		w.failed = net.ErrClosed
	}
	w.mu.Unlock()
	return w.conn.Close()
}

func (w *wire) Read(p []byte) (int, error)        { return w.conn.Read(p) }
func (w *wire) LocalAddr() net.Addr               { return w.conn.LocalAddr() }
func (w *wire) RemoteAddr() net.Addr              { return w.conn.RemoteAddr() }
func (w *wire) SetReadDeadline(t time.Time) error { return w.conn.SetReadDeadline(t) }

// SetWriteDeadline and SetDeadline bound the handshake only: later a deadline of gorilla's for a control frame would cut a frame that is under way.
func (w *wire) SetWriteDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.opened {
		return nil
	}
	return w.conn.SetWriteDeadline(t)
}

// SetDeadline implements net.Conn.
func (w *wire) SetDeadline(t time.Time) error {
	if err := w.SetWriteDeadline(t); err != nil {
		return err
	}
	return w.conn.SetReadDeadline(t)
}

// Opcodes of RFC 6455.
const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
	opPong  = 0xA
)

// deflated marks a message as compressed (RFC 7692, 6).
const deflated = 0x40

// appendHeader appends the header of a whole, unmasked frame (RFC 6455, 5.2).
func appendHeader(out []byte, opcode byte, length int) []byte {
	out = append(out, 0x80|opcode)
	switch {
	case length < 126:
		return append(out, byte(length))
	case length < 1<<16:
		return binary.BigEndian.AppendUint16(append(out, 126), uint16(length))
	default:
		return binary.BigEndian.AppendUint64(append(out, 127), uint64(length))
	}
}

// appendFrame appends a whole frame.
func appendFrame(out []byte, opcode byte, payload []byte) []byte {
	return append(appendHeader(out, opcode, len(payload)), payload...)
}

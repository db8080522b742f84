package hub

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/nats-io/nats.go"

	"github.com/kaituan/kaituan/internal/catch"
)

// What a subscription may have waiting before messages are dropped: a pause of some seconds at the busiest, not a reader that has stopped.
const (
	pendingMessages = 1 << 17
	pendingBytes    = 256 << 20
)

// Publish sends data to whoever is subscribed to subject, in order per process and subject. nil does not say that anybody got it.
func (h *Hub) Publish(subject string, data []byte) error {
	if err := h.conn.Publish(subject, data); err != nil {
		return fmt.Errorf("publish on %s: %w", subject, err)
	}
	return nil
}

// Subscribe calls heard, one call at a time, for each message on a subject, which may hold wildcards ("live.owner.*"), until the returned function is called. heard
// must not block, and data is its to keep; a panic of it is logged, and a gap. What is lost on the way is told by OnGap.
func (h *Hub) Subscribe(subject string, heard func(subject string, data []byte)) (stop func(), err error) {
	subscription, err := h.conn.Subscribe(subject, func(m *nats.Msg) { h.safely(m.Subject, func() { heard(m.Subject, m.Data) }) })
	if err != nil {
		return nil, fmt.Errorf("subscribe to %s: %w", subject, err)
	}
	if err := subscription.SetPendingLimits(pendingMessages, pendingBytes); err != nil {
		return nil, errors.Join(fmt.Errorf("subscribe to %s: %w", subject, err), subscription.Unsubscribe())
	}
	// As in Listen: what is published after this returns is heard.
	if err := h.conn.Flush(); err != nil {
		return nil, errors.Join(fmt.Errorf("subscribe to %s: %w", subject, err), subscription.Unsubscribe())
	}
	return func() { _ = subscription.Unsubscribe() }, nil
}

// OnGap calls lost whenever messages of any subscription of this process may have been lost: one was too slow, or the connection was away. lost must not block. The
// returned function ends it.
func (h *Hub) OnGap(lost func()) (stop func()) {
	key := &lost
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gaps[key] = struct{}{}
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.gaps, key)
	}
}

func (h *Hub) gap() {
	h.mu.Lock()
	all := slices.Collect(maps.Keys(h.gaps))
	h.mu.Unlock()
	for _, lost := range all {
		guarded("gap", *lost)
	}
}

// safely hears a message. One that makes it panic is lost, and not the process.
func (h *Hub) safely(subject string, hear func()) {
	if !guarded(subject, hear) {
		h.gap()
	}
}

func guarded(subject string, do func()) (done bool) {
	err := catch.Panic(func() error { do(); return nil })
	if err != nil {
		slog.Error("hear the bus", "subject", subject, "error", err)
	}
	return err == nil
}

// Package hub carries signals: "look again", said after a commit, to whoever listens in any process, and messages for those who follow something closely. Both
// may be lost: who listens re-reads now and then, who follows is told when something may have been. It is NATS: a server in this process when no address is given,
// an external cluster otherwise.
package hub

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Hub publishes and subscribes. It is safe for concurrent use.
type Hub struct {
	server *server.Server
	conn   *nats.Conn

	mu   sync.Mutex
	gaps map[*func()]struct{}
}

// Open connects to the cluster at url, or starts a server in this process when url is empty.
func Open(url string) (*Hub, error) {
	h := &Hub{gaps: map[*func()]struct{}{}}
	if url != "" {
		conn, err := nats.Connect(url, h.options(nats.MaxReconnects(-1), nats.Timeout(5*time.Second))...)
		if err != nil {
			return nil, fmt.Errorf("connect to NATS: %w", err)
		}
		h.conn = conn
		return h, nil
	}
	inside, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true, NoSystemAccount: true})
	if err != nil {
		return nil, fmt.Errorf("start the hub: %w", err)
	}
	inside.Start()
	if !inside.ReadyForConnections(5 * time.Second) {
		return nil, errors.New("start the hub: not ready within 5 s")
	}
	conn, err := nats.Connect("", h.options(nats.InProcessServer(inside))...)
	if err != nil {
		inside.Shutdown()
		return nil, fmt.Errorf("connect to the hub: %w", err)
	}
	h.server, h.conn = inside, conn
	return h, nil
}

// options adds what tells of gaps: messages that a slow subscription has dropped, and those that went by while there was no connection.
func (h *Hub) options(more ...nats.Option) []nats.Option {
	return append(more,
		nats.ReconnectHandler(func(*nats.Conn) { h.gap() }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrSlowConsumer) {
				h.gap()
			}
		}))
}

// Ready reports whether signals travel now.
func (h *Hub) Ready() bool { return h.conn.IsConnected() }

// Close ends every subscription.
func (h *Hub) Close() {
	h.conn.Close()
	if h.server != nil {
		h.server.Shutdown()
		h.server.WaitForShutdown()
	}
}

// Signal says "look again" about subject, e.g. "order.ord_01…". It never blocks; failing, it is a lost signal.
func (h *Hub) Signal(subject string) { _ = h.conn.Publish(subject, nil) }

// Listen calls heard, one call at a time, for each signal about subject, until the returned function is called. heard must not block.
func (h *Hub) Listen(subject string, heard func()) (stop func(), err error) {
	subscription, err := h.conn.Subscribe(subject, func(m *nats.Msg) { h.safely(m.Subject, heard) })
	if err != nil {
		return nil, fmt.Errorf("listen to %s: %w", subject, err)
	}
	// The server must know before the caller reads what the signals are about, or a change in between would go unheard.
	if err := h.conn.Flush(); err != nil {
		return nil, errors.Join(fmt.Errorf("listen to %s: %w", subject, err), subscription.Unsubscribe())
	}
	return func() { _ = subscription.Unsubscribe() }, nil
}

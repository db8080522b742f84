package testdb

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kaituan/kaituan/internal/store"
)

// Loss is what a line loses of a commit.
type Loss string

const (
	Nothing Loss = "nothing"
	// Commit: the server never hears it, and rolls back.
	Commit Loss = "the commit"
	// Answer: the server has committed, and nobody is told.
	Answer Loss = "its answer"
)

// Line is the network between a store and its server: it breaks a connection in the middle of a commit when it is told to. The embedded engine has none, and loses
// nothing.
type Line struct {
	server string // "" for the embedded engine
	mu     sync.Mutex
	next   []Loss
	serves sync.WaitGroup
}

// OpenByLine is Open by a line, which loses nothing by itself.
func OpenByLine(t testing.TB) (*store.Store, *Line) {
	t.Helper()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		return Open(t), &Line{}
	}
	address, err := url.Parse(URL(t))
	if err != nil {
		t.Fatal(err)
	}
	l := &Line{server: address.Host}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.serves.Go(func() { l.accept(listener) })
	t.Cleanup(func() {
		_ = listener.Close()
		l.serves.Wait()
	})
	address.Host = listener.Addr().String()
	s, err := store.Open(t.Context(), address.String())
	if err != nil {
		t.Fatalf("open a test database by a line: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, l
}

// Losses are what the line can lose.
func (l *Line) Losses() []Loss {
	if l.server == "" {
		return []Loss{Nothing}
	}
	return []Loss{Nothing, Commit, Answer}
}

// Lose says what is lost of the commits to come, one after the other.
func (l *Line) Lose(losses ...Loss) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server != "" {
		l.next = losses
	}
}

// Quiet reports whether everything has been lost that was to be.
func (l *Line) Quiet() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.next) == 0
}

// take is what is lost of the commit that comes by.
func (l *Line) take() Loss {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.next) == 0 {
		return Nothing
	}
	loss := l.next[0]
	l.next = l.next[1:]
	return loss
}

func (l *Line) accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		l.serves.Go(func() { l.carry(client) })
	}
}

// commit is the packet of MySQL's protocol that the driver sends: its length, its number, a query, and the text.
var commit = []byte("\x07\x00\x00\x00\x03COMMIT")

// carry carries one connection until either end closes it, or a loss does. A client sends one packet and waits for its answer, so that a commit comes by alone.
func (l *Line) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", l.server)
	if err != nil {
		return
	}
	defer server.Close()
	var deaf atomic.Bool
	l.serves.Go(func() {
		defer client.Close()
		pass(client, server, func([]byte) bool { return !deaf.Load() })
	})
	pass(server, client, func(packet []byte) bool {
		if !bytes.Equal(packet, commit) {
			return true
		}
		loss := l.take()
		deaf.Store(loss == Answer)
		return loss != Commit
	})
}

// pass copies as long as it may.
func pass(to io.Writer, from io.Reader, may func(packet []byte) bool) {
	packet := make([]byte, 1<<16)
	for {
		n, err := from.Read(packet)
		if err != nil || !may(packet[:n]) {
			return
		}
		if _, err := to.Write(packet[:n]); err != nil {
			return
		}
	}
}

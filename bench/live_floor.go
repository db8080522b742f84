package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// runBroadcast serves the floor of a live room: what is posted is made into one gorilla PreparedMessage, in the form in which the shop sends it, and written to every
// socket by as many goroutines as there are processors, each over a slice of its own. It knows no room, keeps nothing, and waits for the slowest.
func runBroadcast(ctx context.Context) error {
	var b broadcast
	for range runtime.GOMAXPROCS(0) {
		s := &slice{frames: make(chan *websocket.PreparedMessage, 1024)}
		b.slices = append(b.slices, s)
		go s.write()
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws", b.join)
	mux.HandleFunc("POST /publish", b.publish)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("broadcast listens on http://%s\n", listener.Addr())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { <-ctx.Done(); _ = server.Close() }()
	if err := server.Serve(listener); err != http.ErrServerClosed { //nolint:errorlint // it is returned as it is
		return err
	}
	return nil
}

type broadcast struct {
	mu     sync.Mutex
	seq    int
	slices []*slice
}

// slice is a part of the sockets, and the one goroutine that writes to them.
type slice struct {
	mu     sync.Mutex
	conns  []*websocket.Conn
	frames chan *websocket.PreparedMessage
}

func (s *slice) write() {
	for frame := range s.frames {
		s.mu.Lock()
		conns := s.conns
		s.mu.Unlock()
		for _, c := range conns {
			_ = c.WritePreparedMessage(frame)
		}
	}
}

var plainUpgrader = websocket.Upgrader{
	ReadBufferSize: 512, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{}, CheckOrigin: func(*http.Request) bool { return true },
}

func (b *broadcast) join(w http.ResponseWriter, r *http.Request) {
	c, err := plainUpgrader.Upgrade(w, r, nil)
	if err != nil {
		slog.Error("upgrade", "error", err)
		return
	}
	b.mu.Lock()
	b.seq++
	s := b.slices[b.seq%len(b.slices)]
	b.mu.Unlock()
	s.mu.Lock()
	s.conns = append(s.conns, c)
	s.mu.Unlock()
	go func() {
		for {
			if _, _, err := c.NextReader(); err != nil {
				return
			}
		}
	}()
}

func (b *broadcast) publish(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Variables struct{ I struct{ Text string } }
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	text, _ := json.Marshal(in.Variables.I.Text)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seq++
	frame, prepared := websocket.NewPreparedMessage(websocket.TextMessage, fmt.Appendf(nil,
		`{"id":"1","type":"next","payload":{"data":{"liveRoomEvents":{"seq":%d,"comments":[{"text":%s}]}}}}`, b.seq, text))
	if err != nil || prepared != nil {
		http.Error(w, "bad body", http.StatusBadRequest)
		return
	}
	for _, s := range b.slices {
		s.frames <- frame
	}
	_, _ = io.WriteString(w, `{"data":{}}`)
}

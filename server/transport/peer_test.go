package transport

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// peer is a client that sends exactly what it is told.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
}

// dial opens a socket with headers given as "Name: value" lines; a Sec-WebSocket-Protocol among them replaces the right one.
func dial(t *testing.T, url string, headers ...string) *peer {
	t.Helper()
	conn, res, err := tryDial(url, headers...)
	if err != nil {
		t.Fatalf("%v %v", err, res)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &peer{t: t, conn: conn}
}

func tryDial(url string, headers ...string) (*websocket.Conn, *http.Response, error) {
	h := http.Header{"Sec-Websocket-Protocol": {subprotocol}}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		if h.Set(name, value); value == "" {
			h.Del(name)
		}
	}
	return websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(url, "http"), h)
}

// connect opens a socket and its session.
func connect(t *testing.T, url, payload string) *peer {
	t.Helper()
	p := dial(t, url)
	p.say(`{"type":"connection_init","payload":` + orNull(payload) + `}`)
	p.hearAck()
	return p
}

// hearAck hears that the session stands, and since when.
func (p *peer) hearAck() {
	p.t.Helper()
	before := time.Now().Add(-time.Minute)
	_, raw, err := p.conn.ReadMessage()
	if err != nil {
		p.t.Fatal(err)
	}
	at, err := time.Parse(`{"type":"connection_ack","payload":{"at":"2006-01-02T15:04:05.000Z"}}`, string(raw))
	if err != nil || at.Before(before) || at.After(time.Now()) {
		p.t.Fatalf("heard %s, want an acknowledgement of now: %v", raw, err)
	}
}

func (p *peer) say(messages ...string) {
	p.t.Helper()
	for _, m := range messages {
		if err := p.conn.WriteMessage(websocket.TextMessage, []byte(m)); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *peer) subscribe(id, query string) {
	p.t.Helper()
	payload, _ := json.Marshal(map[string]string{"query": query})
	p.say(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":%s}`, id, payload))
}

func (p *peer) read() (string, error) {
	_ = p.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, data, err := p.conn.ReadMessage()
	return string(data), err
}

// hear expects exactly these messages, in this order.
func (p *peer) hear(want ...string) {
	p.t.Helper()
	for _, w := range want {
		if got, err := p.read(); err != nil || got != w {
			p.t.Fatalf("got %s, %v, want %s", got, err, w)
		}
	}
}

// hearError expects an error message with that code.
func (p *peer) hearError(id, code string) {
	p.t.Helper()
	raw, err := p.read()
	var m struct {
		ID, Type string
		Payload  []struct {
			Extensions struct{ Code, TraceID string }
		}
	}
	if err != nil || json.Unmarshal([]byte(raw), &m) != nil || m.Type != "error" || m.ID != id || m.Payload[0].Extensions.Code != code || len(m.Payload[0].Extensions.TraceID) != 32 {
		p.t.Fatalf("got %s, %v, want error %s for %s", raw, err, code, id)
	}
}

// closed reads to the close and returns it; nothing but next messages may come before.
func (p *peer) closed() *websocket.CloseError {
	p.t.Helper()
	for {
		raw, err := p.read()
		var c *websocket.CloseError
		switch {
		case errors.As(err, &c):
			return c
		case err != nil:
			p.t.Fatal(err)
		case !strings.Contains(raw, `"type":"next"`):
			p.t.Fatalf("got %s before the close", raw)
		}
	}
}

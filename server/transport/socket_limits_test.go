package transport

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestOperationsPerSocket(t *testing.T) {
	_, u := serve(t, nil)
	p := connect(t, u, `{"accessToken":"ann"}`)
	for i := range maxOperations {
		p.subscribe(fmt.Sprint(i), "subscription { mine }")
	}
	p.subscribe("more", "{ hello }")
	p.hearError("more", "OVERLOADED")
	p.say(`{"id":"3","type":"complete"}`)
	p.subscribe("more", "{ hello }")
	p.hear(`{"id":"more","type":"next","payload":{"data":{"hello":"hello world"}}}`)
}

func TestSocketsPerShopper(t *testing.T) {
	_, u := serve(t, nil)
	var first *peer
	for range maxShopperSockets {
		first = connect(t, u, `{"accessToken":"ann"}`)
	}
	connect(t, u, `{"accessToken":"bob"}`)
	p := dial(t, u)
	p.say(`{"type":"connection_init","payload":{"accessToken":"ann"}}`)
	if c := p.closed(); c.Code != 4403 || c.Text != "too many sockets" {
		t.Error(c)
	}
	p = connect(t, u, "")
	p.say(`{"type":"ping","payload":{"accessToken":"ann"}}`)
	if c := p.closed(); c.Code != 4403 {
		t.Error(c)
	}
	_ = first.conn.Close()
	eventually(t, func() bool {
		p := dial(t, u)
		p.say(`{"type":"connection_init","payload":{"accessToken":"ann"}}`)
		raw, err := p.read()
		return err == nil && strings.Contains(raw, "ack")
	})
}

func TestSocketsPerAddress(t *testing.T) {
	_, u := serve(t, func(c *Config) { c.MaxSocketsPerIP = 2 })
	connect(t, u, "")
	connect(t, u, "")
	if _, res, err := tryDial(u); err == nil || res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
		t.Errorf("%v %v", res, err)
	}
}

func TestUpgradesAreRated(t *testing.T) {
	_, u := serve(t, func(c *Config) { c.Rates.PerIP = Rate{PerSecond: .1, Burst: 1} })
	connect(t, u, "")
	if _, res, err := tryDial(u); err == nil || res.StatusCode != 429 {
		t.Errorf("%v %v", res, err)
	}
}

func TestBadHandshake(t *testing.T) {
	_, u := serve(t, nil)
	if got := send(t, "GET", u, "", "Connection: Upgrade", "Upgrade: websocket"); got.status != 400 || got.code() != "BAD_REQUEST" {
		t.Errorf("%d %s", got.status, got.raw)
	}
}

func TestMessagesPerMinute(t *testing.T) {
	_, u := serve(t, nil)
	p := connect(t, u, "")
	for range maxMessages - 1 {
		p.say(`{"type":"pong"}`)
	}
	p.say(`{"type":"ping"}`)
	if c := p.closed(); c.Code != websocket.ClosePolicyViolation {
		t.Error(c)
	}
	p = connect(t, u, "")
	for range maxMessages { // protocol pings count too
		_ = p.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
	}
	if c := p.closed(); c.Code != websocket.ClosePolicyViolation {
		t.Error(c)
	}
}

func TestMissedPings(t *testing.T) {
	s, u := serve(t, nil)
	s.timing.beat, s.timing.pings = 30*time.Millisecond, 1
	quiet := connect(t, u, "")
	quiet.conn.SetPingHandler(func(string) error { return nil })
	if raw, err := quiet.read(); err == nil {
		t.Errorf("got %s", raw)
	}
	alive := connect(t, u, "")
	go func() {
		time.Sleep(300 * time.Millisecond)
		_ = alive.conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"ping"}`))
	}()
	alive.hear(`{"type":"pong"}`) // reading answers pings meanwhile
}

// A reader that stalls fills the kernel's buffers, then the queue; it is told why when it comes back.
func TestTooSlow(t *testing.T) {
	s, u := serve(t, nil)
	s.timing.stall, s.timing.goodbye = 100*time.Millisecond, 3*time.Second
	p := connect(t, u, "")
	p.subscribe("f", "subscription { flood(bytes: 100000) }")
	eventually(t, func() bool { return s.closed("4490") == 1 })
	if c := p.closed(); c.Code != 4490 {
		t.Error(c)
	}
}

// One that never comes back is dropped.
func TestStalledForGood(t *testing.T) {
	s, u := serve(t, nil)
	s.timing.stall, s.timing.goodbye = 100*time.Millisecond, 100*time.Millisecond
	p := connect(t, u, "")
	p.subscribe("f", "subscription { flood(bytes: 100000) }")
	eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.ips) == 0 })
}

func TestOverloadOverSocket(t *testing.T) {
	release := make(chan struct{})
	s, u := serve(t, func(c *Config) { c.Schema, c.MaxInFlight = slowSchema(release), 1 })
	p := connect(t, u, `{"accessToken":"ann"}`)
	p.subscribe("m", "subscription { mine }")
	time.Sleep(200 * time.Millisecond) // an open subscription takes no place, so one that has started leaves it free
	p.subscribe("s", "{ slow }")
	eventually(t, func() bool { return len(s.inFlight) == 1 })
	p.subscribe("h", "{ hello }")
	p.hearError("h", "OVERLOADED")
	close(release)
	p.hear(`{"id":"s","type":"next","payload":{"data":{"slow":"done"}}}`, `{"id":"s","type":"complete"}`)
}

// One that takes a few bytes now and then is no better than one that takes none.
func TestATrickle(t *testing.T) {
	s, u := serve(t, nil)
	s.timing.stall, s.timing.drain, s.timing.goodbye = time.Hour, time.Second, 100*time.Millisecond
	conn, _, err := (&websocket.Dialer{NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(32 << 10)
		}
		return conn, err
	}}).Dial("ws"+strings.TrimPrefix(u, "http"), http.Header{"Sec-Websocket-Protocol": {subprotocol}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := &peer{t: t, conn: conn}
	p.say(`{"type":"connection_init"}`)
	p.hearAck()
	p.subscribe("f", "subscription { flood(bytes: 4000000) }")
	few := make([]byte, 16<<10)
	for {
		time.Sleep(20 * time.Millisecond)
		if _, err := io.ReadFull(conn.NetConn(), few); err != nil {
			break
		}
	}
	eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.ips) == 0 })
	if n := s.closed("4490"); n != 1 {
		t.Errorf("%d closed as too slow", n)
	}
}

// An address has so many executions running because of it; who shares one that runs already needs none.
func TestExecutionsOfAnAddress(t *testing.T) {
	s, u, logs := serveLogs(t, func(c *Config) { c.MaxSocketsPerIP = 2 })
	log := logs.Named("a")
	p, other := connect(t, u, ""), connect(t, u, "")
	for i := range 2 * executionsPerSocket {
		p.subscribe(fmt.Sprint(i), fmt.Sprintf(`subscription { thing%d: thing(id: "a") { version } }`, i))
		p.hear(fmt.Sprintf(`{"id":"%d","type":"next","payload":{"data":{"thing%d":{"version":0}}}}`, i, i))
	}
	p.watch("room", saidDoc, "1:0")
	p.hearError("room", "RATE_LIMITED")
	other.subscribe("same", `subscription { thing1: thing(id: "a") { version } }`)
	other.hear(`{"id":"same","type":"next","payload":{"data":{"thing1":{"version":0}}}}`)
	p.say(`{"id":"0","type":"complete"}`)
	eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.executions["127.0.0.1"] < 2*executionsPerSocket
	})
	p.watch("room", saidDoc, "1:0")
	eventually(t, func() bool { return log.Watched.Load() == 1 })
}

package transport

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const initMessage = `{"type":"connection_init"}`

func TestCloseCodes(t *testing.T) {
	s, u := serve(t, nil)
	s.timing.init, s.timing.goodbye = time.Second, 100*time.Millisecond
	ticks := `{"id":"1","type":"subscribe","payload":{"query":"subscription { ticks }"}}`
	mine := `{"id":"1","type":"subscribe","payload":{"query":"subscription { mine }"}}`
	for _, tc := range []struct {
		name     string
		headers  []string
		messages []string
		want     int
	}{
		{"no JSON", nil, []string{`{`}, 4400},
		{"no object", nil, []string{`[]`}, 4400},
		{"no type", nil, []string{`{}`}, 4400},
		{"an unknown type", nil, []string{`{"type":"start"}`}, 4400},
		{"an ill-typed id", nil, []string{initMessage, `{"id":1,"type":"complete"}`}, 4400},
		{"an endless id", nil, []string{initMessage, `{"id":"` + strings.Repeat("1", 129) + `","type":"complete"}`}, 4400},
		{"complete without an id", nil, []string{initMessage, `{"type":"complete"}`}, 4400},
		{"subscribe without an id", nil, []string{initMessage, `{"type":"subscribe","payload":{"query":"{ hello }"}}`}, 4400},
		{"subscribe without a payload", nil, []string{initMessage, `{"id":"1","type":"subscribe"}`}, 4400},
		{"subscribe without a query", nil, []string{initMessage, `{"id":"1","type":"subscribe","payload":{}}`}, 4400},
		{"an ill-typed query", nil, []string{initMessage, `{"id":"1","type":"subscribe","payload":{"query":1}}`}, 4400},
		{"ill-typed variables", nil, []string{initMessage, `{"id":"1","type":"subscribe","payload":{"query":"{ hello }","variables":[]}}`}, 4400},
		{"an ill-typed payload of connection_init", nil, []string{`{"type":"connection_init","payload":"x"}`}, 4400},
		{"an ill-typed token", nil, []string{`{"type":"connection_init","payload":{"accessToken":1}}`}, 4400},
		{"an ill-typed payload of ping", nil, []string{`{"type":"ping","payload":[]}`}, 4400},
		{"an ill-typed payload of pong", nil, []string{`{"type":"pong","payload":1}`}, 4400},
		{"not UTF-8", nil, []string{"{\"type\":\"\xff\"}"}, 4400},
		{"subscribe before the ack", nil, []string{ticks}, 4401},
		{"an expired token", nil, []string{`{"type":"connection_init","payload":{"accessToken":"expired"}}`}, 4403},
		{"a bad authorization", nil, []string{`{"type":"connection_init","payload":{"authorization":"Basic x"}}`}, 4403},
		{"a bad token with the upgrade", []string{"Authorization: Bearer expired"}, []string{initMessage}, 4403},
		{"another origin", []string{"Origin: https://evil.example"}, nil, 4403},
		{"no subprotocol", []string{"Sec-WebSocket-Protocol: "}, nil, 4406},
		{"another subprotocol", []string{"Sec-WebSocket-Protocol: graphql-ws"}, nil, 4406},
		{"no connection_init", nil, nil, 4408},
		{"an id twice", nil, []string{`{"type":"connection_init","payload":{"accessToken":"ann"}}`, mine, mine}, 4409},
		{"a second init", nil, []string{initMessage, initMessage}, 4429},
		{"a big message", nil, []string{initMessage, `{"type":"ping","payload":{"x":"` + strings.Repeat("x", maxMessage) + `"}}`}, 1009},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := dial(t, u, tc.headers...)
			p.say(tc.messages...)
			raw, err := p.read()
			for err == nil && strings.Contains(raw, "connection_ack") {
				raw, err = p.read()
			}
			if c := (*websocket.CloseError)(nil); !errors.As(err, &c) || c.Code != tc.want {
				t.Fatalf("got %s, %v, want %d", raw, err, tc.want)
			}
		})
	}
	t.Run("binary", func(t *testing.T) {
		p := dial(t, u)
		if err := p.conn.WriteMessage(websocket.BinaryMessage, []byte(initMessage)); err != nil {
			t.Fatal(err)
		}
		if c := p.closed(); c.Code != 4400 {
			t.Error(c)
		}
	})
	eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.ips) == 0 && len(s.shoppers) == 0 })
}

func TestShutdown(t *testing.T) {
	s, u := serve(t, nil)
	var peers []*peer
	for i := range 10 {
		p := connect(t, u, "")
		p.subscribe("t", []string{"subscription { ticks }", "{ slow }", "subscription { count(to: 1) }"}[i%3])
		peers = append(peers, p)
	}
	done := make(chan error, 1)
	go func() { done <- s.Shutdown(context.Background()) }()
	for _, p := range peers {
		for {
			_, err := p.read()
			if c := (*websocket.CloseError)(nil); errors.As(err, &c) {
				if c.Code != 4491 || !strings.Contains(c.Text, "retryAfterMs=") {
					t.Error(c)
				}
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, res, err := tryDial(u); err == nil || res.StatusCode != 503 {
		t.Errorf("a socket opened after the shutdown: %v", err)
	}
}

// Clients that vanish without a close leave nothing behind; goleak looks at the goroutines at the end.
func TestVanishingClients(t *testing.T) {
	s, u := serve(t, nil)
	for range 50 {
		p := connect(t, u, "")
		p.subscribe("t", "subscription { ticks }")
		_ = p.conn.NetConn().Close()
	}
	eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.ips) == 0 })
}

func TestOrigins(t *testing.T) {
	_, u := serve(t, func(c *Config) { c.Development, c.Origins = false, []string{"https://shop.example"} })
	own := strings.TrimSuffix(strings.TrimPrefix(u, "http://"), "/graphql")
	for origin, want := range map[string]bool{"": true, "https://shop.example": true, "http://" + own: true, "http://localhost:1": false, "null": false} {
		p := dial(t, u, "Origin: "+origin)
		p.say(initMessage)
		raw, err := p.read()
		if (err == nil) != want {
			t.Errorf("%q: %s %v", origin, raw, err)
		}
	}
}

package transport

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

func TestProtocol(t *testing.T) {
	_, u := serve(t, nil)
	p := dial(t, u)
	p.say(`{"type":"ping"}`)
	p.hear(`{"type":"pong"}`)
	p.say(`{"type":"connection_init","payload":{"authorization":"Bearer ann"}}`)
	p.hearAck()
	p.say(`{"type":"ping","payload":{"x":1}}`, `{"type":"pong"}`, `{"id":"unknown","type":"complete"}`)
	p.hear(`{"type":"pong"}`)

	p.subscribe("q", "{ me { name } }")
	p.hear(`{"id":"q","type":"next","payload":{"data":{"me":{"name":"ann"}}}}`, `{"id":"q","type":"complete"}`)
	p.subscribe("q", "subscription { count(to: 2) }") // a finished operation's id is free
	p.hear(`{"id":"q","type":"next","payload":{"data":{"count":1}}}`, `{"id":"q","type":"next","payload":{"data":{"count":2}}}`, `{"id":"q","type":"complete"}`)
	p.subscribe(`"\`, "{ hello }")
	p.hear(`{"id":"\"\\","type":"next","payload":{"data":{"hello":"hello world"}}}`, `{"id":"\"\\","type":"complete"}`)

	for query, code := range map[string]string{
		"{":                                "GRAPHQL_PARSE_FAILED",
		"{ nothing }":                      "GRAPHQL_VALIDATION_FAILED",
		"subscription { nowhere }":         "NOT_FOUND",
		"subscription { panics }":          "INTERNAL",
		"subscription { count(to: true) }": "GRAPHQL_VALIDATION_FAILED",
	} {
		p.subscribe("e", query)
		p.hearError("e", code) // final: the next thing heard is the next operation's
	}
	p.say(`{"id":"d","type":"subscribe","payload":{"query":"","extensions":{"documentId":"sha256:1"}}}`)
	p.hearError("d", "DOCUMENT_NOT_TRUSTED")
	p.say(`{"id":"d","type":"subscribe","payload":{"documentId":"` + strings.Repeat("1", 129) + `"}}`)
	p.hearError("d", "DOCUMENT_NOT_TRUSTED")
}

func TestComplete(t *testing.T) {
	s, u := serve(t, nil)
	p := connect(t, u, "")
	p.subscribe("t", "subscription { ticks }")
	p.hear(`{"id":"t","type":"next","payload":{"data":{"ticks":1}}}`)
	p.say(`{"id":"t","type":"complete"}`, `{"type":"ping"}`)
	for raw := ""; raw != `{"type":"pong"}`; {
		var err error
		if raw, err = p.read(); err != nil || strings.Contains(raw, `"complete"`) {
			t.Fatal(raw, err)
		}
	}
	p.subscribe("t", "{ hello }")
	p.hear(`{"id":"t","type":"next","payload":{"data":{"hello":"hello world"}}}`, `{"id":"t","type":"complete"}`)
	eventually(t, func() bool { return len(s.inFlight) == 0 })
}

func TestTokenExpires(t *testing.T) {
	s, u := serve(t, nil)
	s.timing.beat, s.timing.pings = 20*time.Millisecond, 1000
	p := connect(t, u, `{"accessToken":"soon"}`)
	p.subscribe("m", "subscription { mine }")
	p.subscribe("p", "subscription { personal }")
	first, err := p.read()
	if err != nil || !strings.Contains(first, "TOKEN_EXPIRED") {
		t.Fatal(first, err)
	}
	second, err := p.read()
	if err != nil || !strings.Contains(second, "TOKEN_EXPIRED") || first[:8] == second[:8] {
		t.Fatal(second, err)
	}
	p.subscribe("m", "subscription { mine }")
	p.hearError("m", "TOKEN_EXPIRED")
	p.subscribe("h", "{ hello }") // public ones go on
	p.hear(`{"id":"h","type":"next","payload":{"data":{"hello":"hello world"}}}`, `{"id":"h","type":"complete"}`)

	p.say(`{"type":"ping","payload":{"accessToken":"expired"}}`) // changes nothing
	p.hear(`{"type":"pong"}`)
	p.say(`{"type":"ping","payload":{"accessToken":"ann"}}`)
	p.hear(`{"type":"pong"}`)
	p.subscribe("q", "{ secret }")
	p.hear(`{"id":"q","type":"next","payload":{"data":{"secret":"42"}}}`, `{"id":"q","type":"complete"}`)
	p.say(`{"type":"ping","payload":{"accessToken":"bob"}}`)
	if c := p.closed(); c.Code != 4403 {
		t.Error(c)
	}
}

// Who has become part of another goes on as that one, on the same socket, once he brings the other's token; what he watched before has ended.
func TestPassedOn(t *testing.T) {
	var merged, closed atomic.Bool
	_, u := serve(t, func(c *Config) {
		c.SessionEnded = func(v *viewer.Viewer) error {
			switch {
			case v.ShopperID == "ann" && merged.Load():
				return fault.BadRequest("TOKEN_EXPIRED", "merged", "已合并")
			case v.ShopperID == "bob" && closed.Load():
				return fault.Unauthenticated
			}
			return nil
		}
	})
	p := connect(t, u, `{"accessToken":"ann"}`)
	p.subscribe("m", "subscription { mine }")
	p.subscribe("h", "{ hello }")
	p.hear(`{"id":"h","type":"next","payload":{"data":{"hello":"hello world"}}}`, `{"id":"h","type":"complete"}`)
	merged.Store(true)
	p.say(`{"type":"ping","payload":{"accessToken":"bob"}}`)
	one, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	two, err := p.read()
	if both := one + two; err != nil || !strings.Contains(both, "TOKEN_EXPIRED") || !strings.Contains(both, "pong") { // in either order
		t.Fatal(one, two, err)
	}
	p.subscribe("q", "{ secret }")
	p.hear(`{"id":"q","type":"next","payload":{"data":{"secret":"42"}}}`, `{"id":"q","type":"complete"}`)
	closed.Store(true) // an account that is closed is nobody's afterwards
	p.say(`{"type":"ping","payload":{"accessToken":"eve"}}`)
	if c := p.closed(); c.Code != 4403 {
		t.Error(c)
	}
}

func TestRenewedInTime(t *testing.T) {
	s, u := serve(t, nil)
	s.timing.beat, s.timing.pings = 20*time.Millisecond, 1000
	p := connect(t, u, `{"accessToken":"soon"}`)
	p.subscribe("m", "subscription { mine }")
	p.say(`{"type":"ping","payload":{"accessToken":"ann"}}`)
	p.hear(`{"type":"pong"}`)
	time.Sleep(500 * time.Millisecond)
	p.subscribe("h", "{ hello }")
	p.hear(`{"id":"h","type":"next","payload":{"data":{"hello":"hello world"}}}`)
}

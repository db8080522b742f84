package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// clients is where the JavaScript clients are installed.
const clients = "../transport/testdata/clients"

// node runs one of the scripts beside the JavaScript clients and returns what it printed.
func node(t *testing.T, script string, args ...string) string {
	t.Helper()
	if _, err := os.Stat(clients + "/node_modules/graphql-ws"); err != nil {
		t.Fatal("the JavaScript clients are not installed: run `make clients`")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{script}, args...)...)
	cmd.Dir = clients
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestGraphQLOverHTTPAudits(t *testing.T) {
	s := openShop(t)
	wantEqual(t, node(t, "audits.mjs", s.URL+"/graphql"), "61 of 61 ok")
}

// socket is one graphql-transport-ws connection.
type socket struct {
	t    testing.TB
	conn *websocket.Conn
}

// dial opens a socket and, with a payload, its session.
func dial(t testing.TB, url, payload string) *socket {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(url, "http")+"/graphql", http.Header{"Sec-Websocket-Protocol": {"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	k := &socket{t, conn}
	k.say(`{"type":"connection_init","payload":` + payload + `}`)
	return k
}

// open opens the client's socket.
func (c *client) open() *socket {
	c.t.Helper()
	token := strings.TrimPrefix(c.authorization, "Bearer ")
	payload, _ := json.Marshal(map[string]string{"accessToken": token})
	k := dial(c.t, strings.TrimSuffix(c.url, "/graphql"), string(payload))
	wantEqual(c.t, k.hear().Type, "connection_ack")
	return k
}

func (k *socket) say(message string) {
	k.t.Helper()
	if err := k.conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		k.t.Fatal(err)
	}
}

func (k *socket) subscribe(id, query string, v vars) {
	k.t.Helper()
	payload, _ := json.Marshal(map[string]any{"query": query, "variables": v})
	k.say(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":%s}`, id, payload))
}

// frame is one message of the server's.
type frame struct {
	ID, Type string
	Payload  json.RawMessage
}

// hear waits up to 20 seconds for a message that is no ping.
func (k *socket) hear() frame {
	k.t.Helper()
	f, err := k.read(20 * time.Second)
	if err != nil {
		k.t.Fatal(err)
	}
	return f
}

func (k *socket) read(patience time.Duration) (frame, error) {
	for {
		_ = k.conn.SetReadDeadline(time.Now().Add(patience))
		_, data, err := k.conn.ReadMessage()
		var f frame
		if err == nil {
			err = json.Unmarshal(data, &f)
		}
		if err != nil || f.Type != "ping" {
			return f, err
		}
	}
}

// order hears the next order on the socket.
func (k *socket) order() (state string, version int) {
	k.t.Helper()
	f := k.hear()
	var p struct {
		Data struct {
			OrderUpdated struct {
				State   string
				Version int
				Lines   []struct{ Sku struct{ Code string } }
			}
		}
	}
	if f.Type != "next" || json.Unmarshal(f.Payload, &p) != nil || p.Data.OrderUpdated.State == "" || p.Data.OrderUpdated.Lines[0].Sku.Code == "" {
		k.t.Fatalf("%s %s", f.Type, f.Payload)
	}
	return p.Data.OrderUpdated.State, p.Data.OrderUpdated.Version
}

const orderUpdated = `subscription($id: ID!) { orderUpdated(id: $id) { state version lines { sku { code } } } }`

// The order as it is, then each change, never one older than what was sent; from this process and from another.
func TestOrderUpdated(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming, partner := s.shopper("ming"), s.partner()
	p := ming.place(g)
	k := ming.open()
	k.subscribe("1", orderUpdated, vars{"id": p.order})
	last := 0
	next := func(want string) {
		t.Helper()
		for { // a change without a new state may come in between
			state, version := k.order()
			if version <= last {
				t.Fatalf("version %d after %d", version, last)
			}
			if last = version; state == want {
				return
			}
		}
	}
	next("PENDING_PAYMENT")
	ming.pay(p)
	next("PAID")
	partner.do(orderShip, vars{"in": vars{"orderId": p.order, "carrier": "SF", "trackingNumber": "1"}})
	next("SHIPPED")
	partner.do(eventsAdd, vars{"in": vars{"orderId": p.order, "trackingNumber": "1", "events": []vars{{"at": "2026-03-01T08:30:00Z", "text": "on its way"}}}})
	next("SHIPPED")
	partner.do(orderDeliver, vars{"in": vars{"orderId": p.order}})
	next("DELIVERED")
	ming.do(orderComplete, vars{"in": vars{"orderId": p.order}})
	next("COMPLETED")
	k.say(`{"id":"1","type":"complete"}`)
}

func TestOrderUpdatedOfAnother(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	p := s.shopper("ming").place(g)
	for who, code := range map[*client]string{s.shopper("hong"): "NOT_FOUND", s.partner(): "FORBIDDEN"} {
		k := who.open()
		k.subscribe("1", orderUpdated, vars{"id": p.order})
		k.wantError(code)
		k.subscribe("1", orderUpdated, vars{"id": nobodys})
		k.wantError(map[string]string{"NOT_FOUND": "NOT_FOUND", "FORBIDDEN": "FORBIDDEN"}[code])
	}
}

// wantError hears the error that ends a subscription.
func (k *socket) wantError(code string) {
	k.t.Helper()
	f := k.hear()
	if f.Type != "error" || !strings.Contains(string(f.Payload), `"code":"`+code+`"`) || strings.Contains(string(f.Payload), "data") {
		k.t.Fatalf("%s %s, want %s", f.Type, f.Payload, code)
	}
}

func TestSubscriptionNeedsSession(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming := s.shopper("ming")
	p := ming.place(g)

	visitor := s.visitor().open()
	visitor.subscribe("1", orderUpdated, vars{"id": p.order})
	visitor.wantError("UNAUTHENTICATED")

	k := ming.open()
	k.subscribe("1", orderUpdated, vars{"id": p.order})
	k.order()
	s.Clock.Advance(16 * time.Minute) // the access token's life, and the shop's 15 minutes to pay
	for {
		f := k.hear()
		if f.Type == "next" {
			continue
		}
		if f.Type != "error" || !strings.Contains(string(f.Payload), "TOKEN_EXPIRED") {
			t.Fatalf("%s %s", f.Type, f.Payload)
		}
		break
	}
	bad := dial(t, s.URL, `{"accessToken":"rubbish"}`)
	_, err := bad.read(10 * time.Second)
	if !websocket.IsCloseError(err, 4403) {
		t.Fatalf("a bad token: %v", err)
	}
}

// The same through the client that frontends use.
func TestOrderUpdatedForGraphQLWS(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming := s.shopper("ming")
	p := ming.place(g)
	out := node(t, "order.mjs", s.URL, strings.TrimPrefix(ming.authorization, "Bearer "), p.order, p.payment)
	wantEqual(t, out, "PENDING_PAYMENT\nPAID\nstopped\nNOT_FOUND")
}

// A revoked key ends its open sockets, too.
func TestARevokedKeysSocketEnds(t *testing.T) {
	s := openShop(t)
	key, err := s.Identity.KeyCreate(t.Context(), "erp", []string{"ORDER_READ"})
	if err != nil {
		t.Fatal(err)
	}
	k := dial(t, s.URL, `{"authorization":"Bearer `+key+`"}`)
	wantEqual(t, k.hear().Type, "connection_ack")
	keys, err := s.Identity.KeyList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Identity.KeyRevoke(t.Context(), keys[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := k.read(20 * time.Second); !websocket.IsCloseError(err, 4403) {
		t.Fatalf("the socket is open: %v", err)
	}
}

package app_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	endpointSave = `mutation($in: WebhookEndpointInput!) { webhookEndpointSave(input: $in) { endpoint { id url topics secret disabledAt } userErrors { code field message } } }`
	secretRotate = `mutation($in: WebhookEndpointRef!) { webhookSecretRotate(input: $in) { endpoint { id secret } userErrors { code field message } } }`
	endpointEnd  = `mutation($in: WebhookEndpointRef!) { webhookEndpointDelete(input: $in) { endpoint { id } userErrors { code field message } } }`
	redeliver    = `mutation($in: WebhookRedeliverInput!) { webhookRedeliver(input: $in) { delivery { id state nextAttemptAt } userErrors { code field message } } }`
)

func endpointInput(url string, topics ...string) vars {
	return vars{"in": vars{"idempotencyKey": key(), "url": url, "topics": topics}}
}

// listener is a receiver's process and what it has printed.
type listener struct {
	mu    sync.Mutex
	lines []string
}

func (l *listener) said() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// waits until the receiver has said something so many times.
func (l *listener) waits(t *testing.T, text string, times int) {
	t.Helper()
	for begun := time.Now(); strings.Count(l.said(), text) < times; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("the receiver never said %q %d times:\n%s", text, times, l.said())
		}
	}
}

// listen runs a receiver in Node until the test ends.
func listen(t *testing.T, dir string, env []string, args ...string) *listener {
	t.Helper()
	cmd := exec.Command("node", args...)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, append(os.Environ(), env...), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	l := &listener{}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			l.mu.Lock()
			l.lines = append(l.lines, lines.Text())
			l.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-read
		_ = cmd.Wait()
	})
	l.waits(t, "listening", 1)
	return l
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// documented writes the receiver of frontend-contracts/webhooks.md into a file.
func documented(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../frontend-contracts/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(text), "<!-- receiver")
	_, code, _ = strings.Cut(code, "```js\n")
	code, _, found := strings.Cut(code, "```")
	if !found {
		t.Fatal("the receiver is not marked")
	}
	file := filepath.Join(t.TempDir(), "receiver.mjs")
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// What is sent is taken by the specification's own library, with each secret while both sign, and by the receiver that is documented.
func TestWebhooksReachReceivers(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 20)[0]
	ming, partner := s.shopper("ming"), s.partner()
	all := []string{"ORDER_PLACED", "ORDER_PAID", "POINTS_CHANGED"}
	ports := []string{freePort(t), freePort(t)}
	made := partner.do(endpointSave, endpointInput("http://127.0.0.1:"+ports[0]+"/?token=hidden", all...))
	old := made.str("webhookEndpointSave.endpoint.secret")
	rotated := partner.do(secretRotate, vars{"in": vars{"id": made.str("webhookEndpointSave.endpoint.id")}}).str("webhookSecretRotate.endpoint.secret")
	other := partner.do(endpointSave, endpointInput("http://127.0.0.1:"+ports[1], all...))
	library := listen(t, clients, nil, "webhook.mjs", ports[0], old, rotated)
	documented := listen(t, t.TempDir(), []string{"PORT=" + ports[1], "WEBHOOK_SECRETS=" + other.str("webhookEndpointSave.endpoint.secret")}, documented(t))
	p := ming.paid(g)
	ming.do(checkIn, nil)
	library.waits(t, "order.placed by 2", 1)
	library.waits(t, "order.paid by 2", 1)
	library.waits(t, "points.changed by 2", 1)
	documented.waits(t, `order.placed {"orderId":"`+p.order+`","state":"PENDING_PAYMENT","version":1}`, 1)
	documented.waits(t, `order.paid {"orderId":"`+p.order+`","state":"PAID"`, 1)
	documented.waits(t, `points.changed {"shopperId":"`+ming.shopperID+`"`, 1)
	if said := library.said() + documented.said(); strings.Contains(said, "refused") {
		t.Error(said)
	}
	s.deliveriesAre(partner, "DELIVERED", 6)
	paid := ""
	for _, d := range partner.do(`{ webhookEndpoints { deliveries { nodes { id topic } } } }`, nil).list("webhookEndpoints.0.deliveries.nodes") {
		if d.(map[string]any)["topic"] == "ORDER_PAID" {
			paid = d.(map[string]any)["id"].(string)
		}
	}
	partner.do(redeliver, vars{"in": vars{"deliveryId": paid}})
	library.waits(t, "order.paid by 2", 2)
	s.deliveriesAre(partner, "DELIVERED", 6)
}

// deliveriesAre waits until all of a partner's deliveries, of which there are so many, are in a state.
func (s *shop) deliveriesAre(partner *client, state string, n int) {
	s.t.Helper()
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		a := partner.do(`{ webhookEndpoints { deliveries(first: 100) { nodes { state } } } }`, nil)
		if strings.Count(a.raw, `"state":"`+state+`"`) == n && strings.Count(a.raw, `"state"`) == n {
			return
		}
		if time.Since(begun) > time.Minute {
			s.t.Fatalf("want %d deliveries %s: %s", n, state, a.raw)
		}
	}
}

// Another partner's endpoints and deliveries are not there, by every path, nor for shoppers.
func TestWebhooksOfOthersAreNotThere(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 20)[0]
	ming, partner := s.shopper("ming"), s.partner()
	r := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer r.Close()
	endpoint := partner.do(endpointSave, endpointInput(r.URL, "ORDER_PLACED")).str("webhookEndpointSave.endpoint.id")
	ming.paid(g)
	s.deliveriesAre(partner, "DELIVERED", 1)
	delivery := partner.do(`{ webhookEndpoints { deliveries { nodes { id } } } }`, nil).str("webhookEndpoints.0.deliveries.nodes.0.id")
	nodes := `query($ids: [ID!]!) { nodes(ids: $ids) { id ... on WebhookEndpoint { url secret deliveries { nodes { id } } } ... on WebhookDelivery { eventId } } }`
	a := partner.do(nodes, vars{"ids": []string{endpoint, delivery}})
	if strings.Count(a.raw, delivery) != 2 || !strings.Contains(a.raw, r.URL) || !strings.Contains(a.raw, `"secret":null`) {
		t.Errorf("the partner's own: %s", a.raw)
	}
	for _, c := range []*client{s.till("WEBHOOK_WRITE", "ORDER_READ"), s.till("ORDER_READ"), ming, s.visitor()} {
		if a := c.do(nodes, vars{"ids": []string{endpoint, delivery}}); strings.Contains(a.raw, `"id"`) {
			t.Errorf("another's: %s", a.raw)
		}
	}
	other := s.till("WEBHOOK_WRITE", "ORDER_READ")
	for query, in := range map[string]vars{
		endpointSave: {"idempotencyKey": "k", "id": endpoint, "url": r.URL, "topics": []string{"ORDER_PAID"}}, secretRotate: {"id": endpoint}, endpointEnd: {"id": endpoint},
		redeliver: {"deliveryId": delivery},
	} {
		wantEqual(t, other.send(query, vars{"in": in}).verdict(), "NOT_FOUND")
	}
	if a := other.do(`{ webhookEndpoints { id } }`, nil); strings.Contains(a.raw, endpoint) {
		t.Error(a.raw)
	}
	partner.do(endpointEnd, vars{"in": vars{"id": endpoint}})
	if a := partner.do(nodes, vars{"ids": []string{endpoint, delivery}}); strings.Contains(a.raw, `"id"`) {
		t.Errorf("after it was deleted: %s", a.raw)
	}
}

// Endpoints with their deliveries take as many statements however many there are.
func TestWebhookListsTakeAFixedNumberOfStatements(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 20)[0]
	ming, partner := s.shopper("ming"), s.partner()
	r := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer r.Close()
	query := `{ webhookEndpoints { id deliveries(first: 2) { nodes { id topic } pageInfo { endCursor hasNextPage } edges { cursor } } } }`
	partner.do(endpointSave, endpointInput(r.URL, "ORDER_PLACED", "ORDER_PAID"))
	ming.paid(g)
	s.deliveriesAre(partner, "DELIVERED", 2)
	one, _ := s.statements(partner, query, nil)
	for range 9 {
		partner.do(endpointSave, endpointInput(r.URL, "ORDER_PLACED", "ORDER_PAID"))
	}
	ming.paid(g)
	ming.paid(g)
	s.deliveriesAre(partner, "DELIVERED", 2+10*4)
	ten, texts := s.statements(partner, query, nil)
	if ten != one || ten > 3 {
		t.Errorf("one endpoint takes %d statements, ten %d: %s", one, ten, texts)
	}
	if a := partner.do(query, nil); strings.Count(a.raw, `"topic"`) != 20 {
		t.Errorf("want two of each of ten: %s", a.raw)
	}
	wantEqual(t, partner.send(endpointSave, endpointInput(r.URL, "ORDER_PAID")).verdict(), "OUT_OF_RANGE")
	seen := map[string]bool{}
	for after, more := "", true; more; {
		a := partner.do(fmt.Sprintf(`{ webhookEndpoints { deliveries(first: 2%s) { nodes { id } pageInfo { endCursor hasNextPage } } } }`, after), nil)
		for _, d := range a.list("webhookEndpoints.0.deliveries.nodes") {
			seen[d.(map[string]any)["id"].(string)] = true
		}
		more = strings.Contains(a.raw, `"hasNextPage":true`)
		if more {
			after = fmt.Sprintf(`, after: %q`, a.str("webhookEndpoints.0.deliveries.pageInfo.endCursor"))
		}
	}
	if len(seen) != 6 {
		t.Errorf("paged through %d deliveries, want 6", len(seen))
	}
}

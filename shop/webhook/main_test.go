package webhook_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/shoptest"
	"github.com/kaituan/kaituan/shop/webhook"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

var ctx = context.Background()

// post is a shop whose webhooks are looked at.
type post struct {
	*shoptest.Shop
	*webhook.Service
	// partner holds every scope that a topic needs.
	partner webhook.Partner
}

func open(t *testing.T) *post {
	t.Helper()
	s := shoptest.Open(t)
	keys, err := secret.Load(func(string) string { return "" }, filepath.Join(t.TempDir(), "secrets"), false)
	s.Must(err)
	p := &post{Shop: s, Service: webhook.New(webhook.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Deadlines: s.Deadlines, Keys: keys, Private: true,
	})}
	p.partner = p.key("WEBHOOK_WRITE", "ORDER_READ", "POINTS_WRITE", "CATALOG_WRITE", "MODERATION")
	t.Cleanup(p.Close)
	t.Cleanup(p.holds)
	return p
}

// holds fails the test unless what check promises of webhooks holds.
func (p *post) holds() {
	p.TB.Helper()
	results, err := invariant.Run(ctx, p.Store, p.Clock.Now(), webhook.Invariants())
	p.Must(err)
	p.Must(invariant.Broken(results))
}

func (p *post) key(scopes ...string) webhook.Partner {
	p.TB.Helper()
	key, err := p.Identity.KeyCreate(ctx, "partner", scopes)
	p.Must(err)
	v := p.Identity.Authenticate(ctx, "Bearer "+key)
	return webhook.Partner{ID: v.PartnerID, Scopes: v.Scopes}
}

// endpoint is one of the partner's, for topics; all of orders without any.
func (p *post) endpoint(url string, topics ...webhook.Topic) *webhook.Endpoint {
	p.TB.Helper()
	if len(topics) == 0 {
		topics = []webhook.Topic{webhook.OrderPlaced, webhook.OrderPaid, webhook.OrderShipped}
	}
	e, err := p.Save(ctx, p.partner, webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), URL: url, Topics: topics})
	p.Must(err)
	return e
}

// happens tells of an order at a version: placed at 1, paid at 2, shipped at 3.
func (p *post) happens(order string, versions ...int64) {
	p.TB.Helper()
	p.Must(p.Store.InTx(ctx, func(ctx context.Context) error {
		for _, v := range versions {
			now := p.Clock.Now()
			f := map[int64]any{1: fact.OrderPlaced{OrderID: order, At: now}, 2: fact.OrderPaid{OrderID: order, At: now}, 3: fact.OrderShipped{OrderID: order, At: now}}[v]
			if err := p.Outbox.Emit(ctx, order, v, f, now); err != nil {
				return err
			}
		}
		return nil
	}))
	p.hears()
}

// hears hands out the facts, by a dispatcher of its own, as another process would.
func (p *post) hears() {
	p.TB.Helper()
	d := outbox.NewDispatcher(p.Outbox, p.Clock.Now, p.Consumers()...)
	for n := 1; n > 0; {
		var err error
		n, err = d.Once(ctx)
		p.Must(err)
	}
}

// runner is a process that sends.
func (p *post) runner() *deadline.Runner {
	return deadline.NewRunner(p.Deadlines, p.Clock.Now, deadline.Pool{Workers: 16, Handlers: p.OutsideHandlers()}, deadline.Pool{Workers: 2, Handlers: p.Handlers()})
}

// sends sends what is due until nothing is.
func (p *post) sends() {
	p.TB.Helper()
	_, err := p.runner().Once(ctx)
	p.Must(err)
}

// deliveries are an endpoint's, the oldest first.
func (p *post) deliveries(e *webhook.Endpoint) []*webhook.Delivery {
	p.TB.Helper()
	args := page.Args{First: 100}
	p.Must(p.WithDeliveries(ctx, []*webhook.Endpoint{e}, args))
	list := slices.Clone(e.Deliveries[args].Nodes)
	slices.Reverse(list)
	return list
}

func newOrder() string { return id.New("ord") }

// got is a request that a receiver was sent.
type got struct {
	id, timestamp, signature, agent string
	body                            string
}

// receiver is a partner's server; it answers 200 unless told otherwise.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	all    []got
	answer func(n int, g got, w http.ResponseWriter)
}

func receive(t *testing.T, answer func(n int, g got, w http.ResponseWriter)) *receiver {
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		g := got{q.Header.Get("webhook-id"), q.Header.Get("webhook-timestamp"), q.Header.Get("webhook-signature"), q.UserAgent(), string(body)}
		r.mu.Lock()
		r.all = append(r.all, g)
		n := len(r.all)
		r.mu.Unlock()
		if r.answer != nil {
			r.answer(n, g, w)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) requests() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

func answers(status int) func(int, got, http.ResponseWriter) {
	return func(_ int, _ got, w http.ResponseWriter) { w.WriteHeader(status) }
}

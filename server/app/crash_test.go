package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

const racers = 16

// told is what the program has told a racer of one key.
type told struct {
	key            string
	order, payment string
	paid           bool
}

// racer places and pays orders, and remembers every answer. What was not answered it sends again, as a good client does.
type racer struct {
	*client
	sku     string
	said    []*told
	problem string
	settled *atomic.Int64 // by all racers
}

func body(query string, v vars) []byte {
	raw, err := json.Marshal(map[string]any{"query": query, "variables": v})
	if err != nil {
		panic(err)
	}
	return raw
}

// place sends an order's key, and reports whether it was answered.
func (r *racer) place(o *told) bool {
	a, err := r.try(body(orderPlace, vars{"in": vars{"idempotencyKey": o.key, "checkout": vars{"lines": []vars{line(r.sku, 1)}}, "expectedTotal": "10.00"}}))
	if err != nil {
		return false
	}
	order, _ := a.at("orderPlace.order.id").(string)
	state, _ := a.at("orderPlace.order.state").(string)
	payment, _ := a.at("orderPlace.payment.id").(string)
	switch {
	case order == "" || a.code() != "OK":
		r.problem = "refused: " + a.raw
	case o.order != "" && o.order != order:
		r.problem = fmt.Sprintf("key %s was %s and is %s", o.key, o.order, order)
	case o.paid && state != "PAID":
		r.problem = fmt.Sprintf("%s was paid and is %s", order, state)
	}
	o.order, o.payment, o.paid = order, payment, o.paid || state == "PAID"
	return r.problem == ""
}

func (r *racer) settle(o *told) bool {
	a, err := r.try(body(sandboxPay, vars{"in": vars{"paymentId": o.payment}}))
	if err != nil {
		return false
	}
	if state, _ := a.at("sandboxPay.order.state").(string); state != "PAID" {
		r.problem = "paying: " + a.raw
		return false
	}
	o.paid = true
	r.settled.Add(1)
	return true
}

// race goes on until the program is gone.
func (r *racer) race() {
	for _, o := range r.said { // what the last power cut left open
		if !o.paid && !(r.place(o) && (o.paid || r.settle(o))) {
			return
		}
	}
	for {
		o := &told{key: key()}
		r.said = append(r.said, o)
		if !r.place(o) || !r.settle(o) {
			return
		}
	}
}

// The power is cut while sixteen shoppers place and pay orders, again and again. Every answer that was given stays true.
func TestPowerCuts(t *testing.T) {
	rounds := 3
	if n, err := strconv.Atoi(os.Getenv("KAITUAN_RACES")); err == nil && n > 0 {
		rounds = n
	}
	b := newBox(t, "KAITUAN_DATABASE_URL="+testdb.URL(t))
	b.env = append(b.env, "KAITUAN_DIR="+b.dir)
	p := b.serve("--no-demo") // no shopper can sign in, but the tables are there
	wantEqual(t, p.stop(), 0)
	p = b.serve()
	s := &shop{t: t, URL: p.url}
	g := s.goods(1, 1_000_000)[0]
	all := make([]*racer, racers)
	var settled atomic.Int64
	for i := range all {
		all[i] = &racer{client: s.shopper("racer" + itoa(i)), sku: g.sku, settled: &settled}
	}
	for round := range rounds {
		var group sync.WaitGroup
		for _, r := range all {
			r.url = p.url + "/graphql"
			group.Go(r.race)
		}
		eventually(t, "orders are paid under load", func() bool { return settled.Load() >= int64(20*(round+1)) })
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond) // anywhere in what is under way
		p.kill()
		group.Wait()
		orders, paid := count(all)
		t.Logf("round %d: %d keys sent, %d orders known to be paid", round, orders, paid)
		for _, r := range all {
			if r.problem != "" {
				t.Fatal(r.problem)
			}
		}
		p = b.serve()
	}
	for _, r := range all {
		r.url = p.url + "/graphql"
		for _, o := range r.said {
			if !r.place(o) {
				t.Fatalf("replay of %s: %s", o.key, r.problem)
			}
		}
		mine := map[string]bool{}
		for _, id := range r.pages(`query($after: String) { me { orders(first: 100, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }`, vars{}, "me.orders") {
			mine[id] = true
		}
		if len(mine) != len(r.said) {
			t.Errorf("%d keys made %d orders", len(r.said), len(mine))
		}
	}
	p.advance("16m") // who has not paid by now is cancelled, when the provider agrees; four minutes later it would be told afterwards
	reader := p.visitor().with("Bearer kt_demo_partner")
	eventually(t, "no order waits for money", func() bool {
		return len(reader.do(`{ orders(first: 1, states: [PENDING_PAYMENT]) { edges { cursor } } }`, nil).list("orders.edges")) == 0
	})
	wantEqual(t, p.stop(), 0)
	b.must("check")
	b.compareBooks()
}

func count(all []*racer) (keys, paid int) {
	for _, r := range all {
		keys += len(r.said)
		for _, o := range r.said {
			if o.paid {
				paid++
			}
		}
	}
	return keys, paid
}

// compareBooks fails the test unless the sandbox's book and the shop's payments say the same of every payment.
func (b *box) compareBooks() {
	b.t.Helper()
	ctx := b.t.Context()
	book, err := sandbox.Open(ctx, sandbox.Config{Path: filepath.Join(b.dir, "kaituan.sandbox.db"), Key: make([]byte, 32)})
	if err != nil {
		b.t.Fatal(err)
	}
	defer book.CloseBook()
	accounts, err := book.Book(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	st, err := store.Open(ctx, b.url())
	if err != nil {
		b.t.Fatal(err)
	}
	defer st.Close()
	rows, err := st.Client(ctx).Payment.Query().All(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	captured := 0
	for _, row := range rows {
		account := accounts[row.Number]
		if account.Captured != row.Captured || account.Refunded+account.Refunding != row.Refunded {
			b.t.Errorf("payment %s: the sandbox says %+v, the shop captured %d and refunded %d", row.ID, account, row.Captured, row.Refunded)
		}
		if row.Captured > 0 {
			captured++
		}
		delete(accounts, row.Number)
	}
	if captured == 0 {
		b.t.Error("no payment was captured: what was compared?")
	}
	for number, account := range accounts {
		if account.State == payment.TradePaid {
			b.t.Errorf("the sandbox was paid for %s, of which the shop knows nothing", number)
		}
	}
}

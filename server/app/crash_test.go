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

// blackout is a program whose power is cut again and again while users race.
type blackout struct {
	*box
	p       *process
	rounds  int
	random  *rand.Rand
	settled atomic.Int64 // what the users were told is done
	off     atomic.Bool  // the power
	// looks at what a power cut has left, before the program is started again; nil when nobody does.
	looks func()
}

// newBlackout starts the program on the engine of the tests, with env. KAITUAN_RACES says how often the power is cut, KAITUAN_SEED when.
func newBlackout(t *testing.T, env ...string) *blackout {
	t.Helper()
	rounds, seed := 3, uint64(time.Now().UnixNano())
	if n, err := strconv.Atoi(os.Getenv("KAITUAN_RACES")); err == nil && n > 0 {
		rounds = n
	}
	if n, err := strconv.ParseUint(os.Getenv("KAITUAN_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("KAITUAN_RACES=%d KAITUAN_SEED=%d", rounds, seed)
	b := &blackout{box: newBox(t, append(env, "KAITUAN_DATABASE_URL="+testdb.URL(t))...), rounds: rounds, random: rand.New(rand.NewPCG(seed, 0))}
	b.env = append(b.env, "KAITUAN_DIR="+b.dir)
	p := b.serve("--no-demo") // no shopper can sign in, but the tables are there
	wantEqual(t, p.stop(), 0)
	b.p = b.serve()
	return b
}

// shop is the program's, to be filled.
func (p *process) shop() *shop { return &shop{t: p.t, URL: p.url} }

// user is a client of a program that may be gone any moment.
type user struct {
	*client
	during  *blackout
	random  *rand.Rand
	problem string // the first answer that must not be
}

func (b *blackout) user(c *client) user {
	return user{client: c, during: b, random: rand.New(rand.NewPCG(b.random.Uint64(), 0))}
}

func (u *user) self() *user { return u }

// contender is a user with something to do: race goes on until the program is gone.
type contender interface {
	race()
	self() *user
}

// cut lets all race, cuts the power anywhere in what is under way, and starts the program again, for every round.
func cut[C contender](b *blackout, all []C) {
	b.t.Helper()
	for round := range b.rounds {
		before := b.settled.Load()
		var racing sync.WaitGroup
		for _, c := range all {
			racing.Go(c.race)
		}
		eventually(b.t, "things are settled under load", func() bool { return b.settled.Load() >= before+20 })
		time.Sleep(time.Duration(b.random.IntN(100)) * time.Millisecond)
		b.off.Store(true)
		b.p.kill()
		racing.Wait()
		b.off.Store(false)
		b.t.Logf("round %d: %d more are known to be settled", round, b.settled.Load()-before)
		if b.looks != nil {
			b.looks()
		}
		b.p = b.serve()
		for _, c := range all {
			if c.self().problem != "" {
				b.t.Fatal(c.self().problem)
			}
			c.self().url = b.p.url + "/graphql"
		}
	}
}

// told is what the program has told a racer of one key.
type told struct {
	key            string
	order, payment string
	paid           bool
}

// racer places and pays orders, and remembers every answer. What was not answered it sends again, as a good client does.
type racer struct {
	user
	checkout vars
	total    string
	said     []*told
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
	a, err := r.try(body(orderPlace, vars{"in": vars{"idempotencyKey": o.key, "checkout": r.checkout, "expectedTotal": r.total}}))
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
	r.during.settled.Add(1)
	return true
}

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

// accounts sends every key once more, and fails the test unless the shopper's orders are those that the program told of.
func (r *racer) accounts() {
	r.t.Helper()
	want := map[string]bool{}
	for _, o := range r.said {
		if !r.place(o) {
			r.t.Fatalf("replay of %s: %s", o.key, r.problem)
		}
		want[o.order] = true
	}
	r.ordered(want)
}

// ordered fails the test unless these are the shopper's orders.
func (u *user) ordered(want map[string]bool) {
	u.t.Helper()
	mine := u.pages(`query($after: String) { me { orders(first: 100, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }`, vars{}, "me.orders")
	if len(mine) != len(want) {
		u.t.Errorf("%d keys made %d orders", len(want), len(mine))
	}
	for _, id := range mine {
		if !want[id] {
			u.t.Errorf("order %s was never told of", id)
		}
	}
}

// The power is cut while sixteen shoppers place and pay orders, again and again. Every answer that was given stays true.
func TestPowerCuts(t *testing.T) {
	b := newBlackout(t)
	s := b.p.shop()
	g := s.goods(1, 1_000_000)[0]
	all := make([]*racer, racers)
	for i := range all {
		all[i] = &racer{user: b.user(s.shopper("racer" + itoa(i))), checkout: vars{"lines": []vars{line(g.sku, 1)}}, total: "10.00"}
	}
	cut(b, all)
	for _, r := range all {
		r.accounts()
	}
	b.p.ordersEnd()
	wantEqual(t, b.p.stop(), 0)
	b.must("check")
	b.compareBooks()
}

// ordersEnd moves the clock past every payment's time, and waits for what follows.
func (p *process) ordersEnd() {
	p.t.Helper()
	p.advance("16m") // who has not paid by now is cancelled, when the provider agrees; four minutes later it would be told afterwards
	reader := p.visitor().with("Bearer kt_demo_partner")
	eventually(p.t, "no order waits for money", func() bool {
		return len(reader.do(`{ orders(first: 1, states: [PENDING_PAYMENT]) { edges { cursor } } }`, nil).list("orders.edges")) == 0
	})
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

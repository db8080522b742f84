package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// bringing is a programme by which commission of 10 % and 2 % is available as soon as it is earned, and every fen may be withdrawn.
const bringing = `{"maturesDays": 0, "payout": {"least": 1, "most": 100000, "perDay": 100}, "tiers": [{"tier": "COMMUNITY", "rates": [10, 2]},
	{"tier": "MID", "orders": 1000000, "rates": [10, 2]}, {"tier": "HEAD", "orders": 1000000, "rates": [10, 2]}]}`

// orderEarns is what an order of 10.00 brings those above its buyer. Of what they withdraw the wallet takes the one amount, and fails the other for good.
const (
	orderEarns      = 1_00 + 20
	takes, fails    = "0.30", "0.35"
	failsMinor      = 35
	orderShipOf     = `mutation($id: ID!) { orderShip(input: {orderId: $id, carrier: "SF", trackingNumber: "SF1"}) { order { state } userErrors { code } } }`
	orderCompleteOf = `mutation($id: ID!) { orderComplete(input: {orderId: $id}) { order { state } userErrors { code } } }`
)

// fan is a buyer who was brought: one order after the other is paid, shipped and received.
type fan struct {
	racer
	partner *client
	// done are the orders that were told to be complete.
	done map[string]bool
}

// receive has an order shipped and says that it has come; it reports whether that was answered.
func (f *fan) receive(o *told) bool {
	shipped, err := f.partner.try(body(orderShipOf, vars{"id": o.order}))
	if err != nil {
		return false
	}
	a, err := f.try(body(orderCompleteOf, vars{"id": o.order}))
	if err != nil {
		return false
	}
	if a.at("orderComplete.order.state") != "COMPLETED" {
		f.problem = fmt.Sprintf("receiving %s: %s\nshipped: %s", o.order, a.raw, shipped.raw)
		return false
	}
	f.done[o.order] = true
	f.during.settled.Add(1)
	return true
}

// finish takes an order as far as it goes, from where it was told to be.
func (f *fan) finish(o *told) bool {
	return f.done[o.order] || (o.paid || f.place(o) && (o.paid || f.settle(o))) && f.receive(o)
}

func (f *fan) race() {
	for _, o := range f.said { // what the last power cut left open
		if !f.finish(o) {
			return
		}
	}
	for {
		o := &told{key: key()}
		f.said = append(f.said, o)
		if !f.finish(o) {
			return
		}
	}
}

// payout is what the program has told a promoter of one key.
type payout struct {
	in vars
	// id is "" until it is told of, end until it is told to have one.
	id, end string
}

// ended are the states in which a withdrawal stays.
var ended = map[string]bool{"SETTLED": true, "FAILED": true}

// promoter withdraws what he earns, a little at a time, and follows each withdrawal to its end.
type promoter struct {
	user
	said []*payout
	// enough: he may ask no more today.
	enough bool
}

// ask sends a withdrawal's key, and reports whether it was answered.
func (p *promoter) ask(w *payout) bool {
	a, err := p.try(body(withdrawIt, w.in))
	if err != nil {
		return false
	}
	id, _ := a.at("commissionWithdraw.withdrawal.id").(string)
	switch code := a.verdict(); {
	case w.id == "" && code == "INSUFFICIENT_COMMISSION":
		time.Sleep(5 * time.Millisecond) // what he earns is on its way
		return true
	case w.id == "" && code == "TOO_OFTEN":
		p.enough = true
		return false
	case code != "OK" || id == "" || w.id != "" && w.id != id:
		p.problem = fmt.Sprintf("%v was %q: %s", w.in, w.id, a.raw)
		return false
	}
	w.id = id
	return true
}

// follow reads what has become of a withdrawal, and reports whether it was answered.
func (p *promoter) follow(w *payout) bool {
	a, err := p.try(body(nodeOf, vars{"id": w.id}))
	if err != nil {
		return false
	}
	state, _ := a.at("node.state").(string)
	if a.code() != "OK" || state == "" || w.end != "" && state != w.end {
		p.problem = fmt.Sprintf("%s had come to %q: %s", w.id, w.end, a.raw)
		return false
	}
	if ended[state] && w.end == "" {
		w.end = state
		p.during.settled.Add(1)
	}
	return true
}

func (p *promoter) race() {
	for !p.enough {
		for _, w := range p.said { // each again, so that what was told stays so
			if w.id == "" && !p.ask(w) || w.id != "" && w.end == "" && !p.follow(w) {
				return
			}
		}
		if n := len(p.said); n > 0 && p.said[n-1].id == "" {
			continue
		}
		amount := takes
		if p.random.IntN(4) == 0 {
			amount = fails
		}
		p.said = append(p.said, &payout{in: vars{"key": key(), "amount": amount}})
	}
}

// accounts sends every key once more and fails the test when another answer comes. What was refused is not there.
func (p *promoter) accounts() (asked map[string]*payout) {
	p.t.Helper()
	asked = map[string]*payout{}
	for _, w := range p.said {
		if w.id == "" {
			p.enough = false
		}
		if !p.ask(w) && !p.enough || w.id != "" && !p.follow(w) {
			p.t.Fatalf("replay of %v: %s", w.in, p.problem)
		}
		if w.id != "" {
			asked[w.id] = w
		}
	}
	return asked
}

// crowd are promoters, one above the others, and those whom they have brought.
type crowd struct {
	promoters []*promoter
	fans      []*fan
	all       []contender
}

func newCrowd(b *blackout) *crowd {
	const below, each = 4, 3
	s, m := b.p.shop(), &crowd{}
	g := s.goods(1, 1_000_000)[0]
	code := func(c *client) string { return c.do(`{ me { referral { code } } }`, nil).str("me.referral.code") }
	top := s.signedIn("top")
	m.promoters = append(m.promoters, &promoter{user: b.user(top)})
	for i := range below {
		p := s.signedIn("promoter" + itoa(i))
		p.do(referralBind, vars{"token": code(top)})
		m.promoters = append(m.promoters, &promoter{user: b.user(p)})
		for j := range each {
			c := s.shopper(fmt.Sprintf("fan%dof%d", j, i))
			c.do(referralBind, vars{"token": code(p)})
			r := racer{user: b.user(c), checkout: vars{"lines": []vars{line(g.sku, 1)}}, total: "10.00"}
			m.fans = append(m.fans, &fan{racer: r, done: map[string]bool{}})
		}
	}
	for _, f := range m.fans {
		f.partner = s.partner()
		m.all = append(m.all, f)
	}
	for _, p := range m.promoters {
		m.all = append(m.all, p)
	}
	return m
}

// self takes his partner along, to where the program listens now.
func (f *fan) self() *user {
	f.partner.url = f.during.p.url + "/graphql"
	return &f.user
}

// accounts fails the test unless all that the program told of is there, and nothing else.
func (m *crowd) accounts() (complete map[string]bool, asked map[string]*payout) {
	complete, asked = map[string]bool{}, map[string]*payout{}
	for _, f := range m.fans {
		want := map[string]bool{}
		for _, o := range f.said {
			if !f.finish(o) {
				f.t.Fatalf("replay of %s: %s", o.key, f.problem)
			}
			want[o.order], complete[o.order] = true, true
		}
		f.ordered(want)
	}
	for _, p := range m.promoters {
		for id, w := range p.accounts() {
			asked[id] = w
		}
	}
	return complete, asked
}

// commissionEnds moves the clock, so that what was interrupted is taken up again, and waits until nothing is on its way.
func (p *process) commissionEnds(st *books) {
	p.t.Helper()
	p.advance("16m")
	eventually(p.t, "all commission is earned and all payouts have ended", func() bool {
		p.advance("1m") // past leases, and till the next question
		time.Sleep(100 * time.Millisecond)
		return st.count("SELECT COUNT(*) FROM facts WHERE pending")+st.count("SELECT COUNT(*) FROM commissions WHERE state = 'PENDING'")+
			st.count("SELECT COUNT(*) FROM withdrawals WHERE state IN ('REQUESTED', 'SENT')")+st.count("SELECT COUNT(*) FROM orders WHERE state = 'PENDING_PAYMENT'") == 0
	})
}

// The power is cut while those who were brought buy and receive, and promoters withdraw, again and again: between an order's completion and its commission, and
// between the word that a payout was sent and the provider's. Every answer stays true, each order has paid its commission once, and the provider has paid each
// withdrawal once that is settled, and no other.
func TestPowerCutsAmongCommission(t *testing.T) {
	program := filepath.Join(t.TempDir(), "referral.json")
	if err := os.WriteFile(program, []byte(bringing), 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBlackout(t, "KAITUAN_REFERRAL="+program)
	m, books := newCrowd(b), b.openBooks()
	halted := b.slowWallet(books)
	cut(b, m.all)
	halted()
	complete, asked := m.accounts()
	b.p.commissionEnds(books)
	wantEqual(t, b.p.stop(), 0)
	b.must("check")
	b.compareBooks()
	books.commission(complete)
	books.payouts(asked)
}

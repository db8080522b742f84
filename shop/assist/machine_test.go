package assist_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// modelled is an assist as the rules say it is.
type modelled struct {
	*assist.Assist
	kind      assist.Kind
	owner     int
	state     assist.State
	progress  int
	goal      int
	expiresAt time.Time
	endsAt    time.Time
	helped    map[int]bool
	order     *order.Order
	paid      bool
}

// machine takes steps in a shop and in a model of it.
type machine struct {
	*shop
	people  []order.Buyer
	farm    int // the one of them who is marked
	assists []*modelled
	helps   map[int]int // of the day
	starts  map[int]int
	day     time.Time
}

const perDay = 4

// Whatever persons do, in any order, each assist is where the rules say it is, and every refusal is the one that they name.
func TestAssistsFollowTheRules(t *testing.T) {
	shoptest.Checks(t, 6)
	outer := open(t)
	people := outer.Crowd("person", 5)
	outer.mark(people[4])
	rapid.Check(t, func(rt *rapid.T) {
		outer.Clock.Advance(48 * time.Hour)
		outer.Work()
		outer.Rewards()
		m := &machine{shop: &shop{outer.Within(rt)}, people: people, farm: 4, helps: map[int]int{}, starts: map[int]int{}, day: outer.Clock.Now()}
		for range shoptest.Steps(t, 30) {
			m.step(rt)
			m.compare()
		}
		m.end()
		outer.Must(m.Broken())
	})
}

func (m *machine) step(rt *rapid.T) {
	person := rapid.IntRange(0, len(m.people)-1).Draw(rt, "person")
	what := rapid.IntRange(0, 9).Draw(rt, "what")
	if len(m.assists) == 0 || what == 0 {
		m.begin(rt, person)
		return
	}
	a := m.assists[rapid.IntRange(0, len(m.assists)-1).Draw(rt, "assist")]
	switch {
	case what <= 5:
		m.helpOne(a, person)
	case what <= 7:
		m.useOne(a, person, what == 6)
	case what == 8:
		m.cancelOne(a)
	default:
		m.pass(time.Duration(rapid.IntRange(1, 9).Draw(rt, "hours")) * 10 * time.Minute)
	}
}

func (m *machine) begin(rt *rapid.T, person int) {
	kind := rapid.SampledFrom([]assist.Kind{assist.Bargain, assist.Unlock, assist.Likes, assist.Charity, assist.Draw}).Draw(rt, "kind")
	of := rapid.IntRange(1, 3).Draw(rt, "goal")
	c := m.campaign(kind, goal(of), func(d *assist.CampaignDraft) { d.HelpsPerDay, d.EndsAt = perDay, m.Clock.Now().Add(2*time.Hour) })
	a, err := m.Assists.Start(context.Background(), as(m.people[person]), shoptest.NewKey(), c.ID)
	if m.starts[person] == assist.StartsPerDay {
		m.wants(err, fault.TooOften)
		return
	}
	m.Must(err)
	m.starts[person]++
	m.assists = append(m.assists, &modelled{
		Assist: a, kind: kind, owner: person, state: assist.Open, goal: of, expiresAt: m.Clock.Now().Add(time.Hour), endsAt: c.EndsAt, helped: map[int]bool{},
	})
}

func (m *machine) helpOne(a *modelled, person int) {
	_, err := m.Assists.Help(context.Background(), as(m.people[person]), a.ID)
	switch {
	case person == a.owner:
		m.wants(err, assist.ErrSelf)
	case a.helped[person]:
		m.wants(err, assist.ErrHelped)
	case a.state != assist.Open:
		m.wants(err, assist.ErrState)
	case m.helps[person] == perDay:
		m.wants(err, fault.TooOften)
	default:
		m.Must(err)
		a.helped[person] = true
		m.helps[person]++
		if person != m.farm {
			a.progress++
		}
		if a.progress == a.goal {
			a.state = assist.Reached
		}
	}
}

// useOne orders at the price of an assist, and pays for it when pays says so.
func (m *machine) useOne(a *modelled, person int, pays bool) {
	total := money.Decimal("4.00")
	o, err := m.Orders.Place(context.Background(), m.people[person], &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{AssistID: &a.ID}, ExpectedTotal: &total,
	})
	switch sells := a.kind == assist.Bargain || a.kind == assist.Unlock; {
	case err != nil && fault.Of(err).Is(order.ErrUnpaidLimit):
	case person != a.owner:
		m.wants(err, fault.Missing)
	case !sells || a.state != assist.Reached || !m.Clock.Now().Before(a.endsAt):
		m.wants(err, assist.ErrState)
	default:
		m.Must(err)
		a.state, a.order, a.paid = assist.Redeemed, o, pays
		if pays {
			m.Pay(o)
		}
	}
}

// cancelOne ends the order that uses a price: unpaid by its shopper, paid by a refund of the whole.
func (m *machine) cancelOne(a *modelled) {
	switch {
	case a.state != assist.Redeemed:
		return
	case a.paid:
		refundID, err := m.AskBack(a.order)
		m.Must(err)
		m.Must(m.Orders.DecideRefund(context.Background(), refundID, true, true, ""))
	default:
		_, err := m.Orders.Cancel(context.Background(), a.order.ShopperID, a.order.ID, "")
		m.Must(err)
	}
	a.state, a.order = assist.Reached, nil
}

// pass lets time go by: what is open expires, unpaid orders end, a new day begins.
func (m *machine) pass(d time.Duration) {
	for _, a := range m.assists {
		if a.state == assist.Redeemed && !a.paid { // its time to pay would end in between
			m.Pay(a.order)
			a.paid = true
		}
	}
	m.After(d)
	m.Rewards()
	if m.Clock.Now().Add(8*time.Hour).Truncate(24*time.Hour) != m.day.Add(8*time.Hour).Truncate(24*time.Hour) {
		m.day, m.helps, m.starts = m.Clock.Now(), map[int]int{}, map[int]int{}
	}
	for _, a := range m.assists {
		if a.state == assist.Open && !m.Clock.Now().Before(a.expiresAt) {
			a.state = assist.Expired
		}
	}
}

func (m *machine) wants(err error, want *fault.Error) {
	m.TB.Helper()
	if refusal := fault.Of(err); refusal == nil || !refusal.Is(want) {
		m.TB.Fatalf("got %v, want %v", err, want)
	}
}

func (m *machine) compare() {
	m.TB.Helper()
	for _, a := range m.assists {
		fresh := m.now(a.Assist)
		if fresh.State != a.state || fresh.Progress != a.progress || len(m.shop.helps(a.Assist)) != len(a.helped) {
			m.TB.Fatalf("the assist is %s with %d of %d, the rules say %s with %d", fresh.State, fresh.Progress, fresh.Goal, a.state, a.progress)
		}
	}
}

// end lets every order that is unpaid end, so that the next check begins without.
func (m *machine) end() {
	for _, a := range m.assists {
		if a.state == assist.Redeemed && !a.paid {
			m.cancelOne(a)
		}
	}
	m.Rewards()
}

package app_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// board is where open groups are found by those who would join them: by campaign, those that the program has told of.
type board struct {
	mu     sync.Mutex
	groups map[string][]string
}

// any is one of a campaign's groups, "" when none is known.
func (b *board) any(campaign string, random *rand.Rand) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.groups[campaign]) == 0 {
		return ""
	}
	return b.groups[campaign][random.IntN(len(b.groups[campaign]))]
}

func (b *board) add(campaign, group string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.groups[campaign] = append(b.groups[campaign], group)
}

func (b *board) drop(campaign, group string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.groups[campaign] = slices.DeleteFunc(b.groups[campaign], func(g string) bool { return g == group })
}

// place is what the program has told a member of one key: a seat, once it is there.
type place struct {
	in                    vars
	campaign, joins       string
	order, payment, group string
	paid, refused         bool
}

// member opens and joins groups of several campaigns and pays, and remembers every answer. What was not answered is sent again.
type member struct {
	user
	good      good
	campaigns []string
	board     *board
	said      []*place
	// leads: it opens a group where there is none to join. If all did, all would lead, and nobody could join.
	leads bool
}

// taken are the answers of a group to which its state, or the person's other seat, allows no other.
var taken = []string{"ALREADY_MEMBER", "GROUP_FULL", "GROUP_CLOSED"}

// take sends a place's key, and reports whether it was answered.
func (m *member) take(p *place) bool {
	a, err := m.try(body(openOrJoin, vars{"in": p.in}))
	if err != nil {
		return false
	}
	order, _ := a.at("orderPlace.order.id").(string)
	state, _ := a.at("orderPlace.order.state").(string)
	group, _ := a.at("orderPlace.order.groupBuy.id").(string)
	payment, _ := a.at("orderPlace.payment.id").(string)
	switch code := a.verdict(); {
	case p.order == "" && slices.Contains(taken, code):
		m.board.drop(p.campaign, p.joins)
		p.refused = true
		return true
	case code != "OK" || order == "" || group == "":
		m.problem = "refused: " + a.raw
	case p.order != "" && (p.order != order || p.group != group):
		m.problem = fmt.Sprintf("key %s was %s in %s and is %s in %s", p.in["idempotencyKey"], p.order, p.group, order, group)
	case p.joins != "" && p.joins != group:
		m.problem = fmt.Sprintf("who joins %s has a seat in %s", p.joins, group)
	case p.paid && state != "AWAITING_GROUP" && state != "PAID":
		m.problem = fmt.Sprintf("%s was paid and is %s", order, state)
	}
	p.order, p.payment, p.group, p.paid = order, payment, group, p.paid || state != "PENDING_PAYMENT"
	return m.problem == ""
}

func (m *member) settle(p *place) bool {
	a, err := m.try(body(sandboxPay, vars{"in": vars{"paymentId": p.payment}}))
	if err != nil {
		return false
	}
	if state, _ := a.at("sandboxPay.order.state").(string); state != "AWAITING_GROUP" && state != "PAID" {
		m.problem = "paying: " + a.raw
		return false
	}
	p.paid = true
	m.during.settled.Add(1)
	if p.joins == "" {
		m.board.add(p.campaign, p.group)
	}
	return true
}

// finish takes a place and pays for it, as far as that is not done, and reports whether the program is still there.
func (m *member) finish(p *place) bool {
	return p.refused || p.paid || m.take(p) && (p.refused || p.paid || m.random.IntN(20) == 0 || m.settle(p)) // one in twenty does not pay
}

func (m *member) race() {
	for _, p := range m.said { // what the last power cut left open
		if !m.finish(p) {
			return
		}
	}
	for {
		p := &place{campaign: m.campaigns[m.random.IntN(len(m.campaigns))]}
		where, id := "campaignId", p.campaign
		if p.joins = m.board.any(p.campaign, m.random); p.joins != "" {
			where, id = "groupBuyId", p.joins
		} else if !m.leads {
			time.Sleep(time.Millisecond)
			if m.during.off.Load() {
				return
			}
			continue
		}
		p.in = seatInput(m.good, where, id, nil)
		m.said = append(m.said, p)
		if !m.finish(p) {
			return
		}
	}
}

// The power is cut while shoppers open, join and pay groups, again and again. Every answer that was given stays true, and in the end every group has ended in
// one way, and all money stands for somebody's goods or is back.
func TestPowerCutsAmongGroups(t *testing.T) {
	b := newBlackout(t)
	all := members(b)
	cut(b, all)
	for _, m := range all {
		m.accounts()
	}
	b.p.groupsEnd()
	wantEqual(t, b.p.stop(), 0)
	b.must("check")
	b.compareBooks()
	b.compareGroups(all)
}

// members are shoppers with a good on sale, in campaigns of groups of two and three.
func members(b *blackout) []*member {
	s := b.p.shop()
	g := s.goods(1, 1_000_000)[0]
	var campaigns []string
	for i := range 6 {
		now := time.Now()
		a := s.partner().do(campaignCreate, vars{"in": vars{
			"idempotencyKey": key(), "title": "Together", "offers": []vars{{"skuCode": "SKU-0", "price": "8.00"}}, "size": 2 + i%2, "groupSeconds": 3600,
			"startsAt": now.Add(-time.Hour).Format(time.RFC3339), "endsAt": now.Add(24 * time.Hour).Format(time.RFC3339), "unitQuota": 1_000_000, "perShopperLimit": 999,
		}})
		campaigns = append(campaigns, a.str("groupBuyCampaignCreate.campaign.id"))
	}
	known := &board{groups: map[string][]string{}}
	all := make([]*member, racers)
	for i := range all {
		all[i] = &member{user: b.user(s.shopper("member" + itoa(i))), good: g, campaigns: campaigns, board: known, leads: i%4 == 0}
	}
	return all
}

// accounts sends every key once more, and fails the test unless the shopper's orders are those that the program told of.
func (m *member) accounts() {
	m.t.Helper()
	want := map[string]bool{}
	for _, p := range m.said {
		if !p.refused && !m.take(p) {
			m.t.Fatalf("replay of %s: %s", p.in["idempotencyKey"], m.problem)
		}
		if !p.refused {
			want[p.order] = true
		}
	}
	m.ordered(want)
}

// groupsEnd moves the clock past every payment's and every group's time, and waits for what follows.
func (p *process) groupsEnd() {
	p.t.Helper()
	reader := p.visitor().with("Bearer kt_demo_partner")
	for _, by := range []string{"16m", "2h"} {
		p.advance(by)
		none := 0
		eventually(p.t, "no order waits for its group or its money", func() bool {
			p.advance("1m") // a partner's list leaves out what was changed just now
			time.Sleep(100 * time.Millisecond)
			waiting := reader.do(`{ orders(first: 100, states: [PENDING_PAYMENT, AWAITING_GROUP, REFUNDING]) { edges { node { state } } } }`, nil)
			none++
			for i := range waiting.list("orders.edges") {
				if by == "2h" || waiting.str("orders.edges."+itoa(i)+".node.state") != "AWAITING_GROUP" {
					none = 0
				}
			}
			return none == 3
		})
	}
}

package referral_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// buys has a shopper buy and pay, and the facts told.
func (p *party) buys(shopperID string) {
	p.TB.Helper()
	p.Pay(p.place(shopperID, ""))
	p.Rewards()
}

func (p *party) board(first, days int) string {
	p.TB.Helper()
	ranks, err := p.Referral.Leaderboard(context.Background(), first, days)
	p.Must(err)
	text := ""
	for _, r := range ranks {
		text += fmt.Sprintf("%d:%s=%d ", r.Rank, r.Promoter.Nickname, r.Orders)
	}
	return text
}

func TestLeaderboard(t *testing.T) {
	p := open(t)
	ann, bo := p.person("ann"), p.person("bo")
	p.Clock.Advance(time.Second)
	dong := p.person("dong")
	fans := p.Crowd("fan", 4)
	for i, promoter := range []string{ann, ann, bo, dong} {
		p.Must(p.bind(fans[i].ShopperID, promoter))
		p.buys(fans[i].ShopperID)
	}
	if got := p.board(10, 30); got != "1:a**=2 2:b**=1 3:d**=1 " {
		t.Errorf("%q", got)
	}
	if got := p.board(1, 30); got != "1:a**=2 " {
		t.Errorf("the first: %q", got)
	}
	var statements store.Counter
	if _, err := p.Referral.Leaderboard(store.CountStatements(t.Context(), &statements), 10, 30); err != nil || statements.Count() != 1 {
		t.Errorf("%d statements for one that is kept, %v", statements.Count(), err)
	}
	p.buys(fans[2].ShopperID)
	p.merge(bo, "dong") // two who are one rank as one
	if got := p.board(10, 30); !strings.Contains(got, "b**=1 ") {
		t.Errorf("within the minute: %q", got)
	}
	p.Clock.Advance(time.Minute)
	if got := p.board(10, 30); got != "1:b**=3 2:a**=2 " {
		t.Errorf("after it: %q", got)
	}
	p.Must(p.Members.Erase(t.Context(), bo, wechat))
	p.Clock.Advance(time.Minute)
	if got := p.board(10, 30); got != "1:a**=2 " {
		t.Errorf("of those who are left: %q", got)
	}
	p.Clock.Advance(24 * time.Hour)
	if got := p.board(10, 1); got != "" {
		t.Errorf("of the last day: %q", got)
	}
}

// Of those who were brought and first paid within the window, who pays again within 30 days comes again.
func TestSpread(t *testing.T) {
	p := open(t)
	ann := p.person("ann")
	fans := p.Crowd("fan", 4)
	for _, fan := range fans {
		p.Must(p.bind(fan.ShopperID, ann))
	}
	early := p.Clock.Now()
	p.buys(fans[3].ShopperID)
	p.Clock.Advance(24 * time.Hour)
	since := p.Clock.Now()
	for _, fan := range fans {
		p.buys(fan.ShopperID) // the fourth is no first
	}
	p.Clock.Advance(30 * 24 * time.Hour)
	p.buys(fans[0].ShopperID) // just in time, and long after the binding has run out
	p.Clock.Advance(time.Microsecond)
	p.buys(fans[1].ShopperID)
	spread := func(since, until time.Time) referral.Spread {
		t.Helper()
		s, err := p.Referral.Spread(t.Context(), since, until)
		p.Must(err)
		return *s
	}
	if s := spread(since, since.Add(time.Hour)); s.Accepted != 0 || s.Retained30 != 1.0/3 {
		t.Errorf("%+v", s)
	}
	if s := spread(early, since.Add(time.Hour)); s.Accepted != 4 || s.Retained30 != 2.0/4 || s.Coefficient != 0 {
		t.Errorf("with the day before: %+v", s)
	}
	if s := spread(early.Add(-time.Hour), early); s != (referral.Spread{}) {
		t.Errorf("before all: %+v", s)
	}
}

func TestStandingFollowsOrders(t *testing.T) {
	program := referral.DefaultProgram()
	program.Tiers[1].Orders, program.Tiers[1].Sales = 2, 20_00
	program.Credit.RefundOrders = 2
	p := open(t, func(s *shoptest.Setup) { s.Program = &program })
	ann, bo := p.person("ann"), p.person("bo")
	p.Must(p.bind(bo, ann))
	one, two := p.place(bo, ""), p.place(bo, "")
	p.Pay(one)
	p.Pay(two)
	p.Rewards()
	if s := p.standing(ann); s != (referral.Standing{Tier: referral.Mid, Credit: 100, Told: 100}) {
		t.Errorf("%+v", s)
	}
	refundID, err := p.AskBack(one)
	p.Must(err)
	p.Must(p.Orders.DecideRefund(t.Context(), refundID, true, true, ""))
	p.Rewards()
	if s := p.standing(ann); s != (referral.Standing{Tier: referral.Community, Credit: 60, Told: 60}) { // half of them lost: 40 percent above what is free
		t.Errorf("after a refund: %+v", s)
	}
	p.Clock.Advance(time.Duration(program.Days) * 24 * time.Hour)
	if s := p.standing(ann); s != (referral.Standing{Tier: referral.Community, Credit: 100, Told: 100}) {
		t.Errorf("once the days have gone by: %+v", s)
	}
}

// What goes back is not sold, and an order of which nothing is kept is none, however it went back and whichever fact comes first.
func TestRefundsByAmount(t *testing.T) {
	program := referral.DefaultProgram()
	program.Tiers[1].Orders, program.Tiers[1].Sales = 1, 5_00
	program.Credit.RefundOrders = 1
	for _, late := range []bool{false, true} {
		p := open(t, func(s *shoptest.Setup) { s.Program = &program })
		ann, bo := p.person("ann"), p.person("bo")
		p.Must(p.bind(bo, ann))
		o := p.place(bo, "")
		p.Pay(o)
		back := func(amount money.Decimal) {
			t.Helper()
			refundID, err := p.Orders.RequestRefund(t.Context(), order.Requester{ShopperID: bo}, order.RefundInput{IdempotencyKey: shoptest.NewKey(), OrderID: o.ID, Amount: &amount, Reason: "x"})
			p.Must(err)
			p.Must(p.Orders.DecideRefund(t.Context(), refundID, true, true, ""))
			p.Work()
		}
		stands := func(tier referral.Tier, credit int) {
			t.Helper()
			if s := p.standing(ann); s.Tier != tier || s.Credit != credit {
				t.Errorf("%+v, want %s with %d", s, tier, credit)
			}
		}
		if !late {
			p.Rewards()
			stands(referral.Mid, 100)
			back("5.00")
			p.Rewards()
			stands(referral.Mid, 100)
			back("1.00")
			p.Rewards()
			stands(referral.Community, 100)
			back("4.00")
		} else {
			back("10.00")
		}
		p.Rewards()
		stands(referral.Community, 10)
		if got := p.board(10, 30); got != "" {
			t.Errorf("board %q", got)
		}
	}
}

// An export tells a person what is kept of him, and nobody else's ids.
func TestPersonal(t *testing.T) {
	p := open(t)
	ann, bo, cai := p.person("ann"), p.person("bo"), p.person("cai")
	p.Must(p.bind(bo, ann))
	p.Must(p.bind(cai, bo))
	p.cancel(p.place(bo, ""))
	shown, err := p.Identity.Publics(t.Context(), []string{ann})
	p.Must(err)
	_, err = p.Referral.Report(t.Context(), bo, shown[ann].ID, "he spams")
	p.Must(err)
	p.upheld(cai, bo)
	p.suspect(bo, true)
	rows := map[string]int{}
	for _, part := range p.Referral.Personal(t.Context(), []string{bo}) {
		for row, err := range part.Rows {
			p.Must(err)
			raw, err := json.Marshal(row)
			p.Must(err)
			if text := string(raw); strings.Contains(text, ann) || strings.Contains(text, cai) {
				t.Errorf("%s: %s", part.Name, text)
			}
			rows[part.Name]++
		}
	}
	for _, name := range []string{"inviters", "invitees", "referredOrders", "promoterReports", "upheldReports"} {
		if rows[name] != 1 {
			t.Errorf("%s: %d rows", name, rows[name])
		}
	}
}

package groupbuy_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

var (
	noNeed     catalog.Need
	background = context.Background()
)

func (m *machine) tick(d time.Duration) {
	m.Clock.Advance(d + 7*time.Microsecond) // so that things fall due one by one
	m.now = m.Clock.Now()
}

// opens opens a group. When a campaign has ended there is usually another.
func (m *machine) opens(r *rapid.T) {
	i := below(r, len(m.campaigns), "campaign")
	if c := m.campaigns[i]; m.mayOpen(c, 1) == "CAMPAIGN_NOT_OPEN" && below(r, 6, "old") > 0 {
		m.tick(0)
		m.campaigns = append(m.campaigns, m.campaign(one(r, variants, "another")))
		i = len(m.campaigns) - 1
	}
	m.places(r, m.campaigns[i], nil)
}

func (m *machine) joins(r *rapid.T) {
	var open, others []*mGroup
	for _, c := range m.campaigns {
		for _, g := range c.groups {
			if g.state == groupbuy.Open {
				open = append(open, g)
			} else {
				others = append(others, g)
			}
		}
	}
	if len(open) == 0 || len(others) > 0 && below(r, 10, "another") == 0 {
		open = others
	}
	g := one(r, open, "group")
	if below(r, 3, "newest") == 0 {
		g = open[len(open)-1]
	}
	m.places(r, g.c, g)
}

func (m *machine) places(r *rapid.T, c *mCampaign, g *mGroup) {
	m.tick(0)
	buyer := one(r, m.buyers, "buyer")
	in := &order.GroupBuySeatInput{SkuID: m.skuID, Quantity: max(1, below(r, c.limit+2, "quantity"))}
	what := "open"
	if g != nil {
		in.GroupBuyID, what = &g.id, "join "+g.id
	} else {
		in.CampaignID = &c.id
	}
	reopen := rapid.Bool().Draw(r, "reopen")
	if reopen {
		in.IfLost = "OPEN_NEW_GROUP"
	}
	o := &mOrder{
		buyer: buyer.ShopperID, c: c, group: g, quantity: in.Quantity, reopen: reopen, total: c.total(in.Quantity, g == nil), parcels: map[string]bool{},
	}
	placed, err := m.Orders.Place(background, buyer, seat(in, money.Format(o.total, "CNY")))
	if m.refused(what, err, m.refusal(buyer.ShopperID, c, g, in.Quantity)) {
		return
	}
	o.id = placed.ID
	m.real[o] = placed
	if placed.Payment != nil {
		m.begun(o, placed)
	}
	m.placed(o)
}

// begun is an order's new payment.
func (m *machine) begun(o *mOrder, placed *order.Order) {
	p, err := m.Payments.Get(background, placed.Payment.ID)
	m.Must(err)
	o.payments = append(o.payments, &mPayment{number: p.Number, state: "PENDING", amount: o.total})
}

// anyOrder draws an order, usually one in one of the states.
func (m *machine) anyOrder(r *rapid.T, states ...order.State) *mOrder {
	some := slices.DeleteFunc(slices.Clone(m.orders), func(o *mOrder) bool { return !o.is(states...) })
	if len(some) == 0 || below(r, 8, "any") == 0 {
		some = m.orders
	}
	return one(r, some, "order")
}

// decision plays the payment sheet; nil when it is closed.
func (m *machine) decision(r *rapid.T, yes bool) *payment.Notice {
	o := m.anyOrder(r, order.PendingPayment)
	if len(o.payments) == 0 {
		return nil
	}
	return m.decisionOn(one(r, o.payments, "payment"), yes)
}

func (m *machine) decisionOn(p *mPayment, yes bool) *payment.Notice {
	n, err := m.Sandbox.Decide(background, p.number, yes)
	if errors.Is(err, payment.ErrRefused) || errors.Is(err, payment.ErrNoSuchTrade) {
		return nil
	}
	m.Must(err)
	p.tradePaid = n.Trade.State == payment.TradePaid
	m.notices = append(m.notices, n)
	return &n
}

func (m *machine) decides(r *rapid.T) { m.decision(r, below(r, 5, "succeeds") > 0) }

func (m *machine) payNow(r *rapid.T) {
	m.tick(0)
	if n := m.decision(r, true); n != nil {
		m.hear(*n)
	}
}

func (m *machine) notice(r *rapid.T) {
	m.tick(0)
	n := one(r, m.notices, "notice")
	if below(r, 3, "news") > 0 {
		n = m.notices[len(m.notices)-1]
	}
	m.hear(n)
}

func (m *machine) hear(n payment.Notice) {
	m.Must(m.Orders.OnNotice(background, m.provider, n))
	o, p := m.byNumber(n.Trade.Number)
	if n.Trade.State == payment.TradePaid {
		m.capture(o, p)
	} else if p.state == "PENDING" {
		p.state = "FAILED"
	}
	m.holds()
}

func (m *machine) pays(r *rapid.T) {
	m.tick(0)
	o := m.anyOrder(r, order.PendingPayment)
	foreseen := ""
	if !o.is(order.PendingPayment) || !m.now.Add(minute).Before(o.payBy) {
		foreseen = "ORDER_STATE"
	}
	again, err := m.Orders.Pay(background, order.Buyer{ShopperID: o.buyer, Channel: "WECHAT_MINI_PROGRAM"}, o.id, "")
	if m.refused("pay", err, foreseen) {
		return
	}
	if o.payment().state != "PENDING" {
		m.begun(o, again)
	}
}

func (m *machine) cancels(r *rapid.T) {
	m.tick(0)
	o := m.anyOrder(r, order.PendingPayment)
	foreseen := ""
	if !o.is(order.PendingPayment, order.Cancelled) {
		foreseen = "ORDER_STATE"
	}
	_, err := m.Orders.Cancel(background, o.buyer, o.id, "")
	if !m.refused("cancel", err, foreseen) && o.is(order.PendingPayment) {
		m.closePending(o)
		m.cancelled(o, false)
	}
}

func (m *machine) moveClock(r *rapid.T) {
	most := 24
	if below(r, 4, "far") > 0 {
		most = 7
	}
	m.tick([]time.Duration{
		time.Second, time.Minute, 4*time.Minute + 10*time.Second, 6 * time.Minute, 14*time.Minute + 30*time.Second, 15*time.Minute + 30*time.Second, 50 * time.Minute,
		8 * time.Hour, 24*time.Hour - 10*time.Minute, 24 * time.Hour, 4 * 24 * time.Hour,
	}[below(r, most, "by")%11])
}

// towardsEnd moves the clock to about when a group's time, or an order's, is up.
func (m *machine) towardsEnd(r *rapid.T) {
	var ends []time.Time
	for _, c := range m.campaigns {
		for _, g := range c.groups {
			if g.state == groupbuy.Open {
				ends = append(ends, g.expires, g.expires)
			}
		}
	}
	for _, o := range m.orders {
		if o.is(order.PendingPayment) {
			ends = append(ends, o.payBy)
		}
	}
	if len(ends) == 0 {
		m.moveClock(r)
		return
	}
	at := one(r, ends, "end").Add(one(r, []time.Duration{
		-14 * time.Minute, -5 * time.Minute, -70 * time.Second, -40 * time.Second, -time.Second, time.Second, 10 * time.Second, 31 * time.Second, 4 * time.Minute, 6 * time.Minute,
	}, "off"))
	m.tick(max(at.Sub(m.now), 0))
}

func (m *machine) works(*rapid.T) {
	m.tick(0)
	m.worked()
}

// worked lets the workers run, and tells the model of it.
func (m *machine) worked() {
	m.Work()
	m.work()
	m.observe()
	m.completeAll()
	m.holds()
}

func (m *machine) completes(r *rapid.T) {
	var all []*mGroup
	for _, c := range m.campaigns {
		if c.mayComplete || len(c.groups)%4 == 1 {
			all = append(all, c.groups...)
		}
	}
	if len(all) == 0 {
		return
	}
	m.tick(0)
	g := one(r, all, "group")
	foreseen := ""
	_, n := m.counts(g)
	switch {
	case g.expires.IsZero():
		foreseen = "NOT_FOUND"
	case !g.c.mayComplete:
		foreseen = "INVALID"
	case g.state == groupbuy.Completed:
	case g.state != groupbuy.Open || n == 0:
		foreseen = "GROUP_CLOSED"
	}
	_, err := m.Groups.Complete(background, g.id)
	if !m.refused("complete the group", err, foreseen) && g.state == groupbuy.Open {
		m.completed(g, groupbuy.ByMerchant, nil)
	}
}

func (m *machine) ends(r *rapid.T) {
	m.tick(0)
	c := one(r, m.campaigns, "campaign")
	_, err := m.Groups.End(background, c.id)
	m.Must(err)
	c.ended = true
}

func (m *machine) takeDown(*rapid.T) {
	m.Must(m.Catalog.VisibilitySet(background, m.productID, m.hidden, "a test"))
	m.hidden = !m.hidden
}

// trouble plans what the provider does next.
func (m *machine) trouble(r *rapid.T) {
	m.provider.close, m.provider.prepay = rapid.Bool().Draw(r, "silent"), below(r, 4, "no prepay") == 0
	m.silent = m.provider.close
	m.Sandbox.SetFaults(sandbox.Faults{
		RefundsLost: below(r, 3, "lost"), RefundsUnanswered: below(r, 2, "unanswered"),
		RefundsRefused: below(r, 3, "refused"), RefundDelay: one(r, []time.Duration{0, time.Minute}, "delay"),
	})
}

// holds runs after every step.
func (m *machine) holds() {
	m.TB.Helper()
	m.observe()
	m.Must(m.compare())
}

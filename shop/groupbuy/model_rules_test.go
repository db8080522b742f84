package groupbuy_test

import (
	"time"

	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
)

// refusal is the code that placing is refused with, "" when it is not. group nil opens one.
func (m *model) refusal(buyer string, c *mCampaign, group *mGroup, quantity int) string {
	unpaid := 0
	for _, o := range m.orders {
		if o.buyer == buyer && o.is(order.PendingPayment) {
			unpaid++
		}
	}
	if unpaid >= 5 {
		return "LIMIT_PER_SHOPPER"
	}
	if group == nil {
		if m.liveSeat(buyer, c) {
			return "ALREADY_MEMBER"
		}
		if m.givesUp(buyer, c) {
			return "TOO_OFTEN"
		}
		if code := m.mayOpen(c, quantity); code != "" {
			return code
		}
	} else if code := m.mayJoin(buyer, group); code != "" {
		return code
	}
	if code := m.allowed(buyer, c, quantity, group != nil, nil); code != "" {
		return code
	}
	if m.hidden {
		return "SKU_UNAVAILABLE"
	}
	if m.available() < quantity {
		return "OUT_OF_STOCK"
	}
	if left, _, _ := m.units(c); group != nil && left < quantity-1 {
		return "OUT_OF_STOCK"
	}
	return ""
}

func (m *model) mayOpen(c *mCampaign, quantity int) string {
	if c.ended || !m.now.Before(c.ends) {
		return "CAMPAIGN_NOT_OPEN"
	}
	if left, _, _ := m.units(c); left < c.capacity+quantity-1 {
		return "OUT_OF_STOCK"
	}
	return ""
}

func (m *model) mayJoin(buyer string, g *mGroup) string {
	if g.expires.IsZero() && !m.leads(buyer, g) {
		return "NOT_FOUND"
	}
	if m.liveSeat(buyer, g.c) {
		return "ALREADY_MEMBER"
	}
	if m.givesUp(buyer, g.c) {
		return "TOO_OFTEN"
	}
	if m.closed(g) {
		return "GROUP_CLOSED"
	}
	if taken, _ := m.counts(g); taken == g.c.capacity {
		return "GROUP_FULL"
	}
	return ""
}

// givesUp: has let three seats of the campaign go unpaid within a day.
func (m *model) givesUp(buyer string, c *mCampaign) bool {
	n := 0
	for _, r := range m.givenUp {
		if r.buyer == buyer && r.c == c && m.now.Sub(r.at) < 24*time.Hour {
			n++
		}
	}
	return n >= 3
}

func (m *model) leads(buyer string, g *mGroup) bool { return g.ledBy == buyer && !g.leaderless }

// closed: ended, or a joiner would have less than a minute to pay, or than a tenth of the group's life.
func (m *model) closed(g *mGroup) bool {
	return g.state != groupbuy.Open || g.expires.Sub(m.now) < min(minute, g.c.life/10)
}

func (m *model) liveSeat(buyer string, c *mCampaign) bool {
	for _, o := range m.orders {
		if o.buyer == buyer && o.c == c && o.live() {
			return true
		}
	}
	return false
}

// allowed is what one person may have. but is an order of his that does not count.
func (m *model) allowed(buyer string, c *mCampaign, quantity int, joins bool, but *mOrder) string {
	if m.liveSeat(buyer, c) {
		return "ALREADY_MEMBER"
	}
	have, old := 0, false
	for _, o := range m.orders {
		if o.buyer != buyer || o == but {
			continue
		}
		if o.c == c {
			have += o.sold
		}
		old = old || o.everPaid || o.newcomer && o.live()
	}
	if have+quantity > c.limit {
		return "LIMIT_PER_SHOPPER"
	}
	if c.newcomers && joins && old {
		return "NEW_CUSTOMERS_ONLY"
	}
	return ""
}

// placed is an order that was not refused.
func (m *model) placed(o *mOrder) {
	m.orders = append(m.orders, o)
	o.state, o.seat, o.gone = order.PendingPayment, held, o.quantity
	o.payBy = m.now.Add(15 * minute)
	if o.group != nil && o.group.expires.Before(o.payBy) {
		o.payBy = o.group.expires
	}
	o.newcomer = o.c.newcomers && o.group != nil
	if o.group == nil {
		m.open(o, true)
	}
	if o.total > 0 {
		m.agenda.set("unpaid "+o.id, o.payBy.Add(30*second))
		return
	}
	m.paid(o)
}

func (m *model) open(o *mOrder, rewarded bool) {
	o.group = &mGroup{c: o.c, state: groupbuy.Pending, rewarded: rewarded, ledBy: o.buyer}
	o.c.groups = append(o.c.groups, o.group)
	o.leader, o.newcomer, o.seat = true, false, held
}

// capture is money that comes in for an order; the second time it is no news.
func (m *model) capture(o *mOrder, p *mPayment) {
	if p.taken > 0 {
		return
	}
	p.taken, p.state = p.amount, "PAID"
	switch {
	case o.is(order.PendingPayment):
		m.paid(o)
	case o.is(order.Cancelled) && o.byClock && m.retaken(o):
		m.paid(o)
	default:
		m.giveBack(o, order.RefundLate, p.amount)
	}
}

// retaken has a cancelled order hold again what it held, if all of it is to be had.
func (m *model) retaken(o *mOrder) bool {
	if m.hidden || m.available() < o.quantity {
		return false
	}
	left, _, _ := m.units(o.c)
	room := m.mayOpen(o.c, o.quantity) == ""
	group, full := o.group, false
	if !o.leader {
		taken, _ := m.counts(group)
		full = group.state != groupbuy.Open || !m.now.Before(group.expires) || taken == o.c.capacity // it is paid: no time is needed for that
	}
	switch m.allowed(o.buyer, o.c, o.quantity, !o.leader, o) {
	case "":
	case "NEW_CUSTOMERS_ONLY": // which binds who joins, not who leads
		full = true
	default:
		return false
	}
	switch {
	case o.leader && room:
		m.open(o, group.rewarded)
	case o.leader:
		return false
	case !full && left >= o.quantity-1:
		o.seat = held
	case full && o.reopen && room:
		m.open(o, false)
	default:
		return false
	}
	o.gone = o.quantity
	return true
}

// paid is an order with a seat that is paid for.
func (m *model) paid(o *mOrder) {
	o.everPaid = true
	m.agenda.cancel("unpaid " + o.id)
	g := o.group
	switch {
	case g.state == groupbuy.Pending:
		m.opened(o)
	case g.state == groupbuy.Open:
		o.seat, o.state = paid, order.AwaitingGroup
		if _, n := m.counts(g); n == o.c.capacity {
			m.completed(g, groupbuy.ByMembers, o)
		}
	case g.state == groupbuy.Completed:
		o.seat, o.sold = confirmed, o.quantity
		m.decided(o)
	case o.reopen && !m.hidden && m.mayOpen(o.c, o.quantity) == "":
		m.givenUp = append(m.givenUp, mRelease{o.buyer, o.c, m.now})
		m.open(o, false)
		m.opened(o)
	default:
		o.seat = returning
		m.decided(o)
	}
}

func (m *model) opened(o *mOrder) {
	o.seat, o.state = paid, order.AwaitingGroup
	o.group.state, o.group.expires = groupbuy.Open, m.now.Add(o.c.life)
	m.agenda.setGroup(o.group)
}

// completed confirms who has paid; paying's order follows at once, the others' when a worker comes.
func (m *model) completed(g *mGroup, by groupbuy.Completion, paying *mOrder) {
	g.taken, g.paid = m.counts(g)
	g.state, g.by = groupbuy.Completed, by
	if len(g.c.rungs) > 0 {
		g.rung = g.c.size
		for _, rung := range g.c.rungs {
			if g.paid >= rung.size {
				g.rung = rung.size
			}
		}
	}
	m.agenda.cancelGroup(g)
	for _, o := range m.orders {
		if o.group == g && o.seat == paid {
			o.seat, o.sold = confirmed, o.quantity
			if o != paying {
				m.agenda.set("follow "+o.id, m.now)
			}
		}
	}
	if paying != nil {
		m.decided(paying)
	}
}

// failed is a group's end without effect.
func (m *model) failed(g *mGroup, state groupbuy.State) {
	g.taken, g.paid = m.counts(g)
	g.state = state
	m.agenda.cancelGroup(g)
	for _, o := range m.orders {
		if o.group == g && o.seat == paid {
			o.seat = returning
			m.agenda.set("follow "+o.id, m.now)
		}
	}
}

// decided has a paid order follow its seat.
func (m *model) decided(o *mOrder) {
	if o.seat != confirmed {
		o.state, o.gone = order.Refunding, 0
		m.giveBack(o, order.RefundGroupEnded, o.left())
		return
	}
	o.state = order.Paid
	for _, rung := range o.c.rungs {
		if o.group.rung == rung.size {
			again := *o.c
			again.price = rung.price
			m.rebate(o, order.RefundRung, o.total-again.total(o.quantity, o.discounted()))
		}
	}
	if o.c.free && o.leader && o.group.rewarded && !o.group.leaderless && o.group.by == groupbuy.ByMembers {
		m.rebate(o, order.RefundLeader, o.total-o.rebated)
	}
}

func (o *mOrder) discounted() bool { return o.total < o.c.price*int64(o.quantity) }

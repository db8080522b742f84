package groupbuy_test

import (
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
)

const (
	second = time.Second
	minute = time.Minute
)

// agenda is what is to be done by the clock, as far as one thing may come before another to some effect: the workers of the test take one thing at a time, in
// the order in which things fall due.
type agenda struct {
	things []*thing
	last   int
}

type thing struct {
	what     string
	group    *mGroup // what has no id yet
	due      time.Time
	nth, ver int
	tried    int
}

func (a *agenda) put(what string, g *mGroup, due time.Time) {
	for _, t := range a.things {
		if t.what == what && t.group == g {
			t.due, t.tried = due, 0
			t.ver++
			return
		}
	}
	a.last++
	a.things = append(a.things, &thing{what: what, group: g, due: due, nth: a.last})
}

func (a *agenda) set(what string, due time.Time) { a.put(what, nil, due) }

func (a *agenda) setGroup(g *mGroup) { a.put("expire", g, g.expires) }

func (a *agenda) cancel(what string) {
	a.things = slices.DeleteFunc(a.things, func(t *thing) bool { return t.what == what && t.group == nil })
}

func (a *agenda) cancelGroup(g *mGroup) {
	a.things = slices.DeleteFunc(a.things, func(t *thing) bool { return t.group == g })
}

func (a *agenda) done(t *thing) {
	a.things = slices.DeleteFunc(a.things, func(other *thing) bool { return other == t })
}

// work is what workers do until nothing is due.
func (m *model) work() {
	for {
		var due []thing
		for _, t := range m.agenda.things {
			if !t.due.After(m.now) {
				due = append(due, *t)
			}
		}
		if len(due) == 0 {
			return
		}
		slices.SortFunc(due, func(a, b thing) int {
			if c := a.due.Compare(b.due); c != 0 {
				return c
			}
			return a.nth - b.nth
		})
		for _, seen := range due {
			for _, t := range m.agenda.things {
				if t.nth == seen.nth && t.ver == seen.ver { // else it was moved or cancelled meanwhile
					m.do(t)
					break
				}
			}
		}
	}
}

func (m *model) do(t *thing) {
	t.ver++
	kind, ref, _ := strings.Cut(t.what, " ")
	switch kind {
	case "expire":
		m.agenda.done(t)
		m.expire(t.group)
	case "follow":
		m.agenda.done(t)
		if o := m.order(ref); o.is(order.AwaitingGroup) {
			m.decided(o)
		}
	case "unpaid":
		m.endUnpaid(t, m.order(ref))
	case "close":
		m.close(t, ref)
	}
}

func (m *model) order(id string) *mOrder {
	i := slices.IndexFunc(m.orders, func(o *mOrder) bool { return o.id == id })
	return m.orders[i]
}

func (m *model) expire(g *mGroup) {
	if _, n := m.counts(g); n >= g.c.size { // with rungs; without it was complete
		m.completed(g, groupbuy.ByMembers, nil)
		return
	}
	m.failed(g, groupbuy.Expired)
}

// endUnpaid: the payment is closed first; five minutes after its time the order ends anyway.
func (m *model) endUnpaid(t *thing, o *mOrder) {
	if !o.is(order.PendingPayment) {
		m.agenda.done(t)
		return
	}
	open := m.closePending(o)
	if anyway := o.payBy.Add(5 * minute); open && m.now.Before(anyway) {
		t.due = anyway
		return
	}
	m.agenda.done(t)
	m.cancelled(o, true)
}

func (m *model) closePending(o *mOrder) (any bool) {
	for _, p := range o.payments {
		if p.state == "PENDING" {
			m.agenda.set("close "+p.number, m.now)
			any = true
		}
	}
	return any
}

func (m *model) byNumber(number string) (*mOrder, *mPayment) {
	for _, o := range m.orders {
		for _, p := range o.payments {
			if p.number == number {
				return o, p
			}
		}
	}
	return nil, nil
}

func (m *model) close(t *thing, number string) {
	o, p := m.byNumber(number)
	if p.taken == 0 && m.silent {
		t.due = m.now.Add(min(second<<min(t.tried, 10), 5*minute))
		t.tried++
		return
	}
	if p.taken == 0 && p.tradePaid {
		m.capture(o, p)
	}
	m.agenda.done(t)
	if p.state == "PENDING" {
		p.state = "EXPIRED"
	}
	if o.is(order.PendingPayment) && !m.now.Before(o.payBy.Add(30*second)) {
		m.agenda.set("unpaid "+o.id, m.now)
	}
}

// cancelled ends an unpaid order, and its seat with it.
func (m *model) cancelled(o *mOrder, byClock bool) {
	for _, p := range o.payments {
		if p.state == "PENDING" {
			p.state = "EXPIRED"
		}
	}
	m.agenda.cancel("unpaid " + o.id)
	o.state, o.byClock, o.gone = order.Cancelled, byClock, 0
	if o.group.state == groupbuy.Pending {
		m.failed(o.group, groupbuy.Cancelled)
	}
	o.seat = released
	m.givenUp = append(m.givenUp, mRelease{o.buyer, o.c, m.now})
	m.emptied(o.group)
}

// emptied: nobody is left in a group that runs.
func (m *model) emptied(g *mGroup) {
	if taken, _ := m.counts(g); g.state == groupbuy.Open && taken == 0 {
		m.failed(g, groupbuy.Cancelled)
	}
}

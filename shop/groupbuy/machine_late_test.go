package groupbuy_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/shop/groupbuy"
)

// paysLate: the shopper pays, the provider falls silent, and the order's time passes; others may take the seat before we hear of it.
func (m *machine) paysLate(r *rapid.T) {
	m.provider.close, m.silent = true, true
	n := m.decision(r, true)
	for range 1 + below(r, 2, "looks") {
		m.tick(one(r, []time.Duration{6 * time.Minute, 16 * time.Minute, 21 * time.Minute, 70 * time.Minute, 24 * time.Hour}, "later"))
		m.worked()
	}
	switch below(r, 3, "meanwhile") {
	case 0:
		m.crowds(r)
	case 1:
		m.joins(r)
	}
	if n != nil && below(r, 2, "heard") == 0 {
		m.hear(*n)
		m.crowds(r)
	}
	m.provider.close = below(r, 2, "still silent") == 0
	m.silent = m.provider.close
}

// crowds: who may joins a group, and pays at once.
func (m *machine) crowds(r *rapid.T) {
	for range 2 + below(r, 4, "more") {
		before := len(m.orders)
		m.joins(r)
		if len(m.orders) > before && len(m.orders[before].payments) > 0 {
			if n := m.decisionOn(m.orders[before].payment(), true); n != nil {
				m.hear(*n)
			}
		}
	}
}

// lastMinute: somebody joins when a group's time is nearly up, and pays; we hear of it, if at all, when the group has ended.
func (m *machine) lastMinute(r *rapid.T) {
	var g *mGroup
	for _, c := range m.campaigns {
		for _, any := range c.groups {
			if taken, _ := m.counts(any); any.state == groupbuy.Open && taken < c.capacity {
				g = any
			}
		}
	}
	if g == nil {
		m.joins(r)
		return
	}
	m.tick(max(g.expires.Add(-2*time.Minute).Sub(m.now), 0))
	before := len(m.orders)
	m.places(r, g.c, g)
	if len(m.orders) == before {
		return
	}
	n := m.decisionOn(m.orders[before].payment(), true)
	if g.c.mayComplete && below(r, 2, "complete") == 0 && g.state == groupbuy.Open {
		_, err := m.Groups.Complete(background, g.id)
		if _, n := m.counts(g); !m.refused("complete the group", err, map[bool]string{n == 0: "GROUP_CLOSED"}[true]) {
			m.completed(g, groupbuy.ByMerchant, nil)
		}
	}
	m.tick(2*time.Minute + one(r, []time.Duration{0, time.Second, time.Minute, 6 * time.Minute}, "after"))
	m.worked()
	if n != nil && below(r, 3, "heard") > 0 {
		m.hear(*n)
		m.crowds(r)
	}
}

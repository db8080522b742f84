package groupbuy_test

import (
	"slices"

	"pgregory.net/rapid"
)

// below draws a number below n, each as likely: what rapid draws is mostly small, and would hardly get anywhere.
func below(r *rapid.T, n int, what string) int {
	return rapid.Custom(func(r *rapid.T) int {
		v := 0
		for range 10 {
			if v *= 2; rapid.Bool().Draw(r, "bit") {
				v++
			}
		}
		return v % n
	}).Draw(r, what)
}

// one draws one of some, each as likely.
func one[T any](r *rapid.T, some []T, what string) T { return some[below(r, len(some), what)] }

// action is something that may happen, and how often of all.
type action struct {
	name string
	do   func(*rapid.T)
	have func() bool
	part int
}

// actions are what may happen.
func (m *machine) actions() []action {
	any := func() bool { return true }
	orders, notices := func() bool { return len(m.orders) > 0 }, func() bool { return len(m.notices) > 0 }
	return []action{
		{"open", m.opens, any, 6},
		{"join", m.joins, orders, 14},
		{"decide", m.decides, orders, 6},
		{"pay", m.payNow, orders, 14},
		{"notice", m.notice, notices, 8},
		{"pay late", m.paysLate, orders, 4},
		{"last minute", m.lastMinute, orders, 5},
		{"crowd", m.crowds, orders, 4},
		{"pay again", m.pays, orders, 2},
		{"cancel", m.cancels, orders, 3},
		{"clock", m.moveClock, orders, 6},
		{"clock to an end", m.towardsEnd, orders, 9},
		{"work", m.works, orders, 9},
		{"ask back", m.asks, orders, 6},
		{"decide refund", m.decidesRefund, m.anybodyAsked, 5},
		{"refund notice", m.refundNotice, m.anybodyAsked, 2},
		{"ship", m.ships, orders, 3},
		{"deliver", m.delivers, orders, 3},
		{"complete", m.completesOrder, orders, 2},
		{"complete group", m.completes, orders, 3},
		{"end campaign", m.ends, orders, 1},
		{"take down", m.takeDown, orders, 1},
		{"trouble", m.trouble, orders, 3},
	}
}

// step does one of them. What there is nothing for yet opens a group instead.
func (m *machine) step(r *rapid.T) {
	var parts []action
	for _, a := range m.actions() {
		for range a.part {
			parts = append(parts, a)
		}
	}
	if m.hidden && below(r, 4, "put back") == 0 {
		m.takeDown(r)
	}
	a := one(r, parts, "action")
	r.Log(a.name)
	if !a.have() {
		a.do = m.opens
	}
	a.do(r)
}

// anybodyAsked reports whether somebody has asked for money back.
func (m *machine) anybodyAsked() bool {
	return slices.ContainsFunc(m.orders, func(o *mOrder) bool {
		return slices.ContainsFunc(o.refunds, func(r *mRefund) bool { return r.id != "" })
	})
}

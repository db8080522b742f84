package groupbuy_test

import (
	"slices"
	"time"

	"github.com/kaituan/kaituan/shop/order"
)

// asked is the code that a request for money back is refused with.
func (m *model) asked(o *mOrder, amount int64, units int) string {
	too := amount > o.left() || units > o.quantity-o.back || amount == 0 && units == 0 && o.back == o.quantity
	late := o.is(order.Completed) && !m.now.Before(o.completedAt.Add(7*24*time.Hour))
	switch {
	case o.is(order.AwaitingGroup) && too:
		return "REFUND_EXCEEDS_PAID"
	case o.is(order.AwaitingGroup) && (amount > 0 || units > 0 && units < o.quantity):
		return "REFUND_STATE"
	case o.is(order.AwaitingGroup):
		return ""
	case late:
		return "REFUND_STATE"
	case !o.is(order.Paid, order.Shipped, order.Delivered, order.Completed):
		if slices.ContainsFunc(o.refunds, func(r *mRefund) bool { return r.kind == order.RefundGroupEnded }) {
			return "" // it is being refunded already
		}
		return "REFUND_STATE"
	case too:
		return "REFUND_EXCEEDS_PAID"
	}
	return ""
}

// request is one that was not refused.
func (m *model) request(o *mOrder, id string, amount int64, units int) {
	if o.is(order.AwaitingGroup) {
		if o.seat == paid {
			m.leave(o, id)
			return
		}
		if m.decided(o); !o.is(order.Paid) {
			return
		}
	}
	if o.is(order.Refunding, order.Refunded) {
		return
	}
	if o.is(order.Delivered) {
		o.rested += m.now.Sub(o.arrived)
	}
	o.resume, o.state = o.state, order.Refunding
	o.refunds = append(o.refunds, o.plan(id, amount, units))
}

// plan is what a request comes to: units bring their part of the money, the last ones what is left.
func (o *mOrder) plan(id string, amount int64, units int) *mRefund {
	r := &mRefund{id: id, kind: order.RefundOnRequest, state: order.RefundRequested, amount: amount, units: units}
	if amount > 0 {
		return r
	}
	if remaining := o.quantity - o.back; units == 0 || units == remaining {
		r.units, r.whole, r.amount = remaining, true, o.left()
		return r
	}
	r.amount = min((o.total-o.rebated)*int64(units)/int64(o.quantity), o.total-o.spent, o.left())
	return r
}

// leave takes a paid seat out of a group that runs.
func (m *model) leave(o *mOrder, id string) {
	o.seat, o.state, o.resume, o.gone = returning, order.Refunding, order.AwaitingGroup, 0
	if o.leader {
		o.group.leaderless = true
	}
	r := &mRefund{id: id, kind: order.RefundOnRequest, state: order.RefundApproved, amount: o.left(), units: o.quantity, whole: true, fromGroup: true}
	o.refunds = append(o.refunds, r)
	if p := o.payment(); p != nil {
		p.back += r.amount
	}
	m.emptied(o.group)
}

// decide answers a request, and returns the code that it is refused with.
func (m *model) decide(o *mOrder, r *mRefund, approve, restock bool) string {
	switch {
	case r.state == order.RefundRequested && approve:
		m.approve(o, r, restock)
	case r.state == order.RefundRequested:
		r.state = order.RefundRejected
		m.resume(o)
	case approve != (r.state != order.RefundRejected):
		return "REFUND_STATE"
	}
	return ""
}

func (m *model) approve(o *mOrder, r *mRefund, restock bool) {
	r.state = order.RefundApproved
	o.back += r.units
	o.sold -= r.units
	o.spent += r.amount
	if p := o.payment(); p != nil {
		p.back += r.amount
	}
	if restock || o.resume == order.Paid {
		o.gone -= r.units
	}
	if r.whole {
		o.seat = returning
		o.group.leaderless = o.group.leaderless || o.leader
	}
}

func (m *model) resume(o *mOrder) {
	if o.state = o.resume; o.is(order.Delivered) {
		o.arrived = m.now
		o.completeDue = m.now.Add(max(7*24*time.Hour-o.rested, 0))
	}
}

// settled is money that has arrived.
func (m *model) settled(o *mOrder, r *mRefund) {
	r.state = order.RefundSettled
	if r.kind != order.RefundOnRequest && r.kind != order.RefundGroupEnded {
		return
	}
	if !r.whole {
		m.resume(o)
		return
	}
	o.state, o.seat = order.Refunded, returned
}

// completeAll is what workers do to orders whose seven days have passed.
func (m *model) completeAll() {
	for _, o := range m.orders {
		if o.is(order.Delivered) && !m.now.Before(o.completeDue) {
			m.complete(o)
		}
	}
}

func (m *model) complete(o *mOrder) string {
	switch {
	case o.is(order.Shipped, order.Delivered):
		o.state, o.completedAt = order.Completed, m.now
	case !o.is(order.Completed):
		return "ORDER_STATE"
	}
	return ""
}

func (m *model) ship(o *mOrder, parcel string) string {
	switch {
	case o.parcels[parcel]:
	case o.is(order.Paid, order.Shipped):
		o.state = order.Shipped
		o.parcels[parcel] = true
	default:
		return "ORDER_STATE"
	}
	return ""
}

func (m *model) deliver(o *mOrder) string {
	switch {
	case o.is(order.Shipped):
		o.state, o.arrived, o.rested = order.Delivered, m.now, 0
		o.completeDue = m.now.Add(7 * 24 * time.Hour)
	case !o.is(order.Delivered):
		return "ORDER_STATE"
	}
	return ""
}

// rebate is money beside the order.
func (m *model) rebate(o *mOrder, kind order.RefundKind, amount int64) {
	if amount > 0 && o.captured() {
		o.rebated += amount
		o.spent += amount
		m.giveBack(o, kind, amount)
	}
}

// giveBack is a refund that nobody has to approve.
func (m *model) giveBack(o *mOrder, kind order.RefundKind, amount int64) {
	r := &mRefund{kind: kind, state: order.RefundApproved, amount: amount}
	if kind == order.RefundGroupEnded {
		r.whole, r.units, r.fromGroup = true, o.quantity, true
	}
	o.refunds = append(o.refunds, r)
	if p := o.payment(); p != nil {
		p.back += amount
	}
}

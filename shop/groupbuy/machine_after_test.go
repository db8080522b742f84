package groupbuy_test

import (
	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func (m *machine) asks(r *rapid.T) {
	m.tick(0)
	o := m.anyOrder(r, order.AwaitingGroup, order.Paid, order.Shipped, order.Delivered, order.Completed)
	in := order.RefundInput{IdempotencyKey: shoptest.NewKey(), OrderID: o.id, Reason: "不喜欢"}
	var amount int64
	units := 0
	switch below(r, 4, "of") {
	case 0:
		amount = 1 + int64(below(r, 1024, "amount"))*o.total/1024
		in.Amount = new(money.Decimal(money.Format(amount, "CNY")))
	case 1:
		units = 1 + below(r, o.quantity, "units")
		in.Lines = []order.RefundLineInput{{LineID: m.real[o].Lines[0].ID, Quantity: units}}
	}
	foreseen := m.asked(o, amount, units)
	id, err := m.Orders.RequestRefund(background, order.Requester{ShopperID: o.buyer}, in)
	if !m.refused("ask back", err, foreseen) {
		m.request(o, id, amount, units)
	}
}

// anyRefund draws a request, usually one that waits.
func (m *machine) anyRefund(r *rapid.T) (o *mOrder, refund *mRefund) {
	type pair struct {
		o *mOrder
		r *mRefund
	}
	var all, waiting []pair
	for _, o := range m.orders {
		for _, r := range o.refunds {
			if r.id == "" {
				continue
			}
			if all = append(all, pair{o, r}); r.state == order.RefundRequested {
				waiting = append(waiting, pair{o, r})
			}
		}
	}
	if len(waiting) > 0 && below(r, 8, "any") > 0 {
		all = waiting
	}
	p := one(r, all, "refund")
	return p.o, p.r
}

func (m *machine) decidesRefund(r *rapid.T) {
	m.tick(0)
	o, refund := m.anyRefund(r)
	approve, restock := below(r, 4, "approve") > 0, rapid.Bool().Draw(r, "restock")
	err := m.Orders.DecideRefund(background, refund.id, approve, restock, "")
	m.refused("decide a refund", err, m.decide(o, refund, approve, restock))
}

// refundNotice tells, or tells again, of a refund that the provider knows.
func (m *machine) refundNotice(r *rapid.T) {
	m.tick(0)
	_, refund := m.anyRefund(r)
	result, err := m.Sandbox.QueryRefund(background, refund.id[len("rfd_"):])
	if err == nil {
		m.Must(m.Orders.OnNotice(background, m.provider, payment.Notice{Refund: &result}))
	}
}

func (m *machine) ships(r *rapid.T) {
	m.tick(0)
	o, parcel := m.anyOrder(r, order.Paid), one(r, []string{"SF1", "SF2"}, "parcel")
	_, err := m.Orders.Ship(background, o.id, "顺丰", parcel)
	m.refused("ship", err, m.ship(o, parcel))
}

func (m *machine) delivers(r *rapid.T) {
	m.tick(0)
	o := m.anyOrder(r, order.Shipped)
	_, err := m.Orders.Deliver(background, o.id)
	m.refused("deliver", err, m.deliver(o))
}

func (m *machine) completesOrder(r *rapid.T) {
	m.tick(0)
	o := m.anyOrder(r, order.Shipped, order.Delivered)
	_, err := m.Orders.Complete(background, o.buyer, o.id)
	m.refused("complete", err, m.complete(o))
}

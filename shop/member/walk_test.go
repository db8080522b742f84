package member_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// person is what one person must have.
type person struct {
	id                   string
	points               int64
	unpaid, paid, others []string // orders with 10 points each, and those of seats or given back
	extras, seats        int
}

// walkers are three accounts and whose each is; of those that become one the first stays.
type walkers struct {
	*mall
	group string
	names []string
	own   []string // the accounts' ids
	is    []*person
}

// Three accounts earn, spend, claim, order, pay, give back, join, sign in and become one another, in any order; a simple model knows what each person has.
// KAITUAN_STEPS is how many steps, 400 unless set, with three fresh accounts each 40.
func TestAWalkOfThreeAccounts(t *testing.T) {
	m := openMall(t)
	const each = 40
	for round := range shoptest.Steps(t, 400) / each {
		w := &walkers{mall: m}
		_, w.group = m.leads(m.Shopper(fmt.Sprintf("owl%d", round)), m.campaign)
		for _, name := range []string{"a", "b", "c"} {
			w.names = append(w.names, fmt.Sprintf("%s%d", name, round))
			who := m.Shopper(w.names[len(w.own)])
			w.own, w.is = append(w.own, who.ShopperID), append(w.is, &person{id: who.ShopperID})
			m.Clock.Advance(time.Microsecond)
		}
		for range each {
			w.step(shoptest.Draw(3))
			for _, p := range w.is {
				w.compare(p)
			}
		}
		m.Must(m.Broken())
	}
}

func (w *walkers) step(i int) {
	ctx, p := context.Background(), w.is[i]
	buyer := order.Buyer{ShopperID: p.id, Channel: douyin, ClientIP: "203.0.113.7"}
	switch shoptest.Draw(16) {
	case 0, 1, 2:
		_, err := tillEarns(w.Shop, w.own[i], 25)
		w.Must(err)
		p.points += 25
	case 3, 4:
		if w.may(tillRedeems(w.Shop, w.own[i], 15), p.points >= 15, points.ErrInsufficientPoints) {
			p.points -= 15
		}
	case 5:
		_, err := w.Coupons.Claim(ctx, p.id, w.extra.ID)
		if w.may(err, p.extras == 0, coupon.ErrLimit) {
			p.extras++
		}
	case 6, 7, 8:
		o, err := w.Orders.Place(ctx, buyer, w.spending())
		if w.may(err, p.points >= 10 && len(p.unpaid) < 5, points.ErrInsufficientPoints, order.ErrUnpaidLimit) {
			p.points, p.unpaid = p.points-10, append(p.unpaid, o.ID)
		}
	case 9, 10:
		if id := pick(&p.unpaid); id != "" {
			_, err := w.Orders.SandboxPay(ctx, p.id, w.Now(&order.Order{ID: id}).Payment.ID, true)
			w.Must(err)
			p.paid = append(p.paid, id)
		}
	case 11, 12:
		if id := pick(&p.paid); id != "" {
			refund, err := w.Orders.RequestRefund(ctx, order.Requester{ShopperID: p.id}, order.RefundInput{IdempotencyKey: shoptest.NewKey(), OrderID: id, Reason: "不想要了"})
			w.Must(err)
			w.Must(w.Orders.DecideRefund(ctx, refund, true, false, ""))
			p.points, p.others = p.points+10, append(p.others, id)
		}
	case 13:
		o, err := w.Orders.Place(ctx, buyer, w.joining(w.group))
		if w.may(err, p.seats == 0 && len(p.unpaid) < 5, groupbuy.ErrAlreadyMember, order.ErrUnpaidLimit) {
			w.Pay(o)
			p.seats, p.others = 1, append(p.others, o.ID)
		}
	case 14:
		session, err := w.Identity.SessionCreate(ctx, demo(w.names[i]))
		w.Must(err)
		if session.ShopperID != p.id {
			w.TB.Fatalf("%s signs %s in, want %s", w.names[i], session.ShopperID, p.id)
		}
	default:
		if shoptest.Draw(3) == 0 {
			w.link(i, shoptest.Draw(3))
		}
	}
}

// may fails the test unless something went as it had to; when it had to be refused, for one of the reasons.
func (w *walkers) may(err error, allowed bool, reasons ...*fault.Error) bool {
	w.TB.Helper()
	refused := fault.Of(err)
	if allowed != (err == nil) || err != nil && (refused == nil || !slices.ContainsFunc(reasons, func(r *fault.Error) bool { return refused.Is(r) })) {
		w.TB.Fatalf("got %v, allowed %t", err, allowed)
	}
	return err == nil
}

// pick takes one of a list out, "" when it is empty.
func pick(list *[]string) string {
	if len(*list) == 0 {
		return ""
	}
	n := shoptest.Draw(len(*list))
	id := (*list)[n]
	*list = slices.Delete(*list, n, n+1)
	return id
}

func (w *walkers) link(i, j int) {
	into, from := w.is[i], w.is[j]
	got, merged, err := links(w.Shop, into.id, w.names[j])
	w.Must(err)
	if slices.Index(w.own, from.id) < slices.Index(w.own, into.id) {
		into, from = from, into
	}
	if got != into.id || merged != (into != from) {
		w.TB.Fatalf("linked to %s, merged %t; want %s of %s and %s", got, merged, into.id, w.is[i].id, w.is[j].id)
	}
	if into == from {
		return
	}
	into.points, into.extras, into.seats = into.points+from.points, into.extras+from.extras, into.seats+from.seats
	into.unpaid, into.paid, into.others = append(into.unpaid, from.unpaid...), append(into.paid, from.paid...), append(into.others, from.others...)
	for n, p := range w.is {
		if p == from {
			w.is[n] = into
		}
	}
}

func (w *walkers) compare(p *person) {
	w.TB.Helper()
	has(w.Shop, p.id, p.points, 10*int64(len(p.unpaid)))
	listed, err := w.Orders.List(context.Background(), order.ListArgs{Args: page.Args{First: 100}, ShopperID: p.id})
	w.Must(err)
	got, want := ids(listed.Orders, func(o *order.Order) string { return o.ID }), slices.Concat(p.unpaid, p.paid, p.others)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.TB.Fatalf("%s has orders %v, want %v", p.id, got, want)
	}
}

package order_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// paidFor places and pays an order of three teas at 3.33 and one pot at 10.00, 8.00 shipping.
func paidFor(s *shop, buyer order.Buyer) (o *order.Order, tea, pot string) {
	s.tb.Helper()
	tea, pot = s.goods("tea", "3.33", 10), s.goods("pot", "10.00", 10)
	return s.pay(s.place(buyer, want("27.99", line(tea, 3), line(pot, 1)))), tea, pot
}

func withShipping(w *setup) { w.shipping = order.Shipping{Flat: 800} }

func units(o *order.Order, at, quantity int) order.RefundLineInput {
	return order.RefundLineInput{LineID: o.Lines[at].ID, Quantity: quantity}
}

func TestUnitsGoBackToTheFen(t *testing.T) {
	s := open(t, withShipping)
	o, tea, pot := paidFor(s, s.shopper("buyer"))
	for _, step := range []struct {
		lines []order.RefundLineInput
		sum   int64
		state order.State
	}{
		{[]order.RefundLineInput{units(o, 0, 1)}, 333, order.Paid},
		{[]order.RefundLineInput{units(o, 0, 2)}, 999, order.Paid},
		{[]order.RefundLineInput{units(o, 1, 1)}, 2799, order.Refunded}, // the last of all takes the shipping
	} {
		s.approve(s.request(o, step.lines))
		s.is(o, step.state)
		s.refunded(o.Payment.ID, 2799, step.sum)
	}
	s.stock(tea, 10, 0, 0, 0)
	s.stock(pot, 10, 0, 0, 0)
	if p := s.now(o).Payment; p.State != "REFUNDED" {
		t.Errorf("the payment is %s", p.State)
	}
}

func TestAnAmountGoesBackAndEndsNothing(t *testing.T) {
	s := open(t, withShipping)
	o, tea, _ := paidFor(s, s.shopper("buyer"))
	s.approve(s.requestAmount(o, "27.00")) // more than the goods cost: the rest is of the shipping
	fresh := s.is(o, order.Paid)
	if fresh.Lines[0].Refunded.Minor != 999 || fresh.Lines[1].Refunded.Minor != 1000 || fresh.Lines[0].Returned != 0 || fresh.Payment.State != "PARTIALLY_REFUNDED" {
		t.Errorf("the lines are %+v, the payment %s", fresh.Lines, fresh.Payment.State)
	}
	s.refunded(o.Payment.ID, 2799, 2700)
	s.stock(tea, 7, 0, 3, 0)
	_, err := s.orders.RequestRefund(t.Context(), order.Requester{ShopperID: o.ShopperID},
		order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Amount: new(money.Decimal("1.00")), Reason: "x"})
	if refusal := refuses(t, err, order.ErrRefundExceeds, "input", "amount"); *refusal.Available != 99 {
		t.Errorf("%d is said to be left", *refusal.Available)
	}
	s.approve(s.requestAmount(o, "0.99"))
	s.is(o, order.Paid)
	s.approve(s.request(o, nil)) // the goods come back, for no more money
	s.is(o, order.Refunded)
	s.refunded(o.Payment.ID, 2799, 2799)
	s.stock(tea, 10, 0, 0, 0)
}

func TestRefundRefusals(t *testing.T) {
	s := open(t)
	buyer := s.shopper("buyer")
	o, _, _ := paidForFree(s, buyer)
	amount := func(a string) *money.Decimal { return new(money.Decimal(a)) }
	for _, tc := range []struct {
		name  string
		in    order.RefundInput
		want  error
		field string
	}{
		{"no reason", order.RefundInput{Reason: "  "}, fault.Blank, "input reason"},
		{"a long reason", order.RefundInput{Reason: strings.Repeat("茶", 201)}, fault.TooLong, "input reason"},
		{"lines and amount", order.RefundInput{Reason: "x", Lines: []order.RefundLineInput{units(o, 0, 1)}, Amount: amount("1.00")}, fault.Invalid, "input amount"},
		{"no lines", order.RefundInput{Reason: "x", Lines: []order.RefundLineInput{}}, fault.Blank, "input lines"},
		{"an unknown line", order.RefundInput{Reason: "x", Lines: []order.RefundLineInput{{LineID: "oln_x", Quantity: 1}}}, fault.Missing, "input lines 0 lineId"},
		{"no units", order.RefundInput{Reason: "x", Lines: []order.RefundLineInput{units(o, 0, 0)}}, fault.OutOfRange, "input lines 0 quantity"},
		{"too many units", order.RefundInput{Reason: "x", Lines: []order.RefundLineInput{units(o, 0, 4)}}, order.ErrRefundExceeds, "input lines 0 quantity"},
		{"too many units in two", order.RefundInput{Reason: "x", Lines: []order.RefundLineInput{units(o, 0, 2), units(o, 0, 2)}}, order.ErrRefundExceeds, "input lines 1 quantity"},
		{"nothing", order.RefundInput{Reason: "x", Amount: amount("0.00")}, fault.OutOfRange, "input amount"},
		{"less than nothing", order.RefundInput{Reason: "x", Amount: amount("-1.00")}, fault.OutOfRange, "input amount"},
		{"half a fen", order.RefundInput{Reason: "x", Amount: amount("0.005")}, fault.OutOfRange, "input amount"},
		{"too much", order.RefundInput{Reason: "x", Amount: amount("20.00")}, order.ErrRefundExceeds, "input amount"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.in.IdempotencyKey, tc.in.OrderID = newKey(), o.ID
			_, err := s.orders.RequestRefund(t.Context(), order.Requester{ShopperID: buyer.ShopperID}, tc.in)
			refuses(t, err, tc.want, strings.Fields(tc.field)...)
			s.is(o, order.Paid)
		})
	}
}

// paidForFree is paidFor without shipping.
func paidForFree(s *shop, buyer order.Buyer) (o *order.Order, tea, pot string) {
	s.tb.Helper()
	tea, pot = s.goods("tea", "3.33", 10), s.goods("pot", "10.00", 10)
	return s.pay(s.place(buyer, want("19.99", line(tea, 3), line(pot, 1)))), tea, pot
}

func TestARequestIsOneByItsKeyAndOneAtATime(t *testing.T) {
	s := open(t)
	o, _, _ := paidForFree(s, s.shopper("buyer"))
	who := order.Requester{ShopperID: o.ShopperID}
	in := order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Reason: strings.Repeat("茶", 200)}
	id, err := s.orders.RequestRefund(t.Context(), who, in)
	s.must(err)
	if again, err := s.orders.RequestRefund(t.Context(), who, in); err != nil || again != id {
		t.Errorf("the same request again gave %s, %v", again, err)
	}
	reused := in
	reused.Reason = "another"
	_, err = s.orders.RequestRefund(t.Context(), who, reused)
	refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
	reused.IdempotencyKey = newKey()
	_, err = s.orders.RequestRefund(t.Context(), who, reused)
	refuses(t, err, order.ErrRefundState, "input", "orderId")
	s.must(s.orders.DecideRefund(t.Context(), id, false, false, strings.Repeat("茶", 200)))
	s.is(o, order.Paid)
	s.must(s.orders.DecideRefund(t.Context(), id, false, false, "again"))
	refuses(t, s.orders.DecideRefund(t.Context(), id, true, false, ""), order.ErrRefundState, "input", "refundId")
	refuses(t, s.orders.DecideRefund(t.Context(), "rfd_x", true, false, ""), fault.Missing, "input", "refundId")
	second := s.request(o, nil)
	s.approve(second)
	s.must(s.orders.DecideRefund(t.Context(), second, true, false, "again"))
	refuses(t, s.orders.DecideRefund(t.Context(), second, false, false, ""), order.ErrRefundState, "input", "refundId")
	_, err = s.orders.RequestRefund(t.Context(), who, order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Reason: "x"})
	refuses(t, err, order.ErrRefundState, "input", "orderId")
}

func TestWhatWasShippedIsRestockedOrWrittenOff(t *testing.T) {
	for name, restock := range map[string]bool{"restocked": true, "written off": false} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			o, tea, _ := paidForFree(s, s.shopper("buyer"))
			_, err := s.orders.Ship(t.Context(), o.ID, "顺丰", "SF1")
			s.must(err)
			id := s.request(o, []order.RefundLineInput{units(o, 0, 2)})
			s.must(s.orders.DecideRefund(t.Context(), id, true, restock, ""))
			s.work()
			s.is(o, order.Shipped)
			if restock {
				s.stock(tea, 9, 0, 1, 0)
			} else {
				s.stock(tea, 7, 0, 1, 2)
			}
		})
	}
}

func TestRefundingGoesBackToWhereItCameFrom(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	o, _, _ := paidForFree(s, s.shopper("buyer"))
	back := func(state order.State) {
		t.Helper()
		id := s.request(o, []order.RefundLineInput{units(o, 0, 1)})
		if fresh := s.is(o, order.Refunding); fresh.Refunds[len(fresh.Refunds)-1].State != order.RefundRequested {
			t.Errorf("the refund is %s", fresh.Refunds[len(fresh.Refunds)-1].State)
		}
		_, err := s.orders.Ship(ctx, o.ID, "顺丰", "SF2")
		refuses(t, err, order.ErrState, "input", "orderId")
		_, err = s.orders.Complete(ctx, o.ShopperID, o.ID)
		refuses(t, err, order.ErrState, "input", "orderId")
		s.must(s.orders.DecideRefund(ctx, id, false, false, ""))
		s.is(o, state)
	}
	back(order.Paid)
	_, err := s.orders.Ship(ctx, o.ID, "顺丰", "SF1")
	s.must(err)
	back(order.Shipped)
	_, err = s.orders.Deliver(ctx, o.ID)
	s.must(err)
	back(order.Delivered)
	_, err = s.orders.Complete(ctx, o.ShopperID, o.ID)
	s.must(err)
	back(order.Completed)
	s.after(7*24*time.Hour - time.Microsecond)
	back(order.Completed)
	s.after(time.Microsecond)
	_, err = s.orders.RequestRefund(ctx, order.Requester{ShopperID: o.ShopperID}, order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Reason: "x"})
	refuses(t, err, order.ErrRefundState, "input", "orderId")
	s.is(o, order.Completed)
}

func TestTheSevenDaysStopForEveryRefund(t *testing.T) {
	s := open(t)
	ctx, day := t.Context(), 24*time.Hour
	o, _, _ := paidForFree(s, s.shopper("buyer"))
	_, err := s.orders.Ship(ctx, o.ID, "顺丰", "SF1")
	s.must(err)
	_, err = s.orders.Deliver(ctx, o.ID)
	s.must(err)
	for range 2 { // delivered for three days, refunding for nine, twice
		s.after(3 * day)
		id := s.request(o, []order.RefundLineInput{units(o, 0, 1)})
		s.after(9 * day)
		s.is(o, order.Refunding)
		s.must(s.orders.DecideRefund(ctx, id, false, false, ""))
		s.is(o, order.Delivered)
	}
	s.after(day - time.Microsecond)
	s.is(o, order.Delivered)
	s.after(time.Microsecond)
	s.is(o, order.Completed)
}

func TestARefundArrivesOnceWhateverTheProviderDoes(t *testing.T) {
	for _, tc := range []struct {
		name   string
		faults sandbox.Faults
		// failed: the shopper sees that the provider said no.
		failed bool
	}{
		{"honest", sandbox.Faults{}, false},
		{"calls that are lost", sandbox.Faults{RefundsLost: 3}, false},
		{"answers that are lost", sandbox.Faults{RefundsUnanswered: 1}, false},
		{"lost, then unanswered", sandbox.Faults{RefundsLost: 2, RefundsUnanswered: 1}, false},
		{"refused, then taken", sandbox.Faults{RefundsRefused: 3}, true},
		{"slow", sandbox.Faults{RefundDelay: 20 * time.Minute}, false},
		{"everything", sandbox.Faults{RefundsLost: 2, RefundsUnanswered: 1, RefundsRefused: 1, RefundDelay: time.Hour}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := open(t)
			o, _, _ := paidForFree(s, s.shopper("buyer"))
			s.sandbox.SetFaults(tc.faults)
			id := s.request(o, nil)
			s.must(s.orders.DecideRefund(t.Context(), id, true, false, ""))
			failed := false
			for range 45 {
				s.after(2 * time.Minute)
				s.must(s.broken())
				r, err := s.orders.Refund(t.Context(), id)
				s.must(err)
				failed = failed || r.State == order.RefundFailed
			}
			s.is(o, order.Refunded)
			s.refunded(o.Payment.ID, 1999, 1999)
			if failed != tc.failed {
				t.Errorf("was FAILED in between: %v, want %v", failed, tc.failed)
			}
			if n := s.count("SELECT COUNT(*) FROM facts WHERE topic = 'RefundSettled'"); n != 1 {
				t.Errorf("%d facts say that it has arrived", n)
			}
		})
	}
}

func TestARefundNoticeSettlesAtOnceAndOnce(t *testing.T) {
	s := open(t)
	o, _, _ := paidForFree(s, s.shopper("buyer"))
	s.sandbox.SetFaults(sandbox.Faults{RefundDelay: time.Minute})
	id := s.request(o, nil)
	s.approve(id)
	s.is(o, order.Refunding)
	s.clock.Advance(time.Minute)
	notice := s.refundNotice(id)
	together(10, func(i int) {
		if i < 8 {
			s.notify(o, notice)
			return
		}
		if _, err := s.runner.Once(t.Context()); err != nil {
			t.Error(err)
		}
	})
	s.is(o, order.Refunded)
	s.refunded(o.Payment.ID, 1999, 1999)
	s.work()
	if n := s.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'refund.send'"); n != 0 {
		t.Errorf("%d work rows are left", n)
	}
}

package order_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/order"
)

func TestACouponsWayThroughAnOrder(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 50)
	c := s.claims(buyer, "33.33%")
	in := func() *order.PlaceInput { return with(want("13.27", line(tea, 1)), c) } // 6.63 of 6.633 off
	byShopper := s.place(buyer, in())
	s.coupon(c, coupon.Reserved, byShopper)
	_, err := s.orders.Cancel(t.Context(), buyer.ShopperID, byShopper.ID, "")
	s.must(err)
	s.coupon(c, coupon.Usable, nil)
	byClock := s.place(buyer, in())
	s.after(16 * time.Minute)
	s.is(byClock, order.Cancelled)
	s.coupon(c, coupon.Usable, nil)
	o := s.place(buyer, in())
	s.pay(o)
	s.coupon(c, coupon.Used, o)
	s.approve(s.requestAmount(o, "13.27")) // money alone ends nothing
	s.coupon(c, coupon.Used, o)
	refund := s.request(o, nil)
	s.coupon(c, coupon.Used, o)
	s.approve(refund)
	s.is(o, order.Refunded)
	s.coupon(c, coupon.Usable, nil)
	s.coupon(c, coupon.Used, s.pay(s.place(buyer, in())))
}

func TestACouponMayPayForEverything(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "4.00", 5)
	c := s.claims(buyer, "5.00")
	o := s.is(s.place(buyer, with(want("0.00", line(tea, 1)), c)), order.Paid)
	s.coupon(c, coupon.Used, o)
	s.approve(s.request(o, nil))
	s.is(o, order.Refunded)
	s.coupon(c, coupon.Usable, nil)
}

func TestACouponComesBackWithTheLastPart(t *testing.T) {
	s := open(t)
	buyer, a, b := s.shopper("buyer"), s.goods("a", "10.00", 5), s.goods("b", "20.00", 5)
	c := s.claims(buyer, "1.00")
	o := s.pay(s.place(buyer, with(want("39.00", line(a, 2), line(b, 1)), c)))
	for i, part := range [][]order.RefundLineInput{{{LineID: o.Lines[0].ID, Quantity: 1}}, {{LineID: o.Lines[1].ID, Quantity: 1}}, nil} {
		s.coupon(c, coupon.Used, o)
		s.approve(s.request(o, part))
		if i < 2 {
			s.is(o, order.Paid)
		}
	}
	s.is(o, order.Refunded)
	s.refunded(o.Payment.ID, 3900, 3900)
	s.coupon(c, coupon.Usable, nil)
}

// Reserved, a coupon outlives its date until its order ends, one way or the other.
func TestAReservedCouponsDateDoesNotCount(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 50)
	tomorrow := func(d *coupon.Draft) { d.ValidDays = 1 }
	paid, unpaid := s.claims(buyer, "5.00", tomorrow), s.claims(buyer, "5.00", tomorrow)
	s.clock.Advance(36*time.Hour - time.Minute)
	one, two := s.place(buyer, with(want("14.90", line(tea, 1)), paid)), s.place(buyer, with(want("14.90", line(tea, 1)), unpaid))
	s.clock.Advance(2 * time.Minute)
	s.coupon(unpaid, coupon.Reserved, two)
	s.pay(one)
	s.coupon(paid, coupon.Used, one)
	_, err := s.orders.Cancel(t.Context(), buyer.ShopperID, two.ID, "")
	s.must(err)
	s.coupon(unpaid, coupon.Expired, nil)
	s.approve(s.request(one, nil))
	s.coupon(paid, coupon.Expired, nil)
}

func TestALateOrderTakesItsCouponAgain(t *testing.T) {
	for _, tc := range []struct {
		name string
		// meanwhile is what becomes of the coupon before the payment is heard of.
		meanwhile func(s *shop, c *coupon.Coupon, again func() *order.Order)
		revives   bool
		state     coupon.State
	}{
		{"nothing", func(*shop, *coupon.Coupon, func() *order.Order) {}, true, coupon.Used},
		{"it serves another order", func(_ *shop, _ *coupon.Coupon, again func() *order.Order) { again() }, false, coupon.Reserved},
		{"it was used", func(s *shop, _ *coupon.Coupon, again func() *order.Order) { s.pay(again()) }, false, coupon.Used},
		{"it was reserved and came back", func(s *shop, _ *coupon.Coupon, again func() *order.Order) {
			o := again()
			_, err := s.orders.Cancel(context.Background(), o.ShopperID, o.ID, "")
			s.must(err)
		}, true, coupon.Used},
		{"its date has passed", func(s *shop, _ *coupon.Coupon, _ func() *order.Order) { s.clock.Advance(8 * 24 * time.Hour) }, false, coupon.Expired},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, provider := openSilent(t)
			buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
			c := s.claims(buyer, "5.00")
			o, notice := s.clockCancels(provider, s.place(buyer, with(want("14.90", line(tea, 1)), c)))
			s.coupon(c, coupon.Usable, nil)
			provider.close = false
			var other *order.Order
			tc.meanwhile(s, c, func() *order.Order {
				other = s.place(buyer, with(want("14.90", line(tea, 1)), c))
				return other
			})
			s.notify(o, notice)
			s.work()
			if tc.revives {
				s.coupon(c, tc.state, s.is(o, order.Paid))
				s.refunded(o.Payment.ID, 1490, 0)
				return
			}
			s.coupon(c, tc.state, other)
			s.is(o, order.Cancelled)
			s.refunded(o.Payment.ID, 1490, 1490)
		})
	}
}

// An activity whose price takes coupons gives them back with its seats.
func TestALostSeatGivesItsCouponBack(t *testing.T) {
	s, c, buyer := withClub(t, 50)
	c.seats, c.coupons = 50, true
	in := func(of *coupon.Coupon) *order.PlaceInput { return with(joining("12.00"), of) } // 15.00 less 20%
	c.outcome = order.AwaitingGroup
	leaves, lost := s.claims(buyer, "20%"), s.claims(buyer, "20%")
	one := s.pay(s.place(buyer, in(leaves)))
	s.coupon(leaves, coupon.Used, s.is(one, order.AwaitingGroup))
	s.request(one, nil) // granted at once
	s.coupon(leaves, coupon.Usable, nil)
	c.outcome = order.Refunding
	two := s.pay(s.place(buyer, in(lost)))
	s.coupon(lost, coupon.Usable, nil)
	s.work()
	s.is(one, order.Refunded)
	s.is(two, order.Refunded)
	s.refunded(two.Payment.ID, 1200, 1200)
}

func TestOneCouponForTwoOrders(t *testing.T) {
	s := open(t)
	tea := s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(round int) {
		buyer := s.shopper(fmt.Sprint("buyer", round))
		c := s.claims(buyer, "5.00")
		placed, errs := make([]*order.Order, 8), make([]error, 8)
		together(len(errs), func(i int) {
			placed[i], errs[i] = s.orders.Place(context.Background(), buyer, with(want("14.90", line(tea, 1)), c))
		})
		var winner *order.Order
		for i, err := range errs {
			if err != nil {
				refuses(t, err, coupon.ErrNotApplicable, "input", "checkout", "couponIds", "0")
			} else if winner == nil {
				winner = placed[i]
			} else {
				t.Fatal("two orders have the coupon")
			}
		}
		s.coupon(c, coupon.Reserved, winner)
		s.coupon(c, coupon.Used, s.pay(winner))
	})
}

// The shopper cancels and orders again while the payment of the first order comes in.
func TestACouponWhoseOrderIsPaidAndCancelledAtOnce(t *testing.T) {
	s := open(t)
	tea := s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(round int) {
		buyer := s.shopper(fmt.Sprint("buyer", round))
		c := s.claims(buyer, "5.00")
		o := s.place(buyer, with(want("14.90", line(tea, 1)), c))
		notice := s.decide(o, true)
		var cancelled, ordered error
		var again *order.Order
		together(3, func(i int) {
			stagger()
			switch i {
			case 0:
				s.notify(o, notice)
			case 1:
				_, cancelled = s.orders.Cancel(context.Background(), buyer.ShopperID, o.ID, "")
			case 2:
				again, ordered = s.orders.Place(context.Background(), buyer, with(want("14.90", line(tea, 1)), c))
			}
		})
		s.work()
		switch {
		case cancelled != nil:
			refuses(t, cancelled, order.ErrState, "input", "orderId")
			refuses(t, ordered, coupon.ErrNotApplicable, "input", "checkout", "couponIds", "0")
			s.coupon(c, coupon.Used, s.is(o, order.Paid))
		case ordered == nil:
			s.is(o, order.Cancelled)
			s.coupon(c, coupon.Reserved, again)
		default:
			s.is(o, order.Cancelled)
			s.coupon(c, coupon.Usable, nil)
		}
	})
}

// A late payment revives its order while the shopper uses its coupon elsewhere: one of the two has it.
func TestARevivalMeetsAnotherOrderForItsCoupon(t *testing.T) {
	s, provider := openSilent(t)
	tea := s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(round int) {
		buyer := s.shopper(fmt.Sprint("buyer", round))
		c := s.claims(buyer, "5.00")
		o, notice := s.clockCancels(provider, s.place(buyer, with(want("14.90", line(tea, 1)), c)))
		provider.close = false
		var err error
		var other *order.Order
		together(2, func(i int) {
			stagger()
			if i == 0 {
				s.notify(o, notice)
				return
			}
			other, err = s.orders.Place(context.Background(), buyer, with(want("14.90", line(tea, 1)), c))
		})
		s.work()
		if err != nil {
			refuses(t, err, coupon.ErrNotApplicable, "input", "checkout", "couponIds", "0")
			s.coupon(c, coupon.Used, s.is(o, order.Paid))
			return
		}
		s.coupon(c, coupon.Reserved, other)
		s.is(o, order.Cancelled)
		s.refunded(o.Payment.ID, 1490, 1490)
	})
}

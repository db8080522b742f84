package order_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// withClub is a shop whose club has two seats at 15.00 for tea of 19.90.
func withClub(t *testing.T, stock int, change ...func(*setup)) (*shop, *club, order.Buyer) {
	t.Helper()
	c := &club{price: 1500, seats: 2, outcome: order.Paid}
	s := open(t, append(change, func(w *setup) { openClub(w, c) })...)
	s.goods("tea", "19.90", stock)
	c.sell("tea")
	return s, c, s.shopper("buyer")
}

func TestAnActivitysPriceAndSeat(t *testing.T) {
	s, c, buyer := withClub(t, 5)
	o := s.place(buyer, joining("15.00"))
	if o.Subtotal.Minor != 1990 || len(o.Adjustments) != 1 || o.Adjustments[0].Kind != order.ByAssist || o.Adjustments[0].Amount.Minor != -490 {
		t.Errorf("the order is %+v with %+v", o, o.Adjustments)
	}
	if held, paid := c.seatsOf(o); held != 1 || paid != 0 || c.lines != 1 {
		t.Errorf("%d held, %d paid, %d lines", held, paid, c.lines)
	}
	s.pay(o)
	if held, paid := c.seatsOf(s.is(o, order.Paid)); held != 0 || paid != 1 || c.lines != 1 {
		t.Errorf("%d held, %d paid, %d lines", held, paid, c.lines)
	}
	s.stock(c.skuID, 4, 0, 1, 0)
}

func TestARefusedSeatLeavesNothing(t *testing.T) {
	s, c, buyer := withClub(t, 5)
	s.place(buyer, joining("15.00"))
	s.place(buyer, joining("15.00"))
	in := joining("15.00")
	_, err := s.orders.Place(t.Context(), buyer, in)
	refuses(t, err, errClubFull, "input", "checkout", "assistId")
	if n := s.count("SELECT COUNT(*) FROM orders") + s.count("SELECT COUNT(*) FROM deadlines WHERE kind LIKE 'club.%'"); n != 4 {
		t.Errorf("%d orders and seats, want two of each", n)
	}
	s.stock(c.skuID, 3, 2, 0, 0)
	c.seats = 3
	s.place(buyer, in)
}

func TestGoodsThatAreGoneGiveTheSeatBack(t *testing.T) {
	s, _, buyer := withClub(t, 0)
	_, err := s.orders.Place(t.Context(), buyer, joining("15.00"))
	refuses(t, err, catalog.ErrOutOfStock, "input", "checkout")
	if n := s.count("SELECT COUNT(*) FROM deadlines"); n != 0 {
		t.Errorf("%d seats are left", n)
	}
}

func TestACancelledOrderGivesItsSeatBack(t *testing.T) {
	s, c, buyer := withClub(t, 5)
	byShopper, byClock := s.place(buyer, joining("15.00")), s.place(buyer, joining("15.00"))
	_, err := s.orders.Cancel(t.Context(), buyer.ShopperID, byShopper.ID, "")
	s.must(err)
	if held, paid := c.seatsOf(byShopper); held+paid != 0 || c.lines != 1 {
		t.Errorf("%d seats after the shopper's cancel, %d lines told", held+paid, c.lines)
	}
	s.after(16 * time.Minute)
	if held, paid := c.seatsOf(s.is(byClock, order.Cancelled)); held+paid != 0 {
		t.Errorf("%d seats after the clock's", held+paid)
	}
}

func TestAnOrderThatWaitsForItsGroupKeepsItsGoods(t *testing.T) {
	s, c, buyer := withClub(t, 5)
	c.outcome = order.AwaitingGroup
	o := s.pay(s.place(buyer, joining("15.00")))
	s.is(o, order.AwaitingGroup)
	s.stock(c.skuID, 4, 1, 0, 0)
	if n := s.count("SELECT COUNT(*) FROM facts WHERE aggregate = ? AND topic = 'OrderPaid'", o.ID); n != 0 {
		t.Errorf("%d facts say that its goods are sold", n)
	}
	_, err := s.orders.Ship(t.Context(), o.ID, "顺丰", "SF1")
	refuses(t, err, order.ErrState, "input", "orderId")
	_, err = s.orders.Cancel(t.Context(), buyer.ShopperID, o.ID, "")
	refuses(t, err, order.ErrState, "input", "orderId")
}

func TestAnOrderRefundedWholeGivesItsSeatBackOnce(t *testing.T) {
	s, c, buyer := withClub(t, 5)
	o := s.pay(s.place(buyer, joining("15.00")))
	s.approve(s.requestAmount(o, "1.00"))
	if _, paid := c.seatsOf(s.is(o, order.Paid)); paid != 1 {
		t.Errorf("money alone took %d seats", 1-paid)
	}
	s.approve(s.request(o, nil))
	if _, paid := c.seatsOf(s.is(o, order.Refunded)); paid != 0 || c.lines != 1 {
		t.Errorf("%d seats are left, %d lines told", paid, c.lines)
	}
}

func TestRevivalRetakesTheSeat(t *testing.T) {
	for _, tc := range []struct {
		name  string
		seats int
		state order.State
		back  int64
	}{
		{"that is free", 2, order.Paid, 0},
		{"that is taken", 0, order.Cancelled, 1500},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var provider *silent
			s, c, buyer := withClub(t, 5, func(w *setup) {
				w.wrap = func(p *sandbox.Provider) payment.Provider { provider = &silent{Provider: p}; return provider }
			})
			o := s.place(buyer, joining("15.00"))
			notice := s.decide(o, true)
			provider.close = true
			for range 22 {
				s.after(time.Minute)
			}
			s.is(o, order.Cancelled)
			c.seats = tc.seats
			s.notify(o, notice)
			s.work()
			held, paid := c.seatsOf(s.is(o, tc.state))
			if held != 0 || (paid == 1) != (tc.state == order.Paid) {
				t.Errorf("%d held, %d paid", held, paid)
			}
			s.refunded(o.Payment.ID, 1500, tc.back)
		})
	}
}

func TestMoneyIsRecordedWhateverFollows(t *testing.T) {
	s, c, buyer := withClub(t, 5)
	o := s.place(buyer, joining("15.00"))
	notice := s.decide(o, true)
	c.broken = errBroken
	s.notify(o, notice)
	s.notify(o, notice)
	stuck := s.is(o, order.PendingPayment)
	if stuck.Payment.State != payment.Captured || s.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'order.settle'") != 1 {
		t.Fatalf("the payment is %s, with %d work rows", stuck.Payment.State, s.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'order.settle'"))
	}
	_, err := s.orders.Pay(t.Context(), buyer, o.ID, "WECHAT_PAY")
	refuses(t, err, order.ErrState, "input", "orderId")
	_, err = s.orders.Cancel(t.Context(), buyer.ShopperID, o.ID, "")
	refuses(t, err, order.ErrState, "input", "orderId")
	for range 30 { // the clock does not end it either: it is paid
		s.after(time.Minute)
	}
	s.is(o, order.PendingPayment)
	s.must(s.broken())
	c.broken = nil
	s.after(5 * time.Minute)
	s.is(o, order.Paid)
	s.stock(c.skuID, 4, 0, 1, 0)
	if n := s.count("SELECT COUNT(*) FROM deadlines WHERE kind NOT LIKE 'club.%'"); n != 0 {
		t.Errorf("%d work rows are left", n)
	}
}

func TestARevivalThatFailsIsWorkedOn(t *testing.T) {
	var provider *silent
	s, c, buyer := withClub(t, 1, func(w *setup) {
		w.wrap = func(p *sandbox.Provider) payment.Provider { provider = &silent{Provider: p}; return provider }
	})
	o := s.place(buyer, joining("15.00"))
	notice := s.decide(o, true)
	provider.close = true
	for range 22 {
		s.after(time.Minute)
	}
	s.is(o, order.Cancelled)
	c.broken = errBroken
	s.notify(o, notice)
	s.is(o, order.Cancelled)
	s.place(s.shopper("rival"), want("19.90", line(c.skuID, 1))) // takes the last unit meanwhile
	c.broken = nil
	s.after(time.Minute)
	s.is(o, order.Cancelled)
	s.refunded(o.Payment.ID, 1500, 1500)
	if held, paid := c.seatsOf(o); held+paid != 0 {
		t.Errorf("%d held and %d paid seats are left", held, paid)
	}
}

func TestAnchors(t *testing.T) {
	s, c, buyer := withClub(t, 5)
	sku := c.sell("tea")
	s.must(s.orders.Anchors(t.Context(), buyer.ShopperID, []*catalog.Sku{sku}))
	if sku.Price.Group == nil || sku.Price.Group.Minor != 1500 || sku.Price.Best.Minor != 1990 {
		t.Errorf("the prices are %+v", sku.Price)
	}
}

package order_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/order"
)

// template makes a template of which a shopper may have 100, usable for a week; off is an amount, or with a % a percentage.
func (s *shop) template(off string, change ...func(*coupon.Draft)) *coupon.Template {
	s.tb.Helper()
	d := &coupon.Draft{IdempotencyKey: newKey(), Title: off + " 券", ValidDays: 7, Quantity: 1000, PerShopperLimit: 100, Claimable: true}
	amount := new(money.Decimal(off))
	if n := len(off) - 1; off[n] == '%' {
		*amount = (*amount)[:n]
		d.PercentOff = amount
	} else {
		d.AmountOff = amount
	}
	for _, c := range change {
		c(d)
	}
	made, err := s.coupons.Create(context.Background(), "prt_1", d)
	s.must(err)
	return made
}

// claims gives a buyer a coupon of a fresh template.
func (s *shop) claims(buyer order.Buyer, off string, change ...func(*coupon.Draft)) *coupon.Coupon {
	s.tb.Helper()
	c, err := s.coupons.Claim(context.Background(), buyer.ShopperID, s.template(off, change...).ID)
	s.must(err)
	return c
}

func from(least money.Decimal) func(*coupon.Draft) {
	return func(d *coupon.Draft) { d.MinSpend = &least }
}

// with names coupons in an input.
func with(in *order.PlaceInput, coupons ...*coupon.Coupon) *order.PlaceInput {
	for _, c := range coupons {
		in.Checkout.CouponIDs = append(in.Checkout.CouponIDs, c.ID)
	}
	return in
}

// coupon fails the test unless a coupon is in state, of that order ("" for none).
func (s *shop) coupon(c *coupon.Coupon, state coupon.State, of *order.Order) *coupon.Coupon {
	s.tb.Helper()
	found, err := s.coupons.Some(context.Background(), "", []string{c.ID})
	s.must(err)
	orderID := ""
	if of != nil {
		orderID = of.ID
	}
	now := found[c.ID]
	if now.State != state || now.OrderID != orderID || !now.ValidUntil.Equal(c.ValidUntil) {
		s.tb.Fatalf("the coupon is %s of %q until %v, want %s of %q until %v", now.State, now.OrderID, now.ValidUntil, state, orderID, c.ValidUntil)
	}
	return now
}

func TestAQuoteTellsOfEveryCoupon(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	five, most, dear := s.claims(buyer, "5.00"), s.claims(buyer, "90%"), s.claims(buyer, "1.00", from("20.00"))
	s.claims(s.shopper("other"), "9.00")
	checkout := &order.Checkout{Lines: []*order.LineInput{line(tea, 1)}}
	q, err := s.orders.Quote(t.Context(), buyer, checkout)
	s.must(err)
	if q.Total.Minor != 1990 || len(q.Coupons) != 3 || len(q.Notices) != 0 {
		t.Fatalf("without a name: %+v", q)
	}
	checkout.CouponIDs = []string{five.ID}
	q, err = s.orders.Quote(t.Context(), buyer, checkout)
	s.must(err)
	if q.Total.Minor != 1490 || len(q.Adjustments) != 1 || q.Adjustments[0].Kind != order.ByCoupon || q.Adjustments[0].Title != "5.00 券" {
		t.Fatalf("with one: %+v", q)
	}
	for _, got := range q.Coupons {
		switch {
		case got.Coupon.ID == five.ID && got.Chosen && got.Saves.Minor == 500 && got.Words == nil:
		case got.Coupon.ID == most.ID && !got.Chosen && got.Saves.Minor == 1791 && got.Words == nil:
		case got.Coupon.ID == dear.ID && !got.Chosen && got.Saves.Minor == 0 && got.Words.En == "The goods must come to 20.00 at least.":
		default:
			t.Errorf("%+v of %+v, %v", got, got.Coupon, got.Words)
		}
	}
	in := &order.PlaceInput{IdempotencyKey: newKey(), Checkout: checkout, QuoteToken: &q.Token}
	if o := s.place(buyer, in); o.Total.Minor != 1490 || o.Lines[0].Discount.Minor != 500 {
		t.Errorf("placed %+v", o)
	}
}

func TestAQuoteDropsWhatDoesNotApply(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	five, theirs := s.claims(buyer, "5.00"), s.claims(s.shopper("other"), "9.00")
	q, err := s.orders.Quote(t.Context(), buyer, &order.Checkout{
		Lines: []*order.LineInput{line(tea, 1)}, CouponIDs: []string{five.ID, theirs.ID, five.ID},
	})
	s.must(err)
	if q.Total.Minor != 1490 || len(q.Notices) != 2 || len(q.Coupons) != 1 || !q.Coupons[0].Chosen {
		t.Fatalf("%+v with %d notices", q, len(q.Notices))
	}
	for i, id := range []string{theirs.ID, five.ID} {
		if n := q.Notices[i]; n.Code != order.NoticeCouponDropped || *n.Target != id {
			t.Errorf("notice %d: %+v", i, n)
		}
	}
}

func TestCouponsThatAreRefused(t *testing.T) {
	s, _, buyer := withClub(t, 50)
	tea := s.product("tea").Skus[0].ID
	five, theirs := s.claims(buyer, "5.00"), s.claims(s.shopper("other"), "5.00")
	used, held, short := s.claims(buyer, "5.00"), s.claims(buyer, "5.00"), s.claims(buyer, "5.00", func(d *coupon.Draft) { d.ValidDays = 1 })
	s.pay(s.place(buyer, with(want("14.90", line(tea, 1)), used)))
	s.clock.Advance(36 * time.Hour) // midnight after tomorrow
	s.place(buyer, with(want("14.90", line(tea, 1)), held))
	plain := func(coupons ...*coupon.Coupon) *order.PlaceInput {
		return with(want("14.90", line(tea, 1)), coupons...)
	}
	many := want("14.90", line(tea, 1))
	many.Checkout.CouponIDs = make([]string, 21)
	for _, tc := range []struct {
		name string
		in   *order.PlaceInput
		want *fault.Error
		at   string
	}{
		{"a stranger's", plain(theirs), fault.Missing, "0"},
		{"used", plain(used), coupon.ErrNotApplicable, "0"},
		{"in another order", plain(held), coupon.ErrNotApplicable, "0"},
		{"run out at this instant", plain(short), coupon.ErrNotApplicable, "0"},
		{"twice", plain(five, five), coupon.ErrNotApplicable, "1"},
		{"a second one", plain(five, s.claims(buyer, "1.00")), coupon.ErrNotApplicable, "1"},
		{"too little spent", plain(s.claims(buyer, "5.00", from("19.91"))), coupon.ErrNotApplicable, "0"},
		{"an activity's price", with(joining("10.00"), five), coupon.ErrNotApplicable, "0"},
		{"too many", many, fault.OutOfRange, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.orders.Place(t.Context(), buyer, tc.in)
			at := []string{"input", "checkout", "couponIds"}
			if tc.at != "" {
				at = append(at, tc.at)
			}
			refuses(t, err, tc.want, at...)
		})
	}
	_, err := s.orders.Place(t.Context(), buyer, with(want("19.90", line(tea, 1)), five))
	q, ok := refuses(t, err, order.ErrPriceChanged).Detail.(*order.Quote)
	if !ok || q.Total.Minor != 1490 || !q.Coupons[0].Chosen || len(q.Coupons) < 3 {
		t.Errorf("the new quote is %+v", q)
	}
	s.coupon(five, coupon.Usable, nil)
}

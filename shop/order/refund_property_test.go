package order_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// TestRefundsSumToWhatWasPaid draws orders and gives them back piece by piece, by units and by amounts: in the end every fen that was captured is back, the
// shipping with it, and no more. Ten orders for each of KAITUAN_RACES.
func TestRefundsSumToWhatWasPaid(t *testing.T) {
	whole := open(t, withShipping)
	buyer := whole.shopper("buyer")
	n := 0
	shoptest.Checks(t, 10*effort().races)
	rapid.Check(t, func(r *rapid.T) {
		s := whole.within(r)
		n++
		var lines []*order.LineInput
		total := int64(800)
		for i := range rapid.IntRange(1, 3).Draw(r, "lines") {
			price, quantity := rapid.Int64Range(1, 2000).Draw(r, "price"), rapid.IntRange(1, 5).Draw(r, "quantity")
			lines = append(lines, line(s.goods(fmt.Sprintf("p%d-%d", n, i), money.Format(price, "CNY"), 5), quantity))
			total += price * int64(quantity)
		}
		o := s.pay(s.place(buyer, want(money.Format(total, "CNY"), lines...)))
		for o.State != order.Refunded {
			s.approve(s.anyRefund(r, o))
			o = s.now(o)
			if o.State != order.Paid && o.State != order.Refunded {
				r.Fatalf("the order is %s", o.State)
			}
		}
		s.refunded(o.Payment.ID, total, total)
		for _, l := range o.Lines {
			s.stock(l.SkuID, 5, 0, 0, 0)
		}
		if err := s.broken(); err != nil {
			r.Fatal(err)
		}
	})
}

// anyRefund asks for an amount or for units of what is left of an order.
func (s *shop) anyRefund(r *rapid.T, o *order.Order) string {
	p, err := s.payments.Get(s.tb.Context(), o.Payment.ID)
	s.must(err)
	if p.Left() > 0 && rapid.IntRange(0, 3).Draw(r, "by amount") == 0 {
		amount := rapid.Int64Range(1, p.Left()).Draw(r, "amount")
		return s.requestAmount(o, money.Decimal(money.Format(amount, "CNY")))
	}
	var asked []order.RefundLineInput
	for i, l := range o.Lines {
		if left := l.Quantity - l.Returned; left > 0 {
			if n := rapid.IntRange(0, left).Draw(r, "units"); n > 0 {
				asked = append(asked, units(o, i, n))
			}
		}
	}
	return s.request(o, asked) // nothing drawn: all of it
}

package coupon_test

import (
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func decimal(d money.Decimal) *money.Decimal { return &d }

// percent makes a draft's discount a percentage.
func percent(off, most string) func(*coupon.Draft) {
	return func(d *coupon.Draft) {
		d.AmountOff, d.PercentOff = nil, decimal(money.Decimal(off))
		if most != "" {
			d.Cap = decimal(money.Decimal(most))
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	s := shoptest.Open(t)
	for _, tc := range []struct {
		name   string
		change func(*coupon.Draft)
		want   *fault.Error
		field  string
	}{
		{"no title", func(d *coupon.Draft) { d.Title = " " }, fault.Blank, "title"},
		{"a long title", func(d *coupon.Draft) { d.Title = strings.Repeat("券", 101) }, fault.TooLong, "title"},
		{"no discount", func(d *coupon.Draft) { d.AmountOff = nil }, fault.Invalid, "amountOff"},
		{"two discounts", func(d *coupon.Draft) { d.PercentOff = decimal("10") }, fault.Invalid, "percentOff"},
		{"an amount of nothing", func(d *coupon.Draft) { d.AmountOff = decimal("0.00") }, fault.OutOfRange, "amountOff"},
		{"an amount below nothing", func(d *coupon.Draft) { d.AmountOff = decimal("-1") }, fault.OutOfRange, "amountOff"},
		{"an amount too fine", func(d *coupon.Draft) { d.AmountOff = decimal("1.001") }, fault.OutOfRange, "amountOff"},
		{"an amount too great", func(d *coupon.Draft) { d.AmountOff = decimal("90071992547409.92") }, fault.OutOfRange, "amountOff"},
		{"an amount with a cap", func(d *coupon.Draft) { d.Cap = decimal("1") }, fault.Invalid, "cap"},
		{"no percent", percent("0", ""), fault.OutOfRange, "percentOff"},
		{"less than none", percent("-5", ""), fault.OutOfRange, "percentOff"},
		{"more than all", percent("100.01", ""), fault.OutOfRange, "percentOff"},
		{"a percentage too fine", percent("12.345", ""), fault.OutOfRange, "percentOff"},
		{"a percentage in words", percent("ten", ""), fault.OutOfRange, "percentOff"},
		{"a cap of nothing", percent("10", "0"), fault.OutOfRange, "cap"},
		{"a least spend below nothing", func(d *coupon.Draft) { d.MinSpend = decimal("-0.01") }, fault.OutOfRange, "minSpend"},
		{"no days", func(d *coupon.Draft) { d.ValidDays = 0 }, fault.OutOfRange, "validDays"},
		{"too many days", func(d *coupon.Draft) { d.ValidDays = 3651 }, fault.OutOfRange, "validDays"},
		{"none of them", func(d *coupon.Draft) { d.Quantity = 0 }, fault.OutOfRange, "quantity"},
		{"too many of them", func(d *coupon.Draft) { d.Quantity = 1_000_000_001 }, fault.OutOfRange, "quantity"},
		{"none per person", func(d *coupon.Draft) { d.PerShopperLimit = 0 }, fault.OutOfRange, "perShopperLimit"},
		{"too many per person", func(d *coupon.Draft) { d.PerShopperLimit = 1000 }, fault.OutOfRange, "perShopperLimit"},
		{"no key", func(d *coupon.Draft) { d.IdempotencyKey = "" }, fault.Invalid, "idempotencyKey"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.Coupons.Create(t.Context(), partner, draft(tc.change))
			shoptest.Refuses(t, err, tc.want, "input", tc.field)
		})
	}
	if n := s.Count("SELECT COUNT(*) FROM coupon_templates"); n != 0 {
		t.Errorf("%d templates were made", n)
	}
}

func TestCreateOncePerKey(t *testing.T) {
	s := shoptest.Open(t)
	d := draft(percent("12.5", "30"), func(d *coupon.Draft) { d.MinSpend = decimal("20") })
	first, err := s.Coupons.Create(t.Context(), partner, d)
	s.Must(err)
	p, ok := first.Discount.(*coupon.PercentOff)
	if !ok || p.Percent() != "12.50" || p.Cap.Minor != 3000 || first.MinSpend.Minor != 2000 || first.Left != 100 || first.Title != "满减券" {
		t.Errorf("made %+v with %+v", first, first.Discount)
	}
	again, err := s.Coupons.Create(t.Context(), partner, d)
	s.Must(err)
	if again.ID != first.ID {
		t.Errorf("%s and %s by one key", first.ID, again.ID)
	}
	d.Quantity++
	_, err = s.Coupons.Create(t.Context(), partner, d)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
	_, err = s.Coupons.Create(t.Context(), "prt_2", d)
	s.Must(err)
}

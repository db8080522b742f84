package coupon_test

import (
	"context"
	"testing"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

const partner = "prt_1"

// draft is a template of 5.00 off, usable for a week.
func draft(change ...func(*coupon.Draft)) *coupon.Draft {
	d := &coupon.Draft{
		IdempotencyKey: shoptest.NewKey(), Title: "满减券", AmountOff: new(money.Decimal("5.00")), ValidDays: 7, Quantity: 100, PerShopperLimit: 1, Claimable: true,
	}
	for _, c := range change {
		c(d)
	}
	return d
}

// template makes one and fails the test when it is refused.
func template(s *shoptest.Shop, change ...func(*coupon.Draft)) *coupon.Template {
	s.TB.Helper()
	t, err := s.Coupons.Create(context.Background(), partner, draft(change...))
	s.Must(err)
	return t
}

// claim claims a coupon and fails the test when it is refused.
func claim(s *shoptest.Shop, shopperID string, t *coupon.Template) *coupon.Coupon {
	s.TB.Helper()
	c, err := s.Coupons.Claim(context.Background(), shopperID, t.ID)
	s.Must(err)
	return c
}

package groupbuy_test

import (
	"context"
	"testing"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// way is how the orders of a race are paid: with money alone, or with a coupon of 2.00 and 100 points, worth 1.00, on each.
type way struct {
	fitted bool
	// paid is what is left of 15.00, in minor units.
	paid int64
}

// bothWays runs a race either way.
func bothWays(t *testing.T, race func(t *testing.T, w way)) {
	t.Run("money", func(t *testing.T) { race(t, way{paid: 1500}) })
	t.Run("coupon and points", func(t *testing.T) { race(t, way{fitted: true, paid: 1200}) })
}

// open is open for the way's orders.
func (w way) open(t *testing.T, change ...func(*groupbuy.CampaignDraft)) *club {
	t.Helper()
	if !w.fitted {
		return open(t, change...)
	}
	c := open(t, append(change, takesCoupons)...)
	c.fitted = true
	return c
}

func takesCoupons(d *groupbuy.CampaignDraft) { d.TakesCoupons = true }

const fitPoints = 100

// fit gives the buyer a coupon and points, and has the order take them, unless it does.
func (c *club) fit(buyer order.Buyer, in *order.PlaceInput) *order.PlaceInput {
	if !c.fitted || in.Checkout.UsePoints != nil {
		return in
	}
	ctx := context.Background()
	_, err := c.Points.Earn(ctx, points.Earning{
		ShopperID: buyer.ShopperID, Channel: buyer.Channel, Points: fitPoints, Owner: "ptn_test", Key: shoptest.NewKey(), Reason: "test", Reference: "1",
	})
	c.Try(err)
	two := money.Decimal("2.00")
	template, err := c.Coupons.Create(ctx, "ptn_test", &coupon.Draft{
		IdempotencyKey: shoptest.NewKey(), Title: "拼团券", AmountOff: &two, ValidDays: 30, Quantity: 1, PerShopperLimit: 1, Claimable: true,
	})
	c.Try(err)
	if err != nil {
		return in
	}
	claimed, err := c.Coupons.Claim(ctx, buyer.ShopperID, template.ID)
	c.Try(err)
	if err != nil {
		return in
	}
	full, err := money.Parse(string(*in.ExpectedTotal), "CNY")
	c.Try(err)
	left := money.Of(full-300, "CNY").Amount()
	in.Checkout.CouponIDs, in.Checkout.UsePoints, in.ExpectedTotal = []string{claimed.ID}, new(int64(fitPoints)), &left
	return in
}

package groupbuy_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// give earns a shopper points at a till.
func (c *club) give(buyer order.Buyer, n int64) {
	c.TB.Helper()
	_, err := c.Points.Earn(context.Background(), points.Earning{
		ShopperID: buyer.ShopperID, Channel: "STORE", Points: n, Owner: "ptn_test", Key: shoptest.NewKey(), Reason: "test", Reference: "1",
	})
	c.Must(err)
}

// has fails the test unless a shopper has so many points available and held.
func (c *club) has(buyer order.Buyer, available, held int64) {
	c.TB.Helper()
	a, err := c.Points.Account(context.Background(), buyer.ShopperID)
	c.Must(err)
	if a.Available != available || a.Held != held || a.Debt != 0 {
		c.TB.Fatalf("the account has %d available, %d held, %d owed; want %d and %d", a.Available, a.Held, a.Debt, available, held)
	}
}

// percent claims a coupon that takes a part off.
func (c *club) percent(buyer order.Buyer, off string) string {
	c.TB.Helper()
	part := money.Decimal(off)
	template, err := c.Coupons.Create(context.Background(), "ptn_test", &coupon.Draft{
		IdempotencyKey: shoptest.NewKey(), Title: "折扣券", PercentOff: &part, ValidDays: 30, Quantity: 1, PerShopperLimit: 1, Claimable: true,
	})
	c.Must(err)
	claimed, err := c.Coupons.Claim(context.Background(), buyer.ShopperID, template.ID)
	c.Must(err)
	return claimed.ID
}

// At a rung the price in the end is worked out again with the same coupon, of which a percentage is of that price, and the same points: money goes back first,
// then the points that are not needed.
func TestARungGivesBackMoneyThenPoints(t *testing.T) {
	for _, tc := range []struct {
		name, rung    string
		rebate        int64
		points        int64
		rest, allBack int64 // after the rebate; after a refund of the whole
	}{
		{"money", "10.00", 450, 0, 0, 675},
		{"money and points", "1.00", 675, 585, 585, 675},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := open(t, takesCoupons, func(d *groupbuy.CampaignDraft) {
				d.Size, d.Offers[0].Rungs = 2, []*groupbuy.RungDraft{{Size: 3, Price: money.Decimal(tc.rung)}}
			})
			buyers := c.Crowd("b", 3)
			c.give(buyers[0], 675)
			in := c.opens("6.75")
			in.Checkout.CouponIDs, in.Checkout.UsePoints = []string{c.percent(buyers[0], "10")}, new(int64(675))
			first := c.place(buyers[0], in)
			g := c.groupOf(first)
			c.Pay(first)
			c.has(buyers[0], 0, 675) // held until the group has decided
			c.join(buyers[1], g, "15.00")
			c.join(buyers[2], g, "15.00")
			c.Work()
			o := c.Is(first, order.Paid)
			if len(o.Refunds) != 1 || o.Refunds[0].Kind != order.RefundRung || o.Refunds[0].Amount.Minor != tc.rebate || o.Refunds[0].Points != tc.points {
				t.Fatalf("the rebate is %+v", o.Refunds[0])
			}
			c.has(buyers[0], tc.rest, 0)
			c.Refunded(o, 675, tc.rebate)
			id, err := c.AskBack(o)
			c.Must(err)
			c.Must(c.Orders.DecideRefund(t.Context(), id, true, true, ""))
			c.Work()
			c.Is(o, order.Refunded)
			c.Refunded(o, 675, 675)
			c.has(buyers[0], tc.allBack, 0)
		})
	}
}

// A group that fails gives every member's points back to the lots that they came from.
func TestAFailedGroupGivesPointsBack(t *testing.T) {
	c := open(t)
	buyer := c.Shopper("b")
	c.give(buyer, 500)
	in := c.opens("10.00")
	in.Checkout.UsePoints = new(int64(500))
	first := c.Pay(c.place(buyer, in))
	c.has(buyer, 0, 500)
	c.Clock.Advance(24 * time.Hour)
	c.Work()
	c.Is(first, order.Refunded)
	c.has(buyer, 500, 0)
}

// A free order gives the leader's points back, too.
func TestAFreeOrderGivesPointsBack(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) {
		d.Size, d.LeaderReward = 2, &groupbuy.RewardDraft{Kind: groupbuy.FreeOrder}
	})
	buyers := c.Crowd("b", 2)
	c.give(buyers[0], 500)
	in := c.opens("10.00")
	in.Checkout.UsePoints = new(int64(500))
	first := c.Pay(c.place(buyers[0], in))
	c.join(buyers[1], c.groupOf(first), "15.00")
	c.Work()
	c.Is(first, order.Paid)
	c.Refunded(first, 1000, 1000)
	c.has(buyers[0], 500, 0)
}

// Points for leading come once, when members complete the group, and go with the leader's refund; what was spent of them is owed.
func TestPointsForLeading(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) {
		d.Size, d.MerchantMayComplete, d.PerShopperLimit, d.LeaderReward = 2, true, 9, &groupbuy.RewardDraft{Kind: groupbuy.Points, Points: new(int64(300))}
	})
	if c.campaign.LeaderReward.Points == nil || *c.campaign.LeaderReward.Points != 300 || c.campaign.LeaderReward.Amount != nil {
		t.Fatalf("the campaign shows %+v", c.campaign.LeaderReward)
	}
	buyers := c.Crowd("b", 2)
	first, g := c.lead(buyers[0], "15.00")
	c.has(buyers[0], 0, 0)
	last := c.join(buyers[1], g, "15.00")
	c.Work()
	c.Is(first, order.Paid)
	c.has(buyers[0], 300, 0)
	c.has(buyers[1], 0, 0)
	id, err := c.AskBack(first)
	c.Must(err)
	c.Must(c.Orders.DecideRefund(t.Context(), id, true, true, ""))
	c.Work()
	c.Is(first, order.Refunded)
	c.has(buyers[0], 0, 0)
	c.Is(last, order.Paid)

	first, g = c.lead(buyers[1], "15.00") // the shop completes this one: no reward
	_, err = c.Groups.Complete(t.Context(), g.ID)
	c.Must(err)
	c.Work()
	c.Is(first, order.Paid)
	c.has(buyers[1], 0, 0)
}

package groupbuy_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// climbing is a campaign of two at 15.00, three at 13.00 and five at 10.00.
func climbing(d *groupbuy.CampaignDraft) {
	d.Size = 2
	d.Offers[0].Rungs = []*groupbuy.RungDraft{{Size: 3, Price: "13.00"}, {Size: 5, Price: "10.00"}}
}

// rungIs fails the test unless a group has reached a rung of so many people.
func (c *club) rungIs(g *groupbuy.Group, people int) {
	c.TB.Helper()
	if g.RungReached == nil || *g.RungReached != people {
		c.TB.Fatalf("it has reached %v, want %d", g.RungReached, people)
	}
}

func TestTheTopRungCompletesAtOnce(t *testing.T) {
	c := open(t, climbing)
	buyers := c.Crowd("b", 5)
	first, g := c.lead(buyers[0], "15.00")
	orders := []*order.Order{first}
	for i, reached := range []int{2, 3, 3} {
		orders = append(orders, c.join(buyers[i+1], g, "15.00"))
		c.rungIs(c.group(g, groupbuy.Open, i+2, 0), reached)
	}
	orders = append(orders, c.join(buyers[4], g, "15.00"))
	c.rungIs(c.group(g, groupbuy.Completed, 5, 0), 5)
	c.Work()
	for _, o := range orders {
		o = c.Is(o, order.Paid)
		c.Refunded(o, 1500, 500)
		if len(o.Refunds) != 1 || o.Refunds[0].Kind != order.RefundRung || o.Lines[0].Refunded.Minor != 500 {
			t.Errorf("refunds %+v, line refunded %d", o.Refunds[0], o.Lines[0].Refunded.Minor)
		}
	}
	// What goes back later is what was paid in the end.
	id, err := c.AskBack(orders[1])
	c.Must(err)
	c.Must(c.Orders.DecideRefund(t.Context(), id, true, true, ""))
	c.Work()
	c.Is(orders[1], order.Refunded)
	c.Refunded(orders[1], 1500, 1500)
	c.quota(3000-4, 0, 4)
}

func TestTheDeadlineCompletesAtTheRungReached(t *testing.T) {
	c := open(t, climbing)
	buyers := c.Crowd("b", 4)
	first, g := c.lead(buyers[0], "15.00")
	second := c.join(buyers[1], g, "15.00")
	third := c.join(buyers[2], g, "15.00")
	c.Clock.Advance(24*time.Hour - 2*time.Minute)
	held := c.place(buyers[3], c.joins(g.ID, "15.00"))
	paid := c.Decide(held, true) // the notice is late
	c.After(2 * time.Minute)
	c.rungIs(c.group(g, groupbuy.Completed, 3, 1), 3)
	for _, o := range []*order.Order{first, second, third} {
		c.Is(o, order.Paid)
		c.Refunded(o, 1500, 200)
	}
	c.quota(3000-4, 1, 3)
	c.Notify(paid) // a held seat of a completed group is confirmed at the rung frozen then
	c.Work()
	c.Is(held, order.Paid)
	c.seatIs(held, groupbuy.SeatConfirmed)
	c.Refunded(held, 1500, 200)
	c.quota(3000-4, 0, 4)
}

func TestWithoutTheLowestRungTheGroupExpires(t *testing.T) {
	c := open(t, climbing)
	first, g := c.lead(c.Shopper("a"), "15.00")
	c.After(24 * time.Hour)
	c.group(g, groupbuy.Expired, 1, 0)
	c.Is(first, order.Refunded)
}

func TestARebateRespectsUnitsAndDiscounts(t *testing.T) {
	c := open(t, climbing, func(d *groupbuy.CampaignDraft) {
		d.PerShopperLimit = 3
		d.LeaderReward = &groupbuy.RewardDraft{Kind: groupbuy.Discount, Amount: new(money.Decimal("0.01"))}
	})
	buyers := c.Crowd("b", 3)
	in := c.opens("44.99")
	in.Checkout.GroupBuy.Quantity = 3
	first := c.Pay(c.place(buyers[0], in))
	g := c.groupOf(first)
	c.quota(3000-7, 7, 0)
	c.join(buyers[1], g, "15.00")
	c.join(buyers[2], g, "15.00")
	c.After(24 * time.Hour)
	c.Refunded(first, 4499, 600) // 3 × 13.00 - 0.01
	line := c.Now(first).Lines[0]
	// Two of three units: two thirds of the 38.99 that they cost in the end.
	id, err := c.Orders.RequestRefund(t.Context(), order.Requester{ShopperID: first.ShopperID},
		order.RefundInput{IdempotencyKey: shoptest.NewKey(), OrderID: first.ID, Lines: []order.RefundLineInput{{LineID: line.ID, Quantity: 2}}, Reason: "多了"})
	c.Must(err)
	c.Must(c.Orders.DecideRefund(t.Context(), id, true, true, ""))
	c.Work()
	c.Refunded(first, 4499, 600+2599)
	c.quota(3000-3, 0, 3)
	id, err = c.AskBack(first)
	c.Must(err)
	c.Must(c.Orders.DecideRefund(t.Context(), id, true, true, ""))
	c.Work()
	c.Is(first, order.Refunded)
	c.Refunded(first, 4499, 4499)
}

func TestTheShopCompletesAGroup(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) { d.MerchantMayComplete = true })
	buyers := c.Crowd("b", 3)
	first, g := c.lead(buyers[0], "15.00")
	held, dropped := c.place(buyers[1], c.joins(g.ID, "15.00")), c.place(buyers[2], c.joins(g.ID, "15.00"))
	done, err := c.Groups.Complete(t.Context(), g.ID)
	c.Must(err)
	if *done.CompletedBy != groupbuy.ByMerchant {
		t.Errorf("completed by %s", *done.CompletedBy)
	}
	if _, err := c.Groups.Complete(t.Context(), g.ID); err != nil {
		t.Errorf("doing it again: %v", err)
	}
	c.Work()
	c.Is(first, order.Paid)
	c.quota(3000-3, 2, 1)
	c.Pay(held)
	c.Is(held, order.Paid)
	if _, err := c.Orders.Cancel(t.Context(), dropped.ShopperID, dropped.ID, ""); err != nil {
		t.Fatal(err)
	}
	c.quota(3000-2, 0, 2)
	c.group(g, groupbuy.Completed, 2, 0)
	other := open(t)
	_, no := other.lead(other.Shopper("a"), "15.00")
	_, err = other.Groups.Complete(t.Context(), no.ID)
	shoptest.Refuses(t, err, groupbuy.ErrMayNotComplete, "input", "groupBuyId")
}

func TestAFreeOrderNeedsMembers(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) {
		d.MerchantMayComplete = true
		d.LeaderReward = &groupbuy.RewardDraft{Kind: groupbuy.FreeOrder}
	})
	first, g := c.lead(c.Shopper("a"), "15.00")
	_, err := c.Groups.Complete(t.Context(), g.ID)
	c.Must(err)
	c.Work()
	c.Is(first, order.Paid)
	c.Refunded(first, 1500, 0)
}

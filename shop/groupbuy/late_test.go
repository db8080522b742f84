package groupbuy_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
)

// lateIn is a group of three that has expired with two payers, while a third one's notice is still on its way.
func lateIn(t *testing.T, ifLost string) (*club, *order.Order, *groupbuy.Group, func()) {
	t.Helper()
	c := open(t)
	buyers := c.Crowd("b", 3)
	_, g := c.lead(buyers[0], "15.00")
	c.join(buyers[1], g, "15.00")
	c.Clock.Advance(24*time.Hour - 2*time.Minute)
	in := c.joins(g.ID, "15.00")
	in.Checkout.GroupBuy.IfLost = order.SeatLostPolicy(ifLost)
	late := c.place(buyers[2], in)
	notice := c.Decide(late, true)
	c.After(2 * time.Minute)
	c.group(g, groupbuy.Expired, 2, 1)
	return c, late, g, func() { c.Notify(notice); c.Work() }
}

func TestALatePaymentForAnExpiredGroupGoesBack(t *testing.T) {
	c, late, _, pay := lateIn(t, "REFUND")
	pay()
	pay() // told twice
	c.Is(late, order.Refunded)
	c.Refunded(late, 1500, 1500)
	c.seatIs(late, groupbuy.SeatRefunded)
	c.quota(3000, 0, 0)
}

func TestALatePaymentOpensANewGroup(t *testing.T) {
	c, late, g, pay := lateIn(t, "OPEN_NEW_GROUP")
	pay()
	pay()
	c.Is(late, order.AwaitingGroup)
	fresh := c.groupOf(late)
	if fresh.ID == g.ID || *fresh.LeaderID != late.ShopperID {
		t.Errorf("its group is %+v", fresh)
	}
	c.group(fresh, groupbuy.Open, 1, 0)
	c.quota(2997, 3, 0)
	c.join(c.Shopper("x"), fresh, "15.00")
	c.join(c.Shopper("y"), fresh, "15.00")
	c.Work()
	c.Is(late, order.Paid)
}

func TestALatePaymentOfAnEndedCampaignGoesBack(t *testing.T) {
	c, late, _, pay := lateIn(t, "OPEN_NEW_GROUP")
	_, err := c.Groups.End(t.Context(), c.campaign.ID)
	c.Must(err)
	pay()
	c.Is(late, order.Refunded)
	c.Refunded(late, 1500, 1500)
}

// A leader's order that the clock cancelled, and that was paid all the same, opens a new group; the reward is kept.
func TestALeadersOrderIsRevived(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) {
		d.Size = 2
		d.LeaderReward = &groupbuy.RewardDraft{Kind: groupbuy.FreeOrder}
	})
	o := c.place(c.Shopper("a"), c.opens("15.00"))
	g := c.groupOf(o)
	notice := c.Lost(o)
	c.Is(o, order.Cancelled)
	c.group(g, groupbuy.Cancelled, 0, 0)
	c.quota(3000, 0, 0)
	c.Notify(notice)
	c.Is(o, order.AwaitingGroup)
	fresh := c.group(c.groupOf(o), groupbuy.Open, 1, 0)
	c.join(c.Shopper("b"), fresh, "15.00")
	c.Work()
	c.Is(o, order.Paid)
	c.Refunded(o, 1500, 1500)
}

func TestAMembersOrderIsRevivedIntoItsGroup(t *testing.T) {
	c := open(t)
	_, g := c.lead(c.Shopper("a"), "15.00")
	o := c.place(c.Shopper("b"), c.joins(g.ID, "15.00"))
	notice := c.Lost(o)
	c.Is(o, order.Cancelled)
	c.group(g, groupbuy.Open, 1, 0)
	c.Notify(notice)
	c.Is(o, order.AwaitingGroup)
	c.group(g, groupbuy.Open, 2, 0)
}

func TestAMembersOrderWhoseSeatIsGone(t *testing.T) {
	for _, ifLost := range []string{"REFUND", "OPEN_NEW_GROUP"} {
		t.Run(ifLost, func(t *testing.T) {
			c := open(t, func(d *groupbuy.CampaignDraft) { d.Size = 2 })
			_, g := c.lead(c.Shopper("a"), "15.00")
			in := c.joins(g.ID, "15.00")
			in.Checkout.GroupBuy.IfLost = order.SeatLostPolicy(ifLost)
			o := c.place(c.Shopper("b"), in)
			notice := c.Lost(o)
			c.join(c.Shopper("c"), g, "15.00")
			c.group(g, groupbuy.Completed, 2, 0)
			c.Notify(notice)
			c.Work()
			if ifLost == "REFUND" {
				c.Is(o, order.Cancelled)
				c.Refunded(o, 1500, 1500)
				return
			}
			c.Is(o, order.AwaitingGroup)
			c.group(c.groupOf(o), groupbuy.Open, 1, 0)
		})
	}
}

// A shopper who has taken another seat meanwhile has one live seat: the late payment goes back.
func TestALatePayerWhoJoinedElsewhere(t *testing.T) {
	c := open(t)
	_, g := c.lead(c.Shopper("a"), "15.00")
	b := c.Shopper("b")
	o := c.place(b, reopening(c.joins(g.ID, "15.00")))
	notice := c.Lost(o)
	c.join(b, g, "15.00")
	c.Notify(notice)
	c.Work()
	c.Is(o, order.Cancelled)
	c.Refunded(o, 1500, 1500)
	c.group(g, groupbuy.Open, 2, 0)
}

func TestARefundRequestAfterTheGroupHasEnded(t *testing.T) {
	t.Run("completed: an ordinary request", func(t *testing.T) {
		c := open(t, func(d *groupbuy.CampaignDraft) { d.Size = 2 })
		o, g := c.lead(c.Shopper("a"), "15.00")
		c.join(c.Shopper("b"), g, "15.00") // the leader's order has not followed yet
		c.Is(o, order.AwaitingGroup)
		id, err := c.AskBack(o)
		c.Must(err)
		if got := c.Is(o, order.Refunding).Refunds; len(got) != 1 || got[0].ID != id || got[0].State != order.RefundRequested {
			t.Errorf("refunds %+v", got)
		}
		c.Must(c.Orders.DecideRefund(t.Context(), id, true, false, ""))
		c.Work()
		c.Is(o, order.Refunded)
		c.quota(2999, 0, 1)
	})
	t.Run("expired: the refund under way", func(t *testing.T) {
		c := open(t)
		o, _ := c.lead(c.Shopper("a"), "15.00")
		c.Clock.Advance(24 * time.Hour)
		c.Must(c.expireOnly())
		c.Is(o, order.AwaitingGroup)
		id, err := c.AskBack(o)
		c.Must(err)
		again, err := c.AskBack(o)
		if err != nil || again != id {
			t.Errorf("asking again gives %s, %v; want %s", again, err, id)
		}
		c.Work()
		if got := c.Is(o, order.Refunded).Refunds; len(got) != 1 || got[0].ID != id || got[0].Kind != order.RefundGroupEnded {
			t.Errorf("refunds %+v", got)
		}
		c.Refunded(o, 1500, 1500)
	})
}

// A group that is open, but whose last seat is held by somebody, has none for a late payer: he leads a new one if he wished so.
func TestAMembersOrderWhoseSeatIsHeldByAnother(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) { d.Size = 2 })
	_, g := c.lead(c.Shopper("a"), "15.00")
	o := c.place(c.Shopper("b"), reopening(c.joins(g.ID, "15.00")))
	notice := c.Lost(o)
	c.place(c.Shopper("c"), c.joins(g.ID, "15.00"))
	c.Notify(notice)
	c.Is(o, order.AwaitingGroup)
	c.group(g, groupbuy.Open, 1, 1)
	if fresh := c.group(c.groupOf(o), groupbuy.Open, 1, 0); fresh.ID == g.ID {
		t.Error("it is the full group")
	}
}

// An order that is paid needs no time to pay: it gets its seat back in the group's last minute.
func TestAnOrderIsRevivedInItsGroupsLastMinute(t *testing.T) {
	c := open(t)
	_, g := c.lead(c.Shopper("a"), "15.00")
	c.Clock.Advance(24*time.Hour - 22*time.Minute)
	o := c.place(c.Shopper("b"), c.joins(g.ID, "15.00"))
	notice := c.Lost(o)
	c.Clock.Advance(30 * time.Second)
	c.Notify(notice)
	c.Is(o, order.AwaitingGroup)
	c.group(g, groupbuy.Open, 2, 0)
}

// Nobody could join a group whose product was taken down, so a late payment opens none.
func TestALatePaymentOpensNoGroupOfHiddenGoods(t *testing.T) {
	c, late, _, pay := lateIn(t, "OPEN_NEW_GROUP")
	err := c.Catalog.VisibilitySet(t.Context(), c.campaign.ProductID, false, "test")
	c.Must(err)
	pay()
	c.Is(late, order.Refunded)
	c.Refunded(late, 1500, 1500)
}

// Who comes too late was never a member.
func TestALatePayerIsNoMember(t *testing.T) {
	c, _, g, pay := lateIn(t, "REFUND")
	pay()
	c.group(g, groupbuy.Expired, 2, 0)
	if n := len(c.groupMembers(g)); n != 2 {
		t.Errorf("%d members", n)
	}
}

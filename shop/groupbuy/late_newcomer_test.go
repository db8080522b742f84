package groupbuy_test

import (
	"testing"

	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
)

// A new customer's order was cancelled by the clock, and paid all the same; meanwhile he has paid for another, and may join no more. What he wished for a lost
// seat decides: leaders need not be new.
func TestAnOldCustomersLatePaymentOpensANewGroup(t *testing.T) {
	for _, wish := range []string{"REFUND", "OPEN_NEW_GROUP"} {
		t.Run(wish, func(t *testing.T) {
			c := open(t, func(d *groupbuy.CampaignDraft) { d.NewCustomersOnly = true })
			_, g := c.lead(c.Shopper("a"), "15.00")
			buyer, in := c.Shopper("b"), c.joins(g.ID, "15.00")
			in.Checkout.GroupBuy.IfLost = order.SeatLostPolicy(wish)
			o := c.place(buyer, in)
			notice := c.Lost(o)
			c.Pay(c.place(buyer, plain(c.skuID, "19.90")))
			c.Notify(notice)
			c.Work()
			c.group(g, groupbuy.Open, 1, 0)
			if wish == "REFUND" {
				c.Is(o, order.Cancelled)
				c.Refunded(o, 1500, 1500)
				return
			}
			c.Is(o, order.AwaitingGroup)
			if fresh := c.group(c.groupOf(o), groupbuy.Open, 1, 0); *fresh.LeaderID != buyer.ShopperID {
				t.Errorf("its group is %+v", fresh)
			}
		})
	}
}

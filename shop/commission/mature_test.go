package commission_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// A refund that was asked for just before the window closes holds commission back until it is decided, but not for ever.
func TestAnUndecidedRefundHoldsCommissionBack(t *testing.T) {
	const week = 7 * 24 * time.Hour
	held := func(t *testing.T) (b *bazaar, first order.Buyer, refundID string) {
		b = open(t)
		buyer, first, _ := b.chain("u")
		o := b.bought(buyer, 1)
		b.Clock.Advance(week - time.Microsecond)
		refundID, err := b.AskBack(o)
		b.Must(err)
		b.After(time.Microsecond)
		b.stands(first, "10.00 0.00 0.00 0.00 0.00 0.00")
		_, err = b.withdraws(first, "0.01")
		shoptest.Refuses(t, err, commission.ErrInsufficient, "input", "amount")
		return b, first, refundID
	}
	decides := func(b *bazaar, refundID string, approve bool) {
		b.TB.Helper()
		b.Must(b.Orders.DecideRefund(ctx, refundID, approve, true, ""))
	}
	t.Run("rejected", func(t *testing.T) {
		b, first, refundID := held(t)
		decides(b, refundID, false)
		b.After(time.Hour)
		b.stands(first, "0.00 10.00 0.00 0.00 0.00 0.00")
	})
	t.Run("approved, and heard of", func(t *testing.T) {
		b, first, refundID := held(t)
		decides(b, refundID, true)
		b.Rewards()
		b.stands(first, "0.00 0.00 0.00 0.00 10.00 0.00")
		b.After(time.Hour)
		b.stands(first, "0.00 0.00 0.00 0.00 10.00 0.00")
	})
	t.Run("approved, and heard of late", func(t *testing.T) {
		b, first, refundID := held(t)
		decides(b, refundID, true)
		b.After(time.Hour)
		b.stands(first, "0.00 0.00 0.00 0.00 10.00 0.00")
		b.Rewards()
		b.stands(first, "0.00 0.00 0.00 0.00 10.00 0.00")
	})
	t.Run("undecided for a week", func(t *testing.T) {
		b, first, refundID := held(t)
		b.After(week - time.Hour)
		b.stands(first, "10.00 0.00 0.00 0.00 0.00 0.00")
		b.After(time.Hour)
		b.stands(first, "0.00 10.00 0.00 0.00 0.00 0.00")
		b.withdrawn(first, "8.00")
		decides(b, refundID, true)
		b.Rewards()
		b.stands(first, "0.00 0.00 0.00 8.00 10.00 8.00")
		other := b.Shopper("other")
		b.brings(first, other)
		b.bought(other, 1)
		b.matures()
		b.stands(first, "0.00 2.00 0.00 8.00 10.00 0.00")
	})
}

// Who becomes one with the buyer before his commission is available has earned nothing by himself.
func TestWhoBecomesTheBuyerGivesHisCommissionBack(t *testing.T) {
	b := open(t)
	buyer, first, second := b.chain("o")
	b.bought(buyer, 1)
	b.Clock.Advance(time.Second)
	person, merged, err := b.Members.ChannelLink(ctx, buyer.ShopperID, identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "demo:o1"}})
	b.Must(err)
	if !merged || person.ID != first.ShopperID {
		t.Fatalf("%v %s", merged, person.ID)
	}
	b.matures()
	b.stands(first, "0.00 0.00 0.00 0.00 10.00 0.00")
	b.stands(second, "0.00 2.00 0.00 0.00 0.00 0.00")
}

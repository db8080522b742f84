package assist_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// reached is an assist of ming's whose price has been reached.
func (s *shop) reached(ming order.Buyer, c *assist.Campaign, helpers []order.Buyer) *assist.Assist {
	s.TB.Helper()
	a := s.help(s.start(ming, c), helpers...)
	return s.is(a, assist.Reached)
}

func TestAPriceComesBackWithItsOrder(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 2)
	a := s.reached(ming, s.campaign(assist.Bargain), helpers)

	cancelled, err := s.use(ming, a)
	s.Must(err)
	_, err = s.use(ming, a)
	shoptest.Refuses(t, err, assist.ErrState, "input", "checkout", "assistId")
	_, err = s.Orders.Cancel(context.Background(), ming.ShopperID, cancelled.ID, "")
	s.Must(err)
	s.is(a, assist.Reached)

	unpaid, err := s.use(ming, a)
	s.Must(err)
	s.After(20 * time.Minute)
	s.Is(unpaid, order.Cancelled)
	s.is(a, assist.Reached)

	paid, err := s.use(ming, a)
	s.Must(err)
	s.Pay(paid)
	s.is(a, assist.Redeemed)
	refundID, err := s.AskBack(paid)
	s.Must(err)
	s.is(a, assist.Redeemed) // nobody has decided yet
	s.Must(s.Orders.DecideRefund(context.Background(), refundID, true, true, ""))
	s.is(a, assist.Reached)

	again, err := s.use(ming, a)
	s.Must(err)
	s.Pay(again)
	s.is(a, assist.Redeemed)
}

// A payment that comes after its order's time uses the price again, unless another order has by then.
func TestALatePaymentUsesThePriceAgain(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 2)
	c := s.campaign(assist.Unlock)
	a, b := s.reached(ming, c, helpers), s.reached(ming, c, helpers)
	first, err := s.use(ming, a)
	s.Must(err)
	notice := s.Lost(first)
	s.is(a, assist.Reached)
	s.Notify(notice)
	s.Is(first, order.Paid)
	s.is(a, assist.Redeemed)

	second, err := s.use(ming, b)
	s.Must(err)
	notice = s.Lost(second)
	other, err := s.use(ming, b)
	s.Must(err)
	s.Notify(notice)
	s.Is(second, order.Cancelled) // and its money goes back
	s.Is(s.Pay(other), order.Paid)
}

func TestOnlyOnesOwnReachedPriceIsSold(t *testing.T) {
	s := open(t)
	ming, hong, helpers := s.Shopper("ming"), s.Shopper("hong"), s.Crowd("helper", 2)
	at := []string{"input", "checkout", "assistId"}
	c := s.campaign(assist.Bargain)
	openOne := s.start(ming, c)
	_, err := s.use(ming, openOne)
	shoptest.Refuses(t, err, assist.ErrState, at...)
	_, err = s.use(hong, openOne)
	shoptest.Refuses(t, err, fault.Missing, at...)
	_, err = s.use(ming, &assist.Assist{ID: "ast_01ARZ3NDEKTSV4RRFFQ69G5FAV"})
	shoptest.Refuses(t, err, fault.Missing, at...)
	_, err = s.use(ming, s.help(s.start(ming, s.campaign(assist.Likes)), helpers...))
	shoptest.Refuses(t, err, assist.ErrState, at...)
	a := s.help(openOne, helpers...)
	_, err = s.use(hong, a)
	shoptest.Refuses(t, err, fault.Missing, at...)
	s.Must(s.Catalog.VisibilitySet(context.Background(), c.ProductID, false, "a test"))
	_, err = s.use(ming, a)
	shoptest.Refuses(t, err, order.ErrSkuUnavailable, at...)
	s.Must(s.Catalog.VisibilitySet(context.Background(), c.ProductID, true, "a test"))
	s.Clock.Advance(24*time.Hour - time.Microsecond)
	o, err := s.use(ming, a)
	s.Must(err)
	_, err = s.Orders.Cancel(context.Background(), ming.ShopperID, o.ID, "")
	s.Must(err)
	s.Clock.Advance(time.Microsecond)
	_, err = s.use(ming, a)
	shoptest.Refuses(t, err, assist.ErrState, at...)
}

// A campaign that the shop ends lets what was started run on, and a price reached be used for a day; never after its own end.
func TestAfterTheShopEndsACampaign(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 2)
	long := s.campaign(assist.Unlock, func(d *assist.CampaignDraft) {
		d.EndsAt, d.AssistSeconds = s.Clock.Now().Add(30*24*time.Hour), 20*24*3600
	})
	early, late := s.help(s.start(ming, long), helpers...), s.start(ming, long)
	_, err := s.Assists.End(context.Background(), long.ID)
	s.Must(err)
	s.Clock.Advance(23 * time.Hour)
	o, err := s.use(ming, early)
	s.Must(err)
	_, err = s.Orders.Cancel(context.Background(), ming.ShopperID, o.ID, "")
	s.Must(err)
	s.Clock.Advance(time.Hour)
	_, err = s.use(ming, early)
	shoptest.Refuses(t, err, assist.ErrState, "input", "checkout", "assistId")
	s.help(late, helpers...)
	s.Clock.Advance(23 * time.Hour)
	_, err = s.use(ming, late)
	s.Must(err)
}

func TestTwoOrdersOfOnePrice(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 2)
	c := s.campaign(assist.Bargain, func(d *assist.CampaignDraft) { d.PerShopperLimit = 100 })
	shoptest.Rounds(t, s.Shop, 3, func(round int) {
		if round > 0 && round%4 == 0 {
			s.Clock.Advance(24 * time.Hour)
			c = s.campaign(assist.Bargain, func(d *assist.CampaignDraft) { d.PerShopperLimit = 100 })
		}
		a := s.reached(ming, c, helpers)
		var won atomic.Int32
		shoptest.Together(4, func(int) {
			shoptest.Stagger()
			o, err := s.use(ming, a)
			switch {
			case err == nil:
				won.Add(1)
				_, err = s.Orders.Cancel(context.Background(), ming.ShopperID, o.ID, "")
				s.Try(err)
			case fault.Of(err) == nil || !fault.Of(err).Is(assist.ErrState):
				t.Error(err)
			}
		})
		if won.Load() == 0 {
			t.Error("nobody could use the price")
		}
		o, err := s.use(ming, a)
		s.Must(err)
		var paid atomic.Int32
		shoptest.Together(4, func(int) {
			if _, err := s.use(ming, a); err == nil {
				paid.Add(1)
			}
		})
		if paid.Load() != 0 {
			t.Errorf("%d more orders at the price that one has", paid.Load())
		}
		s.Pay(o)
	})
}

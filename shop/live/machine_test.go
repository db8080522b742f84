package live_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// TestAnyOfferInAnyOrder lets four shoppers, a host, the shop and the clock do anything in any order with the offers of a room. A model of the rules says which
// code each step is refused with, where every order stands, and how many units each offer has left, held and sold. Every promise holds after each walk, and the
// provider's book is ours. KAITUAN_STEPS is how many steps, 400 unless set.
func TestAnyOfferInAnyOrder(t *testing.T) {
	s := openStall(t)
	crowd := s.Crowd("m", 4)
	walks(t, s, func(r *rapid.T, its *stall) {
		m := &machine{stall: its, crowd: crowd}
		m.room = m.OnAir(m.host, m.productOf(m.skuID))
		for range perWalk {
			m.step(r)
			m.holds()
		}
		m.After(20 * time.Minute) // nobody is left unpaid to the next walk
		_, err := m.Live.End(context.Background(), m.host, m.room.ID)
		m.Must(err)
		m.Must(m.Broken())
	})
}

// perWalk is how many steps a walk has.
const perWalk = 50

// walks takes as many walks as have KAITUAN_STEPS steps together, 400 unless set. What fails in one of them is rapid's to report and to make smaller.
func walks(t *testing.T, s *stall, walk func(r *rapid.T, its *stall)) {
	shoptest.Checks(t, (shoptest.Steps(t, 400)+perWalk-1)/perWalk)
	rapid.Check(t, func(r *rapid.T) {
		its := *s.studio
		its.Shop = s.Within(r)
		walk(r, &stall{studio: &its, skuID: s.skuID})
	})
}

// machine is a room with what the model knows of it.
type machine struct {
	*stall
	crowd  []order.Buyer
	offers []*modelOffer
	orders []*modelOrder
}

type modelOffer struct {
	*live.Offer
	ended bool
	left  int
}

type modelOrder struct {
	*order.Order
	buyer    int
	of       *modelOffer
	quantity int
	state    order.State
	back     int
}

func (m *machine) step(r *rapid.T) {
	ctx := context.Background()
	switch do := rapid.SampledFrom([]string{"offer", "end", "place", "place", "place", "place", "pay", "pay", "cancel", "late", "late", "refund", "refund", "wait"}).Draw(r, "do"); do {
	case "offer":
		m.start(r)
	case "end":
		if offer := pick(r, m.offers, func(*modelOffer) bool { return true }); offer != nil {
			_, err := m.Live.OfferEnd(ctx, m.host, offer.ID)
			m.Must(err)
			offer.ended = true
		}
	case "place":
		if offer := pick(r, m.offers, func(*modelOffer) bool { return true }); offer != nil {
			m.buy(rapid.IntRange(0, len(m.crowd)-1).Draw(r, "buyer"), offer, rapid.IntRange(1, 3).Draw(r, "quantity"))
		}
	case "pay":
		if o := pick(r, m.orders, in(order.PendingPayment)); o != nil {
			m.Pay(o.Order)
			o.state = order.Paid
		}
	case "cancel":
		if o := pick(r, m.orders, in(order.PendingPayment)); o != nil {
			_, err := m.Orders.Cancel(ctx, o.ShopperID, o.ID, "")
			m.Must(err)
			m.release(o)
		}
	case "late":
		if o := pick(r, m.orders, in(order.PendingPayment)); o != nil {
			m.late(r, o)
		}
	case "refund":
		if o := pick(r, m.orders, in(order.Paid)); o != nil {
			m.refund(o, rapid.IntRange(1, o.quantity-o.back).Draw(r, "back"))
		}
	case "wait":
		m.After(16 * time.Minute)
		m.passed()
	}
}

// late is a payment that is heard of after its order's time, when others may have taken its units and the offer may have ended. No worker runs between: it would ask.
func (m *machine) late(r *rapid.T, o *modelOrder) {
	notice := m.Lost(o.Order)
	m.passed()
	for range rapid.IntRange(0, 2).Draw(r, "others") {
		m.buy(rapid.IntRange(0, len(m.crowd)-1).Draw(r, "buyer"), o.of, rapid.IntRange(1, 3).Draw(r, "quantity"))
	}
	if rapid.Bool().Draw(r, "ends") {
		_, err := m.Live.OfferEnd(context.Background(), m.host, o.of.ID)
		m.Must(err)
		o.of.ended = true
	}
	m.Notify(notice)
	if o.of.left >= o.quantity { // whether the offer has ended or not
		o.of.left, o.state = o.of.left-o.quantity, order.Paid
	}
}

// pick is one of those that fit, nil without any.
func pick[T any](r *rapid.T, all []*T, fits func(*T) bool) *T {
	var some []*T
	for _, one := range all {
		if fits(one) {
			some = append(some, one)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return some[rapid.IntRange(0, len(some)-1).Draw(r, "which")]
}

func in(state order.State) func(*modelOrder) bool {
	return func(o *modelOrder) bool { return o.state == state }
}

func (m *machine) start(r *rapid.T) {
	open := 0
	for _, offer := range m.offers {
		if !m.over(offer) {
			open++
		}
	}
	quota := rapid.IntRange(3, 8).Draw(r, "quota")
	offer, err := m.Live.OfferStart(context.Background(), m.host, m.offerDraft(func(d *live.OfferDraft) {
		d.Quota, d.Seconds = quota, rapid.SampledFrom([]int{60, 960, 86_400}).Draw(r, "seconds")
	}))
	if want := open >= 10; want != (fault.Of(err) != nil && fault.Of(err).Code == "LIMIT_PER_SHOPPER") || err != nil && !want {
		m.TB.Fatalf("an offer beside %d: %v", open, err)
	}
	if err == nil {
		m.offers = append(m.offers, &modelOffer{Offer: offer, left: quota})
	}
}

func (m *machine) over(offer *modelOffer) bool {
	return offer.ended || !m.Clock.Now().Before(offer.EndsAt)
}

func (m *machine) buy(buyer int, offer *modelOffer, quantity int) {
	unpaid, want := 0, ""
	for _, o := range m.orders {
		if o.buyer == buyer && o.state == order.PendingPayment {
			unpaid++
		}
	}
	switch {
	case unpaid >= 5:
		want = "LIMIT_PER_SHOPPER"
	case m.over(offer):
		want = "OFFER_NOT_OPEN"
	case offer.left < quantity:
		want = "OUT_OF_STOCK"
	}
	o, err := m.Orders.Place(context.Background(), m.crowd[buyer], buys(offer.Offer, quantity))
	got := ""
	if refusal := fault.Of(err); refusal != nil {
		got = refusal.Code
	}
	if got != want || err != nil && want == "" {
		m.TB.Fatalf("%d of %s with %d left: %v, want %q", quantity, offer.ID, offer.left, err, want)
	}
	if err == nil {
		offer.left -= quantity
		m.orders = append(m.orders, &modelOrder{Order: o, buyer: buyer, of: offer, quantity: quantity, state: order.PendingPayment})
	}
}

// refund asks units back and grants it.
func (m *machine) refund(o *modelOrder, units int) {
	refundID, err := m.Orders.RequestRefund(context.Background(), order.Requester{ShopperID: o.ShopperID}, order.RefundInput{
		IdempotencyKey: shoptest.NewKey(), OrderID: o.ID, Reason: "多了", Lines: []order.RefundLineInput{{LineID: o.Lines[0].ID, Quantity: units}},
	})
	m.Must(err)
	m.grant(refundID)
	m.Work()
	o.back += units
	o.of.left += units
	if o.back == o.quantity {
		o.state = order.Refunded
	}
}

func (m *machine) release(o *modelOrder) {
	o.state = order.Cancelled
	o.of.left += o.quantity
}

// passed ends what was unpaid: its time is over.
func (m *machine) passed() {
	for _, o := range m.orders {
		if o.state == order.PendingPayment {
			m.release(o)
		}
	}
}

// holds compares every row with the model.
func (m *machine) holds() {
	held, sold := map[*modelOffer]int{}, map[*modelOffer]int{}
	for _, o := range m.orders {
		m.Is(o.Order, o.state)
		switch o.state {
		case order.PendingPayment:
			held[o.of] += o.quantity
		case order.Paid:
			sold[o.of] += o.quantity - o.back
		}
	}
	for _, offer := range m.offers {
		m.units(offer.Offer, offer.left, held[offer], sold[offer])
		want := live.OfferOpen
		switch {
		case m.over(offer):
			want = live.OfferEnded
		case offer.left == 0:
			want = live.OfferSoldOut
		}
		if got := m.now(offer.Offer).OfferState; got != want {
			m.TB.Fatalf("offer %s is %s, want %s", offer.ID, got, want)
		}
	}
}

package live_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// stall is a room that is LIVE, with tea of 19.90 on its shelf.
type stall struct {
	*studio
	room  *live.Room
	skuID string
}

func openStall(t *testing.T) *stall {
	t.Helper()
	s := openStudio(t)
	skus := s.Goods("puer", 10_000, "19.90")
	return &stall{studio: s, room: s.OnAir(s.host, shoptest.ProductOf(skus), s.tea), skuID: skus[0].ID}
}

// offerDraft is an offer of ten at 15.00, for ten minutes.
func (s *stall) offerDraft(change ...func(*live.OfferDraft)) *live.OfferDraft {
	d := &live.OfferDraft{IdempotencyKey: shoptest.NewKey(), RoomID: s.room.ID, SkuID: s.skuID, Price: "15.00", Quota: 10, Seconds: 600}
	for _, c := range change {
		c(d)
	}
	return d
}

func (s *stall) offer(change ...func(*live.OfferDraft)) *live.Offer {
	s.TB.Helper()
	offer, err := s.Live.OfferStart(context.Background(), s.host, s.offerDraft(change...))
	s.Must(err)
	return offer
}

// buys is an input that buys units of an offer.
func buys(offer *live.Offer, quantity int) *order.PlaceInput {
	total := money.Of(offer.Price.Minor*int64(quantity), "CNY").Amount()
	return &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), ExpectedTotal: &total,
		Checkout: &order.Checkout{LiveOffer: &order.LiveOfferLineInput{OfferID: offer.ID, Quantity: quantity}},
	}
}

func (s *stall) place(buyer order.Buyer, offer *live.Offer, quantity int) *order.Order {
	s.TB.Helper()
	o, err := s.Orders.Place(context.Background(), buyer, buys(offer, quantity))
	s.Must(err)
	return o
}

// units fails the test unless an offer's units are as given.
func (s *stall) units(offer *live.Offer, left, held, sold int) {
	s.TB.Helper()
	got := [3]int{}
	for i, column := range []string{"units_left", "units_held", "units_sold"} {
		got[i] = s.Count("SELECT "+column+" FROM live_offers WHERE id = ?", offer.ID)
	}
	if got != [3]int{left, held, sold} {
		s.TB.Fatalf("the offer has %d left, %d held, %d sold; want %d, %d, %d", got[0], got[1], got[2], left, held, sold)
	}
}

// now is an offer as it is.
func (s *stall) now(offer *live.Offer) *live.Offer {
	s.TB.Helper()
	found, err := s.Live.Offers(context.Background(), []string{offer.ID})
	s.Must(err)
	return found[offer.ID]
}

func TestOfferStart(t *testing.T) {
	s := openStall(t)
	ctx := t.Context()
	other := s.Goods("other", 10, "9.00")[0].ID
	hidden := s.Goods("hidden", 10, "9.00")
	_, err := s.Live.ShelfSet(ctx, s.host, s.room.ID, []string{s.tea, shoptest.ProductOf(hidden), s.productOf(s.skuID)})
	s.Must(err)
	s.Must(s.Catalog.VisibilitySet(ctx, shoptest.ProductOf(hidden), false, "test"))
	scheduled := s.Room(s.host, s.tea)
	for _, tc := range []struct {
		name   string
		actor  string
		change func(*live.OfferDraft)
		err    error
		field  []string
	}{
		{"the sale price", s.host, func(d *live.OfferDraft) { d.Price = "19.90" }, nil, nil},
		{"more than the sale price", s.host, func(d *live.OfferDraft) { d.Price = "19.91" }, fault.OutOfRange, []string{"input", "price"}},
		{"for nothing", s.host, func(d *live.OfferDraft) { d.Price = "0" }, fault.OutOfRange, []string{"input", "price"}},
		{"no units", s.host, func(d *live.OfferDraft) { d.Quota = 0 }, fault.OutOfRange, []string{"input", "quota"}},
		{"too many units", s.host, func(d *live.OfferDraft) { d.Quota = 1_000_001 }, fault.OutOfRange, []string{"input", "quota"}},
		{"no time", s.host, func(d *live.OfferDraft) { d.Seconds = 0 }, fault.OutOfRange, []string{"input", "seconds"}},
		{"more than a day", s.host, func(d *live.OfferDraft) { d.Seconds = 86_401 }, fault.OutOfRange, []string{"input", "seconds"}},
		{"not on the shelf", s.host, func(d *live.OfferDraft) { d.SkuID = other }, fault.Missing, []string{"input", "skuId"}},
		{"taken down", s.host, func(d *live.OfferDraft) { d.SkuID = hidden[0].ID }, fault.Missing, []string{"input", "skuId"}},
		{"no such SKU", s.host, func(d *live.OfferDraft) { d.SkuID = "sku_none" }, fault.Missing, []string{"input", "skuId"}},
		{"no such room", s.host, func(d *live.OfferDraft) { d.RoomID = "lvr_none" }, fault.Missing, []string{"input", "roomId"}},
		{"a room that is not on air", s.host, func(d *live.OfferDraft) { d.RoomID = scheduled.ID }, live.ErrRoomState, []string{"input", "roomId"}},
		{"a guest's", s.guest, func(*live.OfferDraft) {}, live.ErrRole, []string{"input", "roomId"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			offer, err := s.Live.OfferStart(ctx, tc.actor, s.offerDraft(tc.change))
			if tc.err != nil {
				shoptest.Refuses(t, err, tc.err, tc.field...)
				return
			}
			if err != nil || offer.OfferState != live.OfferOpen || offer.Left != 10 || !offer.EndsAt.Equal(shoptest.Noon.Add(10*time.Minute)) {
				t.Errorf("%+v, %v", offer, err)
			}
		})
	}
}

// productOf is the product of a SKU.
func (s *stall) productOf(skuID string) string {
	s.TB.Helper()
	found, err := s.Catalog.ForSale(context.Background(), []string{skuID})
	s.Must(err)
	return found[skuID].ProductID
}

func TestOfferStartOnce(t *testing.T) {
	s := openStall(t)
	d := s.offerDraft()
	first, err := s.Live.OfferStart(t.Context(), s.host, d)
	s.Must(err)
	d.Price = "15.0" // means the same
	again, err := s.Live.OfferStart(t.Context(), s.host, d)
	if err != nil || again.ID != first.ID {
		t.Errorf("%+v, %v; want %s", again, err, first.ID)
	}
	d.Quota++
	_, err = s.Live.OfferStart(t.Context(), s.host, d)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
}

func TestARoomHasTenOpenOffers(t *testing.T) {
	s := openStall(t)
	coHost := s.Shopper("co").ShopperID
	s.staff(s.room, coHost, live.CoHost)
	errs := make([]error, 16)
	shoptest.Together(len(errs), func(i int) { // two people's doings are not serial by their own rows
		actor := s.host
		if i%2 == 1 {
			actor = coHost
		}
		_, errs[i] = s.Live.OfferStart(context.Background(), actor, s.offerDraft())
	})
	open := 0
	for _, err := range errs {
		if err == nil {
			open++
		} else if refusal := fault.Of(err); refusal == nil || refusal.Code != "LIMIT_PER_SHOPPER" {
			t.Errorf("refused with %v", err)
		}
	}
	if open != 10 {
		t.Errorf("%d offers are open, want 10", open)
	}
	offers, err := s.Live.OffersOf(t.Context(), []string{s.room.ID})
	if err != nil || len(offers[s.room.ID]) != 10 {
		t.Fatalf("%d offers, %v", len(offers[s.room.ID]), err)
	}
	_, err = s.Live.OfferEnd(t.Context(), s.host, offers[s.room.ID][0].ID)
	s.Must(err)
	s.offer()
}

func TestOfferIsBought(t *testing.T) {
	s := openStall(t)
	offer := s.offer()
	o := s.place(s.Shopper("a"), offer, 3)
	if o.Total.Minor != 4500 || len(o.Adjustments) != 1 || o.Adjustments[0].Kind != order.ByLiveOffer || o.Adjustments[0].Amount.Minor != -3*490 {
		t.Errorf("the order is %+v", o)
	}
	s.units(offer, 7, 3, 0)
	s.Pay(o)
	s.Is(o, order.Paid)
	s.units(offer, 7, 0, 3)
	s.place(s.Shopper("b"), offer, 7)
	s.units(offer, 0, 7, 3)
	if got := s.now(offer); got.OfferState != live.OfferSoldOut || got.Left != 0 {
		t.Errorf("sold out, and %+v", got)
	}
	for _, tc := range []struct {
		quantity int
		err      error
		field    string
	}{{1, live.ErrQuotaSpent, "quantity"}, {0, fault.OutOfRange, "quantity"}, {11, fault.OutOfRange, "quantity"}} {
		_, err := s.Orders.Place(t.Context(), s.Shopper("c"), buys(offer, tc.quantity))
		shoptest.Refuses(t, err, tc.err, "input", "checkout", "liveOffer", tc.field)
	}
	s.After(16 * time.Minute) // the second order was never paid; the offer's time is over, too
	s.units(offer, 7, 0, 3)
	if got := s.now(offer); got.OfferState != live.OfferEnded {
		t.Errorf("its time is over, and it is %+v", got)
	}
	_, err := s.Orders.Place(t.Context(), s.Shopper("c"), buys(offer, 1))
	shoptest.Refuses(t, err, live.ErrOfferNotOpen, "input", "checkout", "liveOffer", "offerId")
	_, err = s.Orders.Place(t.Context(), s.Shopper("c"), buys(&live.Offer{ID: "lvo_none", Price: offer.Price}, 1))
	shoptest.Refuses(t, err, fault.Missing, "input", "checkout", "liveOffer", "offerId")
}

func TestOfferTakesNoCoupon(t *testing.T) {
	s := openStall(t)
	in := buys(s.offer(), 1)
	in.Checkout.CouponIDs = []string{"cpn_none"}
	if _, err := s.Orders.Place(t.Context(), s.Shopper("a"), in); fault.Of(err) == nil {
		t.Errorf("placed with a coupon: %v", err)
	}
}

// What the catalogue refuses is refused at what the input names: a product that was taken down, and stock that is short although the quota is not.
func TestGoodsOfAnOfferThatCannotBeHad(t *testing.T) {
	s := openStall(t)
	skus := s.Goods("few", 2, "30.00")
	_, err := s.Live.ShelfSet(t.Context(), s.host, s.room.ID, []string{shoptest.ProductOf(skus)})
	s.Must(err)
	offer := s.offer(func(d *live.OfferDraft) { d.SkuID = skus[0].ID })
	_, err = s.Orders.Place(t.Context(), s.Shopper("a"), buys(offer, 3))
	shoptest.Refuses(t, err, catalog.ErrOutOfStock, "input", "checkout", "liveOffer", "quantity")
	s.Must(s.Catalog.VisibilitySet(t.Context(), shoptest.ProductOf(skus), false, "test"))
	_, err = s.Orders.Place(t.Context(), s.Shopper("a"), buys(offer, 1))
	shoptest.Refuses(t, err, order.ErrSkuUnavailable, "input", "checkout", "liveOffer", "offerId")
	s.units(offer, 10, 0, 0)
}

func TestCancelledAndRefundedUnitsReturn(t *testing.T) {
	s := openStall(t)
	offer := s.offer()
	a, b := s.Shopper("a"), s.Shopper("b")
	o := s.place(a, offer, 10)
	_, err := s.Orders.Cancel(t.Context(), a.ShopperID, o.ID, "")
	s.Must(err)
	s.units(offer, 10, 0, 0)
	o = s.Pay(s.place(b, offer, 10))
	refundID, err := s.Orders.RequestRefund(t.Context(), order.Requester{ShopperID: b.ShopperID}, order.RefundInput{
		IdempotencyKey: shoptest.NewKey(), OrderID: o.ID, Reason: "多了", Lines: []order.RefundLineInput{{LineID: o.Lines[0].ID, Quantity: 4}},
	})
	s.Must(err)
	s.units(offer, 0, 0, 10) // asked for, not granted
	s.grant(refundID)
	s.units(offer, 4, 0, 6)
	s.Work()
	s.place(a, offer, 4)
	s.units(offer, 0, 4, 6)
	refundID, err = s.AskBack(o)
	s.Must(err)
	_, err = s.Live.OfferEnd(t.Context(), s.host, offer.ID)
	s.Must(err)
	before := s.news(offer.RoomID)
	s.grant(refundID)
	s.units(offer, 6, 4, 0)
	s.Work()
	s.Is(o, order.Refunded)
	if after := s.news(offer.RoomID); after != before { // nobody can have them any more
		t.Errorf("units that came back after the end are told: %q after %q", after, before)
	}
}

func (s *stall) grant(refundID string) {
	s.TB.Helper()
	s.Must(s.Orders.DecideRefund(context.Background(), refundID, true, false, ""))
}

func TestAnOfferEndsInTheMiddle(t *testing.T) {
	for name, end := range map[string]func(s *stall, offer *live.Offer) error{
		"by its host": func(s *stall, offer *live.Offer) error {
			_, err := s.Live.OfferEnd(context.Background(), s.host, offer.ID)
			return err
		},
		"with its room": func(s *stall, _ *live.Offer) error {
			_, err := s.Live.End(context.Background(), s.host, s.room.ID)
			return err
		},
		"by a ban": func(s *stall, _ *live.Offer) error {
			_, err := s.Live.Ban(context.Background(), s.room.ID, "违规")
			return err
		},
		"by its time": func(s *stall, _ *live.Offer) error {
			s.After(10 * time.Minute)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStall(t)
			offer := s.offer()
			o := s.place(s.Shopper("a"), offer, 2)
			before := s.Count("SELECT COUNT(*) FROM live_news WHERE kind = 'OFFER' AND ref = ?", offer.ID)
			s.Must(end(s, offer))
			if after := s.Count("SELECT COUNT(*) FROM live_news WHERE kind = 'OFFER' AND ref = ?", offer.ID); after != before+1 {
				t.Errorf("%d pieces of news, want %d", after, before+1)
			}
			if got := s.now(offer); got.OfferState != live.OfferEnded {
				t.Errorf("%+v", got)
			}
			if n := s.Count("SELECT COUNT(*) FROM deadlines WHERE kind = ?", live.OfferDeadline); n != 0 {
				t.Errorf("%d deadlines are left", n)
			}
			_, err := s.Orders.Place(t.Context(), s.Shopper("b"), buys(offer, 1))
			shoptest.Refuses(t, err, live.ErrOfferNotOpen, "input", "checkout", "liveOffer", "offerId")
			s.Pay(o)
			s.Is(o, order.Paid)
			s.units(offer, 8, 0, 2)
		})
	}
}

func TestALatePaymentTakesItsUnitsAgain(t *testing.T) {
	s := openStall(t)
	offer := s.offer(func(d *live.OfferDraft) { d.Quota, d.Seconds = 2, 86_400 })
	first, second := s.place(s.Shopper("a"), offer, 2), (*order.Order)(nil)
	notice := s.Lost(first)
	s.units(offer, 2, 0, 0)
	second = s.place(s.Shopper("b"), offer, 1)
	s.Notify(notice) // one unit is left, and two were paid for
	s.Is(first, order.Cancelled)
	s.units(offer, 1, 1, 0)
	s.Converge()
	s.Refunded(first, 3000, 3000)

	buyer := s.Shopper("c")
	third := s.place(buyer, offer, 1)
	notice = s.Lost(third)
	_, err := s.Live.OfferEnd(t.Context(), s.host, offer.ID)
	s.Must(err)
	s.Notify(notice) // the offer is over, and the unit it was promised is left
	s.Is(third, order.Paid)
	s.Is(second, order.Cancelled)
	s.units(offer, 1, 0, 1)
}

func TestTheLastUnitsGoToWhoIsFirst(t *testing.T) {
	s := openStall(t)
	crowd := s.Crowd("r", 64)
	shoptest.Rounds(t, s.Shop, 1, func(int) {
		offer := s.offer(func(d *live.OfferDraft) { d.Quota = 10 })
		placed := make([]*order.Order, len(crowd))
		shoptest.Together(len(crowd), func(i int) {
			shoptest.Stagger()
			var err error
			placed[i], err = s.Orders.Place(context.Background(), crowd[i], buys(offer, 1+i%2))
			if err != nil && !errors.Is(err, live.ErrQuotaSpent) {
				t.Error(err)
			}
		})
		left, units := s.now(offer).Left, 0
		for i, o := range placed {
			if o != nil {
				units += 1 + i%2
			}
		}
		if units+left != 10 || left > 1 {
			t.Errorf("%d units were ordered and %d are left, of 10", units, left)
		}
		s.units(offer, left, units, 0)
		shoptest.Together(len(crowd), func(i int) { // half of them pay, the others give up
			switch o := placed[i]; {
			case o == nil:
			case i%4 < 2:
				s.Notify(s.Decide(o, true))
			default:
				_, err := s.Orders.Cancel(context.Background(), crowd[i].ShopperID, o.ID, "")
				s.Try(err)
			}
		})
		s.units(offer, 10-s.Count("SELECT units_sold FROM live_offers WHERE id = ?", offer.ID), 0, s.Count("SELECT units_sold FROM live_offers WHERE id = ?", offer.ID))
		_, err := s.Live.OfferEnd(context.Background(), s.host, offer.ID)
		s.Must(err)
	})
}

func TestNobodyBuysOfAnOfferThatEnds(t *testing.T) {
	s := openStall(t)
	crowd := s.Crowd("e", 8)
	shoptest.Rounds(t, s.Shop, 3, func(int) {
		offer := s.offer()
		placed := make([]*order.Order, len(crowd))
		shoptest.Together(len(crowd)+1, func(i int) {
			shoptest.Stagger()
			if i == len(crowd) {
				_, err := s.Live.OfferEnd(context.Background(), s.host, offer.ID)
				s.Try(err)
				return
			}
			var err error
			placed[i], err = s.Orders.Place(context.Background(), crowd[i], buys(offer, 1))
			if err != nil && !errors.Is(err, live.ErrOfferNotOpen) {
				t.Error(err)
			}
		})
		for i, o := range placed {
			if o != nil {
				_, err := s.Orders.Cancel(context.Background(), crowd[i].ShopperID, o.ID, "")
				s.Must(err)
			}
		}
		s.units(offer, 10, 0, 0)
	})
}

func TestAnchors(t *testing.T) {
	s := openStall(t)
	ctx := t.Context()
	lowest := func() int64 {
		t.Helper()
		anchors, err := s.Live.Anchors(ctx, "", []string{s.skuID, "sku_none"})
		s.Must(err)
		if anchor, ok := anchors[s.skuID]; ok {
			return anchor.Live.Minor
		}
		return 0
	}
	is := func(want int64, when string) {
		t.Helper()
		if got := lowest(); got != want {
			t.Errorf("%s: %d, want %d", when, got, want)
		}
	}
	is(0, "without offers")
	s.offer()
	cheap := s.offer(func(d *live.OfferDraft) { d.Price, d.Quota, d.Seconds = "12.00", 1, 60 })
	is(1200, "two offers")
	buyer := s.Shopper("a")
	o := s.place(buyer, cheap, 1)
	is(1500, "the cheap one sold out")
	_, err := s.Orders.Cancel(ctx, buyer.ShopperID, o.ID, "")
	s.Must(err)
	is(1200, "its unit came back")
	_, err = s.Live.Pause(ctx, s.host, s.room.ID)
	s.Must(err)
	is(1200, "paused, and still sold")
	s.place(s.Shopper("p"), cheap, 1)
	is(1500, "sold out while paused")
	_, err = s.Live.Start(ctx, s.host, s.room.ID)
	s.Must(err)
	s.Clock.Advance(time.Minute)
	is(1500, "the cheap one's time is up")
	_, err = s.Live.End(ctx, s.host, s.room.ID)
	s.Must(err)
	is(0, "the room has ended")
}

package live_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// A product that is taken down leaves the rooms: its offers end, it is unpinned, and viewers hear of it; others' offers run on, and so does what was ordered.
func TestAProductIsTakenDown(t *testing.T) {
	s := openStall(t)
	ctx := t.Context()
	puer := s.productOf(s.skuID)
	teaSKU := s.Goods("tea", 1000, "19.90")[0].ID
	other, scheduled, ended := s.OnAir(s.host, puer, s.tea), s.Room(s.host, puer), s.bring(live.Ended)
	for room, product := range map[*live.Room]string{s.room: puer, other: s.tea, scheduled: puer} {
		_, err := s.Live.Pin(ctx, s.host, room.ID, product, nil)
		s.Must(err)
	}
	offer, its := s.offer(), s.offer(func(d *live.OfferDraft) { d.SkuID = teaSKU })
	left := s.offer(func(d *live.OfferDraft) { d.RoomID = other.ID })
	_, err := s.Live.ShelfSet(ctx, s.host, other.ID, []string{s.tea}) // the offer runs on
	s.Must(err)
	o := s.place(s.Shopper("a"), offer, 2)
	before := map[*live.Room]string{s.room: s.news(s.room.ID), other: s.news(other.ID), scheduled: s.news(scheduled.ID), ended: s.news(ended.ID)}

	s.Must(s.Catalog.VisibilitySet(ctx, puer, false, "test"))
	s.deliver()
	for room, want := range map[*live.Room]string{s.room: " PIN OFFER SHELF", other: " OFFER SHELF", scheduled: " PIN SHELF", ended: ""} {
		if got := s.news(room.ID); got != before[room]+want {
			t.Errorf("told %q after %q, want%s more", got, before[room], want)
		}
	}
	for room, want := range map[*live.Room]string{s.room: "", other: s.tea, scheduled: ""} {
		if got := s.pinned(room); got != want {
			t.Errorf("%q is pinned, want %q", got, want)
		}
	}
	for offer, want := range map[*live.Offer]live.OfferState{offer: live.OfferEnded, left: live.OfferEnded, its: live.OfferOpen} {
		if got := s.now(offer); got.OfferState != want {
			t.Errorf("the offer of %s is %s, want %s", offer.SkuID, got.OfferState, want)
		}
	}
	_, err = s.Orders.Place(ctx, s.Shopper("b"), buys(offer, 1))
	shoptest.Refuses(t, err, live.ErrOfferNotOpen, "input", "checkout", "liveOffer", "offerId")
	s.Pay(o)
	s.Is(o, order.Paid)
	s.units(offer, 8, 0, 2)

	s.deliver()
	told := s.news(s.room.ID)
	s.Must(s.Catalog.VisibilitySet(ctx, puer, true, "test"))
	s.deliver()
	if got := s.news(s.room.ID); got != told+" SHELF" {
		t.Errorf("back, and told %q after %q", got, told)
	}
	if got := s.now(offer); got.OfferState != live.OfferEnded {
		t.Errorf("back, and the offer is %s", got.OfferState)
	}
	s.offer()
}

// pinned is the product that is pinned in a room, "" when none is.
func (s *studio) pinned(room *live.Room) string {
	s.TB.Helper()
	got, err := s.Live.Room(context.Background(), room.ID)
	s.Must(err)
	if got.Pinned == nil {
		return ""
	}
	return got.Pinned.ProductID
}

// That a product was taken down is heard when it is back already: what there was before ends, and what has begun since stays.
func TestATakeDownIsHeardAfterTheProductIsBack(t *testing.T) {
	s := openStall(t)
	ctx := t.Context()
	puer := s.productOf(s.skuID)
	other := s.OnAir(s.host, puer)
	pin := func(room *live.Room) {
		t.Helper()
		_, err := s.Live.Pin(ctx, s.host, room.ID, puer, nil)
		s.Must(err)
	}
	set := func(visible bool) {
		t.Helper()
		s.Clock.Advance(time.Second)
		s.Must(s.Catalog.VisibilitySet(ctx, puer, visible, "test"))
	}
	pin(s.room)
	pin(other)
	before, there := s.offer(), s.offer(func(d *live.OfferDraft) { d.RoomID = other.ID })
	set(false)
	set(true)
	s.Clock.Advance(time.Second)
	pin(s.room)
	since := s.offer()
	s.deliver()
	for offer, want := range map[*live.Offer]live.OfferState{before: live.OfferEnded, there: live.OfferEnded, since: live.OfferOpen} {
		if got := s.now(offer); got.OfferState != want {
			t.Errorf("the offer of %s is %s, want %s", offer.StartsAt, got.OfferState, want)
		}
	}
	if now, elsewhere := s.pinned(s.room), s.pinned(other); now != puer || elsewhere != "" {
		t.Errorf("%q is pinned since, %q from before", now, elsewhere)
	}

	// Once more, and gone again when it is heard: nothing stays.
	set(false)
	set(true)
	s.Clock.Advance(time.Second)
	last := s.offer()
	set(false)
	s.deliver()
	if a, b := s.now(since).OfferState, s.now(last).OfferState; a != live.OfferEnded || b != live.OfferEnded || s.pinned(s.room) != "" {
		t.Errorf("gone, and the offers are %s and %s, %q is pinned", a, b, s.pinned(s.room))
	}
}

// However a start and a take-down fall together, no offer of what was taken down is open in the end.
func TestNoOfferOutlivesATakeDown(t *testing.T) {
	s := openStall(t)
	puer := s.productOf(s.skuID)
	shoptest.Rounds(t, s.Shop, 4, func(int) {
		s.Must(s.Catalog.VisibilitySet(context.Background(), puer, true, "test"))
		shoptest.Together(4, func(i int) {
			shoptest.Stagger()
			var err error
			switch i {
			case 0:
				if err = s.Catalog.VisibilitySet(context.Background(), puer, false, "test"); err == nil {
					err = s.delivered()
				}
			case 1:
				_, err = s.Live.Pin(context.Background(), s.host, s.room.ID, puer, nil)
			default:
				_, err = s.Live.OfferStart(context.Background(), s.host, s.offerDraft())
			}
			if err != nil && (fault.Of(err) == nil || !fault.Of(err).Is(fault.Missing)) {
				t.Error(err)
			}
		})
		s.deliver()
		if n := s.Count("SELECT COUNT(*) FROM live_offers WHERE ended_at IS NULL"); n != 0 {
			t.Errorf("%d offers are open", n)
		}
		if n := s.Count("SELECT COUNT(*) FROM live_rooms WHERE pinned_id IS NOT NULL"); n != 0 {
			t.Error("it is pinned")
		}
	})
}

// A product is taken down while an offer of it has started and not committed yet: the offer ends, too.
func TestATakeDownMeetsAnOfferThatStarts(t *testing.T) {
	s := openStall(t)
	started, hidden, down := make(chan struct{}), make(chan struct{}), make(chan struct{})
	puer := s.productOf(s.skuID)
	var once sync.Once
	go func() {
		defer close(down)
		<-started
		s.Try(s.Catalog.VisibilitySet(context.Background(), puer, false, "test"))
		close(hidden)
		s.Try(s.delivered())
	}()
	s.Must(s.Store.InTx(t.Context(), func(ctx context.Context) error {
		_, err := s.Live.OfferStart(ctx, s.host, s.offerDraft())
		once.Do(func() { close(started) })
		if !s.Store.SQLite() { // which has one writer, so that the product is hidden after the commit
			<-hidden
		}
		select {
		case <-down:
			t.Error("the take-down has not waited for the offer that starts")
		case <-time.After(300 * time.Millisecond):
		}
		return err
	}))
	<-down
	if n := s.Count("SELECT COUNT(*) FROM live_offers WHERE ended_at IS NULL"); n != 0 || s.Count("SELECT COUNT(*) FROM live_offers") != 1 {
		t.Errorf("%d offers are open", n)
	}
}

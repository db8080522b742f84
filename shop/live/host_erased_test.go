package live_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/live"
)

// Whatever a host leaves on air when he is erased ends with all that runs there, once, under whichever of his accounts he opened it; others' rooms run on without him.
func TestRoomsOfAnErasedHostEnd(t *testing.T) {
	s := openStall(t)
	ctx := t.Context()
	buyer, coHost := s.Shopper("buyer"), s.Shopper("cohost").ShopperID
	s.staff(s.room, coHost, live.CoHost)
	offer, ten := s.offer(), s.template(10)
	unpaid := s.place(buyer, offer, 3)
	drop := s.drop(s.room, ten, 7)
	lottery := s.lottery(s.room, 1)
	_, err := s.Live.LotteryEnter(ctx, s.guest, lottery.ID)
	s.Must(err)
	scheduled, paused, ended, banned := s.bring(live.Scheduled), s.bring(live.Paused), s.bring(live.Ended), s.bring(live.Banned)
	second := s.Shopper("second").ShopperID
	his := s.OnAir(second, s.tea) // opened before he was known to be the host
	others := s.OnAir(coHost, s.tea)
	_, err = s.Live.StaffSet(ctx, coHost, others.ID, s.publicID(s.host), live.CoHost)
	s.Must(err)
	s.host = s.become(s.host, "second")

	s.Must(s.Members.Erase(ctx, s.host, "H5"))
	if got := s.role(others, s.host); got != live.Viewer {
		t.Errorf("in the other's room he still is %s", got)
	}
	if n := s.Count("SELECT COUNT(*) FROM live_members WHERE shopper_id IN (?, ?)", s.host, second); n != 0 {
		t.Errorf("%d rooms know him", n)
	}
	s.Clock.Advance(time.Second)
	end := s.Clock.Now()
	s.deliver()
	news := s.news(s.room.ID)
	s.Clock.Advance(time.Second)
	s.Must(s.Live.OnErased(ctx, fact.ShopperErased{ShopperID: s.host, At: end}))
	if after := s.news(s.room.ID); after != news {
		t.Errorf("told again: %q after %q", after, news)
	}
	for _, tc := range []struct {
		name string
		room *live.Room
		want live.State
	}{
		{"on air", s.room, live.Ended},
		{"scheduled", scheduled, live.Ended},
		{"paused", paused, live.Ended},
		{"his other account's", his, live.Ended},
		{"ended before", ended, live.Ended},
		{"banned before", banned, live.Banned},
		{"another's", others, live.OnAir},
	} {
		room, err := s.Live.Room(ctx, tc.room.ID)
		s.Must(err)
		before := tc.room.EndedAt
		if room.State != tc.want || before != nil && !room.EndedAt.Equal(*before) || before == nil && tc.want == live.Ended && !room.EndedAt.Equal(end) {
			t.Errorf("%s: %s, ended at %v", tc.name, room.State, room.EndedAt)
		}
	}
	if got := s.now(offer); got.OfferState != live.OfferEnded {
		t.Errorf("the offer is %s", got.OfferState)
	}
	s.left(drop, 0, 10)
	if l := s.fresh(lottery); l.Seed == nil || l.DrawnAt == nil || l.Entries != 1 {
		t.Errorf("the lottery is %+v", l)
	}
	s.Pay(unpaid) // what was ordered is sold at its price
	s.units(offer, 7, 0, 3)
	if _, err := s.Live.End(context.Background(), coHost, s.room.ID); err != nil {
		t.Errorf("a co-host who ends it, too: %v", err)
	}
}

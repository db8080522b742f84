package assist_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// returns has a person erased, and signed in again by the same account of the platform.
func (s *shop) returns(b order.Buyer, name string) order.Buyer {
	s.TB.Helper()
	s.Must(s.Members.Erase(context.Background(), b.ShopperID, b.Channel))
	back := s.Shopper(name)
	if back.ShopperID == b.ShopperID {
		s.TB.Fatalf("%s is as he was", name)
	}
	return back
}

// refused fails unless a help is refused so, and was shown so.
func (s *shop) refused(what string, b order.Buyer, a *assist.Assist, want *fault.Error) *fault.Error {
	s.TB.Helper()
	shown, err := s.Assists.Refusals(context.Background(), b.ShopperID, []*assist.Assist{s.now(a)})
	s.Must(err)
	_, err = s.Assists.Help(context.Background(), as(b), a.ID)
	got := fault.Of(err)
	if shown[a.ID] == nil || got == nil || got.Code != want.Code || shown[a.ID].Code != want.Code || shown[a.ID].Message != got.Message {
		s.TB.Fatalf("%s: shown %v, then %v; want %s", what, shown[a.ID], err, want.Code)
	}
	return got
}

// startRefused fails unless a start is refused so.
func (s *shop) startRefused(b order.Buyer, c *assist.Campaign, want *fault.Error) *fault.Error {
	s.TB.Helper()
	_, err := s.Assists.Start(context.Background(), as(b), shoptest.NewKey(), c.ID)
	if err == nil {
		s.TB.Fatal("it starts")
	}
	return shoptest.Refuses(s.TB, err, want, "input", "campaignId")
}

// Who has himself erased and comes back on the same day has helped and started what there is, and as often as one may in a day; from the next day on he does as
// everybody with what begins then, and is never new again.
func TestWhoComesBackHasDoneAllThatHeCould(t *testing.T) {
	s := open(t)
	ming, cat := s.Shopper("ming"), s.Shopper("cat")
	old := s.campaign(assist.Likes, goal(9))
	invite := s.campaign(assist.Invite, goal(9), func(d *assist.CampaignDraft) { d.AssistSeconds = 3 * 86400; d.EndsAt = d.EndsAt.AddDate(0, 0, 9) })
	before, unhelped := s.start(ming, old), s.start(ming, old)
	inviting := s.start(ming, invite)
	s.help(before, cat)
	s.start(cat, old)
	s.Clock.Advance(time.Minute)
	cat = s.returns(cat, "cat")

	s.refused("what he helped with", cat, before, assist.ErrHelped)
	s.refused("what he did not help with, for all that is known", cat, unhelped, assist.ErrHelped)
	s.refused("newcomers only, of before", cat, inviting, assist.ErrHelped)
	s.refused("what was started after him, on the same day", cat, s.start(ming, old), assist.ErrHelped)
	if got := s.startRefused(cat, old, assist.ErrLimit); got.Available == nil || *got.Available != 0 {
		t.Errorf("he may start %v", got.Available)
	}
	s.startRefused(cat, s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.StartsAt = s.Clock.Now() }), assist.ErrLimit)

	s.Clock.Advance(12 * time.Hour) // past midnight
	fresh := s.campaign(assist.Likes, goal(9), func(d *assist.CampaignDraft) { d.StartsAt = s.Clock.Now() })
	a := s.start(ming, fresh)
	s.help(a, cat)
	s.refused("twice", cat, a, assist.ErrHelped)
	s.start(cat, fresh)
	s.startRefused(cat, old, assist.ErrLimit)
	inviting = s.start(ming, invite)
	s.Clock.Advance(time.Minute)
	s.refused("newcomers only, begun after he was back", cat, inviting, assist.ErrNewcomersOnly)
	s.help(inviting, s.Shopper("new"))
}

// A day's helps and starts are used up on the day of the erasure, however new what they are for. Only somebody behind whose back the clock of another process ran
// finds such a thing: what he left is a midnight that has not come.
func TestTheDayOfAnErasureIsUsedUp(t *testing.T) {
	s := open(t)
	ming, cat := s.Shopper("ming"), s.Shopper("cat")
	c := s.campaign(assist.Likes, goal(9))
	a := s.start(ming, c)
	s.Must(s.Store.InTx(context.Background(), func(ctx context.Context) error {
		_, err := s.Store.Exec(ctx, "UPDATE shoppers SET left_on = ? WHERE id = ?", s.Clock.Now().Add(-90*time.Minute), cat.ShopperID)
		return err
	}))
	if got := s.refused("a help of that day", cat, a, fault.TooOften); got.RetryAfter != 12*time.Hour {
		t.Errorf("try again after %v", got.RetryAfter)
	}
	if got := s.startRefused(cat, c, fault.TooOften); got.RetryAfter != 12*time.Hour {
		t.Errorf("try again after %v", got.RetryAfter)
	}
	s.Clock.Advance(12 * time.Hour)
	s.help(s.start(ming, c), cat)
	s.start(cat, c)
}

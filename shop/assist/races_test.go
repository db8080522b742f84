package assist_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// Five hundred friends at once, for goals that the first, some or all of them reach: as many count as the goal takes, the cuts sum exactly, it is closed once and
// rewarded once.
func TestFiveHundredHelpersRace(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming")
	crowd := s.Crowd("helper", 500)
	for _, want := range []struct {
		kind assist.Kind
		goal int
	}{{assist.Bargain, 1}, {assist.Bargain, 123}, {assist.Likes, 500}} {
		a := s.start(ming, s.campaign(want.kind, goal(want.goal)))
		var counted, late atomic.Int32
		shoptest.Together(len(crowd), func(i int) {
			shoptest.Stagger()
			for {
				_, err := s.Assists.Help(context.Background(), as(crowd[i]), a.ID)
				switch refusal := fault.Of(err); {
				case err == nil:
					counted.Add(1)
				case refusal != nil && refusal.Is(fault.BusyRetry):
					continue // nothing has happened: the same again
				case refusal != nil && refusal.Is(assist.ErrState):
					late.Add(1)
				default:
					t.Error(err)
				}
				return
			}
		})
		a = s.is(a, assist.Reached)
		if int(counted.Load()) != want.goal || int(counted.Load()+late.Load()) != len(crowd) || a.Progress != want.goal {
			t.Errorf("%d of %d helped and %d were late, progress %d of %d", counted.Load(), len(crowd), late.Load(), a.Progress, want.goal)
		}
		if n := s.Count("SELECT COUNT(*) FROM facts WHERE aggregate = ? AND topic = 'AssistReached'", a.ID); n != 1 {
			t.Errorf("it was reached %d times", n)
		}
		if want.kind == assist.Bargain {
			if n := s.Count("SELECT SUM(cut) FROM assist_helps WHERE assist_id = ?", a.ID); n != 600 || a.PriceNow.Minor != 400 {
				t.Errorf("the cuts sum to %d, the price is %d", n, a.PriceNow.Minor)
			}
		}
	}
	s.Rewards()
	shoptest.Together(8, func(int) { s.Try(rewardAll(s)) })
	if s.points(ming) != 30 {
		t.Errorf("ming has %d points", s.points(ming))
	}
}

// rewardAll tells every fact of a reached assist once more, as a delivery that comes twice does.
func rewardAll(s *shop) error {
	rows, err := s.Store.Texts(context.Background(), "SELECT id FROM assists WHERE state = 'REACHED'")
	if err != nil {
		return err
	}
	for _, id := range rows {
		if err := s.reward(id); err != nil {
			return err
		}
	}
	return nil
}

// One helper who taps many times at once, over one assist and over many: once each, and never more than a day's.
func TestDoubleTaps(t *testing.T) {
	s := open(t)
	ming, hong := s.Shopper("ming"), s.Shopper("hong")
	c := s.campaign(assist.Charity, goal(50), func(d *assist.CampaignDraft) { d.HelpsPerDay = 3 })
	shoptest.Rounds(t, s.Shop, 2, func(round int) {
		s.Clock.Advance(25 * time.Hour)
		c = s.campaign(assist.Charity, goal(50), func(d *assist.CampaignDraft) { d.HelpsPerDay = 3 })
		var assists []*assist.Assist
		for range assist.StartsPerDay {
			assists = append(assists, s.start(ming, c))
		}
		var helped atomic.Int32
		shoptest.Together(15, func(i int) {
			shoptest.Stagger()
			_, err := s.Assists.Help(context.Background(), as(hong), assists[i%len(assists)].ID)
			switch refusal := fault.Of(err); {
			case err == nil:
				helped.Add(1)
			case refusal == nil || !refusal.Is(assist.ErrHelped) && !refusal.Is(fault.TooOften):
				t.Error(err)
			}
		})
		if helped.Load() != 3 {
			t.Errorf("%d helps of one person in a day, want 3", helped.Load())
		}
	})
}

// One person who starts many at once has as many as he may.
func TestStartsRace(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming")
	shoptest.Rounds(t, s.Shop, 2, func(round int) {
		s.Clock.Advance(25 * time.Hour)
		template := s.template(2, 10)
		few := s.campaign(assist.Likes, func(d *assist.CampaignDraft) {
			d.PerShopperLimit, d.Reward = 3, &assist.RewardDraft{CouponTemplateID: &template.ID}
		})
		var started atomic.Int32
		shoptest.Together(8, func(int) {
			shoptest.Stagger()
			if _, err := s.Assists.Start(context.Background(), as(ming), shoptest.NewKey(), few.ID); err == nil {
				started.Add(1)
			} else if fault.Of(err) == nil {
				t.Error(err)
			}
		})
		if started.Load() != 2 { // as many as there are coupons
			t.Errorf("%d assists for two coupons", started.Load())
		}
	})
}

// The last help and the end of the assist's time are rivals: one of them wins, whoever is first.
func TestTheLastHelpRacesTheEnd(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 2)
	won := map[assist.State]int{}
	shoptest.Rounds(t, s.Shop, 4, func(round int) {
		s.Clock.Advance(25 * time.Hour)
		a := s.help(s.start(ming, s.campaign(assist.Bargain)), helpers[0])
		s.Clock.Advance(time.Hour - time.Microsecond)
		shoptest.Together(2, func(i int) {
			shoptest.Stagger()
			if i == 0 {
				s.Clock.Advance(time.Microsecond)
				s.Work()
				return
			}
			_, err := s.Assists.Help(context.Background(), as(helpers[1]), a.ID)
			if err != nil && !fault.Of(err).Is(assist.ErrState) {
				t.Error(err)
			}
		})
		fresh := s.now(a)
		won[fresh.State]++
		if fresh.State == assist.Open || (fresh.State == assist.Reached) != (fresh.Progress == 2) {
			t.Errorf("it is %s with %d helps", fresh.State, fresh.Progress)
		}
	})
	t.Log(won)
}

package referral_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/share"
)

const day = 24 * time.Hour

func refusesInput(t *testing.T, what string, err error) {
	t.Helper()
	if refusal := fault.Of(err); refusal == nil || !refusal.Is(fault.InvalidInput) {
		t.Errorf("%s: %v", what, err)
	}
}

// Each leaderboard looks back for exactly its days: what was paid for then to the instant is out, a microsecond later it is in.
func TestTheLeaderboardsDays(t *testing.T) {
	p := open(t)
	ann, bo := p.person("ann"), p.person("bo")
	fans := p.Crowd("fan", 2)
	p.Must(p.bind(fans[0].ShopperID, ann))
	p.Must(p.bind(fans[1].ShopperID, bo))
	begun := p.Clock.Now()
	p.buys(fans[0].ShopperID)
	p.Clock.Advance(time.Microsecond)
	p.buys(fans[1].ShopperID)
	const both, younger, none = "1:a**=1 2:b**=1 ", "1:b**=1 ", ""
	asked := []int{1, 2, 7, 8, 30, 31, 90, 91, 365}
	board := map[int]int{1: 1, 2: 7, 7: 7, 8: 30, 30: 30, 31: 90, 90: 90, 91: 365, 365: 365} // rounded up
	for _, past := range []int{1, 7, 30, 90, 365} {
		p.Clock.Advance(begun.Add(time.Duration(past) * day).Sub(p.Clock.Now()))
		for _, days := range asked {
			want := both
			switch {
			case board[days] == past:
				want = younger
			case board[days] < past:
				want = none
			}
			if got := p.board(10, days); got != want {
				t.Errorf("%d days later, of %d days: %q, want %q", past, days, got, want)
			}
		}
	}
	for _, wrong := range []struct{ first, days int }{{10, 0}, {10, -1}, {10, 366}, {-1, 30}, {101, 30}} {
		_, err := p.Referral.Leaderboard(t.Context(), wrong.first, wrong.days)
		refusesInput(t, "a leaderboard", err)
	}
}

func TestTheBoundsOfSpread(t *testing.T) {
	p := open(t)
	now := p.Clock.Now()
	for _, tc := range []struct {
		name         string
		since, until time.Time
		ok           bool
	}{
		{"an instant", now.Add(-time.Microsecond), now, true},
		{"nothing", now, now, false},
		{"backwards", now, now.Add(-time.Microsecond), false},
		{"180 days", now.Add(-180 * day), now, true},
		{"more than 180 days", now.Add(-180*day - time.Microsecond), now, false},
		{"as long ago as visits are kept", now.Add(-181 * day), now.Add(-day), true},
		{"longer ago", now.Add(-181*day - time.Microsecond), now.Add(-day), false},
		{"yet to come", now.Add(day), now.Add(2 * day), true},
		{"in another zone", now.In(time.FixedZone("", -8*60*60)), now.In(time.FixedZone("", 8*60*60)).Add(time.Microsecond), true},
	} {
		s, err := p.Referral.Spread(t.Context(), tc.since, tc.until)
		switch {
		case !tc.ok:
			refusesInput(t, tc.name, err)
		case err != nil || s.Accepted != 0:
			t.Errorf("%s: %+v, %v", tc.name, s, err)
		}
	}
}

// What happens at the beginning of the window counts, what happens at its end does not: bindings, visits by their day, and first orders.
func TestTheEdgesOfSpread(t *testing.T) {
	p := open(t)
	ann, fan := p.person("ann"), p.person("fan")
	at := p.Clock.Now()
	midnight := at.Add(-12 * time.Hour)
	p.Must(p.bind(fan, ann))
	_, err := p.Share.Visit(t.Context(), share.Visit{Token: p.token(ann), DeviceID: "device-of-somebody", ClientIP: "36.1.2.3"})
	p.Must(err)
	p.buys(fan)
	p.Clock.Advance(time.Hour)
	p.buys(fan)
	for _, tc := range []struct {
		name              string
		since, until      time.Time
		accepted, invites int64
		retained          float64
	}{
		{"from the instant on", at, at.Add(time.Microsecond), 1, 0, 1},
		{"until the instant", at.Add(-time.Hour), at, 0, 0, 0},
		{"past the instant", at.Add(time.Microsecond), at.Add(time.Minute), 0, 0, 0},
		{"from midnight on", midnight, midnight.Add(time.Microsecond), 0, 1, 0},
		{"until midnight", midnight.Add(-day), midnight, 0, 0, 0},
		{"past midnight", midnight.Add(time.Microsecond), at, 0, 0, 0},
		{"all", midnight, at.Add(day), 1, 1, 1},
	} {
		s, err := p.Referral.Spread(t.Context(), tc.since, tc.until)
		p.Must(err)
		if s.Accepted != tc.accepted || s.Invites != tc.invites || s.Retained30 != tc.retained {
			t.Errorf("%s: %+v", tc.name, *s)
		}
	}
}

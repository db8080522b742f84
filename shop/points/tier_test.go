package points

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/money"
)

var (
	tierZone = time.FixedZone("CST", 8*60*60)
	tierNow  = time.Date(2026, 5, 6, 12, 0, 0, 0, tierZone)
)

// onDay is the date so many days from tierNow.
func onDay(days int) string { return tierNow.AddDate(0, 0, days).Format(time.DateOnly) }

func TestStanding(t *testing.T) {
	p := DefaultProgramme() // 500, 3000, 10,000; 30 days of grace
	midnight := func(days int) string { return tierNow.AddDate(0, 0, days).Format(time.DateOnly) + " 00:00" }
	for _, tc := range []struct {
		name   string
		earned map[string]int64
		want   string
	}{
		{"nothing earned", nil, "Member 0, 500 to Silver"},
		{"not enough", map[string]int64{onDay(0): 499}, "Member 499, 1 to Silver"},
		{"just enough, today", map[string]int64{onDay(0): 500}, "Silver 500, 2500 to Gold, until " + midnight(365+30)},
		{"the year ends with today", map[string]int64{onDay(-364): 500}, "Silver 500, 2500 to Gold, until " + midnight(31)},
		{"grace", map[string]int64{onDay(-365): 500}, "Silver 0, 3000 to Gold, until " + midnight(30)},
		{"the last day of grace", map[string]int64{onDay(-364 - 30): 500}, "Silver 0, 3000 to Gold, until " + midnight(1)},
		{"after it", map[string]int64{onDay(-364 - 31): 500}, "Member 0, 500 to Silver"},
		{"over two years, never within one", map[string]int64{onDay(-370): 300, onDay(0): 300}, "Member 300, 200 to Silver"},
		{"both within a year that has ended", map[string]int64{onDay(-370): 300, onDay(-10): 300}, "Silver 300, 2700 to Gold, until " + midnight(-370+365+30)},
		{"the highest within grace counts", map[string]int64{onDay(-370): 2600, onDay(-10): 500}, "Gold 500, 9500 to Diamond, until " + midnight(-370+365+30)},
		{"the later part keeps it", map[string]int64{onDay(-200): 400, onDay(-100): 500}, "Silver 900, 2100 to Gold, until " + midnight(-100+365+30)},
		{"the top", map[string]int64{onDay(-1): 20_000}, "Diamond 20000, until " + midnight(-1+365+30)},
		{"tomorrow does not count yet", map[string]int64{onDay(1): 500}, "Member 0, 500 to Silver"},
		{"given back", map[string]int64{onDay(0): 0}, "Member 0, 500 to Silver"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := told(p.standing(tc.earned, tierNow, tierZone)); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
	p.GraceDays = 0
	if got := told(p.standing(map[string]int64{onDay(-365): 500}, tierNow, tierZone)); got != "Member 0, 500 to Silver" {
		t.Errorf("without grace: %s", got)
	}
	p.Tiers = p.Tiers[:1]
	if got := told(p.standing(map[string]int64{onDay(0): 500}, tierNow, tierZone)); got != "Member 500" {
		t.Errorf("one tier: %s", got)
	}
}

func told(s *Standing) string {
	text := fmt.Sprintf("%s %d", s.Tier.Name.En, s.Points)
	if s.Next != nil {
		text += fmt.Sprintf(", %d to %s", *s.PointsToNext, s.Next.Name.En)
	}
	if s.KeepUntil != nil {
		text += ", until " + s.KeepUntil.In(tierZone).Format("2006-01-02 15:04")
	}
	return text
}

func TestStandingHasItsRules(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := DefaultProgramme()
		p.GraceDays = rapid.IntRange(0, 365).Draw(r, "grace")
		days := rapid.MapOf(rapid.IntRange(-800, 0), rapid.Int64Range(0, 4000))
		mine, theirs := days.Draw(r, "mine"), days.Draw(r, "theirs")
		a, b, both := map[string]int64{}, map[string]int64{}, map[string]int64{}
		for on, n := range mine {
			a[onDay(on)] += n
			both[onDay(on)] += n
		}
		for on, n := range theirs {
			b[onDay(on)] += n
			both[onDay(on)] += n
		}
		at := func(earned map[string]int64, now time.Time) *Standing { return p.standing(earned, now, tierZone) }
		one, other, sum := at(a, tierNow), at(b, tierNow), at(both, tierNow)
		if sum.Tier.Rank < one.Tier.Rank || sum.Tier.Rank < other.Tier.Rank {
			r.Fatalf("more points lower the tier: %s and %s come to %s", told(one), told(other), told(sum))
		}
		if sum.Points != one.Points+other.Points {
			r.Fatalf("%s and %s come to %s", told(one), told(other), told(sum))
		}
		if sum.Next != nil && *sum.PointsToNext < 1 {
			r.Fatalf("reached, and not there: %s", told(sum))
		}
		if (sum.KeepUntil == nil) != (sum.Tier.Rank == 1) {
			r.Fatalf("who loses what: %s", told(sum))
		}
		if sum.KeepUntil == nil {
			return
		}
		if before := at(both, sum.KeepUntil.Add(-time.Microsecond)); before.Tier != sum.Tier || !before.KeepUntil.Equal(*sum.KeepUntil) {
			r.Fatalf("%s, and just before that %s", told(sum), told(before))
		}
		if then := at(both, *sum.KeepUntil); then.Tier.Rank >= sum.Tier.Rank {
			r.Fatalf("%s, and then %s", told(sum), told(then))
		}
	})
}

func TestRates(t *testing.T) {
	for rate, want := range map[int64]string{0: "0", RateScale: "1", 12_000: "1.2", 15_050: "1.505", 1: "0.0001", 100 * RateScale: "100"} {
		if got := (&Tier{EarnRate: rate}).Rate(); string(got) != want {
			t.Errorf("%d is %s, want %s", rate, got, want)
		}
	}
}

func TestEarns(t *testing.T) {
	p := DefaultProgramme()
	p.Channels = map[string]int64{"APP": 150, "H5": 0}
	p.Campaigns = []Campaign{
		{Name: "double", From: tierNow, Until: tierNow.Add(time.Hour), Percent: 200},
		{Name: "triple", From: tierNow, Until: tierNow.Add(time.Hour), Percent: 300, Channels: []string{"STORE"}},
	}
	for _, tc := range []struct {
		name    string
		tier    int
		channel string
		at      time.Duration
		spent   money.Money
		want    int64
	}{
		{"one for one", 0, "WECHAT_MINI_PROGRAM", -1, money.Of(1990, "CNY"), 19},
		{"the rest is dropped", 1, "WECHAT_MINI_PROGRAM", -1, money.Of(1990, "CNY"), 23},
		{"less than one", 1, "WECHAT_MINI_PROGRAM", -1, money.Of(84, "CNY"), 1},
		{"a currency without parts", 0, "WECHAT_MINI_PROGRAM", -1, money.Of(19, "JPY"), 19},
		{"a channel's percentage", 1, "APP", -1, money.Of(1000, "CNY"), 18},
		{"a channel that earns nothing", 3, "H5", -1, money.Of(1000, "CNY"), 0},
		{"a campaign", 0, "APP", 0, money.Of(1000, "CNY"), 30},
		{"the best campaign of the channel", 0, "STORE", 0, money.Of(1000, "CNY"), 30},
		{"its end is not in it", 0, "STORE", time.Hour, money.Of(1000, "CNY"), 10},
		{"less than nothing", 0, "STORE", 0, money.Of(-1000, "CNY"), 0},
	} {
		got, err := p.Earns(&p.Tiers[tc.tier], tc.channel, tierNow.Add(tc.at), tc.spent)
		if err != nil || got != tc.want {
			t.Errorf("%s: %d (%v), want %d", tc.name, got, err, tc.want)
		}
	}
	if _, err := p.Earns(&Tier{EarnRate: 100 * RateScale}, "APP", tierNow, money.Of(money.Max, "CNY")); err == nil {
		t.Error("more than there can be")
	}
}

func TestTheDefaultProgrammeIsValid(t *testing.T) {
	p := DefaultProgramme()
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
}

package points

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
)

// Programme is what membership gives and asks for: configuration, the same on every channel.
type Programme struct {
	// Tiers, lowest first; the first one's Threshold is 0, so that everybody has one.
	Tiers []Tier
	// GraceDays is for how many days a tier is kept after the points that reached it have left the year.
	GraceDays int
	// Channels says how many percent of its tier's rate a channel earns; 100 where it says nothing.
	Channels map[string]int64
	// Campaigns raise what is earned for a while; of several at once the best counts.
	Campaigns []Campaign
	// SpendPercent is how much of what goods cost after coupons may be paid in points at checkout: 0..100.
	SpendPercent int64
}

// Tier is a rank of members.
type Tier struct {
	// ID is stable over releases and restarts.
	ID   string
	Name fault.Text
	Rank int
	// Threshold is how many points must have been earned within the last 365 days.
	Threshold int64
	// EarnRate is points per RateScale major units of money.
	EarnRate int64
	// PriceOff is what its member price takes off the sale price, in hundredths of a percent: 0..10,000.
	PriceOff int64
	Benefits []fault.Text
}

// Campaign multiplies what is earned within [From, Until).
type Campaign struct {
	Name        string
	From, Until time.Time
	// Percent of the usual: 200 doubles.
	Percent int64
	// Channels that it is for; nil: all.
	Channels []string
}

// RateScale is how many major units of money an earning rate is for.
const RateScale = 10_000

// MemberPrice is the tier's price of what anybody buys for sale, rounded up to the minor unit; nil when it is no lower.
func (t *Tier) MemberPrice(sale int64) *int64 {
	off, err := money.MulDiv(sale, t.PriceOff, 10_000)
	if err != nil || off == 0 {
		return nil
	}
	price := sale - off
	return &price
}

// EarnRate is what a tier earns on a channel at a moment: points per RateScale major units, rounded down.
func (p *Programme) EarnRate(t *Tier, channel string, at time.Time) int64 {
	rate := t.EarnRate
	if percent, ok := p.Channels[channel]; ok {
		rate = rate * percent / 100
	}
	best := int64(100)
	for _, c := range p.Campaigns {
		if c.runs(channel, at) {
			best = max(best, c.Percent)
		}
	}
	return rate * best / 100
}

// Earns is how many points a tier earns for what is spent on a channel at a moment: whole ones, what is over is dropped; none for less than nothing.
//
// Errors: money.ErrOverflow.
func (p *Programme) Earns(t *Tier, channel string, at time.Time, spent money.Money) (int64, error) {
	return money.MulDiv(max(0, spent.Minor), p.EarnRate(t, channel, at), RateScale*money.Unit(spent.Code))
}

func (c *Campaign) runs(channel string, at time.Time) bool {
	if at.Before(c.From) || !at.Before(c.Until) {
		return false
	}
	for _, one := range c.Channels {
		if one == channel {
			return true
		}
	}
	return c.Channels == nil
}

// DefaultProgramme is the programme of a shop that has set none: four tiers, one point per unit of money for a beginner, and half of what goods cost payable in
// points.
func DefaultProgramme() Programme {
	tier := func(rank int, code, en, zh string, threshold, rate, off int64, benefits ...fault.Text) Tier {
		return Tier{ID: TierID(code), Name: fault.Text{En: en, Zh: zh}, Rank: rank, Threshold: threshold, EarnRate: rate, PriceOff: off, Benefits: benefits}
	}
	return Programme{
		Tiers: []Tier{
			tier(1, "member", "Member", "普通会员", 0, RateScale, 0, fault.Text{En: "1 point per 1.00", Zh: "每消费 1 元积 1 分"}),
			tier(2, "silver", "Silver", "银卡会员", 500, 12*RateScale/10, 100,
				fault.Text{En: "1.2 points per 1.00", Zh: "每消费 1 元积 1.2 分"}, fault.Text{En: "1 % off", Zh: "会员价 9.9 折"}),
			tier(3, "gold", "Gold", "金卡会员", 3000, 15*RateScale/10, 300,
				fault.Text{En: "1.5 points per 1.00", Zh: "每消费 1 元积 1.5 分"}, fault.Text{En: "3 % off", Zh: "会员价 9.7 折"}),
			tier(4, "diamond", "Diamond", "钻石会员", 10_000, 2*RateScale, 500,
				fault.Text{En: "2 points per 1.00", Zh: "每消费 1 元积 2 分"}, fault.Text{En: "5 % off", Zh: "会员价 9.5 折"}),
		},
		GraceDays: 30, SpendPercent: 50,
	}
}

// mostPercent bounds multipliers, so that rates stay far from overflow; mostRate is what a tier may earn: a hundred points per major unit.
const (
	mostPercent = 10_000
	mostRate    = 100 * RateScale
)

// Validate names everything that is wrong with the programme.
func (p *Programme) Validate() error {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	p.validateTiers(say)
	for _, channel := range slices.Sorted(maps.Keys(p.Channels)) {
		switch percent := p.Channels[channel]; {
		case !slices.Contains(channels, channel):
			say("channels: there is no channel %q", channel)
		case percent < 0 || percent > mostPercent:
			say("channels: the percentage of %s must be 0 to %d", channel, mostPercent)
		}
	}
	for i, c := range p.Campaigns {
		if c.Percent < 100 || c.Percent > mostPercent || !c.From.Before(c.Until) {
			say("campaigns[%d]: it must end after it begins, and earn 100 to %d percent", i, mostPercent)
		}
		for _, channel := range c.Channels {
			if !slices.Contains(channels, channel) {
				say("campaigns[%d]: there is no channel %q", i, channel)
			}
		}
	}
	if p.GraceDays < 0 || p.GraceDays > year {
		say("graceDays: they must be 0 to %d", year)
	}
	if p.SpendPercent < 0 || p.SpendPercent > 100 {
		say("spendPercent: what may be paid in points must be 0 to 100 percent")
	}
	return errors.Join(wrong...)
}

func (p *Programme) validateTiers(say func(format string, args ...any)) {
	if len(p.Tiers) == 0 || p.Tiers[0].Threshold != 0 {
		say("tiers: the first must have the threshold 0")
	}
	seen := map[string]bool{}
	for i, t := range p.Tiers {
		if !id.Is(t.ID, "tir") || seen[t.ID] {
			say("tiers[%d]: it needs an id of its own, like %s", i, TierID("gold"))
		}
		if i > 0 && t.Threshold <= p.Tiers[i-1].Threshold || t.Threshold > Max {
			say("tiers[%d]: its threshold must be higher than that of the one before, and at most %d", i, int64(Max))
		}
		if t.EarnRate < 0 || t.EarnRate > mostRate {
			say("tiers[%d]: the earning rate must be 0 to 100 points per unit of money", i)
		}
		if t.PriceOff < 0 || t.PriceOff > 10_000 {
			say("tiers[%d]: what its price takes off must be 0 to 100 percent", i)
		}
		if t.Name.Zh == "" || t.Name.En == "" {
			say("tiers[%d]: it needs a name in Chinese and in English", i)
		}
		if slices.ContainsFunc(t.Benefits, func(b fault.Text) bool { return b.Zh == "" || b.En == "" }) {
			say("tiers[%d]: a benefit is told in Chinese and in English", i)
		}
		seen[t.ID] = true
	}
}

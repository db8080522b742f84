package points

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db/pointearning"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
)

// Standing is a shopper's tier, and what it rests on.
type Standing struct {
	Tier *Tier
	Progress
}

// Progress is how far a shopper is from another tier.
type Progress struct {
	// Points were earned within the 365 days that end with today.
	Points int64
	// Next is the tier above the present one, and PointsToNext what it lacks; nil at the top.
	Next         *Tier
	PointsToNext *int64
	// KeepUntil is the local midnight at which the present tier ends if nothing more is earned; nil for the lowest, which everybody keeps.
	KeepUntil *time.Time
}

// TierID is the id of a tier, by the word that the shop has for it.
func TierID(code string) string { return id.Of("tir", code) }

// Rate is points per unit of money, e.g. 1.2.
func (t *Tier) Rate() money.Decimal {
	whole, part := t.EarnRate/RateScale, t.EarnRate%RateScale
	if part == 0 {
		return money.Decimal(fmt.Sprint(whole))
	}
	return money.Decimal(strings.TrimRight(fmt.Sprintf("%d.%04d", whole, part), "0"))
}

// All are the tiers, lowest first.
func (p *Programme) All() []*Tier {
	tiers := make([]*Tier, len(p.Tiers))
	for i := range p.Tiers {
		tiers[i] = &p.Tiers[i]
	}
	return tiers
}

// TierByID is the tier of an id, nil without one.
func (p *Programme) TierByID(tierID string) *Tier {
	for i := range p.Tiers {
		if p.Tiers[i].ID == tierID {
			return &p.Tiers[i]
		}
	}
	return nil
}

// Tier is the tier of a shopper; the lowest one, without asking, of nobody (shopperID "").
func (s *Service) Tier(ctx context.Context, shopperID string) (*Tier, error) {
	if shopperID == "" {
		return &s.programme.Tiers[0], nil
	}
	standing, err := s.Standing(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	return standing.Tier, nil
}

// Standing is where a shopper stands now: his tier follows from what he earned day by day, and from nothing else. One statement, however long his statement is;
// none under Remembering when it was read before.
func (s *Service) Standing(ctx context.Context, shopperID string) (*Standing, error) {
	return remembered(ctx, shopperID, func() (*Standing, error) {
		now := s.clock()
		earned, err := s.earnings(ctx, pointearning.ShopperID(shopperID), pointearning.DayGTE(s.programme.firstDay(now, s.zone)))
		if err != nil {
			return nil, err
		}
		return s.programme.standing(earned, now, s.zone), nil
	})
}

// year is for how many days what was earned counts, the day itself included.
const year = 365

// firstDay is the earliest day that counts now.
func (p *Programme) firstDay(now time.Time, zone *time.Location) string {
	return now.In(zone).AddDate(0, 0, 1-year-p.GraceDays).Format(time.DateOnly)
}

// standing is what earnings by local day come to now. Points count for a year; a tier that they reached on some day is kept for GraceDays after the last
// day on which they did.
func (p *Programme) standing(earned map[string]int64, now time.Time, zone *time.Location) *Standing {
	first := dayNumber(p.firstDay(now, zone))
	today := dayNumber(day(now, zone)) - first // days are counted from the first that counts
	through := make([]int64, today+year+1)     // what was earned before a day
	for date, points := range earned {
		if on := dayNumber(date) - first; on >= 0 && on <= today {
			through[on+1] += points
		}
	}
	for on := 1; on < len(through); on++ {
		through[on] += through[on-1]
	}
	within := func(on int) int64 { return through[on+1] - through[max(0, on+1-year)] } // the year that ends with a day

	most := int64(0)
	for on := today - p.GraceDays; on <= today; on++ {
		most = max(most, within(on))
	}
	at := 0
	for at+1 < len(p.Tiers) && p.Tiers[at+1].Threshold <= most {
		at++
	}
	s := &Standing{Tier: &p.Tiers[at], Progress: Progress{Points: within(today)}}
	if at+1 < len(p.Tiers) {
		lacks := p.Tiers[at+1].Threshold - s.Points
		s.Next, s.PointsToNext = &p.Tiers[at+1], &lacks
	}
	if at > 0 {
		last := today + year - 1
		for within(last) < s.Tier.Threshold {
			last--
		}
		end := endOfDay(now, last-today+p.GraceDays, zone)
		s.KeepUntil = &end
	}
	return s
}

// dayNumber counts days, so that they can be subtracted; of a date that this package has written.
func dayNumber(date string) int {
	t, _ := time.Parse(time.DateOnly, date)
	return int(t.Unix() / (24 * 60 * 60))
}

package feed

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"github.com/kaituan/kaituan/shop/groupbuy"
)

// candidate is a product that may be shown, with what its rank depends on.
type candidate struct {
	ID, Category, Vendor string
	Created              time.Time
	// Recent counts units sold in the last seven days, Sold all of them, Available what is on sale.
	Recent, Sold, Available int64
	// Traits are what the product is, for whoever likes such things.
	Traits []string
	// Group is the campaign as which the product is shown, nil without one that runs.
	Group *groupbuy.Standing

	score  float64
	reason ReasonCode
}

const (
	freshFor   = 72 * time.Hour      // freshness halves in about two days: exp(-age/72h)
	newFor     = 14 * 24 * time.Hour // nothing older is called new
	comfort    = 5                   // units from which on stock no longer counts against a card
	lookAhead  = 40                  // how far variety looks for a card of another kind
	recentPull = 1.0
	totalPull  = 0.25
	freshPull  = 1.2
	// What a campaign adds: a price that plain goods do not have, its own freshness and sales, and a group that the next shopper may complete.
	groupPull  = 0.4
	nearlyPull = 0.8
)

// rank orders candidates, best first. The score adds popularity (logarithms of units sold lately and ever), freshness (exponential decay by whole hours, so
// that a ranking stays the same within one), what a campaign adds, and a little noise of the id against ties, and is damped where stock runs low. Then no two neighbours share a
// category or a vendor where that can be helped: a greedy maximal-marginal-relevance pick (Carbonell and Goldstein, 1998) with same-kind as similarity.
func rank(all []candidate, now time.Time) []candidate {
	hour := now.Truncate(time.Hour)
	for i := range all {
		c := &all[i]
		age := max(hour.Sub(c.Created), 0)
		c.score = recentPull*math.Log1p(float64(c.Recent)) + totalPull*math.Log1p(float64(c.Sold)) + freshPull*math.Exp(-age.Hours()/freshFor.Hours())
		if c.Group != nil {
			c.score += pull(c.Group, hour)
		}
		c.score = (c.score + 0.3*noise(c.ID)) * (0.5 + 0.5*float64(min(c.Available, comfort))/comfort)
	}
	explain(all, now)
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.ID, b.ID)) })
	return spread(all)
}

func pull(g *groupbuy.Standing, hour time.Time) float64 {
	age := max(hour.Sub(g.StartsAt), 0)
	score := groupPull * (1 + math.Exp(-age.Hours()/freshFor.Hours()))
	score += totalPull * math.Log1p(float64(g.UnitsSold))
	if lacking(g) != nil {
		score += nearlyPull
	}
	return score
}

// lacking says what the fullest group that anybody may join lacks when that is little: one person, or at most a third of those it needs. A group of a campaign
// with rungs needs people for its size first, and then, with enough of them, for its seats.
func lacking(g *groupbuy.Standing) *Reason {
	if g.SeatsLeft == 0 {
		return nil
	}
	r, of := &Reason{Code: NearlyFull, Lacks: g.SeatsLeft - (g.Capacity - g.Size)}, g.Size
	if r.Lacks <= 0 {
		r.Lacks, r.Complete, of = g.SeatsLeft, true, g.Capacity
	}
	if r.Lacks > max(1, of/3) {
		return nil
	}
	return r
}

// noise is a number in [0, 1) that belongs to the id.
func noise(id string) float64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return float64(h.Sum32()) / (1 << 32)
}

// explain says why each card is there: among the best fifth by units sold lately, among the newest sixth, or to be discovered.
func explain(all []candidate, now time.Time) {
	byRecent, byCreated := make([]int64, len(all)), make([]time.Time, len(all))
	for i, c := range all {
		byRecent[i], byCreated[i] = c.Recent, c.Created
	}
	slices.SortFunc(byRecent, func(a, b int64) int { return cmp.Compare(b, a) })
	slices.SortFunc(byCreated, func(a, b time.Time) int { return b.Compare(a) })
	for i := range all {
		c := &all[i]
		switch {
		case c.Recent > 0 && c.Recent >= byRecent[len(all)/5]:
			c.reason = Trending
		case now.Sub(c.Created) < newFor && !c.Created.Before(byCreated[len(all)/6]):
			c.reason = JustIn
		default:
			c.reason = Explore
		}
	}
}

// spread moves cards so that neighbours differ, taking the best of the next lookAhead that does; where it can be had, one of two neighbours is no campaign.
func spread(sorted []candidate) []candidate {
	left := sorted
	out := make([]candidate, 0, len(sorted))
	for len(left) > 0 {
		pick := 0
		if len(out) > 0 {
			pick = differing(left[:min(len(left), lookAhead)], out[len(out)-1])
		}
		chosen := left[pick]
		copy(left[1:pick+1], left[:pick]) // those passed over keep their order, in front
		left = left[1:]
		out = append(out, chosen)
	}
	return out
}

// differing is the first that has neither category nor vendor of last, and is a product after a campaign; else the first that has neither; else the first.
func differing(next []candidate, last candidate) int {
	second := -1
	for i, c := range next {
		if c.Category == last.Category || c.Vendor == last.Vendor && last.Vendor != "" {
			continue
		}
		if c.Group == nil || last.Group == nil {
			return i
		}
		if second < 0 {
			second = i
		}
	}
	return max(second, 0)
}

package feed

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/taste"
)

// How a known viewer's cards are scored: a weighted hybrid (Burke, User Modeling 12, 2002) of what everybody's ranking says, from 1 to 0 down its places, and of what
// he likes, from -1 to 1. For whom nothing is known the ranking stays as it is.
const (
	byRanking = 0.4
	byTaste   = 0.6
	// muchLiked is the sum of weights that counts for three quarters of all that taste can do: a purchase and a look.
	muchLiked = 9
	// tired is how much a card sinks that was shown three times and never opened.
	tired      = 0.6
	tiredAfter = 3
	// nearBonus puts the category of PRODUCT_DETAIL before all others.
	nearBonus = 10
	// exploreEvery: each so many cards, one comes from everybody's ranking.
	exploreEvery = 5
	// scored is how many of the best are put in order by taste; who goes on behind them sees everybody's ranking.
	scored = 256
)

// Teach has the feed know its viewers, and tell whoever learns their taste what its cards show; before the shop runs.
func (s *Service) Teach(t *taste.Service) {
	s.taste = t
	t.Describe("prd", s.describeProducts)
	t.Describe("gbc", s.describeCampaigns)
	t.Describe("asc", s.describeHelpMe)
	t.Believe(func(_ context.Context, impression, target string) (bool, error) {
		return s.Served(impression, target), nil
	})
}

func (s *Service) describeProducts(ctx context.Context, ids []string) (map[string][]taste.Trait, error) {
	found, err := s.catalog.Products(ctx, ids, catalog.Need{Category: true})
	if err != nil {
		return nil, err
	}
	all := make(map[string][]taste.Trait, len(found))
	for _, p := range found {
		category, vendor := "", ""
		if p.Category != nil {
			category = p.Category.Name
		}
		if p.Vendor != nil {
			vendor = *p.Vendor
		}
		all[p.ID] = traits(category, vendor, p.Tags)
	}
	return all, nil
}

// describeCampaigns says of campaigns what their products are.
func (s *Service) describeCampaigns(ctx context.Context, ids []string) (map[string][]taste.Trait, error) {
	found, err := s.groups.OnShow(ctx, ids)
	if err != nil {
		return nil, err
	}
	products := map[string]string{}
	for id, c := range found {
		products[id] = c.ProductID
	}
	return s.describeAs(ctx, products)
}

func (s *Service) describeHelpMe(ctx context.Context, ids []string) (map[string][]taste.Trait, error) {
	found, err := s.assists.Campaigns(ctx, ids)
	if err != nil {
		return nil, err
	}
	products := map[string]string{}
	for id, c := range found {
		products[id] = c.ProductID
	}
	return s.describeAs(ctx, products)
}

// describeAs says of things what the products are that they are about; one without a product is there, and nothing else is known of it.
func (s *Service) describeAs(ctx context.Context, products map[string]string) (map[string][]taste.Trait, error) {
	var ids []string
	for _, id := range products {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	known, err := s.describeProducts(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make(map[string][]taste.Trait, len(products))
	for id, product := range products {
		all[id] = known[product]
	}
	return all, nil
}

// traits are what a product is. Its tags share one weight, so that many of them do not make it more.
func traits(category, vendor string, tags []string) []taste.Trait {
	var all []taste.Trait
	add := func(dimension, text string, share float64) {
		if v := taste.Value(text); v != "" {
			all = append(all, taste.Trait{Dimension: dimension, Value: v, Share: share})
		}
	}
	add("category", category, 1)
	add("vendor", vendor, 0.5)
	for _, tag := range tags {
		add("tag", tag, 1/math.Sqrt(float64(len(tags))))
	}
	return all
}

// vendorKey is the trait of a vendor.
func vendorKey(vendor string) string {
	return taste.Trait{Dimension: "vendor", Value: taste.Value(vendor)}.Key()
}

func keys(traits []taste.Trait) []string {
	list := make([]string, len(traits))
	for i, t := range traits {
		list[i] = t.Key()
	}
	return list
}

// lookup finds the places of a ranking by what they show and by what that is.
type lookup struct {
	byID    map[string]int
	byTrait map[string][]int
}

func (r *snapshot) look() lookup {
	l := lookup{byID: make(map[string]int, len(r.Items)), byTrait: make(map[string][]int, len(r.Words))}
	for i, at := range r.Items {
		l.byID[at.Product] = i
		if at.Campaign != "" {
			l.byID[at.Campaign] = i
		}
		for _, number := range at.Traits {
			if int(number) < len(r.Words) {
				word := r.Words[number]
				l.byTrait[word] = append(l.byTrait[word], i)
			}
		}
	}
	return l
}

// liking is what a viewer thinks of a ranking's places; the zero value: nothing is known of him.
type liking struct {
	known bool
	// sums are by place; why is the trait that weighs most there.
	sums map[int]float64
	why  map[int]string
	most map[int]float64
	// weary are places that were shown often and never opened.
	weary map[int]bool
}

// liking reads what is known of the viewer, and hides from the visit what he does not want to see.
func (s *Service) liking(ctx context.Context, v *visit) (liking, error) {
	var l liking
	if s.taste == nil {
		return l, nil
	}
	known, err := s.taste.Of(ctx, taste.Actor{ShopperID: v.ViewerID, DeviceID: v.DeviceID})
	if err != nil || known == nil {
		return l, err
	}
	now := s.clock()
	l = liking{sums: map[int]float64{}, why: map[int]string{}, most: map[int]float64{}, weary: map[int]bool{}}
	find := v.ranking.lookup
	for id := range known.Hidden {
		if known.Hides(id, now) {
			v.hidden[id] = true
			if place, here := find.byID[id]; here {
				v.hidden[v.ranking.Items[place].Product] = true
			}
		}
	}
	s.taste.Weigh(known, now, func(key, tag string, weight float64) {
		l.known = true
		places := find.byTrait[key]
		weight *= 1 - float64(len(places))/float64(len(v.ranking.Items)) // what everything has tells nothing apart
		for _, place := range places {
			l.sums[place] += weight
			if weight > l.most[place] {
				l.most[place], l.why[place] = weight, tag
			}
		}
	})
	for _, seen := range known.Seen {
		if place, here := find.byID[seen.ID]; here && seen.Times >= tiredAfter {
			l.weary[place], l.known = true, true
		}
	}
	return l, nil
}

// reason is why a place is where it is: since the viewer likes such things, else as everybody is told.
func (l liking) reason(place int, otherwise ReasonCode) *Reason {
	if l.sums[place] > 1 && l.why[place] != "" {
		return &Reason{Code: Liked, Tag: l.why[place]}
	}
	return &Reason{Code: otherwise}
}

// score is what a viewer's page is ordered by.
func (l liking) score(place, of int) float64 {
	score := byRanking*(1-float64(place)/float64(of)) + byTaste*math.Tanh(l.sums[place]/muchLiked)
	if l.weary[place] {
		score -= tired
	}
	return score
}

// arrange are the places that the visit has not had and that may show this viewer something, in the order in which he is to see them. What he is not to see is left
// out before the order is made: else it would count as a neighbour.
func (v *visit) arrange() []int {
	items := v.ranking.Items
	left := make([]int, 0, len(items))
	for i, at := range items {
		if !v.at.Used.has(i) && !v.hidden[at.Product] && (v.shows.products || at.Campaign != "") {
			left = append(left, i)
		}
	}
	if !v.liking.known {
		if v.at.Near != "" {
			slices.SortStableFunc(left, func(x, y int) int { return v.away(x) - v.away(y) })
		}
		return left
	}
	scores := make([]float64, len(items))
	for _, i := range left {
		scores[i] = v.liking.score(i, len(items)) - nearBonus*float64(v.away(i))
	}
	best := slices.Clone(left)
	slices.SortFunc(best, func(a, b int) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b)) })
	return v.mix(best[:min(len(best), scored)], left)
}

// mix puts the best in an order in which neighbours differ and every fifth comes from everybody's ranking, as far as a page goes, and behind them what is left.
func (v *visit) mix(best, everybody []int) []int {
	out := make([]int, 0, len(everybody))
	taken, last := v.at.Used, v.at.Last
	fresh := func(place int) bool { return v.liking.sums[place] >= 0 && !v.liking.weary[place] }
	every := func(int) bool { return true }
	for range min(len(best), 2*(v.First+slack)) { // more than a page shows, whatever is sold out
		next := -1
		if len(out)%exploreEvery == exploreEvery-1 {
			next = v.unlike(everybody, last, &taken, fresh)
		}
		if next < 0 {
			next = v.unlike(best, last, &taken, every)
		}
		if next < 0 {
			break
		}
		taken.add(next)
		out, last = append(out, next), next
	}
	for _, rest := range [][]int{best, everybody} {
		for _, place := range rest {
			if !taken.has(place) {
				taken.add(place)
				out = append(out, place)
			}
		}
	}
	return out
}

// unlike is the first of some places that is not taken, will do, and has neither category nor vendor of the one before; else the first that will do, -1 without one.
// It looks at so many that will do.
func (v *visit) unlike(places []int, last int, taken *used, will func(place int) bool) int {
	first, looked := -1, 0
	for _, place := range places {
		if taken.has(place) || !will(place) {
			continue
		}
		if last < 0 || v.differ(place, last) {
			return place
		}
		if first < 0 {
			first = place
		}
		if looked++; looked == lookAhead {
			break
		}
	}
	return first
}

func (v *visit) differ(place, other int) bool {
	a, b := v.ranking.Items[place], v.ranking.Items[other]
	return a.Category != b.Category && (a.Vendor != b.Vendor || a.Vendor == 0)
}

// away is 0 for the category that comes first in this scene, and 1 for others; 0 where none does.
func (v *visit) away(place int) int {
	if v.at.Near == "" || v.ranking.Items[place].Category == v.at.Near {
		return 0
	}
	return 1
}

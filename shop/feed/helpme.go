package feed

import (
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
)

// Who is asked too often for help asks nobody, and stops looking. So a page has one help-me card at most, behind cards of goods, a visit few, and nobody is shown the
// same tool all day.
const (
	helpMeAfter    = 3 // cards of goods that a page has before its help-me card; a shorter page has none
	helpMePerVisit = 3
)

// tools is the order in which tools take turns.
var tools = []assist.Kind{assist.Bargain, assist.Likes, assist.Draw, assist.Unlock, assist.Charity, assist.Invite}

// turn picks the campaign whose turn it is: from is where the visit began among the tools, and each card of the visit goes on to the next tool that runs. Of one tool
// the campaign that ends first is shown first, and no campaign is shown twice. nil when nothing is left, or the visit has had its cards. It is pure.
func turn(running []assist.Standing, shown []string, from int) *assist.Standing {
	if len(shown) >= helpMePerVisit {
		return nil
	}
	of := map[assist.Kind]*assist.Standing{}
	for i, c := range running {
		if of[c.Kind] == nil && !slices.Contains(shown, c.CampaignID) {
			of[c.Kind] = &running[i]
		}
	}
	for i := range tools {
		if c := of[tools[(from+len(shown)+i)%len(tools)]]; c != nil {
			return c
		}
	}
	return nil
}

// beginning is where a visit begins among the tools: elsewhere for each viewer and day, and one further each hour.
func beginning(viewerID string, now time.Time) int {
	hour := now.Unix() / 3600
	h := fnv.New32a()
	_, _ = h.Write([]byte(viewerID + strconv.FormatInt(hour/24, 10)))
	return int((int64(h.Sum32()) + hour) % int64(len(tools)))
}

// turns reports whether the turn that a cursor names is one that a visit can have had: anybody can write a cursor.
func (p place) turns() bool {
	return p.Turn >= 0 && p.Turn < len(tools) && len(p.Asked) <= helpMePerVisit
}

// helpMe is the help-me card of a page, nil without one: a campaign that runs, about nothing that the viewer is not to see. No statement without a campaign, else one
// or two.
func (s *Service) helpMe(ctx context.Context, v *visit) (*assist.Campaign, error) {
	if !v.shows.assists || v.First <= helpMeAfter {
		return nil, nil
	}
	running, err := s.assists.Running(ctx)
	if err != nil {
		return nil, err
	}
	suits := slices.DeleteFunc(slices.Clone(running), func(c assist.Standing) bool { return v.hidden[c.ProductID] || v.hidden[c.CampaignID] })
	next := turn(suits, v.at.Asked, v.at.Turn)
	if next == nil {
		return nil, nil
	}
	found, err := s.assists.Campaigns(ctx, []string{next.CampaignID})
	if c := found[next.CampaignID]; err == nil && c != nil && c.State == assist.Running {
		return c, nil
	}
	return nil, err
}

// ask puts the page's help-me card behind its first cards, unless its goods are off every surface, or sold out: such a card has had its turn all the same, so that the
// visit's next page asks with another.
func (s *Service) ask(p *Page, v *visit, products map[string]*catalog.Product) {
	if v.asks == nil || len(p.Cards) != helpMeAfter {
		return
	}
	c := v.asks
	v.asks = nil
	v.at.Asked = append(slices.Clone(v.at.Asked), c.ID)
	if product := products[c.ProductID]; c.ProductID != "" && (product == nil || !product.Visible || !inStock(product)) {
		return
	}
	p.Cards = append(p.Cards, Card{HelpMe: c, Reason: &Reason{Code: Explore, HelpMe: true}, Cursor: encode(v.at), Impression: s.impression(v.ranking.ID, c.ID)})
}

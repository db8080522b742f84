package groupbuy

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/ent/db/groupcampaign"
	"github.com/kaituan/kaituan/shop/order"
)

const (
	shelfFor = time.Second // how old the shelf may be
	shelfOf  = 1000        // campaigns on it, soonest end first
)

// shelf is what pages show of the campaigns that run; only units change.
type shelf struct {
	whole   bool // nothing was left out
	byID    map[string]*standing
	inOrder []*standing
	bySku   map[string][]priced
}

// standing is one campaign on the shelf.
type standing struct {
	campaign  Campaign // never changed
	unitsSold int64
	unitsLeft atomic.Int64
}

type priced struct {
	*standing
	price int64
}

// show is a copy of the campaign as it is at now.
func (c *standing) show(now time.Time) *Campaign {
	shown := c.campaign
	shown.UnitsLeft, shown.CampaignState = int(c.unitsLeft.Load()), c.state(now)
	shown.Offers = make([]*Offer, len(c.campaign.Offers))
	for i, offer := range c.campaign.Offers {
		its := *offer
		shown.Offers[i] = &its
	}
	return &shown
}

func (c *standing) state(now time.Time) CampaignState {
	switch {
	case !now.Before(c.campaign.EndsAt):
		return Ended
	case now.Before(c.campaign.StartsAt): // the clock was moved back
		return Scheduled
	case c.unitsLeft.Load() < int64(c.campaign.Capacity):
		return SoldOut
	}
	return Running
}

// running is the shelf; two statements when it is older than shelfFor, else none.
func (s *Service) running(ctx context.Context) (*shelf, error) { return s.shelf.Get(ctx, s.readShelf) }

func (s *Service) readShelf(ctx context.Context, now time.Time) (*shelf, error) {
	read := &shelf{byID: map[string]*standing{}, bySku: map[string][]priced{}}
	rows, err := s.store.Client(ctx).GroupCampaign.Query().
		Where(groupcampaign.EndsAtGT(now), groupcampaign.StartsAtLTE(now), groupcampaign.EndedAtIsNil()).
		Order(groupcampaign.ByEndsAt(), groupcampaign.ByID()).Limit(shelfOf + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("campaigns that run: %w", err)
	}
	read.whole = len(rows) <= shelfOf
	rows = rows[:min(len(rows), shelfOf)]
	campaigns, err := s.campaignsOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	for i, c := range campaigns {
		its := &standing{campaign: *c, unitsSold: rows[i].UnitsSold}
		its.unitsLeft.Store(rows[i].UnitsLeft)
		read.byID[c.ID] = its
		read.inOrder = append(read.inOrder, its)
		for _, offer := range c.Offers {
			read.bySku[offer.SkuID] = append(read.bySku[offer.SkuID], priced{standing: its, price: offer.Price.Minor})
		}
	}
	return read, nil
}

// unitsMoved tells the shelf, after the commit, that units of a campaign were taken or came back.
func (s *Service) unitsMoved(ctx context.Context, campaignID string, back int64) {
	s.store.AfterCommit(ctx, func() {
		if on := s.shelf.Latest(); on != nil && on.byID[campaignID] != nil {
			on.byID[campaignID].unitsLeft.Add(back)
		}
	})
}

// campaignsChanged tells the shelf, after the commit, that a campaign was made or ended.
func (s *Service) campaignsChanged(ctx context.Context) { s.store.AfterCommit(ctx, s.shelf.Changed) }

// shelvedPrices are the anchors of SKUs as the shelf has them.
func (s *Service) shelvedPrices(on *shelf, skuIDs []string) map[string]order.Anchor {
	now := s.clock()
	anchors := map[string]order.Anchor{}
	for _, skuID := range skuIDs {
		for _, offer := range on.bySku[skuID] {
			if known, ok := anchors[skuID]; offer.state(now) == Running && (!ok || offer.price < known.Group.Minor) {
				anchors[skuID] = order.Anchor{Group: s.money(offer.price)}
			}
		}
	}
	return anchors
}

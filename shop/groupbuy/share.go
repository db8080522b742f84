package groupbuy

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/share"
)

// Where a mini-program shows what is shared.
const (
	groupPage    = "pages/group/index"
	campaignPage = "pages/campaign/index"
)

// SharedCampaigns describes campaigns to who is sent a link; a share.Describer. Those of products that are off every surface are left out.
func (s *Service) SharedCampaigns(ctx context.Context, ids []string) (map[string]*share.Subject, error) {
	campaigns, err := s.Campaigns(ctx, ids)
	if err != nil {
		return nil, err
	}
	return s.subjects(ctx, campaigns)
}

// SharedGroups describes groups to who is sent a link; a share.Describer. PENDING ones are left out, and those of products that are off every surface.
func (s *Service) SharedGroups(ctx context.Context, ids []string) (map[string]*share.Subject, error) {
	groups, err := s.Groups(ctx, "", ids)
	if err != nil {
		return nil, err
	}
	campaigns, err := s.Campaigns(ctx, campaignIDs(groups))
	if err != nil {
		return nil, err
	}
	ofCampaigns, err := s.subjects(ctx, campaigns)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	subjects := make(map[string]*share.Subject, len(groups))
	for _, g := range groups {
		of := ofCampaigns[g.CampaignID]
		if of == nil {
			continue
		}
		subject := *of
		missing := max(g.Size-g.PaidSeats, 0)
		if g.State == Completed {
			missing, subject.ByShop = 0, g.CompletedBy != nil && *g.CompletedBy == ByMerchant
		}
		subject.SeatsLeft, subject.MiniProgramPage = &missing, groupPage
		subject.Ended = g.State != Open || !now.Before(*g.ExpiresAt)
		subjects[g.ID] = &subject
	}
	return subjects, nil
}

func campaignIDs(groups map[string]*Group) []string {
	ids := make([]string, 0, len(groups))
	for _, g := range groups {
		ids = append(ids, g.CampaignID)
	}
	return ids
}

// subjects describes campaigns by their cheapest offers.
func (s *Service) subjects(ctx context.Context, campaigns map[string]*Campaign) (map[string]*share.Subject, error) {
	ids := make([]string, 0, len(campaigns))
	for _, c := range campaigns {
		ids = append(ids, c.ProductID)
	}
	products, err := s.catalog.Products(ctx, ids, catalog.Need{})
	if err != nil {
		return nil, fmt.Errorf("products of campaigns: %w", err)
	}
	byID := make(map[string]*catalog.Product, len(products))
	for _, p := range products {
		byID[p.ID] = p
	}
	subjects := make(map[string]*share.Subject, len(campaigns))
	for _, c := range campaigns {
		if p := byID[c.ProductID]; p != nil && p.Visible {
			subjects[c.ID] = subjectOf(c, p)
		}
	}
	return subjects, nil
}

func subjectOf(c *Campaign, p *catalog.Product) *share.Subject {
	subject := &share.Subject{
		Title: c.Title, ImageURL: p.Picture(), MiniProgramPage: campaignPage, Line: fmt.Sprintf("%d 人团价", c.Size), Ended: c.CampaignState == Ended || c.CampaignState == SoldOut,
	}
	for _, offer := range c.Offers {
		if subject.Price != nil && subject.Price.Minor <= offer.Price.Minor {
			continue
		}
		subject.Price = offer.Price
		for _, k := range p.Skus {
			if k.ID == offer.SkuID {
				subject.Compare = k.Price.Sale
			}
		}
	}
	return subject
}

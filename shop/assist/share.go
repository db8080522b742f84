package assist

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/share"
)

// Where a mini-program shows what is shared.
const (
	assistPage   = "pages/assist/index"
	campaignPage = "pages/help-me/index"
)

// lines are the few words over a poster's price, by tool.
var lines = map[Kind]string{Likes: "集赞有礼", Bargain: "帮我砍价", Invite: "邀新有礼", Unlock: "助力解锁", Draw: "助力抽奖", Charity: "助力公益"}

// SharedCampaigns describes campaigns to who is sent a link; a share.Describer. Those of goods that are off every surface are left out.
func (s *Service) SharedCampaigns(ctx context.Context, ids []string) (map[string]*share.Subject, error) {
	campaigns, err := s.Campaigns(ctx, ids)
	if err != nil {
		return nil, err
	}
	return s.subjects(ctx, campaigns)
}

// SharedAssists describes assists to who is sent a link: what the goods cost now, and how many helpers are missing; a share.Describer. Those of goods that are off
// every surface are left out.
func (s *Service) SharedAssists(ctx context.Context, ids []string) (map[string]*share.Subject, error) {
	assists, err := s.Assists(ctx, ids)
	if err != nil {
		return nil, err
	}
	campaigns := make(map[string]*Campaign, len(assists))
	for _, a := range assists {
		campaigns[a.Campaign.ID] = a.Campaign
	}
	ofCampaigns, err := s.subjects(ctx, campaigns)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	subjects := make(map[string]*share.Subject, len(assists))
	for _, a := range assists {
		of := ofCampaigns[a.Campaign.ID]
		if of == nil {
			continue
		}
		subject, missing := *of, a.Goal-a.Progress
		subject.SeatsLeft, subject.MiniProgramPage, subject.Price = &missing, assistPage, a.PriceNow
		subject.Ended = a.State != Open || !now.Before(a.ExpiresAt)
		subjects[a.ID] = &subject
	}
	return subjects, nil
}

// subjects describes campaigns by what their goods are and cost in the end.
func (s *Service) subjects(ctx context.Context, campaigns map[string]*Campaign) (map[string]*share.Subject, error) {
	var ids []string
	for _, c := range campaigns {
		if c.SkuID != "" {
			ids = append(ids, c.SkuID)
		}
	}
	skus, err := s.catalog.Skus(ctx, ids, catalog.Need{})
	if err != nil {
		return nil, fmt.Errorf("goods of help-me campaigns: %w", err)
	}
	subjects := make(map[string]*share.Subject, len(campaigns))
	for _, c := range campaigns {
		subject := &share.Subject{Title: c.Title, MiniProgramPage: campaignPage, Line: lines[c.Kind], Ended: c.State == Ended}
		if c.SkuID != "" {
			sku := skus[c.SkuID]
			if sku == nil || !sku.Product.Visible {
				continue
			}
			subject.ImageURL, subject.Compare = sku.Product.Picture(), sku.Price.Sale
		}
		if reward, ok := c.Reward.(*PriceReward); ok {
			subject.Price = reward.Floor
		}
		subjects[c.ID] = subject
	}
	return subjects, nil
}

package loaders

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
)

// CampaignNeed says what campaigns are loaded with.
type CampaignNeed struct {
	// Product is what their products and the SKUs of their offers are loaded with, nil: neither is needed.
	Product *Need
	// Opened are the pages of open groups, Groups what those groups are loaded with.
	Opened []page.Args
	Groups *GroupNeed
}

// openPages is what stands in a campaign's Beside.
type openPages map[page.Args]*groupbuy.GroupPage

// Opened is the page of open groups that CompleteCampaigns put beside the campaign, nil when that page was not needed.
func Opened(c *groupbuy.Campaign, a page.Args) *groupbuy.GroupPage {
	pages, _ := c.Beside.(openPages)
	return pages[a]
}

// Campaigns returns campaigns by id with what is needed beside them, leaving out what does not exist.
func (l *Loaders) Campaigns(ctx context.Context, viewerID string, ids []string, need *CampaignNeed) (map[string]*groupbuy.Campaign, error) {
	found, err := l.GroupBuy.Campaigns(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load campaigns: %w", err)
	}
	return found, l.CompleteCampaigns(ctx, viewerID, values(found), need)
}

// CompleteCampaigns puts beside campaigns what is needed: products and SKUs, priced for the viewer, and open groups.
func (l *Loaders) CompleteCampaigns(ctx context.Context, viewerID string, campaigns []*groupbuy.Campaign, need *CampaignNeed) error {
	if need == nil || len(campaigns) == 0 {
		return nil
	}
	if need.Product != nil {
		if err := l.campaignProducts(ctx, viewerID, campaigns, *need.Product); err != nil {
			return err
		}
	}
	var groups []*groupbuy.Group
	for _, a := range need.Opened {
		opened, err := l.opened(ctx, campaigns, a)
		if err != nil {
			return fmt.Errorf("load open groups: %w", err)
		}
		groups = append(groups, opened...)
	}
	return l.CompleteGroups(ctx, viewerID, groups, need.Groups)
}

// campaignProducts sets the campaigns' products, and the SKUs of their offers, which are those of the product.
func (l *Loaders) campaignProducts(ctx context.Context, viewerID string, campaigns []*groupbuy.Campaign, need Need) error {
	var ids []string
	for _, c := range campaigns {
		ids = append(ids, c.ProductID)
	}
	products, err := l.Products(ctx, viewerID, unique(ids), need)
	if err != nil {
		return err
	}
	byID, skus := map[string]*catalog.Product{}, map[string]*catalog.Sku{}
	for _, p := range products {
		byID[p.ID] = p
		for _, k := range p.Skus {
			skus[k.ID] = k
		}
	}
	for _, c := range campaigns {
		c.Product = byID[c.ProductID]
		for _, o := range c.Offers {
			o.Sku = skus[o.SkuID]
		}
	}
	return nil
}

// opened puts one page of open groups beside each campaign, and returns the groups of all. A page after a cursor is of one campaign alone.
func (l *Loaders) opened(ctx context.Context, campaigns []*groupbuy.Campaign, a page.Args) ([]*groupbuy.Group, error) {
	pages := map[string]*groupbuy.GroupPage{}
	var err error
	switch {
	case a.After == "":
		pages, err = l.GroupBuy.OpenGroups(ctx, unique(idsOf(campaigns)), a.First)
	case len(campaigns) > 1:
		return nil, fault.InvalidCursor
	default:
		pages[campaigns[0].ID], err = l.GroupBuy.OpenGroupsAfter(ctx, campaigns[0].ID, a)
	}
	if err != nil {
		return nil, err
	}
	var all []*groupbuy.Group
	for _, c := range campaigns {
		listed := pages[c.ID]
		if listed == nil {
			listed = &groupbuy.GroupPage{}
		}
		if c.Beside == nil {
			c.Beside = openPages{}
		}
		c.Beside.(openPages)[a] = listed
		all = append(all, listed.Groups...)
	}
	return all, nil
}

// campaignsOf puts beside products their running campaigns, where they are needed.
func (l *Loaders) campaignsOf(ctx context.Context, viewerID string, products []*catalog.Product, ids []string, need *CampaignNeed) error {
	if need == nil || len(products) == 0 {
		return nil
	}
	found, err := l.GroupBuy.OfProducts(ctx, ids)
	if err != nil {
		return fmt.Errorf("load the campaigns of products: %w", err)
	}
	var all []*groupbuy.Campaign
	for _, p := range products {
		BesideProduct(p).Campaigns = append([]*groupbuy.Campaign{}, found[p.ID]...)
		all = append(all, found[p.ID]...)
	}
	return l.CompleteCampaigns(ctx, viewerID, all, need)
}

func idsOf(campaigns []*groupbuy.Campaign) []string {
	ids := make([]string, len(campaigns))
	for i, c := range campaigns {
		ids[i] = c.ID
	}
	return ids
}

func unique(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	var kept []string
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	return kept
}

func values[T any](byID map[string]T) []T {
	list := make([]T, 0, len(byID))
	for _, v := range byID {
		list = append(list, v)
	}
	return list
}

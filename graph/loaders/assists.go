package loaders

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
)

// AssistCampaignNeed says what help-me campaigns are loaded with.
type AssistCampaignNeed struct {
	// Sku is what the SKUs that they are about are loaded with, nil: they are not needed.
	Sku *Need
	// Template: the coupon that is given.
	Template bool
	// Donations are the pages of their ledgers.
	Donations []page.Args
	// Viewer is what the viewer's own assists are loaded with, nil: they are not needed.
	Viewer *AssistNeed
	// Share is what the viewer's links to them are loaded with, nil: they are not needed.
	Share *ShareNeed
}

// AssistNeed says what assists are loaded with.
type AssistNeed struct {
	// Campaign is what their campaigns are loaded with, nil: nothing.
	Campaign *AssistCampaignNeed
	// Owner, Winners: the people. Refusal: why the viewer could not help.
	Owner, Winners, Refusal bool
	// Helpers are the pages of their helps.
	Helpers []page.Args
	// Share is what the viewer's links to them are loaded with, nil: they are not needed.
	Share *ShareNeed
}

// besideAssist is what stands in an assist's, besideHelpMe in a help-me campaign's field of that name.
type besideAssist struct {
	helpers map[page.Args]*assist.Listed[*assist.Help]
	link    *ShareLink
}

type besideHelpMe struct {
	donations map[page.Args]*assist.Listed[*assist.Donation]
	link      *ShareLink
}

func beside(a *assist.Assist) *besideAssist {
	if a.Beside == nil {
		a.Beside = &besideAssist{helpers: map[page.Args]*assist.Listed[*assist.Help]{}}
	}
	return a.Beside.(*besideAssist)
}

func besideCampaign(c *assist.Campaign) *besideHelpMe {
	if c.Beside == nil {
		c.Beside = &besideHelpMe{donations: map[page.Args]*assist.Listed[*assist.Donation]{}}
	}
	return c.Beside.(*besideHelpMe)
}

// Helpers is the page of helps that CompleteAssists put beside the assist, nil when that page was not needed.
func Helpers(a *assist.Assist, args page.Args) *assist.Listed[*assist.Help] {
	return beside(a).helpers[args]
}

// Donations is the page of the ledger that CompleteAssistCampaigns put beside the campaign, nil when that page was not needed.
func Donations(c *assist.Campaign, args page.Args) *assist.Listed[*assist.Donation] {
	return besideCampaign(c).donations[args]
}

// SharedAssist is the viewer's link to an assist, SharedAssistCampaign that to a campaign; nil without a session, or when it is not to be shared.
func SharedAssist(a *assist.Assist) *ShareLink { return beside(a).link }

// SharedAssistCampaign is said with SharedAssist.
func SharedAssistCampaign(c *assist.Campaign) *ShareLink { return besideCampaign(c).link }

// Assists returns assists by id with what is needed beside them, leaving out what does not exist.
func (l *Loaders) Assists(ctx context.Context, viewerID string, ids []string, need *AssistNeed) (map[string]*assist.Assist, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := l.Assist.Assists(ctx, unique(ids))
	if err != nil {
		return nil, fmt.Errorf("load assists: %w", err)
	}
	return found, l.CompleteAssists(ctx, viewerID, values(found), need)
}

// AssistCampaigns returns help-me campaigns by id with what is needed beside them, leaving out what does not exist.
func (l *Loaders) AssistCampaigns(ctx context.Context, viewerID string, ids []string, need *AssistCampaignNeed) (map[string]*assist.Campaign, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := l.Assist.Campaigns(ctx, unique(ids))
	if err != nil {
		return nil, fmt.Errorf("load help-me campaigns: %w", err)
	}
	return found, l.CompleteAssistCampaigns(ctx, viewerID, values(found), need)
}

// CompleteAssists puts beside assists what is needed. Without a viewer there is no link, and a refusal is one that holds for everybody.
func (l *Loaders) CompleteAssists(ctx context.Context, viewerID string, assists []*assist.Assist, need *AssistNeed) error {
	if need == nil || len(assists) == 0 {
		return nil
	}
	if err := l.CompleteAssistCampaigns(ctx, viewerID, campaignsOfAssists(assists), need.Campaign); err != nil {
		return err
	}
	for _, args := range need.Helpers {
		if err := l.helpers(ctx, assists, args); err != nil {
			return err
		}
	}
	if err := l.assistPeople(ctx, assists, need); err != nil {
		return err
	}
	if need.Refusal {
		refusals, err := l.Assist.Refusals(ctx, viewerID, assists)
		if err != nil {
			return fmt.Errorf("load why the viewer could not help: %w", err)
		}
		for _, a := range assists {
			if refusal := refusals[a.ID]; refusal != nil {
				a.ViewerRefusal = &refusal.Code
			}
		}
	}
	if viewerID == "" || need.Share == nil {
		return nil
	}
	links, err := l.shares(ctx, viewerID, assistIDs(assists), *need.Share)
	for _, a := range assists {
		beside(a).link = links[a.ID]
	}
	return err
}

// campaignsOfAssists are the assists' campaigns, each pointer once: those of one reading share them.
func campaignsOfAssists(assists []*assist.Assist) (list []*assist.Campaign) {
	seen := map[*assist.Campaign]bool{}
	for _, a := range assists {
		if !seen[a.Campaign] {
			seen[a.Campaign] = true
			list = append(list, a.Campaign)
		}
	}
	return list
}

// helpers puts one page of helps beside each assist.
func (l *Loaders) helpers(ctx context.Context, assists []*assist.Assist, args page.Args) error {
	pages, err := l.Assist.Helpers(ctx, assists, args)
	if err != nil {
		return err
	}
	var ids []string
	for _, listed := range pages {
		for _, help := range listed.Nodes {
			ids = append(ids, help.HelperID)
		}
	}
	people, err := l.Identity.Publics(ctx, unique(ids))
	if err != nil {
		return fmt.Errorf("load who helped: %w", err)
	}
	for _, listed := range pages {
		for _, help := range listed.Nodes {
			help.Helper = people[help.HelperID]
		}
	}
	for _, a := range assists {
		beside(a).helpers[args] = pages[a.ID]
	}
	return nil
}

// assistPeople sets the assists' owners, and who has won.
func (l *Loaders) assistPeople(ctx context.Context, assists []*assist.Assist, need *AssistNeed) error {
	if need.Owner {
		ids := make([]string, len(assists))
		for i, a := range assists {
			ids[i] = a.OwnerID
		}
		people, err := l.Identity.Publics(ctx, unique(ids))
		if err != nil {
			return fmt.Errorf("load who asks for help: %w", err)
		}
		for _, a := range assists {
			a.Owner = people[a.OwnerID]
		}
	}
	if !need.Winners {
		return nil
	}
	winners, err := l.Assist.Winners(ctx, assistIDs(assists))
	if err != nil {
		return fmt.Errorf("load winners: %w", err)
	}
	var ids []string
	for _, won := range winners {
		ids = append(ids, won...)
	}
	masked, err := l.Identity.Masked(ctx, unique(ids))
	if err != nil {
		return fmt.Errorf("load winners: %w", err)
	}
	for _, a := range assists {
		a.Winners = make([]*identity.MaskedShopper, len(winners[a.ID]))
		for i, id := range winners[a.ID] { // somebody who has won twice, as two accounts, is there twice
			a.Winners[i] = masked[id]
		}
	}
	return nil
}

// CompleteAssistCampaigns puts beside help-me campaigns what is needed.
func (l *Loaders) CompleteAssistCampaigns(ctx context.Context, viewerID string, campaigns []*assist.Campaign, need *AssistCampaignNeed) error {
	if need == nil || len(campaigns) == 0 {
		return nil
	}
	ids := make([]string, len(campaigns))
	for i, c := range campaigns {
		ids[i] = c.ID
	}
	ids = unique(ids)
	if err := l.prizes(ctx, viewerID, campaigns, need); err != nil {
		return err
	}
	for _, args := range need.Donations {
		pages, err := l.Assist.Donations(ctx, ids, args)
		if err != nil {
			return err
		}
		for _, c := range campaigns {
			besideCampaign(c).donations[args] = pages[c.ID]
		}
	}
	if need.Viewer != nil {
		if err := l.viewerAssists(ctx, viewerID, campaigns, ids, need.Viewer); err != nil {
			return err
		}
	}
	if viewerID == "" || need.Share == nil {
		return nil
	}
	links, err := l.shares(ctx, viewerID, ids, *need.Share)
	for _, c := range campaigns {
		besideCampaign(c).link = links[c.ID]
	}
	return err
}

// prizes sets the SKUs that campaigns are about, without those that are off every surface, and the coupons that they give.
func (l *Loaders) prizes(ctx context.Context, viewerID string, campaigns []*assist.Campaign, need *AssistCampaignNeed) error {
	var skuIDs, templateIDs []string
	for _, c := range campaigns {
		if c.SkuID != "" {
			skuIDs = append(skuIDs, c.SkuID)
		}
		if reward, ok := c.Reward.(*assist.CouponReward); ok {
			templateIDs = append(templateIDs, reward.TemplateID)
		}
	}
	if need.Sku != nil && len(skuIDs) > 0 {
		skus, err := l.Skus(ctx, viewerID, unique(skuIDs), *need.Sku)
		if err != nil {
			return err
		}
		for _, c := range campaigns {
			if sku := skus[c.SkuID]; sku != nil && sku.Product.Visible {
				c.PrizeSku = sku
			}
		}
	}
	if !need.Template || len(templateIDs) == 0 {
		return nil
	}
	templates, err := l.Coupon.Templates(ctx, viewerID, unique(templateIDs))
	if err != nil {
		return fmt.Errorf("load what is given for help: %w", err)
	}
	for _, c := range campaigns {
		if reward, ok := c.Reward.(*assist.CouponReward); ok {
			reward.Template = templates[reward.TemplateID]
		}
	}
	return nil
}

func (l *Loaders) viewerAssists(ctx context.Context, viewerID string, campaigns []*assist.Campaign, ids []string, need *AssistNeed) error {
	found, err := l.Assist.ViewerAssists(ctx, viewerID, ids)
	if err != nil {
		return fmt.Errorf("load the viewer's assists: %w", err)
	}
	var all []*assist.Assist
	for _, assists := range found {
		all = append(all, assists...)
	}
	for _, c := range campaigns {
		c.ViewerAssists = append([]*assist.Assist{}, found[c.ID]...)
	}
	return l.CompleteAssists(ctx, viewerID, all, need)
}

// assistCampaignsOf puts beside products the help-me campaigns about them that run, where they are needed.
func (l *Loaders) assistCampaignsOf(ctx context.Context, viewerID string, products []*catalog.Product, ids []string, need *AssistCampaignNeed) error {
	if need == nil || len(products) == 0 {
		return nil
	}
	found, err := l.Assist.OfProducts(ctx, ids)
	if err != nil {
		return fmt.Errorf("load the help-me campaigns of products: %w", err)
	}
	var all []*assist.Campaign
	for _, p := range products {
		BesideProduct(p).AssistCampaigns = append([]*assist.Campaign{}, found[p.ID]...)
		all = append(all, found[p.ID]...)
	}
	return l.CompleteAssistCampaigns(ctx, viewerID, all, need)
}

func assistIDs(assists []*assist.Assist) []string {
	ids := make([]string, len(assists))
	for i, a := range assists {
		ids[i] = a.ID
	}
	return unique(ids)
}

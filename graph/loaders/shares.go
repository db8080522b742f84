package loaders

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/share"
)

// ShareLink is a link with what it points at and who shares it, as far as they were needed.
type ShareLink struct {
	*share.Link
	Target bind.ShareTarget
	Sharer *identity.PublicShopper
	// Visits, Reads, Orders and Earned are nil to everybody but the sharer.
	Visits, Reads, Orders *int64
	Earned                *money.Money
}

// ShareNeed says what links are loaded with.
type ShareNeed struct {
	Sharer bool
	// Figures: what came of them, to their sharers. Orders and Earned: that, too.
	Figures, Orders, Earned bool
	// Target, by its kind; nil: targets are not needed.
	Target *TargetNeed
}

// TargetNeed says what the targets of links are loaded with.
type TargetNeed struct {
	Product  Need
	Campaign *CampaignNeed
	Group    *GroupNeed
	Room     *RoomNeed
	// HelpMe is what help-me campaigns are loaded with, Assist what assists are.
	HelpMe *AssistCampaignNeed
	Assist *AssistNeed
}

// SharedGroup is the viewer's link to a group, as CompleteGroups put it beside; nil without a session, or when the group is not to be shared.
func SharedGroup(g *groupbuy.Group) *ShareLink {
	link, _ := g.Beside.(*ShareLink)
	return link
}

// SharedProduct is the viewer's link to a product, as Complete put it beside; nil without a session, or when it is not to be shared.
func SharedProduct(p *catalog.Product) *ShareLink {
	if beside := BesideProduct(p); beside != nil {
		return beside.Share
	}
	return nil
}

// shareProducts puts beside products the viewer's links to them.
func (l *Loaders) shareProducts(ctx context.Context, viewerID string, products []*catalog.Product, ids []string, need *ShareNeed) error {
	if need == nil || viewerID == "" || len(products) == 0 {
		return nil
	}
	links, err := l.shares(ctx, viewerID, unique(ids), *need)
	for _, p := range products {
		BesideProduct(p).Share = links[p.ID]
	}
	return err
}

// shares are the viewer's links to targets, by target, making those that he has not shared yet.
func (l *Loaders) shares(ctx context.Context, viewerID string, targetIDs []string, need ShareNeed) (map[string]*ShareLink, error) {
	found, err := l.Share.Links(ctx, viewerID, viewer.From(ctx).Channel, targetIDs)
	if err != nil {
		return nil, fmt.Errorf("share: %w", err)
	}
	links := make(map[string]*ShareLink, len(found))
	for target, link := range found {
		links[target] = &ShareLink{Link: link}
	}
	return links, l.CompleteLinks(ctx, viewerID, values(links), need)
}

// CompleteLinks sets the links' targets, as the viewer may see them, and who shares them.
func (l *Loaders) CompleteLinks(ctx context.Context, viewerID string, links []*ShareLink, need ShareNeed) error {
	if len(links) == 0 {
		return nil
	}
	if need.Sharer {
		ids := make([]string, len(links))
		for i, link := range links {
			ids[i] = link.SharerID
		}
		shoppers, err := l.Identity.Shoppers(ctx, unique(ids))
		if err != nil {
			return fmt.Errorf("load who shares: %w", err)
		}
		for _, link := range links {
			link.Sharer = public(shoppers[link.SharerID])
		}
	}
	if need.Figures {
		if err := l.figures(ctx, viewerID, links, need); err != nil {
			return err
		}
	}
	if need.Target == nil {
		return nil
	}
	targets, err := l.targets(ctx, viewerID, links, need.Target)
	for _, link := range links {
		link.Target = targets[link.TargetID] // an untyped nil for what is not there
	}
	return err
}

// figures sets what came of the viewer's own links, under whichever of his ids he made them.
func (l *Loaders) figures(ctx context.Context, viewerID string, links []*ShareLink, need ShareNeed) error {
	if viewerID == "" {
		return nil
	}
	his, err := l.Identity.Aliases(ctx, viewerID)
	if err != nil {
		return fmt.Errorf("load whose links they are: %w", err)
	}
	var own []*ShareLink
	var ids []string
	for _, link := range links {
		if slices.Contains(his, link.SharerID) {
			link.Visits, link.Reads = &link.Link.Visits, &link.Link.Reads
			own, ids = append(own, link), append(ids, link.ID)
		}
	}
	if need.Orders && len(own) > 0 {
		orders, err := l.Referral.OrdersByLink(ctx, unique(ids))
		if err != nil {
			return fmt.Errorf("load orders by link: %w", err)
		}
		for _, link := range own {
			n := orders[link.ID]
			link.Orders = &n
		}
	}
	if need.Earned && len(own) > 0 {
		earned, err := l.Commission.EarnedByLink(ctx, his, unique(ids))
		if err != nil {
			return fmt.Errorf("load earnings by link: %w", err)
		}
		for _, link := range own {
			link.Earned = &money.Money{Minor: earned[link.ID], Code: l.Currency}
		}
	}
	return nil
}

func (l *Loaders) targets(ctx context.Context, viewerID string, links []*ShareLink, need *TargetNeed) (map[string]bind.ShareTarget, error) {
	of := map[string][]string{}
	for _, link := range links {
		kind := id.Prefix(link.TargetID)
		of[kind] = append(of[kind], link.TargetID)
	}
	targets := map[string]bind.ShareTarget{}
	products, err := l.Products(ctx, viewerID, unique(of["prd"]), need.Product)
	if err != nil {
		return nil, err
	}
	for _, p := range products {
		if p.Visible {
			targets[p.ID] = p
		}
	}
	campaigns, err := l.Campaigns(ctx, viewerID, unique(of["gbc"]), need.Campaign)
	if err != nil {
		return nil, err
	}
	for _, c := range campaigns {
		targets[c.ID] = c
	}
	groups, err := l.Groups(ctx, viewerID, unique(of["grp"]), need.Group)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		targets[g.ID] = g
	}
	rooms, err := l.Rooms(ctx, viewerID, of["lvr"], need.Room)
	if err != nil {
		return nil, err
	}
	for _, r := range rooms {
		targets[r.ID] = r
	}
	return targets, l.helpMeTargets(ctx, viewerID, of, need, targets)
}

func (l *Loaders) helpMeTargets(ctx context.Context, viewerID string, of map[string][]string, need *TargetNeed, targets map[string]bind.ShareTarget) error {
	campaigns, err := l.AssistCampaigns(ctx, viewerID, of["asc"], need.HelpMe)
	if err != nil {
		return err
	}
	for _, c := range campaigns {
		targets[c.ID] = c
	}
	assists, err := l.Assists(ctx, viewerID, of["ast"], need.Assist)
	for _, a := range assists {
		targets[a.ID] = a
	}
	return err
}

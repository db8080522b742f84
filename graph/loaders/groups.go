package loaders

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
)

// GroupNeed says what groups are loaded with.
type GroupNeed struct {
	// Campaign is what their campaigns are loaded with, nil: they are not needed.
	Campaign *CampaignNeed
	// Leader, Members: the people.
	Leader, Members bool
	// Seat: the viewer's own, and what its order is loaded with, nil: that is not needed.
	Seat  bool
	Order *OrderNeed
	// Refusal: why the viewer could not join.
	Refusal bool
	// Share is what the viewer's links to them are loaded with, nil: they are not needed.
	Share *ShareNeed
}

// Groups returns the groups of ids that the viewer may see, with what is needed beside them.
func (l *Loaders) Groups(ctx context.Context, viewerID string, ids []string, need *GroupNeed) (map[string]*groupbuy.Group, error) {
	found, err := l.GroupBuy.Groups(ctx, viewerID, ids)
	if err != nil {
		return nil, fmt.Errorf("load groups: %w", err)
	}
	return found, l.CompleteGroups(ctx, viewerID, values(found), need)
}

// CompleteGroups puts beside groups what is needed. What depends on the viewer stays nil without one.
func (l *Loaders) CompleteGroups(ctx context.Context, viewerID string, groups []*groupbuy.Group, need *GroupNeed) error {
	if need == nil || len(groups) == 0 {
		return nil
	}
	if need.Campaign != nil {
		if err := l.groupCampaigns(ctx, viewerID, groups, need.Campaign); err != nil {
			return err
		}
	}
	if need.Leader || need.Members {
		if err := l.people(ctx, groups, need.Members); err != nil {
			return err
		}
	}
	if viewerID == "" {
		return nil
	}
	return l.completeForViewer(ctx, viewerID, groups, need)
}

// completeForViewer puts beside groups what depends on who asks.
func (l *Loaders) completeForViewer(ctx context.Context, viewerID string, groups []*groupbuy.Group, need *GroupNeed) error {
	if need.Seat {
		if err := l.seats(ctx, viewerID, groups, need.Order); err != nil {
			return err
		}
	}
	if need.Refusal {
		if err := l.refusals(ctx, viewerID, groups); err != nil {
			return err
		}
	}
	if need.Share == nil {
		return nil
	}
	links, err := l.shares(ctx, viewerID, groupIDs(groups), *need.Share)
	for _, g := range groups {
		if link := links[g.ID]; link != nil {
			g.Beside = link
		}
	}
	return err
}

func (l *Loaders) groupCampaigns(ctx context.Context, viewerID string, groups []*groupbuy.Group, need *CampaignNeed) error {
	var ids []string
	for _, g := range groups {
		ids = append(ids, g.CampaignID)
	}
	campaigns, err := l.Campaigns(ctx, viewerID, unique(ids), need)
	if err != nil {
		return err
	}
	for _, g := range groups {
		g.Campaign = campaigns[g.CampaignID]
	}
	return nil
}

// people sets the groups' leaders, and their members.
func (l *Loaders) people(ctx context.Context, groups []*groupbuy.Group, members bool) error {
	var ids []string
	for _, g := range groups {
		if g.LeaderID != nil {
			ids = append(ids, *g.LeaderID)
		}
	}
	if members {
		found, err := l.GroupBuy.Members(ctx, groupIDs(groups))
		if err != nil {
			return fmt.Errorf("load members: %w", err)
		}
		for _, g := range groups {
			g.Members = found[g.ID]
			for _, m := range g.Members {
				ids = append(ids, m.ShopperID)
			}
		}
	}
	shoppers, err := l.Identity.Shoppers(ctx, unique(ids))
	if err != nil {
		return fmt.Errorf("load the people of groups: %w", err)
	}
	for _, g := range groups {
		if g.LeaderID != nil {
			g.Leader = public(shoppers[*g.LeaderID])
		}
		for _, m := range g.Members {
			m.Shopper = public(shoppers[m.ShopperID])
		}
	}
	return nil
}

func public(s *identity.Shopper) *identity.PublicShopper {
	if s == nil {
		return nil
	}
	return s.Public()
}

// seats sets the viewer's own seats, with their orders where they are needed.
func (l *Loaders) seats(ctx context.Context, viewerID string, groups []*groupbuy.Group, need *OrderNeed) error {
	seats, err := l.GroupBuy.ViewerSeats(ctx, viewerID, groupIDs(groups))
	if err != nil {
		return fmt.Errorf("load the viewer's seats: %w", err)
	}
	orders := map[string]*order.Order{}
	if need != nil {
		var ids []string
		for _, seat := range seats {
			ids = append(ids, seat.OrderID)
		}
		found, err := l.Order.Some(ctx, viewerID, unique(ids))
		if err != nil {
			return fmt.Errorf("load the orders of seats: %w", err)
		}
		if err := l.CompleteOrders(ctx, viewerID, found, need); err != nil {
			return err
		}
		for _, o := range found {
			orders[o.ID] = o
		}
	}
	for _, g := range groups {
		seat := seats[g.ID]
		if seat == nil || need != nil && orders[seat.OrderID] == nil { // a seat whose order is not the viewer's is not shown as his
			continue
		}
		seat.Order = orders[seat.OrderID]
		g.ViewerSeat = seat
	}
	return nil
}

func (l *Loaders) refusals(ctx context.Context, viewerID string, groups []*groupbuy.Group) error {
	found, err := l.GroupBuy.Refusals(ctx, viewerID, groups)
	if err != nil {
		return fmt.Errorf("load why the viewer could not join: %w", err)
	}
	for _, g := range groups {
		if refusal := found[g.ID]; refusal != nil {
			g.ViewerRefusal = &refusal.Code
		}
	}
	return nil
}

func groupIDs(groups []*groupbuy.Group) []string {
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	return unique(ids)
}

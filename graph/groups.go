package graph

import (
	"context"
	"errors"
	"log/slog"

	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
)

// openGroupsFirst is openGroups' page when the client does not say.
const openGroupsFirst = 5

// withCampaigns loads beside campaigns what the client asked for at any of the paths under the field being resolved.
func (r *Resolver) withCampaigns(ctx context.Context, a asked, campaigns ...*groupbuy.Campaign) error {
	return r.Load.CompleteCampaigns(ctx, viewer.From(ctx).ShopperID, campaigns, campaignsAsked(a))
}

// withGroups loads beside groups what the client asked for.
func (r *Resolver) withGroups(ctx context.Context, a asked, groups ...*groupbuy.Group) error {
	return r.Load.CompleteGroups(ctx, viewer.From(ctx).ShopperID, groups, groupsAsked(a))
}

// campaigns lists campaigns as a connection.
func (r *Resolver) campaigns(ctx context.Context, a groupbuy.CampaignListArgs) (*model.GroupBuyCampaignConnection, error) {
	listed, err := r.Shop.GroupBuy.ListCampaigns(ctx, a)
	if err != nil {
		return nil, err
	}
	connection := &model.GroupBuyCampaignConnection{
		Nodes: listed.Campaigns, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.GroupBuyCampaignEdge, len(listed.Campaigns)),
	}
	for i, c := range listed.Campaigns {
		connection.Edges[i] = &model.GroupBuyCampaignEdge{Cursor: listed.Cursors[i], Node: c}
	}
	return connection, r.withCampaigns(ctx, here(ctx).at("nodes", "edges.node"), listed.Campaigns...)
}

// campaignPayload shapes the answer of a mutation about a campaign.
func (r *Resolver) campaignPayload(ctx context.Context, c *groupbuy.Campaign, err error) (*model.GroupBuyCampaignPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.GroupBuyCampaignPayload{UserErrors: refusals}, err
	}
	return &model.GroupBuyCampaignPayload{Campaign: c, UserErrors: refusals}, r.withCampaigns(ctx, here(ctx).at("campaign"), c)
}

// groupPayload shapes the answer of a mutation about a group.
func (r *Resolver) groupPayload(ctx context.Context, g *groupbuy.Group, err error) (*model.GroupBuyPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.GroupBuyPayload{UserErrors: refusals}, err
	}
	return &model.GroupBuyPayload{GroupBuy: g, UserErrors: refusals}, r.withGroups(ctx, here(ctx).at("groupBuy"), g)
}

// openGroups returns the page that the loaders put beside the campaign, else reads it.
func (r *Resolver) openGroups(ctx context.Context, c *groupbuy.Campaign, a page.Args) (*model.GroupBuyConnection, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	listed := loaders.Opened(c, a)
	if listed == nil {
		one := &groupbuy.Campaign{ID: c.ID}
		need := &loaders.CampaignNeed{Opened: []page.Args{a}, Groups: groupsAsked(here(ctx).at("nodes", "edges.node"))}
		if err := r.Load.CompleteCampaigns(ctx, viewer.From(ctx).ShopperID, []*groupbuy.Campaign{one}, need); err != nil {
			return nil, err
		}
		listed = loaders.Opened(one, a)
	}
	return groupConnection(listed), nil
}

// groupsOf lists a shopper's own groups.
func (r *Resolver) groupsOf(ctx context.Context, shopperID string, state *groupbuy.State, a page.Args) (*model.GroupBuyConnection, error) {
	listed, err := r.Shop.GroupBuy.OfShopper(ctx, shopperID, orNone(state), a)
	if err != nil {
		return nil, err
	}
	return groupConnection(listed), r.withGroups(ctx, here(ctx).at("nodes", "edges.node"), listed.Groups...)
}

func groupConnection(listed *groupbuy.GroupPage) *model.GroupBuyConnection {
	connection := &model.GroupBuyConnection{Nodes: listed.Groups, PageInfo: &listed.Info, Edges: make([]*model.GroupBuyEdge, len(listed.Groups))}
	for i, g := range listed.Groups {
		connection.Edges[i] = &model.GroupBuyEdge{Cursor: listed.Cursors[i], Node: g}
	}
	return connection
}

// campaignsOf returns what the loaders put beside the product, else reads it.
func (r *Resolver) campaignsOf(ctx context.Context, p *catalog.Product) ([]*groupbuy.Campaign, error) {
	if beside := loaders.BesideProduct(p); beside != nil && beside.Campaigns != nil {
		return beside.Campaigns, nil
	}
	one := &catalog.Product{ID: p.ID}
	need := loaders.Need{Campaigns: campaignsAsked(here(ctx))}
	if err := r.Load.Complete(ctx, viewer.From(ctx).ShopperID, []*catalog.Product{one}, need); err != nil {
		return nil, err
	}
	return loaders.BesideProduct(one).Campaigns, nil
}

// groupOf is the group that the loaders put beside the order, nil for one without.
func groupOf(o *order.Order) *groupbuy.Group {
	g, _ := o.Beside.(*groupbuy.Group)
	return g
}

// watchGroup sends a group's changes, each with what the client asked for beside it.
func (r *Resolver) watchGroup(ctx context.Context, viewerID, groupID string) (<-chan *groupbuy.Group, error) {
	changes, err := r.Shop.GroupBuy.Watch(ctx, viewerID, groupID)
	if errors.Is(err, fault.Missing) {
		return nil, fault.NotFound
	}
	if err != nil {
		return nil, err
	}
	return completed(ctx, changes, func(g *groupbuy.Group) (*groupbuy.Group, error) { return g, r.withGroups(ctx, here(ctx), g) }), nil
}

// completed sends on what is watched once it has been completed; what cannot be ends the stream with UNAVAILABLE, and the client subscribes again.
func completed[T, U any](ctx context.Context, changes <-chan T, complete func(T) (U, error)) <-chan U {
	out := make(chan U)
	go func() {
		defer close(out)
		for change := range changes {
			whole, err := complete(change)
			if err != nil {
				slog.WarnContext(ctx, "what is watched could not be completed", "error", err)
				stream.Fail(ctx, fault.Unavailable)
				return
			}
			select {
			case out <- whole:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// MayShare says, by subscription, who may be sent what everybody is. A PENDING group shows to its leader only, who therefore watches it by himself.
func (r *Resolver) MayShare() map[string]func(ctx context.Context, args map[string]any) (bool, error) {
	return map[string]func(ctx context.Context, args map[string]any) (bool, error){
		"groupBuyUpdated": func(ctx context.Context, args map[string]any) (bool, error) {
			groupID, _ := args["id"].(string)
			if !id.Is(groupID, "grp") {
				return true, nil // for the field itself to refuse
			}
			g, err := r.Shop.GroupBuy.Group(ctx, viewer.From(ctx).ShopperID, groupID)
			if err == nil && g == nil {
				err = fault.NotFound
			}
			return err == nil && g.State != groupbuy.Pending, err
		},
	}
}

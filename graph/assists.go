package graph

import (
	"context"
	"errors"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/conduct"
)

// nestedFirst is the page of helpers and of donations when the client does not say.
const nestedFirst = 20

// assistsAsked is what assists must be loaded with, nil when none are asked for.
func assistsAsked(a asked) *loaders.AssistNeed {
	if !a.any() {
		return nil
	}
	return &loaders.AssistNeed{
		Campaign: assistCampaignsAsked(a.at("campaign")),
		Owner:    a.at("owner").any(), Winners: a.at("winners").any(), Refusal: a.at("viewerRefusal").any(),
		Helpers: pagesAsked(a.at("helpers"), nestedFirst), Share: linksAsked(a.at("share").of("Assist")),
	}
}

// assistCampaignsAsked is what help-me campaigns must be loaded with, nil when none are asked for.
func assistCampaignsAsked(a asked) *loaders.AssistCampaignNeed {
	if !a.any() {
		return nil
	}
	need := &loaders.AssistCampaignNeed{
		Template: a.at("reward.template").any(), Donations: pagesAsked(a.at("donations"), nestedFirst), Viewer: assistsAsked(a.at("viewerAssists")),
		Share: linksAsked(a.at("share").of("AssistCampaign")),
	}
	if skus := a.at("prizeSku"); skus.any() {
		product := productsAsked(skus)
		need.Sku = &product
	}
	return need
}

// actor is the shopper who starts or helps, and from where.
func actor(v *viewer.Viewer, device *string) assist.Actor {
	return assist.Actor{ShopperID: v.ShopperID, Channel: v.Channel, From: conduct.From{IP: v.ClientIP, Device: orString(device)}}
}

func (r *Resolver) withAssists(ctx context.Context, a asked, assists ...*assist.Assist) error {
	return r.Load.CompleteAssists(ctx, viewer.From(ctx).ShopperID, assists, assistsAsked(a))
}

func (r *Resolver) withAssistCampaigns(ctx context.Context, a asked, campaigns ...*assist.Campaign) error {
	return r.Load.CompleteAssistCampaigns(ctx, viewer.From(ctx).ShopperID, campaigns, assistCampaignsAsked(a))
}

// assistPayload shapes the answer of a mutation about an assist.
func (r *Resolver) assistPayload(ctx context.Context, a *assist.Assist, err error) (*model.AssistPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.AssistPayload{UserErrors: refusals}, err
	}
	return &model.AssistPayload{Assist: a, UserErrors: refusals}, r.withAssists(ctx, here(ctx).at("assist"), a)
}

// assistCampaignPayload shapes the answer of a mutation about a help-me campaign.
func (r *Resolver) assistCampaignPayload(ctx context.Context, c *assist.Campaign, err error) (*model.AssistCampaignPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.AssistCampaignPayload{UserErrors: refusals}, err
	}
	return &model.AssistCampaignPayload{Campaign: c, UserErrors: refusals}, r.withAssistCampaigns(ctx, here(ctx).at("campaign"), c)
}

// assistCampaigns lists the help-me campaigns that run as a connection.
func (r *Resolver) assistCampaigns(ctx context.Context, a page.Args) (*model.AssistCampaignConnection, error) {
	listed, err := r.Shop.Assist.ListCampaigns(ctx, a, here(ctx).at("totalCount").any())
	if err != nil {
		return nil, err
	}
	connection := &model.AssistCampaignConnection{
		Nodes: listed.Nodes, PageInfo: &listed.Info, TotalCount: listed.Total, Edges: make([]*model.AssistCampaignEdge, len(listed.Nodes)),
	}
	for i, c := range listed.Nodes {
		connection.Edges[i] = &model.AssistCampaignEdge{Cursor: listed.Cursors[i], Node: c}
	}
	return connection, r.withAssistCampaigns(ctx, here(ctx).at("nodes", "edges.node"), listed.Nodes...)
}

// assistsOf lists the assists that a shopper started.
func (r *Resolver) assistsOf(ctx context.Context, shopperID string, state *assist.State, a page.Args) (*model.AssistConnection, error) {
	listed, err := r.Shop.Assist.OfShopper(ctx, shopperID, orNone(state), a)
	if err != nil {
		return nil, err
	}
	connection := &model.AssistConnection{Nodes: listed.Nodes, PageInfo: &listed.Info, Edges: make([]*model.AssistEdge, len(listed.Nodes))}
	for i, a := range listed.Nodes {
		connection.Edges[i] = &model.AssistEdge{Cursor: listed.Cursors[i], Node: a}
	}
	return connection, r.withAssists(ctx, here(ctx).at("nodes", "edges.node"), listed.Nodes...)
}

// helpers returns the page that the loaders put beside the assist, else reads it.
func (r *Resolver) helpers(ctx context.Context, a *assist.Assist, args page.Args) (*model.AssistHelpConnection, error) {
	listed := loaders.Helpers(a, args)
	if listed == nil {
		if err := r.Load.CompleteAssists(ctx, "", []*assist.Assist{a}, &loaders.AssistNeed{Helpers: []page.Args{args}}); err != nil {
			return nil, err
		}
		listed = loaders.Helpers(a, args)
	}
	connection := &model.AssistHelpConnection{Nodes: listed.Nodes, PageInfo: &listed.Info, Edges: make([]*model.AssistHelpEdge, len(listed.Nodes))}
	for i, help := range listed.Nodes {
		connection.Edges[i] = &model.AssistHelpEdge{Cursor: listed.Cursors[i], Node: help}
	}
	return connection, nil
}

// donations returns the page that the loaders put beside the campaign, else reads it.
func (r *Resolver) donations(ctx context.Context, c *assist.Campaign, args page.Args) (*model.DonationConnection, error) {
	listed := loaders.Donations(c, args)
	if listed == nil {
		if err := r.Load.CompleteAssistCampaigns(ctx, "", []*assist.Campaign{c}, &loaders.AssistCampaignNeed{Donations: []page.Args{args}}); err != nil {
			return nil, err
		}
		listed = loaders.Donations(c, args)
	}
	connection := &model.DonationConnection{Nodes: listed.Nodes, PageInfo: &listed.Info, Edges: make([]*model.DonationEdge, len(listed.Nodes))}
	for i, d := range listed.Nodes {
		connection.Edges[i] = &model.DonationEdge{Cursor: listed.Cursors[i], Node: d}
	}
	return connection, nil
}

// assistCampaignsOf returns what the loaders put beside the product, else reads it.
func (r *Resolver) assistCampaignsOf(ctx context.Context, p *catalog.Product) ([]*assist.Campaign, error) {
	if beside := loaders.BesideProduct(p); beside != nil && beside.AssistCampaigns != nil {
		return beside.AssistCampaigns, nil
	}
	one := &catalog.Product{ID: p.ID}
	need := loaders.Need{AssistCampaigns: assistCampaignsAsked(here(ctx))}
	if err := r.Load.Complete(ctx, viewer.From(ctx).ShopperID, []*catalog.Product{one}, need); err != nil {
		return nil, err
	}
	return loaders.BesideProduct(one).AssistCampaigns, nil
}

// watchAssist sends an assist's changes, each with what the client asked for beside it. Everybody may see an assist, so who watches does not matter.
func (r *Resolver) watchAssist(ctx context.Context, assistID string) (<-chan *assist.Assist, error) {
	changes, err := r.Shop.Assist.Watch(ctx, assistID)
	if errors.Is(err, fault.Missing) {
		return nil, fault.NotFound
	}
	if err != nil {
		return nil, err
	}
	return completed(ctx, changes, func(a *assist.Assist) (*assist.Assist, error) { return a, r.withAssists(ctx, here(ctx), a) }), nil
}

// assistNodes are assists and help-me campaigns, which everybody may see.
func (r *Resolver) assistNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	viewerID := viewer.From(ctx).ShopperID
	campaigns, err := r.Load.AssistCampaigns(ctx, viewerID, ofKind(ids, "asc"), assistCampaignsAsked(here(ctx)))
	if err != nil {
		return err
	}
	for _, c := range campaigns {
		found[c.ID] = c
	}
	assists, err := r.Load.Assists(ctx, viewerID, ofKind(ids, "ast"), assistsAsked(here(ctx)))
	for _, a := range assists {
		found[a.ID] = a
	}
	return err
}

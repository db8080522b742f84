package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/catalog"
)

// loadTheirOwn are the fields whose objects bring products that are loaded apart from those around them.
var loadTheirOwn = []string{"groupBuy", "groupBuyCampaigns", "openGroups", "campaign", "viewerSeat", "share", "target", "shelf", "pinned", "offers", "assistCampaigns", "prizeSku", "viewerAssists"}

// productNeed is what the products under the field being resolved must be loaded with.
func productNeed(ctx context.Context) loaders.Need { return productsAsked(here(ctx)) }

func productsAsked(a asked) loaders.Need {
	need := loaders.Need{Need: catalog.Need{Category: a.has("category"), Scarcity: a.has("scarcity")}}
	if a.has("proof") {
		need.Proof = a.has("buyingNow") || a.has("recentBuyers")
		if a.has("recentBuyers") {
			need.Buyers = loaders.MostBuyers
		}
	}
	need.Campaigns = campaignsAsked(a.nearest("groupBuyCampaigns", loadTheirOwn...))
	need.AssistCampaigns = assistCampaignsAsked(a.nearest("assistCampaigns", loadTheirOwn...))
	need.Share = linksAsked(a.nearest("share", loadTheirOwn...).of("Product"))
	return need
}

// campaignsAsked is what campaigns must be loaded with, nil when none are asked for.
func campaignsAsked(a asked) *loaders.CampaignNeed {
	if !a.any() {
		return nil
	}
	need := &loaders.CampaignNeed{}
	if products := a.at("product", "offers.sku"); products.any() {
		product := productsAsked(products)
		need.Product = &product
	}
	open := a.at("openGroups")
	need.Opened = pagesAsked(open, openGroupsFirst)
	need.Groups = groupsAsked(open.at("nodes", "edges.node"))
	return need
}

// pagesAsked are the pages that fields of a list ask for, each once; first is a page's length when the client does not say.
func pagesAsked(a asked, first int) (pages []page.Args) {
	for _, field := range a.fields {
		if args, ok := pageArgs(a.op, field, first); ok && !slices.Contains(pages, args) {
			pages = append(pages, args)
		}
	}
	return pages
}

// pageArgs reads a list's arguments; what is not well formed is left to the field itself to refuse.
func pageArgs(op *graphql.OperationContext, field graphql.CollectedField, first int) (page.Args, bool) {
	sent := field.ArgumentMap(op.Variables)
	args := page.Args{First: first}
	if first := sent["first"]; first != nil {
		n, err := bind.UnmarshalInt(first)
		if err != nil {
			return args, false
		}
		args.First = n
	}
	if after := sent["after"]; after != nil {
		text, err := graphql.UnmarshalString(after)
		if err != nil {
			return args, false
		}
		args.After = text
	}
	return args, args.Check() == nil
}

// groupsAsked is what groups must be loaded with, nil when none are asked for.
func groupsAsked(a asked) *loaders.GroupNeed {
	if !a.any() {
		return nil
	}
	seat := a.at("viewerSeat")
	return &loaders.GroupNeed{
		Campaign: campaignsAsked(a.at("campaign")),
		Leader:   a.at("leader").any(), Members: a.at("members").any(),
		Seat: seat.any(), Order: ordersAsked(seat.at("order")),
		Refusal: a.at("viewerRefusal").any(), Share: linksAsked(a.at("share").of("GroupBuy")),
	}
}

// linksAsked is what share links must be loaded with, nil when none are asked for.
func linksAsked(a asked) *loaders.ShareNeed {
	if !a.any() {
		return nil
	}
	need := &loaders.ShareNeed{Sharer: a.at("sharer").any(), Orders: a.at("orders").any(), Earned: a.at("earned").any()}
	need.Figures = need.Orders || need.Earned || a.at("visits", "reads").any()
	if target := a.at("target"); target.any() {
		need.Target = &loaders.TargetNeed{
			Product: productsAsked(target), Campaign: campaignsAsked(target), Group: groupsAsked(target), Room: roomsAsked(target),
			HelpMe: assistCampaignsAsked(target), Assist: assistsAsked(target),
		}
	}
	return need
}

// ordersAsked is what orders must be loaded with, nil when none are asked for.
func ordersAsked(a asked) *loaders.OrderNeed {
	if !a.any() {
		return nil
	}
	need := &loaders.OrderNeed{Group: groupsAsked(a.at("groupBuy"))}
	if skus := a.at("lines.sku"); skus.any() {
		product := productsAsked(skus)
		need.Skus = &product
	}
	return need
}

package graph

import (
	"context"
	"errors"
	"slices"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
)

// nodes returns objects by id, nil for what does not exist or is not the caller's to see. What a page may ask many of is read as sets.
func (r *Resolver) nodes(ctx context.Context, ids []string) ([]bind.Node, error) {
	if len(ids) > page.MaxFirst {
		return nil, fault.InvalidInput.Saying("At most 100 ids at once.", "一次最多 100 个编号。")
	}
	found := map[string]bind.Node{}
	if err := r.catalogNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	if err := r.orderNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	if err := r.groupNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	if err := r.liveNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	if err := r.assistNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	if err := r.couponNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	if err := r.commissionNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	if err := r.webhookNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	if err := r.personalNodes(ctx, ids, found); err != nil {
		return nil, err
	}
	for _, tierID := range ofKind(ids, "tir") {
		if tier := r.Shop.Points.Programme().TierByID(tierID); tier != nil {
			found[tierID] = tier
		}
	}
	nodes := make([]bind.Node, len(ids))
	for i, nodeID := range ids {
		nodes[i] = found[nodeID] // an untyped nil where nothing was found
	}
	return nodes, nil
}

// oneByOne bounds the ids whose objects are read one by one; no page needs more.
const oneByOne = 20

// readAsSets are the kinds of objects that a page may ask many of.
var readAsSets = []string{"prd", "sku", "ord", "gbc", "grp", "lvr", "lvo", "lvq", "lvd", "lvl", "cpt", "cpn", "cms", "wdr", "tir", "asc", "ast", "whe", "whd"}

func (r *Resolver) personalNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	asked := map[string]bool{}
	for _, nodeID := range ids {
		if _, ok := found[nodeID]; ok || asked[nodeID] || slices.Contains(readAsSets, id.Prefix(nodeID)) {
			continue
		}
		if asked[nodeID] = true; len(asked) > oneByOne {
			return fault.InvalidInput.Saying("At most 20 ids of this kind at once.", "此类编号一次最多 20 个。")
		}
		node, err := r.personalNode(ctx, nodeID)
		if err != nil && !errors.Is(err, fault.Missing) {
			return err
		}
		if err == nil {
			found[nodeID] = node
		}
	}
	return nil
}

// orderNodes are the shopper's own orders, or any for a partner that reads orders.
func (r *Resolver) orderNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	v := viewer.From(ctx)
	if v.ShopperID == "" && !v.Has("ORDER_READ") {
		return nil
	}
	owner := v.ShopperID
	if v.Has("ORDER_READ") {
		owner = ""
	}
	orders, err := r.Shop.Order.Some(ctx, owner, ofKind(ids, "ord"))
	if err != nil {
		return err
	}
	for _, o := range orders {
		found[o.ID] = o
	}
	return r.withOrders(ctx, here(ctx), orders...)
}

// groupNodes are campaigns, and the groups that the caller may see.
func (r *Resolver) groupNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	viewerID := viewer.From(ctx).ShopperID
	if campaigns := ofKind(ids, "gbc"); len(campaigns) > 0 {
		list, err := r.Load.Campaigns(ctx, viewerID, campaigns, campaignsAsked(here(ctx)))
		if err != nil {
			return err
		}
		for _, c := range list {
			found[c.ID] = c
		}
	}
	if groups := ofKind(ids, "grp"); len(groups) > 0 {
		list, err := r.Load.Groups(ctx, viewerID, groups, groupsAsked(here(ctx)))
		if err != nil {
			return err
		}
		for _, g := range list {
			found[g.ID] = g
		}
	}
	return nil
}

// couponNodes are the shopper's own coupons, and the templates that anybody may claim from, that he has claimed, or that a partner may make.
func (r *Resolver) couponNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	v := viewer.From(ctx)
	templates, err := r.Shop.Coupon.Templates(ctx, v.ShopperID, ofKind(ids, "cpt"))
	if err != nil {
		return err
	}
	for _, t := range templates {
		if t.Claimable || t.ViewerClaimed || v.Has("CAMPAIGN_WRITE") {
			found[t.ID] = t
		}
	}
	if v.ShopperID == "" {
		return nil
	}
	coupons, err := r.Shop.Coupon.Some(ctx, v.ShopperID, ofKind(ids, "cpn"))
	if err != nil {
		return err
	}
	for _, c := range coupons {
		found[c.ID] = c
	}
	return nil
}

// ofKind are the ids with that prefix.
func ofKind(ids []string, prefix string) (list []string) {
	for _, nodeID := range ids {
		if id.Is(nodeID, prefix) {
			list = append(list, nodeID)
		}
	}
	return list
}

func (r *Resolver) catalogNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	products, skus := ofKind(ids, "prd"), ofKind(ids, "sku")
	viewerID := viewer.From(ctx).ShopperID
	if len(products) > 0 {
		list, err := r.Load.Products(ctx, viewerID, products, productNeed(ctx))
		if err != nil {
			return err
		}
		for _, p := range list {
			if p.Visible {
				found[p.ID] = p
			}
		}
	}
	if len(skus) > 0 {
		list, err := r.Load.Skus(ctx, viewerID, skus, productNeed(ctx))
		if err != nil {
			return err
		}
		for skuID, k := range list {
			if k.Product.Visible {
				found[skuID] = k
			}
		}
	}
	return nil
}

// personalNode is an object that belongs to somebody; fault.Missing when it is not the caller's. Its kinds are few per request and read one by one.
func (r *Resolver) personalNode(ctx context.Context, nodeID string) (bind.Node, error) {
	v := viewer.From(ctx)
	kind := id.Prefix(nodeID)
	if kind == "cat" {
		return orMissing(r.Shop.Catalog.Category(ctx, nodeID))
	}
	if kind == "prp" && v.Has("MODERATION") {
		return orMissing(r.Shop.Referral.OneReport(ctx, "", nodeID))
	}
	if v.ShopperID == "" {
		return nil, fault.Missing
	}
	switch kind {
	case "prp":
		return orMissing(r.Shop.Referral.OneReport(ctx, v.ShopperID, nodeID))
	case "shp":
		if nodeID == v.ShopperID {
			return orMissing(r.Shop.Identity.Me(ctx, nodeID))
		}
	case "adr":
		return orMissing(r.Shop.Identity.Address(ctx, v.ShopperID, nodeID))
	case "pay":
		return orMissing(r.Shop.Order.Payment(ctx, v.ShopperID, nodeID))
	case "rfd":
		refund, err := r.Shop.Order.Refund(ctx, nodeID)
		if err != nil {
			return nil, err
		}
		if _, err := r.Shop.Order.Own(ctx, v.ShopperID, refund.OrderID); err != nil {
			return nil, err
		}
		return refund, nil
	}
	return nil, fault.Missing
}

// orMissing makes a nil pointer what it means, before it hides in an interface.
func orMissing[T any](node *T, err error) (*T, error) {
	if err == nil && node == nil {
		err = fault.Missing
	}
	return node, err
}

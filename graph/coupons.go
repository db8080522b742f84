package graph

import (
	"context"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/coupon"
)

// couponTemplates lists what may be claimed as a connection.
func (r *Resolver) couponTemplates(ctx context.Context, a page.Args) (*model.CouponTemplateConnection, error) {
	listed, err := r.Shop.Coupon.ListTemplates(ctx, viewer.From(ctx).ShopperID, coupon.ListArgs{Args: a, WantTotal: here(ctx).at("totalCount").any()})
	if err != nil {
		return nil, err
	}
	connection := &model.CouponTemplateConnection{
		Nodes: listed.Templates, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.CouponTemplateEdge, len(listed.Templates)),
	}
	for i, t := range listed.Templates {
		connection.Edges[i] = &model.CouponTemplateEdge{Cursor: listed.Cursors[i], Node: t}
	}
	return connection, nil
}

// wallet lists a shopper's coupons as a connection.
func (r *Resolver) wallet(ctx context.Context, shopperID string, state *coupon.State, a page.Args) (*model.CouponConnection, error) {
	listed, err := r.Shop.Coupon.Wallet(ctx, shopperID, orNone(state), coupon.ListArgs{Args: a, WantTotal: here(ctx).at("totalCount").any()})
	if err != nil {
		return nil, err
	}
	connection := &model.CouponConnection{
		Nodes: listed.Coupons, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.CouponEdge, len(listed.Coupons)),
	}
	for i, c := range listed.Coupons {
		connection.Edges[i] = &model.CouponEdge{Cursor: listed.Cursors[i], Node: c}
	}
	return connection, nil
}

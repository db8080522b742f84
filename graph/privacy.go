package graph

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/member"
	"github.com/kaituan/kaituan/shop/order"
)

// erasePayload shapes the answer of an erasure; one that open orders stand in the way of names them.
func (r *Resolver) erasePayload(ctx context.Context, err error) (*model.ShopperErasePayload, error) {
	payload := &model.ShopperErasePayload{Erased: err == nil, BlockingOrders: []*order.Order{}}
	if errors.Is(err, member.ErrOpenOrders) {
		ids, _ := fault.Of(err).Detail.([]string)
		orders, readErr := r.Shop.Order.Some(ctx, "", ids)
		if readErr != nil {
			return nil, readErr
		}
		slices.SortFunc(orders, func(a, b *order.Order) int { return cmp.Compare(a.ID, b.ID) })
		payload.BlockingOrders = orders
	}
	if payload.UserErrors, err = refused(ctx, err); err != nil {
		return nil, err
	}
	return payload, r.withOrders(ctx, here(ctx).at("blockingOrders"), payload.BlockingOrders...)
}

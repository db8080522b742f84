package graph

import (
	"context"
	"maps"
	"slices"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/live"
)

// liveNodes are rooms and what happens in them, which everybody may see.
func (r *Resolver) liveNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	viewerID, a := viewer.From(ctx).ShopperID, here(ctx)
	rooms := func(ctx context.Context, ids []string) (map[string]*live.Room, error) {
		return r.Load.Rooms(ctx, viewerID, ids, roomsAsked(a))
	}
	if err := readNodes(ctx, ofKind(ids, "lvr"), found, rooms, nil); err != nil {
		return err
	}
	offers := func(list []*live.Offer) error { // those of products that are off every surface are not there, like these
		shown, err := r.Load.OffersOnShow(ctx, viewerID, list, offersAsked(a))
		for _, o := range list {
			if !shown[o.ID] {
				delete(found, o.ID)
			}
		}
		return err
	}
	if err := readNodes(ctx, ofKind(ids, "lvo"), found, r.Shop.Live.Offers, offers); err != nil {
		return err
	}
	drops := func(list []*live.Drop) error { return r.Load.CompleteDrops(ctx, viewerID, list, dropsAsked(a)) }
	if err := readNodes(ctx, ofKind(ids, "lvd"), found, r.Shop.Live.Drops, drops); err != nil {
		return err
	}
	lotteries := func(list []*live.Lottery) error {
		return r.Load.CompleteLotteries(ctx, viewerID, list, lotteriesAsked(a))
	}
	if err := readNodes(ctx, ofKind(ids, "lvl"), found, r.Shop.Live.Lotteries, lotteries); err != nil {
		return err
	}
	questions := func(list []*live.Question) error { return r.withQuestions(ctx, a, list...) }
	return readNodes(ctx, ofKind(ids, "lvq"), found, r.Shop.Live.Questions, questions)
}

// readNodes reads objects as a set and completes them; nothing is read for no ids.
func readNodes[T any](
	ctx context.Context, ids []string, found map[string]bind.Node, read func(context.Context, []string) (map[string]*T, error), complete func([]*T) error,
) error {
	if len(ids) == 0 {
		return nil
	}
	list, err := read(ctx, ids)
	if err != nil {
		return err
	}
	for nodeID, node := range list {
		found[nodeID] = node
	}
	if complete == nil {
		return nil
	}
	return complete(slices.Collect(maps.Values(list)))
}

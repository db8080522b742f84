package graph

import (
	"context"

	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/feed"
)

func orHome(scene *feed.Scene) feed.Scene {
	if scene == nil {
		return feed.Home
	}
	return *scene
}

// feedConnection shapes a page of the feed, with what other domains know of its products.
func (r *Resolver) feedConnection(ctx context.Context, v *viewer.Viewer, listed *feed.Page, need loaders.Need) (*model.FeedConnection, error) {
	products := make([]*catalog.Product, len(listed.Cards))
	connection := &model.FeedConnection{PageInfo: &listed.Info, Edges: make([]*model.FeedEdge, len(listed.Cards))}
	for i, card := range listed.Cards {
		products[i] = card.Product
		connection.Edges[i] = &model.FeedEdge{Cursor: card.Cursor, Node: card.Product, Reason: card.Reason.Describe(v.Locale), Impression: card.Impression}
	}
	return connection, r.Load.Complete(ctx, v.ShopperID, products, need)
}

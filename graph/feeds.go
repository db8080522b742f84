package graph

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/feed"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/taste"
)

func orHome(scene *feed.Scene) feed.Scene {
	if scene == nil {
		return feed.Home
	}
	return *scene
}

// feedConnection shapes a page of the feed, with what other domains know of what its cards show.
func (r *Resolver) feedConnection(ctx context.Context, v *viewer.Viewer, listed *feed.Page, need loaders.Need) (*model.FeedConnection, error) {
	connection := &model.FeedConnection{PageInfo: &listed.Info, Edges: make([]*model.FeedEdge, len(listed.Cards))}
	for i, card := range listed.Cards {
		connection.Edges[i] = &model.FeedEdge{Cursor: card.Cursor, Node: itemOf(&card), Reason: card.Reason.Describe(v.Locale), Impression: card.Impression}
	}
	return connection, r.withItems(ctx, v, connection.Edges, need)
}

// itemOf is what a card shows.
func itemOf(card *feed.Card) bind.FeedItem {
	switch {
	case card.HelpMe != nil:
		return card.HelpMe
	case card.Campaign != nil:
		return card.Campaign
	}
	return card.Product
}

// withItems loads beside what the cards show what the client asked for, each kind as a set.
func (r *Resolver) withItems(ctx context.Context, v *viewer.Viewer, edges []*model.FeedEdge, need loaders.Need) error {
	var products []*catalog.Product
	var campaigns []*groupbuy.Campaign
	var helpMe []*assist.Campaign
	for _, edge := range edges {
		switch item := edge.Node.(type) {
		case *catalog.Product:
			products = append(products, item)
		case *groupbuy.Campaign:
			campaigns = append(campaigns, item)
		case *assist.Campaign:
			helpMe = append(helpMe, item)
		}
	}
	if err := r.Load.Complete(ctx, v.ShopperID, products, need); err != nil {
		return err
	}
	if err := r.withCampaigns(ctx, here(ctx).at("edges.node"), campaigns...); err != nil {
		return err
	}
	return r.withAssistCampaigns(ctx, here(ctx).at("edges.node"), helpMe...)
}

// eventsOf are the events of an input. Where it was done is where the session is, unless the client says another.
func eventsOf(v *viewer.Viewer, in []*model.EventInput) []taste.Event {
	events := make([]taste.Event, len(in))
	for i, e := range in {
		events[i] = taste.Event{
			ClientID: e.ClientID, Kind: e.Kind, TargetID: orString(e.TargetID), Text: orString(e.Text), Impression: orString(e.Impression), At: e.At.UTC(),
			Dwell: time.Duration(orInt(e.DwellMilliseconds, 0)) * time.Millisecond, Channel: v.Channel,
		}
		if e.Channel != nil {
			events[i].Channel = *e.Channel
		}
	}
	return events
}

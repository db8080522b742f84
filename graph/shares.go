package graph

import (
	"context"
	"errors"

	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/share"
)

// sharedLink is the link of a token, nil when there is none, or when what it points at is gone or not for strangers' eyes.
func (r *Resolver) sharedLink(ctx context.Context, token string) (*loaders.ShareLink, error) {
	found, err := r.Shop.Share.ByToken(ctx, token)
	if errors.Is(err, fault.Missing) || err == nil && found.Subject == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	links, err := r.links(ctx, here(ctx), found)
	return links[0], err
}

// links are links with what the fields at a ask for beside them.
func (r *Resolver) links(ctx context.Context, a asked, found ...*share.Link) ([]*loaders.ShareLink, error) {
	links := make([]*loaders.ShareLink, len(found))
	for i, link := range found {
		links[i] = &loaders.ShareLink{Link: link}
	}
	need := linksAsked(a)
	if need == nil {
		return links, nil
	}
	return links, r.Load.CompleteLinks(ctx, viewer.From(ctx).ShopperID, links, *need)
}

// shareLinks lists what a shopper shares as a connection.
func (r *Resolver) shareLinks(ctx context.Context, shopperID string, a page.Args) (*model.ShareLinkConnection, error) {
	listed, err := r.Shop.Share.OfShopper(ctx, shopperID, share.ListArgs{Args: a, WantTotal: here(ctx).at("totalCount").any()})
	if err != nil {
		return nil, err
	}
	links, err := r.links(ctx, here(ctx).at("nodes", "edges.node"), listed.Links...)
	connection := &model.ShareLinkConnection{Nodes: links, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.ShareLinkEdge, len(links))}
	for i, link := range links {
		connection.Edges[i] = &model.ShareLinkEdge{Cursor: listed.Cursors[i], Node: link}
	}
	return connection, err
}

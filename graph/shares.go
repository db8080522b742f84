package graph

import (
	"context"
	"errors"

	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
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
	link := &loaders.ShareLink{Link: found}
	return link, r.Load.CompleteLinks(ctx, viewer.From(ctx).ShopperID, []*loaders.ShareLink{link}, *linksAsked(here(ctx)))
}

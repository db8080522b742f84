package graph

import (
	"context"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/webhook"
)

// deliveriesFirst is a page's length when the client does not say.
const deliveriesFirst = 20

// partner is whose key it is, with what it may do.
func partner(ctx context.Context) webhook.Partner {
	v := viewer.From(ctx)
	return webhook.Partner{ID: v.PartnerID, Scopes: v.Scopes}
}

// endpointPayload shapes the answer of a mutation about an endpoint.
func (r *Resolver) endpointPayload(ctx context.Context, e *webhook.Endpoint, err error) (*model.WebhookEndpointPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.WebhookEndpointPayload{UserErrors: refusals}, err
	}
	return &model.WebhookEndpointPayload{Endpoint: e, UserErrors: refusals}, r.withDeliveries(ctx, here(ctx).at("endpoint"), e)
}

// withDeliveries puts beside endpoints the pages of deliveries that are asked for.
func (r *Resolver) withDeliveries(ctx context.Context, a asked, endpoints ...*webhook.Endpoint) error {
	for _, args := range pagesAsked(a.at("deliveries").of("WebhookEndpoint"), deliveriesFirst) {
		if err := r.Shop.Webhook.WithDeliveries(ctx, endpoints, args); err != nil {
			return err
		}
	}
	return nil
}

// deliveries returns the page that was put beside the endpoint, else reads it.
func (r *Resolver) deliveries(ctx context.Context, e *webhook.Endpoint, a page.Args) (*model.WebhookDeliveryConnection, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if e.Deliveries[a] == nil {
		if err := r.Shop.Webhook.WithDeliveries(ctx, []*webhook.Endpoint{e}, a); err != nil {
			return nil, err
		}
	}
	listed := e.Deliveries[a]
	connection := &model.WebhookDeliveryConnection{Nodes: listed.Nodes, PageInfo: &listed.Info, Edges: make([]*model.WebhookDeliveryEdge, len(listed.Nodes))}
	for i, d := range listed.Nodes {
		connection.Edges[i] = &model.WebhookDeliveryEdge{Cursor: listed.Cursors[i], Node: d}
	}
	return connection, nil
}

// webhookNodes are the partner's own endpoints and deliveries.
func (r *Resolver) webhookNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	v := viewer.From(ctx)
	if v.PartnerID == "" || !v.Has("WEBHOOK_WRITE") {
		return nil
	}
	endpoints, err := r.Shop.Webhook.Some(ctx, v.PartnerID, ofKind(ids, "whe"))
	if err != nil {
		return err
	}
	for _, e := range endpoints {
		found[e.ID] = e
	}
	deliveries, err := r.Shop.Webhook.SomeDeliveries(ctx, v.PartnerID, ofKind(ids, "whd"))
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		found[d.ID] = d
	}
	return r.withDeliveries(ctx, here(ctx), endpoints...)
}

package webhook

import (
	"context"
	"fmt"
	"strings"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/webhookdelivery"
	"github.com/kaituan/kaituan/internal/page"
)

// Page is a page of an endpoint's deliveries, newest first.
type Page struct {
	Nodes   []*Delivery
	Cursors []string
	Info    page.Info
}

const cursorKind = "webhookDeliveries"

// WithDeliveries puts a page of deliveries beside each endpoint, in two statements. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) WithDeliveries(ctx context.Context, endpoints []*Endpoint, a page.Args) error {
	if err := a.Check(); err != nil {
		return err
	}
	after := ""
	if a.After != "" {
		if err := page.Decode(a.After, cursorKind, &after); err != nil {
			return err
		}
	}
	if len(endpoints) == 0 {
		return nil
	}
	rows, err := s.newest(ctx, endpoints, after, a.First+1)
	if err != nil {
		return err
	}
	cursor := func(row *db.WebhookDelivery) string { return page.Encode(cursorKind, row.ID) }
	for _, e := range endpoints {
		its, info := page.Of(rows[e.ID], a, cursor)
		p := &Page{Info: info, Nodes: make([]*Delivery, len(its))}
		for i, row := range its {
			p.Nodes[i], p.Cursors = deliveryOf(row), append(p.Cursors, cursor(row))
		}
		if e.Deliveries == nil {
			e.Deliveries = map[page.Args]*Page{}
		}
		e.Deliveries[a] = p
	}
	return nil
}

// newest are the first so many of each endpoint, newest first, each found along its own range of the index.
func (s *Service) newest(ctx context.Context, endpoints []*Endpoint, after string, most int) (map[string][]*db.WebhookDelivery, error) {
	var parts []string
	var args []any
	for i, e := range endpoints {
		older := ""
		args = append(args, e.ID)
		if after != "" {
			older, args = " AND id < ?", append(args, after)
		}
		parts = append(parts, fmt.Sprintf("SELECT id FROM (SELECT id FROM webhook_deliveries WHERE endpoint_id = ?%s ORDER BY id DESC LIMIT ?) e%d", older, i))
		args = append(args, most)
	}
	ids, err := s.store.Texts(ctx, strings.Join(parts, " UNION ALL "), args...)
	if err != nil || len(ids) == 0 {
		return nil, wrap(err, "find deliveries")
	}
	rows, err := s.store.Client(ctx).WebhookDelivery.Query().Where(webhookdelivery.IDIn(ids...)).Order(db.Desc(webhookdelivery.FieldID)).All(ctx)
	found := map[string][]*db.WebhookDelivery{}
	for _, row := range rows {
		found[row.EndpointID] = append(found[row.EndpointID], row)
	}
	return found, wrap(err, "read deliveries")
}

// SomeDeliveries are those of the deliveries that are the partner's.
func (s *Service) SomeDeliveries(ctx context.Context, partnerID string, ids []string) ([]*Delivery, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.theirs(ctx, partnerID, ids)
	var list []*Delivery
	for _, row := range rows {
		list = append(list, deliveryOf(row))
	}
	return list, err
}

func (s *Service) theirs(ctx context.Context, partnerID string, ids []string) (own []*db.WebhookDelivery, err error) {
	rows, err := s.store.Client(ctx).WebhookDelivery.Query().Where(webhookdelivery.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	var of []string
	for _, row := range rows {
		of = append(of, row.EndpointID)
	}
	endpoints, err := s.Some(ctx, partnerID, of)
	if err != nil {
		return nil, err
	}
	theirs := map[string]bool{}
	for _, e := range endpoints {
		theirs[e.ID] = true
	}
	for _, row := range rows {
		if theirs[row.EndpointID] {
			own = append(own, row)
		}
	}
	return own, nil
}

func deliveryOf(row *db.WebhookDelivery) *Delivery {
	return &Delivery{
		ID: row.ID, EventID: row.EventID, Topic: Topic(row.Topic), State: DeliveryState(row.State), Attempts: row.Attempts, LastStatus: row.LastStatus,
		CreatedAt: row.CreatedAt, DeliveredAt: row.DeliveredAt, NextAttemptAt: row.NextAttemptAt,
	}
}

func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

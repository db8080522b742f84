package webhook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/webhookendpoint"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
)

// maxEndpoints is how many a partner has at most.
const maxEndpoints = 10

// SaveInput makes an endpoint, or changes the one that ID names.
type SaveInput struct {
	IdempotencyKey string
	ID             *string
	URL            string
	Topics         []Topic
}

// Save makes an endpoint, or changes one and turns it on again. One that is made comes with its secret, this once: the same key with the same input returns the
// endpoint as it is now, without it, as a partner's key is never shown again either; who has lost the answer rotates the secret.
//
// Errors, under input: fault.KeyReused; at url what checkURL says; at topics errNoTopics, errTwice, errScope, errSourceless; at id fault.Missing; errTooMany.
func (s *Service) Save(ctx context.Context, by Partner, in SaveInput) (*Endpoint, error) {
	if err := s.check(by, in); err != nil {
		return nil, err
	}
	endpointID, shown := id.New("whe"), (*string)(nil)
	if in.ID != nil {
		endpointID = *in.ID
	}
	call := idem.Call{Owner: by.ID, Operation: "webhookEndpointSave", Key: in.IdempotencyKey, Input: in, Result: endpointID}
	endpointID, fresh, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) (err error) {
		if in.ID != nil {
			return s.change(ctx, by, in)
		}
		shown, err = s.create(ctx, by, endpointID, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	saved, err := s.own(ctx, by.ID, endpointID)
	if err != nil {
		return nil, err
	}
	if fresh {
		saved.Secret = shown
	}
	return saved, nil
}

func (s *Service) check(by Partner, in SaveInput) error {
	if err := checkURL(in.URL, s.private); err != nil {
		return fault.Of(err).At("input", "url")
	}
	if len(in.Topics) == 0 {
		return errNoTopics.At("input", "topics")
	}
	for i, t := range in.Topics {
		at := []string{"input", "topics", fmt.Sprint(i)}
		switch {
		case slices.Contains(in.Topics[:i], t):
			return errTwice.At(at...)
		case slices.Contains(sourceless, t):
			return errSourceless.At(at...)
		case !allowed(by.Scopes, t):
			return errScope.At(at...)
		}
	}
	return nil
}

func (s *Service) create(ctx context.Context, by Partner, endpointID string, in SaveInput) (shown *string, err error) {
	secret, sealed, err := s.newSecret(endpointID)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	for {
		place, err := s.freePlace(ctx, by.ID)
		if err != nil {
			return nil, err
		}
		fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
			return s.store.Client(ctx).WebhookEndpoint.Create().SetID(endpointID).SetPartnerID(by.ID).SetPlace(place).SetURL(in.URL).SetTopics(words(in.Topics)).
				SetSecret(sealed).SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
		})
		if err != nil {
			return nil, fmt.Errorf("make an endpoint of %s: %w", by.ID, err)
		}
		if fresh {
			return &secret, nil
		}
	}
}

// freePlace is a place that was free when it was looked; the unique key decides.
func (s *Service) freePlace(ctx context.Context, partnerID string) (int, error) {
	rows, err := s.store.Client(ctx).WebhookEndpoint.Query().Where(webhookendpoint.PartnerID(partnerID), webhookendpoint.PlaceNotNil()).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("endpoints of %s: %w", partnerID, err)
	}
	for place := range maxEndpoints {
		if !slices.ContainsFunc(rows, func(e *db.WebhookEndpoint) bool { return *e.Place == place }) {
			return place, nil
		}
	}
	return 0, errTooMany.At("input")
}

// change begins with the lanes, whose workers hold their row before they write the endpoint's.
func (s *Service) change(ctx context.Context, by Partner, in SaveInput) error {
	if err := s.wake(ctx, *in.ID); err != nil {
		return err
	}
	took, err := s.store.Client(ctx).WebhookEndpoint.Update().Where(webhookendpoint.ID(*in.ID), webhookendpoint.PartnerID(by.ID), webhookendpoint.DeletedAtIsNil()).
		SetURL(in.URL).SetTopics(words(in.Topics)).SetUpdatedAt(s.clock()).SetFailures(0).ClearFailingSince().ClearResumeAt().ClearDisabledAt().AddVer(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("change endpoint %s: %w", *in.ID, err)
	}
	if took == 0 {
		return fault.Missing.At("input", "id")
	}
	return nil
}

// Rotate gives an endpoint a new secret, which is shown this once. The one before signs as well for 24 hours. A further rotation within them replaces only the new
// one: its answer may have been lost, and the receiver has the one before.
//
// Errors: fault.Missing at input.id.
func (s *Service) Rotate(ctx context.Context, partnerID, endpointID string) (*Endpoint, error) {
	shown, sealed, err := s.newSecret(endpointID)
	if err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		// In this order: MySQL assigns from left to right.
		took, err := s.store.Guard(ctx, `UPDATE webhook_endpoints SET retired_secret = CASE WHEN retired_until > ? THEN retired_secret ELSE secret END,
			retired_until = CASE WHEN retired_until > ? THEN retired_until ELSE ? END, secret = ?, updated_at = ?, ver = ver + 1
			WHERE id = ? AND partner_id = ? AND deleted_at IS NULL`, now, now, now.Add(overlap), sealed, now, endpointID, partnerID)
		return missing(took, err, "rotate the secret of", endpointID)
	})
	if err != nil {
		return nil, err
	}
	rotated, err := s.own(ctx, partnerID, endpointID)
	if err != nil {
		return nil, err
	}
	rotated.Secret = &shown
	return rotated, nil
}

// Delete ends an endpoint, and returns it as it was. Nothing more is sent, but for attempts that are under way; its deliveries go with it.
//
// Errors: fault.Missing at input.id.
func (s *Service) Delete(ctx context.Context, partnerID, endpointID string) (*Endpoint, error) {
	was, err := s.own(ctx, partnerID, endpointID)
	if err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		took, err := s.store.Guard(ctx, "UPDATE webhook_endpoints SET deleted_at = ?, place = NULL, ver = ver + 1 WHERE id = ? AND partner_id = ? AND deleted_at IS NULL", now, endpointID, partnerID)
		if err := missing(took, err, "delete endpoint", endpointID); err != nil {
			return err
		}
		return s.deadlines.Set(ctx, ForgetDeadline, endpointID, now, now)
	})
	return was, err
}

func missing(took bool, err error, what, endpointID string) error {
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, endpointID, err)
	}
	if !took {
		return fault.Missing.At("input", "id")
	}
	return nil
}

// Endpoints are a partner's, in the order in which they were made.
func (s *Service) Endpoints(ctx context.Context, partnerID string) ([]*Endpoint, error) {
	return s.some(ctx, s.store.Client(ctx).WebhookEndpoint.Query().Where(webhookendpoint.PartnerID(partnerID), webhookendpoint.DeletedAtIsNil()).Order(webhookendpoint.ByID()))
}

// Some are those of the endpoints that are the partner's.
func (s *Service) Some(ctx context.Context, partnerID string, ids []string) ([]*Endpoint, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.some(ctx, s.store.Client(ctx).WebhookEndpoint.Query().Where(webhookendpoint.IDIn(ids...), webhookendpoint.PartnerID(partnerID), webhookendpoint.DeletedAtIsNil()))
}

func (s *Service) some(ctx context.Context, query *db.WebhookEndpointQuery) ([]*Endpoint, error) {
	rows, err := query.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read endpoints: %w", err)
	}
	list := make([]*Endpoint, len(rows))
	for i, row := range rows {
		list[i] = &Endpoint{ID: row.ID, URL: row.URL, DisabledAt: row.DisabledAt}
		for _, t := range row.Topics {
			list[i].Topics = append(list[i].Topics, Topic(t))
		}
	}
	return list, nil
}

// own is one of the partner's endpoints; fault.Missing at input.id.
func (s *Service) own(ctx context.Context, partnerID, endpointID string) (*Endpoint, error) {
	found, err := s.Some(ctx, partnerID, []string{endpointID})
	if err == nil && len(found) == 0 {
		err = fault.Missing.At("input", "id")
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func words(topics []Topic) []string {
	list := make([]string, len(topics))
	for i, t := range topics {
		list[i] = string(t)
	}
	return list
}

const (
	// A partner may ask for redeliverBurst deliveries at once, and one more each redeliverEvery.
	redeliverEvery = time.Second
	redeliverBurst = 60
	paceKeys       = 10_000
)

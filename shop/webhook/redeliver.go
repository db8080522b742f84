package webhook

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/internal/fault"
)

// Redeliver sends a delivery again that was delivered or given up, with the same webhook-id and body, behind what is pending of its aggregate. It has all its
// attempts anew.
//
// Errors, at input.deliveryId: fault.Missing, errUnderway, errDisabled, errUnwanted, errScope; fault.TooOften.
func (s *Service) Redeliver(ctx context.Context, by Partner, deliveryID string) (*Delivery, error) {
	at := func(refusal *fault.Error) error { return refusal.At("input", "deliveryId") }
	if wait := s.redeliver.Take(by.ID, s.clock()); wait > 0 {
		return nil, fault.TooOften.WithRetryAfter(wait)
	}
	rows, err := s.theirs(ctx, by.ID, []string{deliveryID})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, at(fault.Missing)
	}
	d := rows[0]
	if !allowed(by.Scopes, Topic(d.Topic)) {
		return nil, at(errScope)
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		place, err := s.queue(ctx, d.EndpointID, d.Aggregate, now, now)
		if err != nil {
			return err
		}
		e, err := s.store.Client(ctx).WebhookEndpoint.Get(ctx, d.EndpointID)
		switch {
		case err != nil:
			return fmt.Errorf("endpoint %s: %w", d.EndpointID, err)
		case e.DisabledAt != nil:
			return at(errDisabled)
		case !slices.Contains(e.Topics, d.Topic):
			return at(errUnwanted)
		}
		took, err := s.store.Guard(ctx, `UPDATE webhook_deliveries SET state = 'PENDING', turn = ?, earlier = attempts, asked_at = ?, delivered_at = NULL, next_attempt_at = ?, ver = ver + 1
			WHERE id = ? AND state <> 'PENDING'`, place.turn, now, place.next, deliveryID)
		if err != nil {
			return fmt.Errorf("send %s again: %w", deliveryID, err)
		}
		if !took {
			return at(errUnderway)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	again, err := s.SomeDeliveries(ctx, by.ID, []string{deliveryID})
	if err != nil || len(again) == 0 {
		return nil, err
	}
	return again[0], nil
}

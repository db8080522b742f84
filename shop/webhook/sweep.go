package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/webhookdelivery"
	"github.com/kaituan/kaituan/ent/db/webhookendpoint"
	"github.com/kaituan/kaituan/internal/deadline"
)

const (
	// SweepDeadline is when old deliveries are removed; ref: sweepRef.
	SweepDeadline = "webhook.sweep"
	sweepRef      = "deliveries"
	sweepEvery    = time.Hour
	// kept is for how long a delivery that is not pending is kept.
	kept = 30 * 24 * time.Hour
	// ForgetDeadline is when an endpoint that was deleted goes, with its deliveries; ref: endpoint.
	ForgetDeadline = "webhook.forget"
)

// Handlers are the handlers of its deadlines that only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{SweepDeadline: s.sweep, ForgetDeadline: s.forget}
}

// KeepSweeping makes sure that old deliveries are removed.
func (s *Service) KeepSweeping(ctx context.Context) error {
	now := s.clock()
	return s.deadlines.Keep(ctx, SweepDeadline, sweepRef, now.Add(sweepEvery), now)
}

// sweep removes some of the oldest deliveries, and comes again.
func (s *Service) sweep(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		old, err := s.store.Client(ctx).WebhookDelivery.Query().
			Where(webhookdelivery.CreatedAtLTE(now.Add(-kept)), webhookdelivery.StateNEQ(webhookdelivery.StatePENDING)).Order(webhookdelivery.ByCreatedAt()).Limit(pieces).IDs(ctx)
		if err == nil {
			err = s.removeEnded(ctx, old)
		}
		if err != nil {
			return fmt.Errorf("find old deliveries: %w", err)
		}
		if len(old) == pieces {
			return t.Again(ctx, now)
		}
		return t.Again(ctx, now.Add(sweepEvery))
	})
}

// forget removes some of an endpoint's deliveries, and the endpoint once there are none.
func (s *Service) forget(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		ids, err := s.store.Client(ctx).WebhookDelivery.Query().Where(webhookdelivery.EndpointID(t.Ref)).Limit(pieces).IDs(ctx)
		if err == nil {
			err = s.store.ExecIn(ctx, "DELETE FROM webhook_deliveries WHERE id IN", ids)
		}
		if err != nil {
			return fmt.Errorf("forget the deliveries of %s: %w", t.Ref, err)
		}
		if len(ids) > 0 {
			return t.Again(ctx, s.clock())
		}
		if _, err := s.store.Client(ctx).WebhookEndpoint.Delete().Where(webhookendpoint.ID(t.Ref)).Exec(ctx); err != nil {
			return fmt.Errorf("forget endpoint %s: %w", t.Ref, err)
		}
		return t.Done(ctx)
	})
}

// removeEnded removes deliveries, but for those that were asked for again since they were found.
func (s *Service) removeEnded(ctx context.Context, ids []string) error {
	return wrap(s.store.ExecIn(ctx, "DELETE FROM webhook_deliveries WHERE state <> 'PENDING' AND id IN", ids), "remove deliveries")
}

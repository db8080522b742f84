package webhook

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/webhookendpoint"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/fact"
)

// Consumers make deliveries of facts. A consumer's name is kept in its receipts and never changes.
func (s *Service) Consumers() []outbox.Consumer {
	type data = map[string]any
	return []outbox.Consumer{
		outbox.OnFrom("webhook.order_placed", func(ctx context.Context, from outbox.Origin, f fact.OrderPlaced) error {
			return s.tell(ctx, from, OrderPlaced, f.At, data{"orderId": f.OrderID, "state": "PENDING_PAYMENT"})
		}),
		outbox.OnFrom("webhook.order_paid", func(ctx context.Context, from outbox.Origin, f fact.OrderPaid) error {
			return s.tell(ctx, from, OrderPaid, f.At, data{"orderId": f.OrderID, "state": "PAID"})
		}),
		outbox.OnFrom("webhook.order_shipped", func(ctx context.Context, from outbox.Origin, f fact.OrderShipped) error {
			return s.tell(ctx, from, OrderShipped, f.At, data{"orderId": f.OrderID, "state": "SHIPPED"})
		}),
		outbox.OnFrom("webhook.order_completed", func(ctx context.Context, from outbox.Origin, f fact.OrderCompleted) error {
			return s.tell(ctx, from, OrderCompleted, f.At, data{"orderId": f.OrderID, "state": "COMPLETED"})
		}),
		outbox.OnFrom("webhook.order_cancelled", func(ctx context.Context, from outbox.Origin, f fact.OrderCancelled) error {
			return s.tell(ctx, from, OrderCancelled, f.At, data{"orderId": f.OrderID, "state": "CANCELLED"})
		}),
		outbox.OnFrom("webhook.order_refunded", func(ctx context.Context, from outbox.Origin, f fact.RefundSettled) error {
			return s.tell(ctx, from, OrderRefunded, f.At, data{"orderId": f.OrderID, "refundId": f.RefundID, "refundState": "SETTLED", "whole": f.Whole})
		}),
		outbox.OnFrom("webhook.refund_requested", func(ctx context.Context, from outbox.Origin, f fact.RefundRequested) error {
			return s.tell(ctx, from, RefundRequested, f.At, data{"orderId": f.OrderID, "refundId": f.RefundID, "refundState": "REQUESTED"})
		}),
		outbox.OnFrom("webhook.group_completed", func(ctx context.Context, from outbox.Origin, f fact.GroupBuyCompleted) error {
			return s.tell(ctx, from, GroupCompleted, f.At, data{"groupBuyId": f.GroupID, "campaignId": f.CampaignID, "productId": f.ProductID, "state": "COMPLETED"})
		}),
		outbox.OnFrom("webhook.group_expired", func(ctx context.Context, from outbox.Origin, f fact.GroupBuyExpired) error {
			return s.tell(ctx, from, GroupExpired, f.At, data{"groupBuyId": f.GroupID, "campaignId": f.CampaignID, "productId": f.ProductID, "state": "EXPIRED"})
		}),
		outbox.OnFrom("webhook.points_changed", func(ctx context.Context, from outbox.Origin, f fact.PointsChanged) error {
			return s.tell(ctx, from, PointsChanged, f.At, data{"shopperId": f.ShopperID})
		}),
		outbox.OnFrom("webhook.stock_low", func(ctx context.Context, from outbox.Origin, f fact.StockLow) error {
			return s.tell(ctx, from, StockLow, f.At, data{"skuId": f.SkuID, "productId": f.ProductID})
		}),
	}
}

// tell makes a delivery for each endpoint that wants the topic and may hear of it, in the transaction of ctx. Endpoints are gone through in the order of their ids.
func (s *Service) tell(ctx context.Context, from outbox.Origin, t Topic, at time.Time, data map[string]any) error {
	wanting, err := s.wanting(ctx, t)
	if err != nil || len(wanting) == 0 {
		return err
	}
	data["version"] = from.Version
	body, err := payload(t, at, data)
	if err != nil {
		return err
	}
	now := s.clock()
	for _, e := range wanting {
		due := now
		if e.ResumeAt != nil && e.ResumeAt.After(now) {
			due = *e.ResumeAt
		}
		place, err := s.queue(ctx, e.ID, from.Aggregate, due, now)
		if err != nil {
			return err
		}
		_, err = s.store.Unique(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, `INSERT INTO webhook_deliveries (id, ver, endpoint_id, event_id, topic, aggregate, lane, turn, body, state, attempts, earlier, created_at, next_attempt_at)
				VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, 'PENDING', 0, 0, ?, ?)`,
				id.New("whd"), e.ID, from.ID, string(t), from.Aggregate, place.lane, place.turn, body, now, place.next)
			return err
		})
		if err != nil {
			return fmt.Errorf("deliver %s to %s: %w", from.ID, e.ID, err)
		}
	}
	return nil
}

// wanting are the endpoints that a topic is for now.
func (s *Service) wanting(ctx context.Context, t Topic) ([]*db.WebhookEndpoint, error) {
	rows, err := s.store.Client(ctx).WebhookEndpoint.Query().Where(webhookendpoint.DeletedAtIsNil(), webhookendpoint.DisabledAtIsNil()).Order(webhookendpoint.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("endpoints for %s: %w", t, err)
	}
	rows = slices.DeleteFunc(rows, func(e *db.WebhookEndpoint) bool { return !slices.Contains(e.Topics, string(t)) })
	if len(rows) == 0 {
		return nil, nil
	}
	var partners []string
	for _, e := range rows {
		partners = append(partners, e.PartnerID)
	}
	held, err := s.identity.PartnerScopes(ctx, partners)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(e *db.WebhookEndpoint) bool { return !allowed(held[e.PartnerID], t) }), nil
}

// place is where a delivery joins those of its aggregate.
type place struct {
	lane int
	turn int64
	next *time.Time // nil: others are before it
}

// queue makes sure that somebody works on the lane, and returns the place behind what is there. From then on until the transaction ends, nobody else changes the
// lane's deliveries.
func (s *Service) queue(ctx context.Context, endpointID, aggregate string, due, now time.Time) (place, error) {
	p := place{lane: laneOf(aggregate), next: &now}
	if err := s.deadlines.AtLatest(ctx, SendDeadline, ref(endpointID, p.lane), due, now); err != nil {
		return p, err
	}
	pending := 0
	err := s.store.Each(ctx, `SELECT COALESCE(MAX(turn), 0) + 1, COUNT(CASE state WHEN 'PENDING' THEN 1 END) FROM webhook_deliveries WHERE endpoint_id = ? AND aggregate = ?`,
		[]any{endpointID, aggregate}, func(scan func(...any) error) error { return scan(&p.turn, &pending) })
	if err != nil {
		return p, fmt.Errorf("queue %s at %s: %w", aggregate, endpointID, err)
	}
	if pending > 0 {
		p.next = nil
	}
	return p, nil
}

// lanes is how many attempts at one endpoint are under way at most.
const lanes = 4

func laneOf(aggregate string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(aggregate))
	return int(h.Sum32() % lanes)
}

// ref names a lane in its deadline.
func ref(endpointID string, lane int) string { return fmt.Sprintf("%s/%d", endpointID, lane) }

package referral

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/fact"
)

// Consumers are what is learnt from facts. A consumer's name is kept in its receipts and never changes.
func (s *Service) Consumers() []outbox.Consumer {
	return []outbox.Consumer{
		outbox.On("referral.order_paid", s.onPaid),
		outbox.On("referral.order_returned", func(ctx context.Context, f fact.OrderReturned) error {
			return s.returned(ctx, f.OrderID, f.Amount, f.Whole, f.At)
		}),
		outbox.On("referral.refund_settled", func(ctx context.Context, f fact.RefundSettled) error {
			return s.returned(ctx, f.OrderID, 0, f.Whole, f.At) // its money went off when it was approved
		}),
	}
}

// onPaid counts an order from then on, unless all of its money is on its way back already.
func (s *Service) onPaid(ctx context.Context, f fact.OrderPaid) error {
	at := f.At.UTC()
	_, err := s.store.Guard(ctx, `UPDATE referred_orders SET lost_at = CASE WHEN lost_at IS NULL AND refunded > 0 AND refunded >= ? THEN ? ELSE lost_at END,
		paid_at = ?, total = ?, ver = ver + 1 WHERE order_id = ? AND paid_at IS NULL`, f.Total, at, at, f.Total, f.OrderID)
	if err != nil {
		return fmt.Errorf("count order %s: %w", f.OrderID, err)
	}
	return nil
}

// returned takes what goes back off what an order counts for, and no longer counts it once nothing of it is kept. It counts an amount as often as it is called.
func (s *Service) returned(ctx context.Context, orderID string, amount int64, whole bool, at time.Time) error {
	_, err := s.store.Guard(ctx, `UPDATE referred_orders SET
		lost_at = CASE WHEN lost_at IS NULL AND (? OR paid_at IS NOT NULL AND total > 0 AND refunded + ? >= total) THEN ? ELSE lost_at END,
		refunded = refunded + ?, ver = ver + 1 WHERE order_id = ?`, whole, amount, at.UTC(), amount, orderID)
	if err != nil {
		return fmt.Errorf("take a refund off order %s: %w", orderID, err)
	}
	return nil
}

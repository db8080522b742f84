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
			return s.onReturned(ctx, f.OrderID, f.Whole, f.At)
		}),
		outbox.On("referral.refund_settled", func(ctx context.Context, f fact.RefundSettled) error {
			return s.onReturned(ctx, f.OrderID, f.Whole, f.At)
		}),
		outbox.On("referral.shopper_erased", s.onErased),
		outbox.On("referral.shopper_marked", s.onMarked),
	}
}

// onPaid counts an order from then on.
func (s *Service) onPaid(ctx context.Context, f fact.OrderPaid) error {
	_, err := s.store.Guard(ctx, "UPDATE referred_orders SET paid_at = ?, total = ?, ver = ver + 1 WHERE order_id = ? AND paid_at IS NULL", f.At.UTC(), f.Total, f.OrderID)
	if err != nil {
		return fmt.Errorf("count order %s: %w", f.OrderID, err)
	}
	return nil
}

// onReturned no longer counts an order that is refunded whole; a part of one counts for nothing here.
func (s *Service) onReturned(ctx context.Context, orderID string, whole bool, at time.Time) error {
	if !whole {
		return nil
	}
	if _, err := s.store.Guard(ctx, "UPDATE referred_orders SET lost_at = ?, ver = ver + 1 WHERE order_id = ? AND lost_at IS NULL", at.UTC(), orderID); err != nil {
		return fmt.Errorf("lose order %s: %w", orderID, err)
	}
	return nil
}

// onErased ends what was bound to a person while he was erased.
func (s *Service) onErased(ctx context.Context, f fact.ShopperErased) error {
	ids, err := s.identity.Accounts(ctx, f.ShopperID)
	if err != nil {
		return err
	}
	return s.Forget(ctx, ids)
}

// onMarked takes credit from who behaves like a farm's helper: whoever else gains by him is not known for sure. One who is found out again loses it again.
func (s *Service) onMarked(ctx context.Context, f fact.ShopperMarked) error {
	return s.Mark(ctx, f.ShopperID, FraudMark, "conduct "+f.At.UTC().Format(time.RFC3339))
}

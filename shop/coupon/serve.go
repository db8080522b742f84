package coupon

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/ent/db/couponuse"
)

// What follows runs inside the order's transaction, which has touched the shopper and written the order.

// Reserve lends a shopper's coupons to an order that is being placed. From then on their date no longer counts, until the order ends.
//
// Errors: ErrNotApplicable at the position in couponIDs (used, reserved or run out meanwhile, or not his).
func (s *Service) Reserve(ctx context.Context, shopperID, orderID string, couponIDs []string) error {
	now := s.clock()
	for i, couponID := range couponIDs {
		took, err := s.store.Guard(ctx, `UPDATE coupons SET state = 'RESERVED', order_id = ?, updated_at = ?, ver = ver + 1
			WHERE id = ? AND shopper_id = ? AND state = 'USABLE' AND valid_until > ?`, orderID, now, couponID, shopperID, now)
		if err != nil {
			return fmt.Errorf("reserve coupon %s: %w", couponID, err)
		}
		if !took {
			return ErrNotApplicable.At(strconv.Itoa(i))
		}
		if err := s.store.Client(ctx).CouponUse.Create().SetOrderID(orderID).SetCouponID(couponID).SetAt(now).Exec(ctx); err != nil {
			return fmt.Errorf("reserve coupon %s: %w", couponID, err)
		}
	}
	return nil
}

// Retake lends an order that comes back the coupons that it was placed with, whoever their person has become since. ErrNotApplicable when one of them serves
// another order, or its date has passed since the order gave it back.
func (s *Service) Retake(ctx context.Context, orderID string) error {
	uses, err := s.store.Client(ctx).CouponUse.Query().Where(couponuse.OrderID(orderID)).Order(couponuse.ByCouponID()).All(ctx)
	if err != nil {
		return fmt.Errorf("coupons of %s: %w", orderID, err)
	}
	now := s.clock()
	for _, use := range uses {
		took, err := s.store.Guard(ctx, `UPDATE coupons SET state = 'RESERVED', order_id = ?, updated_at = ?, ver = ver + 1
			WHERE id = ? AND state = 'USABLE' AND valid_until > ?`, orderID, now, use.CouponID, now)
		if err != nil {
			return fmt.Errorf("retake coupon %s: %w", use.CouponID, err)
		}
		if !took {
			return ErrNotApplicable
		}
	}
	return nil
}

// Use tells that the order was paid. It asks for no date: a reserved coupon stays usable until its order ends.
func (s *Service) Use(ctx context.Context, orderID string) error {
	_, err := s.store.Exec(ctx, "UPDATE coupons SET state = 'USED', updated_at = ?, ver = ver + 1 WHERE order_id = ? AND state = 'RESERVED'", s.clock(), orderID)
	if err != nil {
		return fmt.Errorf("use the coupons of %s: %w", orderID, err)
	}
	return nil
}

// GiveBack returns an order's coupons to their person, with their dates: the order ended unpaid, or was given back whole. One whose date has passed meanwhile is
// EXPIRED from then on.
func (s *Service) GiveBack(ctx context.Context, orderID string) error {
	_, err := s.store.Exec(ctx, `UPDATE coupons SET state = 'USABLE', order_id = NULL, updated_at = ?, ver = ver + 1
		WHERE order_id = ? AND state IN ('RESERVED', 'USED')`, s.clock(), orderID)
	if err != nil {
		return fmt.Errorf("give the coupons of %s back: %w", orderID, err)
	}
	return nil
}

// stateOf is a coupon's state at now: nothing runs out by itself, so nothing has to be done at midnight, and nothing can be late.
func stateOf(kept string, validUntil, now time.Time) State {
	if State(kept) == Usable && !now.Before(validUntil) {
		return Expired
	}
	return State(kept)
}

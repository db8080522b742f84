package coupon

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/coupon"
	"github.com/kaituan/kaituan/internal/personal"
	"github.com/kaituan/kaituan/internal/store"
)

// ownCoupon is what the shop keeps of a person's coupon, as he is told.
type ownCoupon struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	State      State     `json:"state"`
	Source     string    `json:"source"`
	OrderID    string    `json:"orderId,omitempty"`
	ClaimedAt  time.Time `json:"claimedAt"`
	ValidUntil time.Time `json:"validUntil"`
}

// Personal is what coupons keep of a person, all of whose ids these are.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{personal.Pages("coupons", ids, func(id string, after *ownCoupon) ([]ownCoupon, error) {
		query := s.store.Client(ctx).Coupon.Query().Where(coupon.ShopperID(id))
		if after != nil {
			query.Where(coupon.IDGT(after.ID))
		}
		rows, err := query.Order(coupon.ByID()).Limit(personal.PageSize).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("coupons of %s: %w", id, err)
		}
		shown, err := s.couponsOf(ctx, rows)
		if err != nil {
			return nil, err
		}
		own := make([]ownCoupon, len(rows))
		for i, c := range shown {
			own[i] = ownCoupon{c.ID, c.Template.Title, c.State, c.Source, c.OrderID, rows[i].CreatedAt, c.ValidUntil}
		}
		return own, nil
	})}
}

// Forfeit ends every coupon of a person who is about to be erased, all of whose ids these are: also one that a refund gives back later is EXPIRED then. The claims
// stay counted.
func (s *Service) Forfeit(ctx context.Context, ids []string) error {
	now := s.clock()
	in, his := store.In(ids)
	_, err := s.store.Exec(ctx, "UPDATE coupons SET valid_until = ?, updated_at = ?, ver = ver + 1 WHERE valid_until > ? AND shopper_id IN "+in,
		append([]any{now, now, now}, his...)...)
	if err != nil {
		return fmt.Errorf("forfeit the coupons of %s: %w", ids[0], err)
	}
	return nil
}

package coupon

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db/coupon"
	"github.com/kaituan/kaituan/internal/id"
)

// A drop hands coupons out in a short time to many: it takes them from the template at its start, gives them out one by one without touching the template's row,
// and puts back what nobody wanted. All three run inside the caller's transaction. A template that nobody may claim can be dropped: a drop is another way.

// Take takes n, at least 1, from what is left of a template, for somebody above who hands them out and keeps count of what he has.
//
// Errors: fault.Missing, ErrExhausted (with how many are left).
func (s *Service) Take(ctx context.Context, templateID string, n int) error {
	took, err := s.take(ctx, templateID, n)
	if err != nil || took {
		return err
	}
	template, err := s.template(ctx, templateID)
	if err != nil {
		return err
	}
	return ErrExhausted.WithAvailable(int64(min(template.Remaining, n-1))) // some may have come back since
}

// PutBack returns n of what Take took and Give did not give.
func (s *Service) PutBack(ctx context.Context, templateID string, n int) error {
	put, err := s.store.Guard(ctx, `UPDATE coupon_templates SET remaining = remaining + ?, claimed = claimed - ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND claimed >= ?`, n, n, s.clock(), templateID, n)
	if err != nil {
		return fmt.Errorf("put %d coupons of %s back: %w", n, templateID, err)
	}
	if !put {
		return lost("put coupons back to", templateID)
	}
	return nil
}

// Room is how many more coupons of a template a shopper, whom the transaction has touched, may have; never below 0. fault.Missing.
func (s *Service) Room(ctx context.Context, shopperID, templateID string) (int, error) {
	template, err := s.template(ctx, templateID)
	if err != nil {
		return 0, err
	}
	has, err := s.store.Client(ctx).Coupon.Query().Where(coupon.TemplateID(templateID), coupon.ShopperID(shopperID)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("coupons of %s: %w", templateID, err)
	}
	return max(0, template.PerShopperLimit-has), nil
}

// Give makes one coupon, of what Take took, for a shopper whom the transaction has touched, and returns its id. The caller takes it from what he has, by a guard
// in the same transaction. The template's row is read only, so that many can be given at once.
//
// Errors: fault.Missing, ErrLimit (Available 0).
func (s *Service) Give(ctx context.Context, shopperID, templateID, source string) (couponID string, err error) {
	template, err := s.template(ctx, templateID)
	if err != nil {
		return "", err
	}
	couponID = id.New("cpn")
	return couponID, s.make(ctx, couponID, shopperID, template, source)
}

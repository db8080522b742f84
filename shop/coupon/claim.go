package coupon

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/coupon"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// sourceClaim is the source of a coupon that a shopper claimed from its template.
const sourceClaim = "claim"

// Claim gives a shopper one coupon of a template, usable to the end of the local day that comes the template's ValidDays after today: one of 1 day, claimed this
// noon, lasts until tomorrow's midnight.
//
// Errors, at input.templateId: fault.Missing, ErrLimit (Available 0), ErrExhausted (Available 0).
func (s *Service) Claim(ctx context.Context, shopperID, templateID string) (*Coupon, error) {
	couponID := id.New("cpn")
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, shopperID); err != nil {
			return err
		}
		template, err := s.template(ctx, templateID)
		if err != nil {
			return err
		}
		if !template.Claimable {
			return fault.Missing // handed out in other ways, it is not there for who has none
		}
		if err := s.make(ctx, couponID, shopperID, template, sourceClaim); err != nil {
			return err
		}
		took, err := s.take(ctx, templateID, 1)
		if err == nil && !took {
			err = ErrExhausted.WithAvailable(0)
		}
		return err
	})
	if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal {
		return nil, refusal.At("input", "templateId")
	}
	if err != nil {
		return nil, err
	}
	found, err := s.Some(ctx, "", []string{couponID}) // whoever he has become since
	return found[couponID], err
}

// make makes a coupon for a shopper whom the transaction has touched; ErrLimit (Available 0). Its number is unique by a key, so that no two claims count as one,
// and the limit holds by construction. It comes out of what was or will be taken from the template.
func (s *Service) make(ctx context.Context, couponID, shopperID string, t *db.CouponTemplate, source string) error {
	now := s.clock()
	claimed, err := s.store.Client(ctx).Coupon.Query().Where(coupon.TemplateID(t.ID), coupon.ShopperID(shopperID)).All(ctx)
	if err != nil {
		return fmt.Errorf("coupons of %s: %w", t.ID, err)
	}
	if len(claimed) >= t.PerShopperLimit {
		return ErrLimit.WithAvailable(0)
	}
	number := 1
	for _, c := range claimed { // of another account that has become part of this one, too: those have numbers of their own
		if c.ClaimedBy == shopperID {
			number = max(number, c.Number+1)
		}
	}
	err = s.store.Client(ctx).Coupon.Create().SetID(couponID).SetCreatedAt(now).SetUpdatedAt(now).SetTemplateID(t.ID).SetShopperID(shopperID).
		SetClaimedBy(shopperID).SetNumber(number).SetState(coupon.StateUSABLE).SetSource(source).SetValidUntil(validUntil(now, t.ValidDays, s.zone)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("insert a coupon of %s: %w", t.ID, err)
	}
	return nil
}

// take takes n from what is left of a template, whose row everybody wants: it comes last.
func (s *Service) take(ctx context.Context, templateID string, n int) (took bool, err error) {
	took, err = s.store.Guard(ctx, `UPDATE coupon_templates SET remaining = remaining - ?, claimed = claimed + ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND remaining >= ?`, n, n, s.clock(), templateID, n)
	if err != nil {
		return false, fmt.Errorf("take %d coupons of %s: %w", n, templateID, err)
	}
	return took, nil
}

// template reads a template's row; fault.Missing when there is none.
func (s *Service) template(ctx context.Context, templateID string) (*db.CouponTemplate, error) {
	row, err := s.store.Client(ctx).CouponTemplate.Get(ctx, templateID)
	if db.IsNotFound(err) {
		return nil, fault.Missing
	}
	if err != nil {
		return nil, fmt.Errorf("coupon template %s: %w", templateID, err)
	}
	return row, nil
}

// validUntil is the midnight that ends the local day so many days after now's.
func validUntil(now time.Time, days int, zone *time.Location) time.Time {
	return clock.Midnight(now, days+1, zone)
}

// Merge makes the coupons of one account another's, in the transaction that has touched both and makes them one person. A person may so have more of a template
// than its limit, which counts from then on.
func (s *Service) Merge(ctx context.Context, from, to string) error {
	if _, err := s.store.Exec(ctx, "UPDATE coupons SET shopper_id = ?, updated_at = ?, ver = ver + 1 WHERE shopper_id = ?", to, s.clock(), from); err != nil {
		return fmt.Errorf("coupons of %s to %s: %w", from, to, err)
	}
	return nil
}

package coupon

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db/coupontemplate"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
)

// Create makes a template. The same key with the same input returns the template as it is now.
//
// Errors, under input: fault.KeyReused, and what check says.
func (s *Service) Create(ctx context.Context, partnerID string, d *Draft) (*Template, error) {
	fresh := id.New("cpt")
	call := idem.Call{Owner: partnerID, Operation: "couponTemplateCreate", Key: d.IdempotencyKey, Input: d, Result: fresh}
	templateID, _, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error { return s.create(ctx, fresh, d) })
	if err != nil {
		return nil, err
	}
	found, err := s.Templates(ctx, "", []string{templateID})
	return found[templateID], err
}

func (s *Service) create(ctx context.Context, templateID string, d *Draft) error {
	checked, err := check(d, s.currency)
	if err != nil {
		return err
	}
	now, kind := s.clock(), coupontemplate.KindAMOUNT
	if checked.basisPoints > 0 {
		kind = coupontemplate.KindPERCENT
	}
	err = s.store.Client(ctx).CouponTemplate.Create().SetID(templateID).SetCreatedAt(now).SetUpdatedAt(now).SetTitle(checked.title).SetKind(kind).
		SetAmount(checked.amount).SetBasisPoints(checked.basisPoints).SetNillableCap(checked.cap).SetMinSpend(checked.minSpend).SetValidDays(d.ValidDays).
		SetQuantity(d.Quantity).SetRemaining(d.Quantity).SetPerShopperLimit(d.PerShopperLimit).SetClaimable(d.Claimable).Exec(ctx)
	if err != nil {
		return fmt.Errorf("insert a coupon template: %w", err)
	}
	return nil
}

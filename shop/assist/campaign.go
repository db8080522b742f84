package assist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assistcampaign"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/store"
)

// Create makes a campaign. The same key with input that means the same returns the campaign as it is now, also when its time is over.
//
// Errors, under input: fault.KeyReused, and what draft.check says; fault.Missing (skuCode, reward.couponTemplateId), fault.Invalid (over already), fault.OutOfRange
// (a floor that is not below the SKU's price, which is what could be had instead).
func (s *Service) Create(ctx context.Context, partnerID string, d *CampaignDraft) (*Campaign, error) {
	c, err := check(d, s.currency)
	if err != nil {
		return nil, err
	}
	fresh := id.New("asc")
	call := idem.Call{Owner: partnerID, Operation: "assistCampaignCreate", Key: d.IdempotencyKey, Input: c, Result: fresh}
	campaignID, _, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error { return s.create(ctx, fresh, c) })
	if err != nil {
		return nil, err
	}
	return s.Campaign(ctx, campaignID)
}

func (s *Service) create(ctx context.Context, campaignID string, c checked) error {
	now := s.clock()
	if !c.EndsAt.After(now) {
		return errWindow
	}
	create := s.store.Client(ctx).AssistCampaign.Create().SetID(campaignID).SetCreatedAt(now).SetUpdatedAt(now).SetKind(assistcampaign.Kind(c.Kind)).SetTitle(c.Title).
		SetGoal(c.Goal).SetAssistSeconds(c.AssistSeconds).SetStartsAt(c.StartsAt).SetEndsAt(c.EndsAt).SetPerShopperLimit(c.PerShopperLimit).SetHelpsPerDay(c.HelpsPerDay).
		SetReward(assistcampaign.Reward(c.Reward)).SetAmount(c.Amount).SetPoints(c.Points).SetCause(c.Cause).SetWinners(c.Winners).SetPrize(c.Prize)
	if c.SkuCode != "" {
		skuID, productID, err := s.prizeOf(ctx, c)
		if err != nil {
			return err
		}
		create.SetSkuID(skuID).SetProductID(productID)
	}
	if c.TemplateID != "" {
		found, err := s.coupons.Templates(ctx, "", []string{c.TemplateID})
		if err != nil {
			return err
		}
		if found[c.TemplateID] == nil {
			return fault.Missing.At("input", "reward", "couponTemplateId")
		}
		create.SetTemplateID(c.TemplateID)
	}
	if err := create.Exec(ctx); err != nil {
		return fmt.Errorf("insert a help-me campaign: %w", err)
	}
	s.campaignsChanged(ctx)
	return nil
}

// prizeOf finds the SKU that a campaign is about.
func (s *Service) prizeOf(ctx context.Context, c checked) (skuID, productID string, err error) {
	refs, err := s.catalog.SkusByCode(ctx, []string{c.SkuCode})
	if err != nil {
		return "", "", err
	}
	ref, ok := refs[c.SkuCode]
	if !ok {
		return "", "", fault.Missing.Saying("There is no SKU with this code.", "没有此编码的规格。").At("input", "skuCode")
	}
	if c.Reward != byPrice {
		return ref.ID, ref.ProductID, nil
	}
	goods, err := s.catalog.ForSale(ctx, []string{ref.ID})
	if err != nil {
		return "", "", err
	}
	if price := goods[ref.ID].Price; c.Amount >= price {
		return "", "", fault.OutOfRange.Saying("The floor is below the SKU's price.", "底价必须低于该规格的售价。").At("input", "reward", "priceFloor").WithAvailable(price)
	}
	return ref.ID, ref.ProductID, nil
}

// End ends a campaign before its time: nothing starts any more, what was started runs on, and a price reached can be used for another day. Ending it again changes
// nothing. fault.Missing, at input.campaignId, when there is none; fault.BusyRetry.
func (s *Service) End(ctx context.Context, campaignID string) (*Campaign, error) {
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		_, err := s.store.Guard(ctx, "UPDATE assist_campaigns SET ended_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND ended_at IS NULL AND ends_at > ?", now, now, campaignID, now)
		s.campaignsChanged(ctx)
		return err
	})
	if errors.Is(err, store.ErrOutcomeUnknown) {
		err = fault.BusyRetry // ending it again changes nothing
	}
	if err != nil {
		return nil, fmt.Errorf("end %s: %w", campaignID, err)
	}
	c, err := s.Campaign(ctx, campaignID)
	if err == nil && c == nil {
		err = fault.Missing.At("input", "campaignId")
	}
	return c, err
}

// stateOf is a campaign's state at now.
func stateOf(c *db.AssistCampaign, now time.Time) CampaignState {
	switch {
	case c.EndedAt != nil || !now.Before(c.EndsAt):
		return Ended
	case now.Before(c.StartsAt):
		return Scheduled
	}
	return Running
}

// afterwards is how long a price can still be used when the shop has ended the campaign before its time.
const afterwards = 24 * time.Hour

// usableUntil is when a price that was reached can be used no more: at the campaign's end. Where the shop ended that before its time it is a day later, or a day
// after the price was reached, but never after the end that was promised.
func usableUntil(c *db.AssistCampaign, reachedAt time.Time) time.Time {
	if c.EndedAt == nil {
		return c.EndsAt
	}
	until := *c.EndedAt
	if reachedAt.After(until) {
		until = reachedAt
	}
	if until = until.Add(afterwards); until.After(c.EndsAt) {
		return c.EndsAt
	}
	return until
}

// pricey reports whether a campaign's reward is a price.
func pricey(c *db.AssistCampaign) bool { return string(c.Reward) == byPrice }

// deref is "" for nil.
func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

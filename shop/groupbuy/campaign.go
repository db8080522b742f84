package groupbuy

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
)

var errNoSku = fault.Missing.Saying("There is no SKU with this code.", "没有此编码的规格。")

// Create makes a campaign. The same key with input that means the same returns the campaign as it is now, also when its time is over.
//
// Errors, under input: fault.KeyReused, and what draft.check says; fault.Missing (a SKU), fault.Invalid (SKUs of two products, over already).
func (s *Service) Create(ctx context.Context, partnerID string, d *CampaignDraft) (*Campaign, error) {
	c, err := check(d, s.currency)
	if err != nil {
		return nil, err
	}
	fresh := id.New("gbc")
	call := idem.Call{Owner: partnerID, Operation: "groupBuyCampaignCreate", Key: d.IdempotencyKey, Input: c, Result: fresh}
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
	codes := make([]string, len(c.Offers))
	for i, offer := range c.Offers {
		codes[i] = offer.SkuCode
	}
	skus, err := s.catalog.SkusByCode(ctx, codes)
	if err != nil {
		return err
	}
	client, productID := s.store.Client(ctx), ""
	offers := make([]*db.GroupOfferCreate, len(c.Offers))
	for i, offer := range c.Offers {
		sku, ok := skus[offer.SkuCode]
		if !ok {
			return errNoSku.At("input", "offers", position(i), "skuCode")
		}
		if productID == "" {
			productID = sku.ProductID
		}
		if sku.ProductID != productID {
			return fault.Invalid.Saying("All offers are SKUs of one product.", "同一活动的规格必须属于同一商品。").At("input", "offers", position(i), "skuCode")
		}
		offers[i] = client.GroupOffer.Create().SetCampaignID(campaignID).SetSkuID(sku.ID).SetPosition(i).SetPrice(offer.Price).SetRungs(offer.Rungs)
	}
	create := client.GroupCampaign.Create().SetID(campaignID).SetCreatedAt(now).SetUpdatedAt(now).SetTitle(c.Title).SetProductID(productID).
		SetSize(c.Size).SetCapacity(c.Capacity).SetStartsAt(c.StartsAt).SetEndsAt(c.EndsAt).SetGroupSeconds(c.GroupSeconds).
		SetPerShopperLimit(c.PerShopperLimit).SetNewCustomersOnly(c.NewCustomersOnly).SetMerchantMayComplete(c.MerchantMayComplete).SetTakesCoupons(c.TakesCoupons).
		SetUnitQuota(c.UnitQuota).SetUnitsLeft(c.UnitQuota).SetRewardAmount(c.RewardAmount)
	if c.Reward != "" {
		create.SetReward(string(c.Reward))
	}
	if err := create.Exec(ctx); err != nil {
		return fmt.Errorf("insert a campaign: %w", err)
	}
	if err := client.GroupOffer.CreateBulk(offers...).Exec(ctx); err != nil {
		return fmt.Errorf("insert the offers: %w", err)
	}
	s.campaignsChanged(ctx)
	return nil
}

// End ends a campaign before its time: it opens no more groups, and lets those that are open run to their own ends. Ending it again changes nothing.
// fault.Missing when there is none.
func (s *Service) End(ctx context.Context, campaignID string) (*Campaign, error) {
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		_, err := s.store.Guard(ctx, "UPDATE group_campaigns SET ended_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND ended_at IS NULL AND ends_at > ?", now, now, campaignID, now)
		s.campaignsChanged(ctx)
		return err
	})
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
func stateOf(c *db.GroupCampaign, now time.Time) CampaignState {
	switch {
	case c.EndedAt != nil || !now.Before(c.EndsAt):
		return Ended
	case now.Before(c.StartsAt):
		return Scheduled
	case c.UnitsLeft < int64(c.Capacity):
		return SoldOut
	}
	return Running
}

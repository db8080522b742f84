package assist

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assist"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/identity"
)

// Start opens an assist of a campaign for a shopper, who then asks others for help. The price of the goods, the goal and the seed of what is drawn are fixed with it;
// a coupon that it is for is taken from its template now, so that nobody asks friends for what is gone. The same key returns the assist as it is now.
//
// Errors, at input.campaignId: fault.Missing, ErrCampaignNotOpen (also when the price has fallen to the floor), catalog.ErrNotOnSale, ErrLimit (also when with
// what he has and asks for he could have no more of the coupon, or was here before the campaign began, as somebody who has been erased), coupon.ErrExhausted (both with Available 0); fault.TooOften (StartsPerDay, until the next local midnight); fault.KeyReused.
func (s *Service) Start(ctx context.Context, by Actor, key, campaignID string) (*Assist, error) {
	ctx = identity.Remembering(ctx)
	call := idem.Call{Owner: by.ShopperID, Operation: "assistStart", Key: key, Input: campaignID, Result: id.New("ast")}
	seed := hex.EncodeToString(secret.Random(sha256.Size))
	assistID, _, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error {
		who, err := s.touched(ctx, by.ShopperID)
		if err != nil {
			return err
		}
		if err := call.Elsewhere(ctx, s.store, who.ids[1:]); err != nil {
			return err
		}
		return refusedAt(s.start(ctx, by, who, call.Result, campaignID, seed), "campaignId")
	})
	if err != nil {
		return nil, err
	}
	return s.Assist(ctx, assistID)
}

func (s *Service) start(ctx context.Context, by Actor, who actor, assistID, campaignID, seed string) error {
	now := s.clock()
	c, err := s.campaignRow(ctx, campaignID)
	if err != nil {
		return err
	}
	if stateOf(c, now) != Running {
		return ErrCampaignNotOpen
	}
	price, err := s.priceOf(ctx, c)
	if err != nil {
		return err
	}
	if err := s.mayStart(ctx, c, who, now); err != nil {
		return err
	}
	if err := s.conduct.Record(ctx, conduct.Action{ShopperID: by.ShopperID, Kind: conduct.Start, Target: c.ID, From: by.From, At: now}); err != nil {
		return err
	}
	expiresAt := now.Add(time.Duration(c.AssistSeconds) * time.Second)
	if c.EndsAt.Before(expiresAt) {
		expiresAt = c.EndsAt
	}
	err = s.store.Client(ctx).Assist.Create().SetID(assistID).SetCreatedAt(now).SetUpdatedAt(now).SetCampaignID(c.ID).SetOwnerID(by.ShopperID).SetChannel(by.Channel).
		SetGoal(c.Goal).SetState(assist.StateOPEN).SetListPrice(price).SetSeed(seed).SetExpiresAt(expiresAt).SetNillableTemplateID(c.TemplateID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("insert an assist of %s: %w", c.ID, err)
	}
	if err := s.deadlines.Set(ctx, ExpireDeadline, assistID, expiresAt, now); err != nil {
		return err
	}
	if c.TemplateID == nil {
		return nil
	}
	return s.coupons.Take(ctx, *c.TemplateID, 1) // whose row everybody wants: it comes last
}

// priceOf is what a unit of the campaign's goods costs without help, 0 where the reward is no price.
func (s *Service) priceOf(ctx context.Context, c *db.AssistCampaign) (int64, error) {
	if c.SkuID == nil {
		return 0, nil
	}
	goods, err := s.catalog.ForSale(ctx, []string{*c.SkuID})
	if err != nil {
		return 0, err
	}
	sku := goods[*c.SkuID]
	switch {
	case !sku.Visible:
		return 0, catalog.ErrNotOnSale
	case !pricey(c):
		return 0, nil
	case sku.Price <= c.Amount:
		return 0, ErrCampaignNotOpen.Saying("The goods cost no more than that now.", "该商品现价已不高于活动价。")
	}
	return sku.Price, nil
}

// mayStart refuses who has started as many as he may, of the campaign or today, or may have as somebody who has been erased, or could not have the coupon that his
// friends would help him to. It may read, since the shopper's row is touched and a person's own doings are serial.
func (s *Service) mayStart(ctx context.Context, c *db.AssistCampaign, who actor, now time.Time) error {
	if who.earlier.had(c.StartsAt) {
		return errMayHaveStarted
	}
	started, err := s.store.Client(ctx).Assist.Query().Where(assist.CampaignID(c.ID), assist.OwnerIDIn(who.ids...)).Count(ctx)
	if err != nil {
		return fmt.Errorf("assists of %s: %w", who.ids[0], err)
	}
	if started >= c.PerShopperLimit {
		return ErrLimit.WithAvailable(0)
	}
	if err := s.mayEarn(ctx, c, who.ids); err != nil {
		return err
	}
	took, err := s.count(ctx, who, starts, StartsPerDay, now)
	if err != nil || took {
		return err
	}
	_, next := s.dayOf(now)
	return errStarts.WithRetryAfter(next.Sub(now))
}

// mayEarn refuses, for a campaign that gives a coupon, who has as many of its template, or asks friends for as many, as one person may have.
func (s *Service) mayEarn(ctx context.Context, c *db.AssistCampaign, his []string) error {
	if c.TemplateID == nil {
		return nil
	}
	room, err := s.coupons.Room(ctx, his[0], *c.TemplateID)
	if err != nil {
		return err
	}
	asked, err := s.store.Client(ctx).Assist.Query().Where(assist.OwnerIDIn(his...), assist.TemplateID(*c.TemplateID)).Count(ctx)
	if err != nil {
		return fmt.Errorf("coupons that %s asks for: %w", his[0], err)
	}
	if asked >= room {
		return ErrLimit.WithAvailable(0)
	}
	return nil
}

// campaignRow reads a campaign's row; fault.Missing when there is none.
func (s *Service) campaignRow(ctx context.Context, campaignID string) (*db.AssistCampaign, error) {
	row, err := s.store.Client(ctx).AssistCampaign.Get(ctx, campaignID)
	if db.IsNotFound(err) {
		return nil, fault.Missing
	}
	if err != nil {
		return nil, fmt.Errorf("help-me campaign %s: %w", campaignID, err)
	}
	return row, nil
}

// assistRow reads an assist's row; fault.Missing when there is none.
func (s *Service) assistRow(ctx context.Context, assistID string) (*db.Assist, error) {
	row, err := s.store.Client(ctx).Assist.Get(ctx, assistID)
	if db.IsNotFound(err) {
		return nil, fault.Missing
	}
	if err != nil {
		return nil, fmt.Errorf("assist %s: %w", assistID, err)
	}
	return row, nil
}

// refusedAt puts a refusal that names no input at a field of it.
func refusedAt(err error, field string) error {
	if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal && len(refusal.Field) == 0 {
		return refusal.At("input", field)
	}
	return err
}

package groupbuy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupoffer"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
)

// opening is what a checkout for a group comes to: it opens one when groupID is empty, and joins that one otherwise.
type opening struct {
	campaign *db.GroupCampaign
	groupID  string
	skuID    string
	quantity int64
	ifLost   string
}

// Wanted implements order.Activity.
//
// Errors, all under checkout.groupBuy: fault.Invalid (not exactly one of campaignId and groupBuyId), fault.OutOfRange (quantity), fault.Missing,
// ErrForeignSku, ErrCampaignNotOpen, ErrQuotaSpent, ErrGroupFull, ErrGroupClosed, ErrAlreadyMember, ErrLimit, ErrNewcomersOnly.
func (s *Service) Wanted(ctx context.Context, shopperID string, c *order.Checkout) (*order.Wanted, error) {
	in := c.GroupBuy
	if in == nil {
		return nil, nil
	}
	if (in.CampaignID == nil) == (in.GroupBuyID == nil) {
		return nil, fault.Invalid.Saying("Give a campaign to open a group, or a group to join.", "请指定活动或要加入的团。").At("checkout", "groupBuy")
	}
	if in.Quantity < 1 || in.Quantity > maxPerShopper {
		return nil, fault.OutOfRange.At("checkout", "groupBuy", "quantity").WithAvailable(maxPerShopper)
	}
	now := s.clock()
	o := &opening{skuID: in.SkuID, quantity: int64(in.Quantity), ifLost: string(in.IfLost)}
	if o.ifLost == "" {
		o.ifLost = refundIfLost
	}
	w := &order.Wanted{
		Lines: []order.LineInput{{SkuID: in.SkuID, Quantity: in.Quantity}},
		Shown: order.PricedActivity{Kind: order.ByGroupBuy, Title: "拼团价"}, Note: o,
	}
	var err error
	if in.GroupBuyID != nil {
		w.PayBy, err = s.wantsToJoin(ctx, shopperID, *in.GroupBuyID, o, now)
	} else {
		err = s.wantsToOpen(ctx, *in.CampaignID, o, now)
	}
	if err != nil {
		return nil, err
	}
	if o.groupID == "" && o.campaign.Reward == string(Discount) {
		w.Deductions = []order.Deduction{{Kind: order.ByLeaderReward, Title: "团长优惠", Amount: o.campaign.RewardAmount}}
	}
	offer, err := s.store.Client(ctx).GroupOffer.Query().Where(groupoffer.CampaignID(o.campaign.ID), groupoffer.SkuID(in.SkuID)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, ErrForeignSku.At("checkout", "groupBuy", "skuId")
	}
	if err != nil {
		return nil, fmt.Errorf("offer of %s: %w", o.campaign.ID, err)
	}
	w.Prices = []int64{offer.Price}
	return w, s.allowed(ctx, o.campaign, shopperID, o.quantity, o.groupID != "", "")
}

func (s *Service) wantsToOpen(ctx context.Context, campaignID string, o *opening, now time.Time) error {
	campaign, err := s.store.Client(ctx).GroupCampaign.Get(ctx, campaignID)
	if db.IsNotFound(err) {
		return fault.Missing.At("checkout", "groupBuy", "campaignId")
	}
	if err != nil {
		return fmt.Errorf("campaign %s: %w", campaignID, err)
	}
	o.campaign = campaign
	if refusal := mayOpen(campaign, o.quantity, now); refusal != nil {
		return refusal.At("checkout", "groupBuy", "campaignId")
	}
	return nil
}

func (s *Service) wantsToJoin(ctx context.Context, shopperID, groupID string, o *opening, now time.Time) (payBy *time.Time, err error) {
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, groupID)
	if db.IsNotFound(err) || err == nil && State(group.State) == Pending && !leads(group, shopperID) {
		return nil, fault.Missing.At("checkout", "groupBuy", "groupBuyId")
	}
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", groupID, err)
	}
	if o.campaign, err = s.store.Client(ctx).GroupCampaign.Get(ctx, group.CampaignID); err != nil {
		return nil, fmt.Errorf("campaign %s: %w", group.CampaignID, err)
	}
	if err := s.noLiveSeat(ctx, shopperID, group.CampaignID); err != nil { // says more than that the group is full, of which one is a member
		return nil, err
	}
	if refusal := mayJoin(group, o.campaign.GroupSeconds, now); refusal != nil {
		return nil, refusal.At("checkout", "groupBuy", "groupBuyId")
	}
	o.groupID = group.ID
	return group.ExpiresAt, nil
}

func leads(group *db.GroupBuy, shopperID string) bool {
	return group.LeaderID != nil && *group.LeaderID == shopperID
}

// mayOpen says why a campaign opens no group now, nil when it does.
func mayOpen(c *db.GroupCampaign, quantity int64, now time.Time) *fault.Error {
	switch stateOf(c, now) {
	case Running:
	case SoldOut:
		return ErrQuotaSpent.WithAvailable(0)
	default:
		return ErrCampaignNotOpen
	}
	if most := c.UnitsLeft - int64(c.Capacity) + 1; quantity > most {
		return ErrQuotaSpent.WithAvailable(most)
	}
	return nil
}

// mayJoin says why a group takes nobody now, nil when it does.
func mayJoin(g *db.GroupBuy, groupSeconds int, now time.Time) *fault.Error {
	switch {
	case State(g.State) != Open || g.ExpiresAt == nil || now.Add(leastHoldOf(groupSeconds)).After(*g.ExpiresAt):
		return ErrGroupClosed
	case g.SeatsLeft == 0:
		return ErrGroupFull
	}
	return nil
}

// allowed checks what one person may have: limits, and that newcomers are new. It may be relied on in a transaction that has touched the shopper, since a
// person's own doings are serial there. exceptOrder is an order of his that does not count.
func (s *Service) allowed(ctx context.Context, c *db.GroupCampaign, shopperID string, quantity int64, joins bool, exceptOrder string) error {
	seats, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.ShopperID(shopperID), groupseat.CampaignID(c.ID)).All(ctx)
	if err != nil {
		return fmt.Errorf("seats of %s: %w", shopperID, err)
	}
	var have int64
	for _, seat := range seats {
		switch SeatState(seat.State) {
		case SeatHeld, SeatPaid:
			return ErrAlreadyMember.At("checkout", "groupBuy")
		case SeatConfirmed:
			have += seat.UnitsSold
		}
	}
	if most := max(int64(c.PerShopperLimit)-have, 0); quantity > most {
		return ErrLimit.WithAvailable(most).At("checkout", "groupBuy", "quantity")
	}
	if !c.NewCustomersOnly || !joins {
		return nil
	}
	return s.newcomer(ctx, shopperID, exceptOrder)
}

// newcomer refuses who has ever paid, and who has a newcomer's seat already.
func (s *Service) newcomer(ctx context.Context, shopperID, exceptOrder string) error {
	paid, err := s.orders.HasPaid(ctx, shopperID, exceptOrder)
	if err != nil {
		return err
	}
	has, err := s.store.Client(ctx).GroupSeat.Query().
		Where(groupseat.ShopperID(shopperID), groupseat.Newcomer(true), groupseat.StateIn(groupseat.StateHELD, groupseat.StatePAID)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("seats of %s: %w", shopperID, err)
	}
	if paid || has {
		return ErrNewcomersOnly.At("checkout", "groupBuy")
	}
	return nil
}

// noLiveSeat refuses who has a live seat in the campaign.
func (s *Service) noLiveSeat(ctx context.Context, shopperID, campaignID string) error {
	_, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.LiveKey(liveKey(campaignID, shopperID))).OnlyID(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("seat of %s: %w", shopperID, err)
	}
	return ErrAlreadyMember.At("checkout", "groupBuy")
}

// liveKey is what at most one live seat of a campaign has.
func liveKey(campaignID, shopperID string) string { return campaignID + ":" + shopperID }

const (
	refundIfLost = "REFUND"
	reopenIfLost = "OPEN_NEW_GROUP"
)

var errNoSeat = errors.New("groupbuy: the order has no seat")

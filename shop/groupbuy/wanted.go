package groupbuy

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/order"
)

// opening is what a checkout for a group comes to: it opens one when group is nil, and joins that one otherwise. Of the rows only what it needs is filled.
type opening struct {
	campaign *db.GroupCampaign
	group    *db.GroupBuy
	price    int64
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
		Lines: []order.LineInput{{SkuID: in.SkuID, Quantity: in.Quantity}}, At: []string{"checkout", "groupBuy"},
		Shown: order.PricedActivity{Kind: order.ByGroupBuy, Title: "拼团价"}, Note: o,
	}
	if err := s.basis(ctx, shopperID, in, o, now); err != nil {
		return nil, err
	}
	if o.group != nil {
		w.PayBy = o.group.ExpiresAt
	} else if o.campaign.Reward == string(Discount) {
		w.Deductions = []order.Deduction{{Kind: order.ByLeaderReward, Title: "团长优惠", Amount: o.campaign.RewardAmount}}
	}
	w.Prices, w.Coupons = []int64{o.price}, o.campaign.TakesCoupons
	return w, nil
}

// basis reads what an opening stands on, in two statements, and refuses it where it can be told already.
func (s *Service) basis(ctx context.Context, shopperID string, in *order.GroupBuySeatInput, o *opening, now time.Time) error {
	offered, err := s.readBasis(ctx, in, o)
	if err != nil {
		return err
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return err
	}
	if o.campaign == nil || o.group != nil && o.group.ExpiresAt == nil && !leads(o.group.LeaderID, his) {
		if in.CampaignID != nil {
			return fault.Missing.At("checkout", "groupBuy", "campaignId")
		}
		return fault.Missing.At("checkout", "groupBuy", "groupBuyId")
	}
	mine, err := s.mine(ctx, shopperID, o.campaign.ID, now)
	if err != nil {
		return err
	}
	if mine.live { // says more than that the group is full, of which one is a member
		return ErrAlreadyMember.At("checkout", "groupBuy")
	}
	if mine.givenUp >= maxGivenUp {
		return ErrGivesUp.WithRetryAfter(mine.firstGivenUp.Add(givenUpWithin).Sub(now)).At("checkout", "groupBuy")
	}
	if o.group != nil {
		if refusal := mayJoin(o.group, leastHoldOf(o.campaign.GroupSeconds), now); refusal != nil {
			return refusal.At("checkout", "groupBuy", "groupBuyId")
		}
	} else if refusal := mayOpen(o.campaign, o.quantity, now); refusal != nil {
		return refusal.At("checkout", "groupBuy", "campaignId")
	}
	if !offered {
		return ErrForeignSku.At("checkout", "groupBuy", "skuId")
	}
	return s.allowed(ctx, o.campaign, shopperID, mine, o.quantity, o.group != nil, "")
}

// readBasis reads the campaign with the SKU's offer, and the group; nothing where one of them is not there. It reports whether the SKU is offered.
func (s *Service) readBasis(ctx context.Context, in *order.GroupBuySeatInput, o *opening) (offered bool, err error) {
	query := `SELECT c.id, c.product_id, c.size, c.capacity, c.starts_at, c.ends_at, c.ended_at, c.group_seconds, c.per_shopper_limit, c.new_customers_only, c.takes_coupons, c.reward,
		c.reward_amount, c.units_left, o.price`
	from, args := " FROM group_campaigns c LEFT JOIN group_offers o ON o.campaign_id = c.id AND o.sku_id = ? WHERE c.id = ?", []any{in.SkuID, deref(in.CampaignID)}
	if in.GroupBuyID != nil {
		query += ", g.id, g.state, g.leader_id, g.seats_left, g.expires_at"
		from = " FROM group_buys g JOIN group_campaigns c ON c.id = g.campaign_id LEFT JOIN group_offers o ON o.campaign_id = c.id AND o.sku_id = ? WHERE g.id = ?"
		args[1] = *in.GroupBuyID
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, query+from, args...)
	if err != nil {
		return false, fmt.Errorf("read a campaign: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c db.GroupCampaign
		var g db.GroupBuy
		var reward sql.NullString
		var price sql.NullInt64
		into := []any{
			&c.ID, &c.ProductID, &c.Size, &c.Capacity, &c.StartsAt, &c.EndsAt, &c.EndedAt, &c.GroupSeconds, &c.PerShopperLimit, &c.NewCustomersOnly, &c.TakesCoupons, &reward,
			&c.RewardAmount, &c.UnitsLeft, &price,
		}
		if in.GroupBuyID != nil {
			into = append(into, &g.ID, &g.State, &g.LeaderID, &g.SeatsLeft, &g.ExpiresAt)
			o.group = &g
		}
		if err := rows.Scan(into...); err != nil {
			return false, fmt.Errorf("read a campaign: %w", err)
		}
		c.Reward = reward.String
		o.campaign, o.price, offered = &c, price.Int64, price.Valid
	}
	if err := rows.Err(); err != nil {
		return false, fmt.Errorf("read a campaign: %w", err)
	}
	return offered, nil
}

// leads reports whether one of a person's ids is the leader's.
func leads(leaderID *string, his []string) bool {
	return leaderID != nil && slices.Contains(his, *leaderID)
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

// mayJoin says why a group takes nobody now who needs hold to pay, nil when it does.
func mayJoin(g *db.GroupBuy, hold time.Duration, now time.Time) *fault.Error {
	switch {
	case State(g.State) != Open || g.ExpiresAt == nil || now.Add(hold).After(*g.ExpiresAt) || !now.Before(*g.ExpiresAt):
		return ErrGroupClosed
	case g.SeatsLeft == 0:
		return ErrGroupFull
	}
	return nil
}

// mine is what a person has of a campaign. It may be relied on in a transaction that has touched the shopper, since a person's own doings are serial there.
func (s *Service) mine(ctx context.Context, shopperID, campaignID string, now time.Time) (held, error) {
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return held{}, err
	}
	in, ids := store.In(his)
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT state, units_sold, updated_at FROM group_seats WHERE campaign_id = ?
		AND (state IN ('HELD', 'PAID', 'CONFIRMED') OR state = 'RELEASED' AND updated_at > ?)
		AND shopper_id IN `+in+` ORDER BY updated_at DESC`, append([]any{campaignID, now.Add(-givenUpWithin)}, ids...)...)
	if err != nil {
		return held{}, fmt.Errorf("seats of %s: %w", shopperID, err)
	}
	defer rows.Close()
	var mine held
	for rows.Next() {
		var state SeatState
		var units int64
		var at time.Time
		if err := rows.Scan(&state, &units, &at); err != nil {
			return held{}, fmt.Errorf("seats of %s: %w", shopperID, err)
		}
		mine.add(state, units, at)
	}
	if err := rows.Err(); err != nil {
		return held{}, fmt.Errorf("seats of %s: %w", shopperID, err)
	}
	return mine, nil
}

// allowed checks what one person may have beside what is his: limits, and that newcomers are new. exceptOrder is an order of his that does not count.
func (s *Service) allowed(ctx context.Context, c *db.GroupCampaign, shopperID string, mine held, quantity int64, joins bool, exceptOrder string) error {
	if mine.live {
		return ErrAlreadyMember.At("checkout", "groupBuy")
	}
	if most := max(int64(c.PerShopperLimit)-mine.units, 0); quantity > most {
		return ErrLimit.WithAvailable(most).At("checkout", "groupBuy", "quantity")
	}
	if !c.NewCustomersOnly || !joins {
		return nil
	}
	return s.newcomer(ctx, shopperID, exceptOrder)
}

// newcomer refuses who has ever paid, may have as somebody who has been erased, or has a newcomer's seat already.
func (s *Service) newcomer(ctx context.Context, shopperID, exceptOrder string) error {
	paid, err := s.orders.HasPaid(ctx, shopperID, exceptOrder)
	if err != nil {
		return err
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return err
	}
	has, err := s.store.Client(ctx).GroupSeat.Query().
		Where(groupseat.ShopperIDIn(his...), groupseat.Newcomer(true), groupseat.StateIn(groupseat.StateHELD, groupseat.StatePAID)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("seats of %s: %w", shopperID, err)
	}
	left, err := s.identity.Left(ctx, his[0])
	if err != nil {
		return err
	}
	if paid || has || !left.IsZero() {
		return ErrNewcomersOnly.At("checkout", "groupBuy")
	}
	return nil
}

// liveKey is what at most one live seat of a campaign has.
func liveKey(campaignID, shopperID string) string { return campaignID + ":" + shopperID }

const (
	refundIfLost = "REFUND"
	reopenIfLost = "OPEN_NEW_GROUP"
)

var errNoSeat = errors.New("groupbuy: the order has no seat")

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

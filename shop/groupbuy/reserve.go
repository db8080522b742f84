package groupbuy

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/order"
)

// newSeat is a seat to take.
type newSeat struct {
	groupID, campaignID, shopperID, orderID, skuID string
	quantity                                       int64
	leader, newcomer                               bool
	ifLost                                         string
	holdUntil                                      time.Time
}

// Reserve takes one seat for an order that is being placed, so that nobody pays for a seat that is gone: of a new group, with a unit of the campaign's quota
// for each of its seats, or of one that is open. The seat ends with the order, or with its group. For an order that is retaken it takes a new seat, in its
// group if there is one left; a leader's opens a new group.
//
// Errors: ErrCampaignNotOpen, ErrQuotaSpent, ErrGroupFull (a seat that is held may come back), ErrGroupClosed (ended, or too near its end), ErrAlreadyMember;
// in a retaking also ErrLimit and ErrNewcomersOnly.
func (s *Service) Reserve(ctx context.Context, p order.Placing) error {
	if p.Wanted == nil {
		return s.retake(ctx, p)
	}
	o := p.Wanted.Note.(*opening)
	seat := newSeat{
		campaignID: o.campaign.ID, shopperID: p.ShopperID, orderID: p.OrderID, skuID: o.skuID, quantity: o.quantity, ifLost: o.ifLost, holdUntil: p.PayBy,
	}
	if o.group == nil {
		return s.open(ctx, o.campaign, seat, true, p.Now)
	}
	seat.groupID, seat.newcomer = o.group.ID, o.campaign.NewCustomersOnly
	return s.join(ctx, seat, leastHoldOf(o.campaign.GroupSeconds), p.Now)
}

// retake takes a seat for an order that the clock cancelled and that was paid all the same.
func (s *Service) retake(ctx context.Context, p order.Placing) error {
	last, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.OrderID(p.OrderID)).Order(groupseat.ByID(descending)).First(ctx)
	if err != nil {
		return fmt.Errorf("last seat of %s: %w", p.OrderID, err)
	}
	campaign, err := s.store.Client(ctx).GroupCampaign.Get(ctx, last.CampaignID)
	if err != nil {
		return fmt.Errorf("campaign %s: %w", last.CampaignID, err)
	}
	mine, err := s.mine(ctx, p.ShopperID, last.CampaignID, p.Now)
	if err != nil {
		return err
	}
	allowed := s.allowed(ctx, campaign, p.ShopperID, mine, last.Quantity, !last.Leader, p.OrderID)
	seat := newSeat{
		groupID: last.GroupID, campaignID: last.CampaignID, shopperID: p.ShopperID, orderID: p.OrderID, skuID: last.SkuID, quantity: last.Quantity,
		newcomer: last.Newcomer, ifLost: last.IfLost, holdUntil: p.PayBy,
	}
	if allowed == nil && last.Leader {
		group, err := s.store.Client(ctx).GroupBuy.Get(ctx, last.GroupID)
		if err != nil {
			return fmt.Errorf("group %s: %w", last.GroupID, err)
		}
		return s.open(ctx, campaign, seat, group.Rewarded, p.Now)
	}
	if err = allowed; err == nil {
		err = s.join(ctx, seat, 0, p.Now) // it is paid: no time is needed for that
	}
	if seat.ifLost == reopenIfLost && elsewhere(err) {
		return s.open(ctx, campaign, seat, false, p.Now) // the refused join has written nothing
	}
	return err
}

// elsewhere reports whether who is refused a seat for err may still lead a group: it is full or closed, or for new customers, which leaders need not be.
func elsewhere(err error) bool {
	refusal := fault.Of(err)
	return refusal != nil && (refusal.Is(ErrGroupFull) || refusal.Is(ErrGroupClosed) || refusal.Is(ErrNewcomersOnly))
}

// open makes a group with its leader's seat: PENDING, until it is paid for. The quota's row, which all groups of the campaign share, comes last.
func (s *Service) open(ctx context.Context, c *db.GroupCampaign, seat newSeat, rewarded bool, now time.Time) error {
	seat.groupID, seat.leader, seat.newcomer = id.New("grp"), true, false
	units := int64(c.Capacity) + seat.quantity - 1
	_, err := s.store.Exec(ctx, `INSERT INTO group_buys (id, ver, created_at, updated_at, campaign_id, product_id, leader_id, state, size, capacity, seats_left, paid,
		units_held, rewarded, rung_reached) VALUES (?, 1, ?, ?, ?, ?, ?, 'PENDING', ?, ?, ?, 0, ?, ?, 0)`,
		seat.groupID, now, now, c.ID, c.ProductID, seat.shopperID, c.Size, c.Capacity, c.Capacity-1, units, rewarded)
	if err != nil {
		return fmt.Errorf("open a group of %s: %w", c.ID, err)
	}
	if err := s.insertSeat(ctx, seat, now); err != nil {
		return err
	}
	took, err := s.store.Guard(ctx, `UPDATE group_campaigns SET units_left = units_left - ?, units_held = units_held + ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND units_left >= ? AND starts_at <= ? AND ends_at > ? AND ended_at IS NULL`, units, units, now, c.ID, units, now, now)
	if err != nil {
		return fmt.Errorf("take %d units of %s: %w", units, c.ID, err)
	}
	if took {
		s.unitsMoved(ctx, c.ID, -units)
		return nil
	}
	fresh, err := s.store.Client(ctx).GroupCampaign.Get(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("campaign %s: %w", c.ID, err)
	}
	if refusal := mayOpen(fresh, seat.quantity, now); refusal != nil {
		return refusal.At("checkout", "groupBuy", "campaignId")
	}
	return ErrQuotaSpent.At("checkout", "groupBuy", "campaignId") // units came back between the guard and this reading
}

// join takes a seat of an open group that goes on for hold at least.
func (s *Service) join(ctx context.Context, seat newSeat, hold time.Duration, now time.Time) error {
	more := seat.quantity - 1 // the group has a unit for each of its seats
	took, err := s.store.Guard(ctx, `UPDATE group_buys SET seats_left = seats_left - 1, units_held = units_held + ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND state = 'OPEN' AND seats_left > 0 AND expires_at >= ? AND expires_at > ?`, more, now, seat.groupID, now.Add(hold), now)
	if err != nil {
		return fmt.Errorf("take a seat in %s: %w", seat.groupID, err)
	}
	if !took {
		return s.whyNot(ctx, seat, hold, now)
	}
	if err := s.insertSeat(ctx, seat, now); err != nil {
		return err
	}
	s.signal(ctx, seat.groupID)
	if more == 0 {
		return nil
	}
	took, err = s.store.Guard(ctx, `UPDATE group_campaigns SET units_left = units_left - ?, units_held = units_held + ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND units_left >= ?`, more, more, now, seat.campaignID, more)
	if err != nil {
		return fmt.Errorf("take %d units of %s: %w", more, seat.campaignID, err)
	}
	if !took {
		return ErrQuotaSpent.At("checkout", "groupBuy", "quantity")
	}
	s.unitsMoved(ctx, seat.campaignID, -more)
	return nil
}

// whyNot reads, after the guard has refused, why there is no seat.
func (s *Service) whyNot(ctx context.Context, seat newSeat, hold time.Duration, now time.Time) error {
	mine, err := s.mine(ctx, seat.shopperID, seat.campaignID, now)
	if err != nil {
		return err
	}
	if mine.live {
		return ErrAlreadyMember.At("checkout", "groupBuy")
	}
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, seat.groupID)
	if err != nil {
		return fmt.Errorf("group %s: %w", seat.groupID, err)
	}
	refusal := mayJoin(group, hold, now)
	if refusal == nil { // a seat came back between the guard and this reading
		refusal = ErrGroupFull
	}
	return refusal.At("checkout", "groupBuy", "groupBuyId")
}

// insertSeat makes a seat HELD; a person's second live seat in a campaign is ErrAlreadyMember, by its unique key.
func (s *Service) insertSeat(ctx context.Context, seat newSeat, now time.Time) error {
	fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, `INSERT INTO group_seats (id, ver, created_at, updated_at, group_id, campaign_id, shopper_id, order_id, sku_id, quantity, leader, newcomer,
			state, live_key, order_key, if_lost, units_sold, hold_until) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'HELD', ?, ?, ?, 0, ?)`,
			id.New("gst"), now, now, seat.groupID, seat.campaignID, seat.shopperID, seat.orderID, seat.skuID, seat.quantity, seat.leader, seat.newcomer,
			liveKey(seat.campaignID, seat.shopperID), seat.orderID, seat.ifLost, seat.holdUntil)
		return err
	})
	if err != nil {
		return fmt.Errorf("seat %s in %s: %w", seat.shopperID, seat.groupID, err)
	}
	if !fresh {
		return ErrAlreadyMember.At("checkout", "groupBuy")
	}
	return nil
}

package groupbuy

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupoffer"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/order"
)

func descending(o *sql.OrderTermOptions) { o.Desc = true }

// seatOf is the one seat that an order has.
func (s *Service) seatOf(ctx context.Context, orderID string) (*db.GroupSeat, error) {
	seat, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.OrderKey(orderID)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fmt.Errorf("%w: %s", errNoSeat, orderID)
	}
	if err != nil {
		return nil, fmt.Errorf("seat of %s: %w", orderID, err)
	}
	return seat, nil
}

// Paid implements order.Activity: the leader's payment opens the group, the last one completes it. A payment that finds its group completed is confirmed at the
// price reached; one that finds it expired or cancelled goes back, or opens a new group when its shopper said so, the campaign has room and p.MayReopen.
func (s *Service) Paid(ctx context.Context, p order.Placing) (order.Verdict, error) {
	seat, err := s.seatOf(ctx, p.OrderID)
	if err != nil {
		return order.Verdict{}, err
	}
	if seat.Leader {
		return waiting, s.leaderPaid(ctx, seat, p.Now)
	}
	counted, err := s.store.Guard(ctx, "UPDATE group_buys SET paid = paid + 1, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN'", p.Now, seat.GroupID)
	if err != nil {
		return order.Verdict{}, fmt.Errorf("count a payment in %s: %w", seat.GroupID, err)
	}
	if !counted {
		return s.paidLate(ctx, seat, p)
	}
	if err := s.moveSeat(ctx, seat, SeatHeld, SeatPaid, p.Now); err != nil {
		return order.Verdict{}, err
	}
	s.signal(ctx, seat.GroupID)
	return s.maybeComplete(ctx, seat, p.Now)
}

var waiting = order.Verdict{State: order.AwaitingGroup}

// leaderPaid opens a group: others see it from now on, and its time runs.
func (s *Service) leaderPaid(ctx context.Context, seat *db.GroupSeat, now time.Time) error {
	campaign, err := s.store.Client(ctx).GroupCampaign.Get(ctx, seat.CampaignID)
	if err != nil {
		return fmt.Errorf("campaign %s: %w", seat.CampaignID, err)
	}
	expires := now.Add(time.Duration(campaign.GroupSeconds) * time.Second)
	opened, err := s.store.Guard(ctx, "UPDATE group_buys SET state = 'OPEN', paid = 1, expires_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'PENDING'",
		expires, now, seat.GroupID)
	if err != nil {
		return fmt.Errorf("open %s: %w", seat.GroupID, err)
	}
	if !opened {
		return lost("open", seat.GroupID)
	}
	if err := s.moveSeat(ctx, seat, SeatHeld, SeatPaid, now); err != nil {
		return err
	}
	if err := s.deadlines.Set(ctx, ExpireDeadline, seat.GroupID, expires, now); err != nil {
		return err
	}
	s.signal(ctx, seat.GroupID)
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, seat.GroupID)
	if err != nil {
		return fmt.Errorf("group %s: %w", seat.GroupID, err)
	}
	return s.outbox.Emit(ctx, group.ID, group.Ver, fact.GroupBuyOpened{
		GroupID: seat.GroupID, CampaignID: seat.CampaignID, ProductID: campaign.ProductID, LeaderID: seat.ShopperID, ExpiresAt: expires, At: now,
	}, now)
}

// maybeComplete completes a group whose last seat was just paid for.
func (s *Service) maybeComplete(ctx context.Context, seat *db.GroupSeat, now time.Time) (order.Verdict, error) {
	full, err := s.store.Guard(ctx, `UPDATE group_buys SET state = 'COMPLETED', completed_by = 'MEMBERS', rung_reached = CASE WHEN capacity > size THEN capacity ELSE 0 END,
		ended_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN' AND paid = capacity`, now, now, seat.GroupID)
	if err != nil {
		return order.Verdict{}, fmt.Errorf("complete %s: %w", seat.GroupID, err)
	}
	if !full {
		group, err := s.store.Client(ctx).GroupBuy.Get(ctx, seat.GroupID)
		if err != nil {
			return order.Verdict{}, fmt.Errorf("group %s: %w", seat.GroupID, err)
		}
		return waiting, s.outbox.Emit(ctx, group.ID, group.Ver, fact.GroupBuyJoined{
			GroupID: group.ID, CampaignID: group.CampaignID, ProductID: group.ProductID, ShopperID: seat.ShopperID,
			Paid: group.Paid, SeatsLeft: group.SeatsLeft, At: now,
		}, now)
	}
	if err := s.deadlines.Cancel(ctx, ExpireDeadline, seat.GroupID); err != nil {
		return order.Verdict{}, err
	}
	if err := s.completed(ctx, seat.GroupID, seat.OrderID, now); err != nil {
		return order.Verdict{}, err
	}
	return s.verdictOf(ctx, seat.OrderID)
}

// paidLate is a payment whose group has ended.
func (s *Service) paidLate(ctx context.Context, seat *db.GroupSeat, p order.Placing) (order.Verdict, error) {
	confirmed, err := s.store.Guard(ctx, "UPDATE group_buys SET units_held = units_held - ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'COMPLETED' AND units_held >= ?",
		seat.Quantity, p.Now, seat.GroupID, seat.Quantity)
	if err != nil {
		return order.Verdict{}, fmt.Errorf("confirm a seat of %s: %w", seat.GroupID, err)
	}
	if confirmed {
		s.signal(ctx, seat.GroupID)
	} else if err := s.bump(ctx, seat.GroupID, false, p.Now); err != nil {
		return order.Verdict{}, err
	}
	switch {
	case confirmed:
		if err := s.moveSeat(ctx, seat, SeatHeld, SeatConfirmed, p.Now); err != nil {
			return order.Verdict{}, err
		}
		if err := s.quota(ctx, seat.CampaignID, 0, -seat.Quantity, seat.Quantity, p.Now); err != nil {
			return order.Verdict{}, err
		}
		return s.verdictOf(ctx, seat.OrderID)
	case seat.IfLost == reopenIfLost && p.MayReopen:
		return waiting, s.reopen(ctx, seat, p)
	default:
		return order.Verdict{State: order.Refunding}, s.moveSeat(ctx, seat, SeatHeld, SeatRefundPending, p.Now)
	}
}

// reopen lets the payer of a lost seat lead a new group, open at once, at the price paid and without reward.
func (s *Service) reopen(ctx context.Context, seat *db.GroupSeat, p order.Placing) error {
	if err := s.moveSeat(ctx, seat, SeatHeld, SeatReleased, p.Now); err != nil {
		return err
	}
	campaign, err := s.store.Client(ctx).GroupCampaign.Get(ctx, seat.CampaignID)
	if err != nil {
		return fmt.Errorf("campaign %s: %w", seat.CampaignID, err)
	}
	onSale, err := s.catalog.ForSale(ctx, []string{seat.SkuID})
	if err != nil {
		return err
	}
	if !onSale[seat.SkuID].Visible { // nobody could join
		return catalog.ErrNotOnSale.At("checkout", "groupBuy", "skuId")
	}
	err = s.open(ctx, campaign, newSeat{
		campaignID: seat.CampaignID, shopperID: p.ShopperID, orderID: p.OrderID, skuID: seat.SkuID, quantity: seat.Quantity, ifLost: seat.IfLost, holdUntil: p.PayBy,
	}, false, p.Now)
	if err != nil {
		return err
	}
	fresh, err := s.seatOf(ctx, p.OrderID)
	if err != nil {
		return err
	}
	return s.leaderPaid(ctx, fresh, p.Now)
}

// bump tells a group's watchers of a change that leaves its row: of a seat's state, or of its refund. It comes before the seat, as every write of a group.
// leaderless: the leader has taken the money back.
func (s *Service) bump(ctx context.Context, groupID string, leaderless bool, now time.Time) error {
	s.signal(ctx, groupID)
	query := "UPDATE group_buys SET updated_at = ?, ver = ver + 1"
	if leaderless {
		query += ", leader_id = NULL"
	}
	if _, err := s.store.Guard(ctx, query+" WHERE id = ?", now, groupID); err != nil {
		return fmt.Errorf("bump %s: %w", groupID, err)
	}
	return nil
}

// moveSeat is the one way in which a single seat's state changes. Its order's row is written before it in the same transaction, so the guard never loses.
func (s *Service) moveSeat(ctx context.Context, seat *db.GroupSeat, from, to SeatState, now time.Time) error {
	query := "UPDATE group_seats SET state = ?, updated_at = ?, ver = ver + 1"
	args := []any{string(to), now}
	if from == SeatHeld && to != SeatReleased { // paid, whatever it meant
		query, args = query+", paid_at = ?", append(args, now)
	}
	if to != SeatPaid {
		query += ", live_key = NULL"
	}
	switch to {
	case SeatReleased:
		query += ", order_key = NULL"
	case SeatConfirmed:
		query += ", units_sold = quantity"
	}
	if from == SeatPaid || to == SeatRefundPending { // the person leaves, or comes too late to have been a member; what a group's end does to its seats is done at once
		query, args = query+", left_at = ?", append(args, now)
	}
	moved, err := s.store.Guard(ctx, query+" WHERE id = ? AND state = ?", append(args, seat.ID, string(from))...)
	if err != nil {
		return fmt.Errorf("move seat %s to %s: %w", seat.ID, to, err)
	}
	if !moved {
		return lost("move to "+string(to), seat.ID)
	}
	return nil
}

// quota moves units of a campaign between what is left, held and sold; the three sum to zero.
func (s *Service) quota(ctx context.Context, campaignID string, left, held, sold int64, now time.Time) error {
	if left == 0 && held == 0 && sold == 0 {
		return nil
	}
	ok, err := s.store.Guard(ctx, `UPDATE group_campaigns SET units_left = units_left + ?, units_held = units_held + ?, units_sold = units_sold + ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND units_held + ? >= 0 AND units_sold + ? >= 0`, left, held, sold, now, campaignID, held, sold)
	if err != nil {
		return fmt.Errorf("quota of %s: %w", campaignID, err)
	}
	if !ok {
		return lost("move the quota of", campaignID)
	}
	s.unitsMoved(ctx, campaignID, left)
	return nil
}

// Verdict implements order.Activity.
func (s *Service) Verdict(ctx context.Context, p order.Placing) (order.Verdict, error) {
	return s.verdictOf(ctx, p.OrderID)
}

// verdictOf says where its seat leaves an order.
func (s *Service) verdictOf(ctx context.Context, orderID string) (order.Verdict, error) {
	seat, err := s.seatOf(ctx, orderID)
	if err != nil {
		return order.Verdict{}, err
	}
	switch SeatState(seat.State) {
	case SeatPaid:
		return waiting, nil
	case SeatConfirmed:
		return s.confirmed(ctx, seat)
	case SeatRefundPending, SeatRefundFailed, SeatRefunded:
		return order.Verdict{State: order.Refunding}, nil
	}
	return order.Verdict{}, lost("judge", seat.ID)
}

// confirmed is the verdict of a confirmed seat: the rung's price, and the leader's reward when members completed the group.
func (s *Service) confirmed(ctx context.Context, seat *db.GroupSeat) (order.Verdict, error) {
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, seat.GroupID)
	if err != nil {
		return order.Verdict{}, fmt.Errorf("group %s: %w", seat.GroupID, err)
	}
	v := order.Verdict{State: order.Paid}
	if seat.Leader && group.Rewarded && group.LeaderID != nil && group.CompletedBy == string(ByMembers) {
		campaign, err := s.store.Client(ctx).GroupCampaign.Get(ctx, seat.CampaignID)
		if err != nil {
			return order.Verdict{}, fmt.Errorf("campaign %s: %w", seat.CampaignID, err)
		}
		switch RewardKind(campaign.Reward) {
		case FreeOrder:
			v.Free = true
		case Points:
			v.Points = campaign.RewardAmount
		}
	}
	if group.RungReached <= group.Size {
		return v, nil
	}
	offer, err := s.store.Client(ctx).GroupOffer.Query().Where(groupoffer.CampaignID(seat.CampaignID), groupoffer.SkuID(seat.SkuID)).Only(ctx)
	if err != nil {
		return order.Verdict{}, fmt.Errorf("offer of %s: %w", seat.CampaignID, err)
	}
	for _, rung := range offer.Rungs {
		if rung.Size == group.RungReached {
			v.Prices = []int64{rung.Price}
		}
	}
	return v, nil
}

package groupbuy

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/order"
)

// Release implements order.Activity: an unpaid order's seat is given back. A group whose leader never paid ends with it.
func (s *Service) Release(ctx context.Context, p order.Placing) error {
	seat, err := s.seatOf(ctx, p.OrderID)
	if err != nil {
		return err
	}
	if seat.Leader {
		return s.abandon(ctx, seat, p.Now)
	}
	more := seat.Quantity - 1
	back, err := s.store.Guard(ctx, "UPDATE group_buys SET seats_left = seats_left + 1, units_held = units_held - ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN'",
		more, p.Now, seat.GroupID)
	if err != nil {
		return fmt.Errorf("give a seat of %s back: %w", seat.GroupID, err)
	}
	kept := false
	if !back { // a completed group has kept its units for it; the others have nothing more
		kept, err = s.store.Guard(ctx, "UPDATE group_buys SET units_held = units_held - ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'COMPLETED' AND units_held >= ?",
			seat.Quantity, p.Now, seat.GroupID, seat.Quantity)
		if err != nil {
			return fmt.Errorf("give a seat of %s back: %w", seat.GroupID, err)
		}
	}
	if back || kept {
		s.signal(ctx, seat.GroupID)
	} else if err := s.bump(ctx, seat.GroupID, false, p.Now); err != nil {
		return err
	}
	if err := s.moveSeat(ctx, seat, SeatHeld, SeatReleased, p.Now); err != nil {
		return err
	}
	switch {
	case back:
		if err := s.quota(ctx, seat.CampaignID, more, -more, 0, p.Now); err != nil {
			return err
		}
		return s.cancelEmpty(ctx, seat.GroupID, p.Now)
	case kept:
		return s.quota(ctx, seat.CampaignID, seat.Quantity, -seat.Quantity, 0, p.Now)
	}
	return nil
}

// abandon ends a group whose leader has not paid.
func (s *Service) abandon(ctx context.Context, seat *db.GroupSeat, now time.Time) error {
	ended, err := s.store.Guard(ctx, "UPDATE group_buys SET state = 'CANCELLED', ended_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'PENDING'", now, now, seat.GroupID)
	if err != nil {
		return fmt.Errorf("cancel %s: %w", seat.GroupID, err)
	}
	if !ended {
		return lost("cancel", seat.GroupID)
	}
	if err := s.moveSeat(ctx, seat, SeatHeld, SeatReleased, now); err != nil {
		return err
	}
	return s.failed(ctx, seat.GroupID, now, cancelledAt(now))
}

// cancelEmpty ends an open group in which nobody has a seat any more: its leader has left before.
func (s *Service) cancelEmpty(ctx context.Context, groupID string, now time.Time) error {
	ended, err := s.store.Guard(ctx, "UPDATE group_buys SET state = 'CANCELLED', ended_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN' AND seats_left = capacity",
		now, now, groupID)
	if err != nil {
		return fmt.Errorf("cancel %s: %w", groupID, err)
	}
	if !ended {
		return nil
	}
	if err := s.deadlines.Cancel(ctx, ExpireDeadline, groupID); err != nil {
		return err
	}
	return s.failed(ctx, groupID, now, cancelledAt(now))
}

func cancelledAt(now time.Time) func(*db.GroupBuy) any {
	return func(g *db.GroupBuy) any {
		return fact.GroupBuyCancelled{GroupID: g.ID, CampaignID: g.CampaignID, ProductID: g.ProductID, At: now}
	}
}

// Leave implements order.Activity: a paid seat is given up while its group is open. Its rival is the group's completion: one guarded update of the row wins.
func (s *Service) Leave(ctx context.Context, p order.Placing) (bool, error) {
	seat, err := s.seatOf(ctx, p.OrderID)
	if err != nil {
		return false, err
	}
	more := seat.Quantity - 1
	query := "UPDATE group_buys SET seats_left = seats_left + 1, paid = paid - 1, units_held = units_held - ?, updated_at = ?, ver = ver + 1"
	if seat.Leader {
		query += ", leader_id = NULL"
	}
	left, err := s.store.Guard(ctx, query+" WHERE id = ? AND state = 'OPEN'", more, p.Now, seat.GroupID)
	if err != nil {
		return false, fmt.Errorf("leave %s: %w", seat.GroupID, err)
	}
	if !left {
		return false, nil
	}
	if err := s.moveSeat(ctx, seat, SeatPaid, SeatRefundPending, p.Now); err != nil {
		return false, err
	}
	if err := s.quota(ctx, seat.CampaignID, more, -more, 0, p.Now); err != nil {
		return false, err
	}
	s.signal(ctx, seat.GroupID)
	return true, s.cancelEmpty(ctx, seat.GroupID, p.Now)
}

// Refund implements order.Activity: units of a confirmed seat return to the campaign's quota. A leader who takes all the money back leads no more.
func (s *Service) Refund(ctx context.Context, p order.Placing, units int64, whole bool) error {
	seat, err := s.seatOf(ctx, p.OrderID)
	if err != nil {
		return err
	}
	if err := s.bump(ctx, seat.GroupID, whole && seat.Leader, p.Now); err != nil {
		return err
	}
	query := "UPDATE group_seats SET units_sold = units_sold - ?, updated_at = ?, ver = ver + 1"
	if whole {
		query += ", state = 'REFUND_PENDING'"
	}
	ok, err := s.store.Guard(ctx, query+" WHERE id = ? AND state = 'CONFIRMED' AND units_sold >= ?", units, p.Now, seat.ID, units)
	if err != nil {
		return fmt.Errorf("take back %d units of seat %s: %w", units, seat.ID, err)
	}
	if !ok {
		return lost("take back units of", seat.ID)
	}
	return s.quota(ctx, seat.CampaignID, units, 0, -units, p.Now)
}

// RefundMoved implements order.Activity: the seat says how its refund gets on. The group's version rises, so that its watchers see it.
func (s *Service) RefundMoved(ctx context.Context, orderID string, to order.RefundState) error {
	seat, err := s.seatOf(ctx, orderID)
	if err != nil {
		return err
	}
	state, now := SeatRefundPending, s.clock()
	switch to {
	case order.RefundFailed:
		state = SeatRefundFailed
	case order.RefundSettled:
		state = SeatRefunded
	}
	if err := s.bump(ctx, seat.GroupID, false, now); err != nil {
		return err
	}
	ok, err := s.store.Guard(ctx, "UPDATE group_seats SET state = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state IN ('REFUND_PENDING', 'REFUND_FAILED')", string(state), now, seat.ID)
	if err == nil && !ok {
		err = lost("refund", seat.ID)
	}
	return err
}

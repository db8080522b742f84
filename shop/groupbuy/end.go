package groupbuy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupoffer"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/fact"
)

// Expire is the end of an open group's time: it completes at the highest rung that its payers reach, or expires. The last payment is its rival: one guarded
// update of the group's row wins.
func (s *Service) Expire(ctx context.Context, t *deadline.Task) error {
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, t.Ref)
	if err != nil {
		return fmt.Errorf("group %s: %w", t.Ref, err)
	}
	sizes, err := s.rungSizes(ctx, group)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error { return s.expire(ctx, t, sizes, s.clock()) })
}

// expire is one guarded update that decides either way: two would leave a moment between them, in which a payment makes both lose.
func (s *Service) expire(ctx context.Context, t *deadline.Task, sizes []int, now time.Time) error {
	groupID := t.Ref
	reached, args := rungOf(sizes)
	done, err := s.store.Guard(ctx, `UPDATE group_buys SET state = CASE WHEN paid >= size THEN 'COMPLETED' ELSE 'EXPIRED' END,
		completed_by = CASE WHEN paid >= size THEN 'MEMBERS' ELSE NULL END, rung_reached = CASE WHEN paid >= size THEN `+reached+` ELSE 0 END,
		ended_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN' AND expires_at <= ?`, append(args, now, now, groupID, now)...)
	if err != nil {
		return fmt.Errorf("expire %s: %w", groupID, err)
	}
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, groupID)
	if err != nil {
		return fmt.Errorf("group %s: %w", groupID, err)
	}
	switch {
	case !done && State(group.State) == Open: // by this process's clock its time is not up
		return t.Again(ctx, *group.ExpiresAt)
	case done && State(group.State) == Completed:
		err = s.completed(ctx, groupID, "", now)
	case done:
		err = s.failed(ctx, groupID, now, func(g *db.GroupBuy) any {
			return fact.GroupBuyExpired{GroupID: g.ID, CampaignID: g.CampaignID, ProductID: g.ProductID, Paid: g.Paid, At: now}
		})
	}
	if err != nil {
		return err
	}
	return t.Done(ctx)
}

// rungSizes are the sizes of a group's rungs, rising, its own size first; none without rungs.
func (s *Service) rungSizes(ctx context.Context, group *db.GroupBuy) ([]int, error) {
	if group.Capacity == group.Size {
		return nil, nil
	}
	offer, err := s.store.Client(ctx).GroupOffer.Query().Where(groupoffer.CampaignID(group.CampaignID)).First(ctx) // all have the same sizes
	if err != nil {
		return nil, fmt.Errorf("rungs of %s: %w", group.CampaignID, err)
	}
	sizes := []int{group.Size}
	for _, rung := range offer.Rungs {
		sizes = append(sizes, rung.Size)
	}
	return sizes, nil
}

// rungOf is an SQL expression for the highest of sizes that a group's payers reach, the lowest when they reach none.
func rungOf(sizes []int) (string, []any) {
	if len(sizes) == 0 {
		return "0", nil
	}
	var args []any
	for i := len(sizes) - 1; i > 0; i-- {
		args = append(args, sizes[i], sizes[i])
	}
	return "CASE" + strings.Repeat(" WHEN paid >= ? THEN ?", len(sizes)-1) + " ELSE size END", args
}

// Complete ends an open group in its members' favour although seats are empty, if its campaign allows it. Held seats confirm when they are paid for. Doing it
// again changes nothing.
//
// Errors: fault.Missing, ErrMayNotComplete, ErrGroupClosed (ended without completing, or nobody has paid).
func (s *Service) Complete(ctx context.Context, groupID string) (*Group, error) {
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, groupID)
	if db.IsNotFound(err) || err == nil && group.ExpiresAt == nil { // never opened: its leader's alone
		return nil, fault.Missing.At("input", "groupBuyId")
	}
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", groupID, err)
	}
	campaign, err := s.store.Client(ctx).GroupCampaign.Get(ctx, group.CampaignID)
	if err != nil {
		return nil, fmt.Errorf("campaign %s: %w", group.CampaignID, err)
	}
	if !campaign.MerchantMayComplete {
		return nil, ErrMayNotComplete.At("input", "groupBuyId")
	}
	sizes, err := s.rungSizes(ctx, group)
	if err != nil {
		return nil, err
	}
	if err := s.store.InTx(ctx, func(ctx context.Context) error { return s.complete(ctx, groupID, sizes) }); err != nil {
		return nil, err
	}
	return s.Group(ctx, "", groupID)
}

func (s *Service) complete(ctx context.Context, groupID string, sizes []int) error {
	now := s.clock()
	reached, args := rungOf(sizes)
	args = append(append([]any{}, args...), now, now, groupID)
	done, err := s.store.Guard(ctx, "UPDATE group_buys SET state = 'COMPLETED', completed_by = 'MERCHANT', rung_reached = "+reached+
		", ended_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN' AND paid > 0", args...)
	if err != nil {
		return fmt.Errorf("complete %s: %w", groupID, err)
	}
	if done {
		if err := s.deadlines.Cancel(ctx, ExpireDeadline, groupID); err != nil {
			return err
		}
		return s.completed(ctx, groupID, "", now)
	}
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, groupID)
	if err != nil {
		return fmt.Errorf("group %s: %w", groupID, err)
	}
	if State(group.State) == Completed { // also by its members, a moment before
		return nil
	}
	return ErrGroupClosed.At("input", "groupBuyId")
}

// completed is what follows when a group has become COMPLETED, in the same transaction: paid seats are confirmed, what is neither paid for nor held leaves the
// group, and each member's order follows by itself, but for the one that is being paid.
func (s *Service) completed(ctx context.Context, groupID, payingOrder string, now time.Time) error {
	group, seats, err := s.ended(ctx, groupID)
	if err != nil {
		return err
	}
	var orders []string
	var sold, held int64
	people := 0
	for _, seat := range seats {
		if SeatState(seat.State) == SeatHeld {
			held += seat.Quantity
			continue
		}
		sold += seat.Quantity
		people++
		if seat.OrderID != payingOrder {
			orders = append(orders, seat.OrderID)
		}
	}
	_, err = s.store.Exec(ctx, "UPDATE group_seats SET state = 'CONFIRMED', live_key = NULL, units_sold = quantity, updated_at = ?, ver = ver + 1 WHERE group_id = ? AND state = 'PAID'", now, groupID)
	if err != nil {
		return fmt.Errorf("confirm the seats of %s: %w", groupID, err)
	}
	if err := s.keep(ctx, group, held, now); err != nil {
		return err
	}
	if err := s.quota(ctx, group.CampaignID, group.UnitsHeld-held-sold, held-group.UnitsHeld, sold, now); err != nil {
		return err
	}
	if err := s.orders.FollowDecided(ctx, orders, now); err != nil {
		return err
	}
	s.signal(ctx, groupID)
	return s.outbox.Emit(ctx, groupID, group.Ver+1, fact.GroupBuyCompleted{
		GroupID: groupID, CampaignID: group.CampaignID, ProductID: group.ProductID, By: group.CompletedBy, People: people, Rung: group.RungReached, At: now,
	}, now)
}

// failed is what follows when a group has become EXPIRED or CANCELLED, in the same transaction: its paid seats' money goes back, seat by seat, and its units
// return to the campaign. Held seats end with their orders.
func (s *Service) failed(ctx context.Context, groupID string, now time.Time, told func(*db.GroupBuy) any) error {
	group, seats, err := s.ended(ctx, groupID)
	if err != nil {
		return err
	}
	var orders []string
	for _, seat := range seats {
		if SeatState(seat.State) == SeatPaid {
			orders = append(orders, seat.OrderID)
		}
	}
	_, err = s.store.Exec(ctx, "UPDATE group_seats SET state = 'REFUND_PENDING', live_key = NULL, updated_at = ?, ver = ver + 1 WHERE group_id = ? AND state = 'PAID'", now, groupID)
	if err != nil {
		return fmt.Errorf("refund the seats of %s: %w", groupID, err)
	}
	if err := s.keep(ctx, group, 0, now); err != nil {
		return err
	}
	if err := s.quota(ctx, group.CampaignID, group.UnitsHeld, -group.UnitsHeld, 0, now); err != nil {
		return err
	}
	if err := s.orders.FollowDecided(ctx, orders, now); err != nil {
		return err
	}
	s.signal(ctx, groupID)
	return s.outbox.Emit(ctx, groupID, group.Ver+1, told(group), now)
}

// ended reads a group that this transaction has just ended, with the seats that were live; its row's lock keeps them as they are.
func (s *Service) ended(ctx context.Context, groupID string) (*db.GroupBuy, []*db.GroupSeat, error) {
	group, err := s.store.Client(ctx).GroupBuy.Get(ctx, groupID)
	if err != nil {
		return nil, nil, fmt.Errorf("group %s: %w", groupID, err)
	}
	seats, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.GroupID(groupID), groupseat.StateIn(groupseat.StateHELD, groupseat.StatePAID)).
		Order(groupseat.ByID()).All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("seats of %s: %w", groupID, err)
	}
	return group, seats, nil
}

// keep notes how many units an ended group still keeps of its campaign's quota.
func (s *Service) keep(ctx context.Context, group *db.GroupBuy, units int64, now time.Time) error {
	ok, err := s.store.Guard(ctx, "UPDATE group_buys SET units_held = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND ver = ?", units, now, group.ID, group.Ver)
	if err == nil && !ok {
		err = lost("keep the units of", group.ID)
	}
	return err
}

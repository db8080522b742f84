package order

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/points"
)

// pointsOwner is who orders are to the points ledger.
const pointsOwner = "order"

// What a statement says of an order's points; rows keep the Chinese, readers get PointsWords.
const (
	setAside     = "订单占用"
	spentOn      = "订单抵扣"
	notOrdered   = "订单未成立，积分退回"
	takenBackFor = "订单退款，积分退回"
	lowerRung    = "达到更低阶梯价，积分退回"
	leaderIsFree = "团长免单，积分退回"
	earnedBy     = "购物积分"
	unearnedBy   = "订单退款，扣回购物积分"
	ledGroup     = "团长奖励"
	ledNoMore    = "订单退款，扣回团长奖励"
)

// PointsWords are the words of orders in a statement of points, by what is kept.
var PointsWords = map[string]fault.Text{
	setAside:     {En: "Set aside for an order", Zh: setAside},
	spentOn:      {En: "Paid for an order", Zh: spentOn},
	notOrdered:   {En: "The order does not stand; its points are back", Zh: notOrdered},
	takenBackFor: {En: "Refund of an order", Zh: takenBackFor},
	lowerRung:    {En: "A lower price was reached; the difference is back", Zh: lowerRung},
	leaderIsFree: {En: "The leader's order is free", Zh: leaderIsFree},
	earnedBy:     {En: "Earned by an order", Zh: earnedBy},
	unearnedBy:   {En: "An order that earned was refunded", Zh: unearnedBy},
	ledGroup:     {En: "Leader's reward", Zh: ledGroup},
	ledNoMore:    {En: "The leader's order was refunded", Zh: ledNoMore},
}

// holdPoints sets aside what an order costs in points; they have no timer of their own.
func (s *Service) holdPoints(ctx context.Context, row *db.Order, n int64) error {
	if n == 0 {
		return nil
	}
	_, err := s.points.Hold(ctx, points.HoldRequest{
		ShopperID: row.ShopperID, Channel: row.Channel, Points: n, Owner: pointsOwner, Reason: setAside, Reference: row.Number, OrderID: row.ID,
	})
	if refusal := fault.Of(err); refusal != nil && refusal.Is(points.ErrInsufficientPoints) {
		return refusal.At("checkout", "usePoints")
	}
	return err
}

// liveHold is what an order has set aside, nil when it has nothing.
func (s *Service) liveHold(ctx context.Context, row *db.Order) (*points.Hold, error) {
	if s.points == nil || !cameDown(row) {
		return nil, nil
	}
	h, err := s.points.HoldOfOrder(ctx, row.ID)
	if err != nil || h == nil || h.State != points.HoldLive {
		return nil, err
	}
	return h, nil
}

// capturePoints spends what an order that stands has set aside.
func (s *Service) capturePoints(ctx context.Context, row *db.Order) error {
	h, err := s.liveHold(ctx, row)
	if err != nil || h == nil {
		return err
	}
	entry, err := s.points.Capture(ctx, points.Capturing{HoldID: h.ID, Owner: pointsOwner, Reason: spentOn})
	if err != nil {
		return fmt.Errorf("spend the points of %s: %w", row.ID, err)
	}
	row.SpendEntry = &entry.ID
	_, err = s.store.Exec(ctx, "UPDATE orders SET spend_entry = ? WHERE id = ?", entry.ID, row.ID)
	return wrap(err, "spend the points of %s", row.ID)
}

// releasePoints gives back what an order has set aside that does not stand; unfulfilled: through the shop's doing.
func (s *Service) releasePoints(ctx context.Context, row *db.Order, unfulfilled bool) error {
	h, err := s.liveHold(ctx, row)
	if err != nil || h == nil {
		return err
	}
	_, err = s.points.Release(ctx, points.Releasing{HoldID: h.ID, Owner: pointsOwner, Reason: notOrdered, Unfulfilled: unfulfilled})
	return wrap(err, "release the points of %s", row.ID)
}

// returnPoints gives back n of the points that an order has spent.
func (s *Service) returnPoints(ctx context.Context, row *db.Order, n int64, reason string, unfulfilled bool) error {
	if n == 0 {
		return nil
	}
	if row.SpendEntry == nil {
		return lost("find the points of", row.ID)
	}
	_, err := s.points.Reverse(ctx, points.Reversal{EntryID: *row.SpendEntry, Points: &n, Owner: pointsOwner, Reason: reason, Unfulfilled: unfulfilled})
	return wrap(err, "give back points of %s", row.ID)
}

// earnings is what lines earn of the money kept for them, rounded down by line.
func (s *Service) earnings(lines []*Line) (sum int64, err error) {
	for _, line := range lines {
		n, err := s.earnsOn(max(line.Total.Minor-line.Refunded.Minor, 0), line.EarnRate)
		if err != nil {
			return 0, fmt.Errorf("earnings of line %s: %w", line.ID, err)
		}
		sum += n
	}
	return sum, nil
}

// earn grants what an order has earned, in the transaction that completes it: once, since an order completes once.
func (s *Service) earn(ctx context.Context, row *db.Order) error {
	if s.points == nil {
		return nil
	}
	lines, err := s.lines(ctx, row.ID)
	if err != nil {
		return err
	}
	n, err := s.earnings(lines)
	if err != nil || n == 0 {
		return err
	}
	entry, err := s.points.Earn(ctx, points.Earning{
		ShopperID: row.ShopperID, Channel: row.Channel, Points: n, Owner: pointsOwner, Reason: earnedBy, Reference: row.Number, Owed: true,
	})
	if err != nil {
		return fmt.Errorf("earn by %s: %w", row.ID, err)
	}
	_, err = s.store.Exec(ctx, "UPDATE orders SET earn_entry = ?, earned = ? WHERE id = ?", entry.ID, n, row.ID)
	return wrap(err, "earn by %s", row.ID)
}

// reward grants what an activity promised for an order that has become a standing one: once, since it becomes that once.
func (s *Service) reward(ctx context.Context, row *db.Order, n int64) error {
	if s.points == nil || n == 0 {
		return nil
	}
	entry, err := s.points.Earn(ctx, points.Earning{
		ShopperID: row.ShopperID, Channel: row.Channel, Points: n, Owner: pointsOwner, Reason: ledGroup, Reference: row.Number, Owed: true,
	})
	if err != nil {
		return fmt.Errorf("reward %s: %w", row.ID, err)
	}
	_, err = s.store.Exec(ctx, "UPDATE orders SET reward_entry = ? WHERE id = ?", entry.ID, row.ID)
	return wrap(err, "reward %s", row.ID)
}

// unreward takes a reward back with the whole of its order.
func (s *Service) unreward(ctx context.Context, row *db.Order) error {
	if row.RewardEntry == nil {
		return nil
	}
	_, err := s.points.Reverse(ctx, points.Reversal{EntryID: *row.RewardEntry, Owner: pointsOwner, Reason: ledNoMore})
	return wrap(err, "take back the reward of %s", row.ID)
}

// unearn takes back what an order has earned by money that is kept no longer, in the transaction that gives it back.
func (s *Service) unearn(ctx context.Context, row *db.Order) error {
	if row.EarnEntry == nil {
		return nil
	}
	lines, err := s.lines(ctx, row.ID)
	if err != nil {
		return err
	}
	left, err := s.earnings(lines)
	if err != nil || left >= row.Earned {
		return err
	}
	n := row.Earned - left
	if _, err := s.points.Reverse(ctx, points.Reversal{EntryID: *row.EarnEntry, Points: &n, Owner: pointsOwner, Reason: unearnedBy}); err != nil {
		return fmt.Errorf("take back earnings of %s: %w", row.ID, err)
	}
	_, err = s.store.Exec(ctx, "UPDATE orders SET earned = ? WHERE id = ?", left, row.ID)
	return wrap(err, "take back earnings of %s", row.ID)
}

func pointsOf(lines []*Line) (sum int64) {
	for _, line := range lines {
		sum += line.Points
	}
	return sum
}

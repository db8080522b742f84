package order

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/orderadjustment"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/fact"
)

// less is what goes back of each line, by position, without taking anything back: money and points.
type less struct{ money, points []int64 }

// rebate gives back, beside the order, what its activity's verdict makes it cheaper: the difference to the prices in the end, money first and the rest as
// points; then, when it is free, all that is left. The order's state stays.
func (s *Service) rebate(ctx context.Context, row *db.Order, lines []*Line, v Verdict, now time.Time) error {
	if v.Prices != nil {
		off, err := s.cheaper(ctx, row.ID, lines, v.Prices)
		if err != nil {
			return err
		}
		if err := s.giveBeside(ctx, row, lines, RefundRung, off, 0, now); err != nil {
			return err
		}
		for i := range lines {
			lines[i].Rebated += off.money[i]
			lines[i].PointsRebated += off.points[i]
		}
	}
	if !v.Free {
		return nil
	}
	rest := less{make([]int64, len(lines)), make([]int64, len(lines))}
	for i, line := range lines {
		rest.money[i], rest.points[i] = line.Total.Minor-line.Rebated, line.Points-line.PointsRebated
	}
	return s.giveBeside(ctx, row, lines, RefundLeader, rest, row.Shipping, now)
}

// cheaper is what each line would cost less at the given unit prices: the pricing function run again with what else came off the order. Where the price in the
// end leaves less than the points took off, the points that are not needed go back.
func (s *Service) cheaper(ctx context.Context, orderID string, lines []*Line, prices []int64) (less, error) {
	steps, err := s.store.Client(ctx).OrderAdjustment.Query().Where(orderadjustment.OrderID(orderID)).Order(orderadjustment.ByPosition()).All(ctx)
	if err != nil {
		return less{}, fmt.Errorf("adjustments of %s: %w", orderID, err)
	}
	goods := make([]Goods, len(lines))
	for i, line := range lines {
		goods[i] = Goods{Quantity: int64(line.Quantity), Sale: line.UnitPrice.Minor, Activity: &prices[i]}
	}
	var deductions []Deduction
	var paid []int64
	for _, step := range steps {
		d := Deduction{Kind: AdjustmentKind(step.Kind), Amount: -step.Amount, Lines: positive(step.Shares)}
		switch d.Kind {
		case ByCoupon:
			if d.Amount, err = s.couponAgain(ctx, orderID, goods, deductions, d.Lines); err != nil {
				return less{}, err
			}
		case ByPoints:
			paid = step.Shares
		case ByLeaderReward:
		default:
			continue
		}
		deductions = append(deductions, d)
	}
	again, err := Price(goods, PricedActivity{}, deductions, Shipping{})
	if err != nil {
		return less{}, fmt.Errorf("price %s again: %w", orderID, err)
	}
	off := less{make([]int64, len(lines)), make([]int64, len(lines))}
	for i, line := range lines {
		off.money[i] = max(line.Total.Minor-again.Lines[i].Total, 0)
	}
	if paid == nil {
		return off, nil
	}
	needed := make([]int64, len(lines))
	for _, step := range again.Adjustments {
		if step.Kind == ByPoints {
			needed = step.Shares
		}
	}
	if total(needed) == total(paid) {
		return off, nil
	}
	cost, err := s.points.Cost(-total(needed))
	if err != nil {
		return less{}, fmt.Errorf("price %s again: %w", orderID, err)
	}
	spent := make([]int64, len(lines))
	for i, line := range lines {
		spent[i] = line.Points
	}
	off.points, err = money.Split(max(total(spent)-cost, 0), spent)
	return off, err
}

// couponAgain is what an order's coupon takes off lines of goods which cost less than they did, after the deductions before it: a percentage is of what they cost.
func (s *Service) couponAgain(ctx context.Context, orderID string, goods []Goods, before []Deduction, lines []int) (int64, error) {
	used, err := s.coupons.OfOrder(ctx, orderID)
	if err != nil {
		return 0, err
	}
	if used == nil {
		return 0, lost("find the coupon of", orderID)
	}
	p, err := Price(goods, PricedActivity{}, before, Shipping{})
	if err != nil {
		return 0, fmt.Errorf("price %s again: %w", orderID, err)
	}
	var spend int64
	for _, i := range lines {
		spend += p.Lines[i].Total
	}
	return used.Template.OffAgain(spend), nil
}

// positive are the lines that a step took something off.
func positive(shares []int64) []int {
	var at []int
	for i, share := range shares {
		if share != 0 {
			at = append(at, i)
		}
	}
	return at
}

// giveBeside gives parts of the lines, and more money that is of no line, back without taking any goods; nothing when they come to nothing.
func (s *Service) giveBeside(ctx context.Context, row *db.Order, lines []*Line, kind RefundKind, off less, more int64, now time.Time) error {
	n := newRefund{orderID: row.ID, kind: kind, state: RefundApproved, reason: refundWords[kind].Zh, now: now}
	if row.PaymentID != nil {
		n.paymentID, n.amount = *row.PaymentID, more
	}
	for i, line := range lines {
		if off.money[i] > 0 || off.points[i] > 0 {
			n.lines = append(n.lines, refundShare{lineID: line.ID, amount: off.money[i], points: off.points[i], beside: true})
			n.amount += off.money[i]
			n.points += off.points[i]
		}
	}
	if n.amount == 0 && n.points == 0 {
		return nil
	}
	refundID, err := s.insertRefund(ctx, n)
	if err != nil {
		return err
	}
	if err := s.reserveMoney(ctx, n.paymentID, refundID, n.amount, now); err != nil {
		return err
	}
	if err := s.takeShares(ctx, n.lines); err != nil {
		return err
	}
	if err := s.returnPoints(ctx, row, n.points, besideWords[kind], false); err != nil {
		return err
	}
	ver, err := s.bump(ctx, row.ID)
	if err != nil {
		return err
	}
	return s.outbox.Emit(ctx, row.ID, ver, fact.OrderReturned{OrderID: row.ID, ShopperID: row.ShopperID, RefundID: refundID, Amount: n.amount, At: now}, now)
}

// besideWords say in a statement of points why they came back.
var besideWords = map[RefundKind]string{RefundRung: lowerRung, RefundLeader: leaderIsFree}

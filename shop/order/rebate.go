package order

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/orderadjustment"
	"github.com/kaituan/kaituan/shop/fact"
)

// rebate gives back, beside the order, what its activity's verdict makes it cheaper: the difference to the prices in the end, then, when it is free, the rest.
// The order's state stays.
func (s *Service) rebate(ctx context.Context, row *db.Order, lines []*Line, v Verdict, now time.Time) error {
	if row.PaymentID == nil || v.Prices == nil && !v.Free {
		return nil
	}
	if v.Prices != nil {
		shares, err := s.cheaper(ctx, row.ID, lines, v.Prices)
		if err != nil {
			return err
		}
		if err := s.giveBeside(ctx, row, lines, RefundRung, refundWords[RefundRung].Zh, shares, 0, now); err != nil {
			return err
		}
		for i := range lines {
			lines[i].Rebated += shares[i]
		}
	}
	if !v.Free {
		return nil
	}
	rest := make([]int64, len(lines))
	for i, line := range lines {
		rest[i] = line.Total.Minor - line.Rebated
	}
	return s.giveBeside(ctx, row, lines, RefundLeader, refundWords[RefundLeader].Zh, rest, row.Shipping, now)
}

// cheaper is what each line would cost less at the given unit prices: the pricing function run again with what else came off the order.
func (s *Service) cheaper(ctx context.Context, orderID string, lines []*Line, prices []int64) ([]int64, error) {
	steps, err := s.store.Client(ctx).OrderAdjustment.Query().Where(orderadjustment.OrderID(orderID)).Order(orderadjustment.ByPosition()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("adjustments of %s: %w", orderID, err)
	}
	goods := make([]Goods, len(lines))
	for i, line := range lines {
		goods[i] = Goods{Quantity: int64(line.Quantity), Sale: line.UnitPrice.Minor, Activity: &prices[i]}
	}
	var deductions []Deduction
	for _, step := range steps {
		switch AdjustmentKind(step.Kind) {
		case ByCoupon, ByPoints, ByLeaderReward:
			deductions = append(deductions, Deduction{Kind: AdjustmentKind(step.Kind), Amount: -step.Amount, Lines: positive(step.Shares)})
		}
	}
	again, err := Price(goods, PricedActivity{}, deductions, Shipping{})
	if err != nil {
		return nil, fmt.Errorf("price %s again: %w", orderID, err)
	}
	shares := make([]int64, len(lines))
	for i, line := range lines {
		shares[i] = max(line.Total.Minor-again.Lines[i].Total, 0)
	}
	return shares, nil
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

// giveBeside gives shares of the lines, and more that is of no line, back without taking any goods; nothing when they come to nothing.
func (s *Service) giveBeside(ctx context.Context, row *db.Order, lines []*Line, kind RefundKind, reason string, shares []int64, more int64, now time.Time) error {
	n := newRefund{orderID: row.ID, paymentID: *row.PaymentID, kind: kind, state: RefundApproved, amount: more, reason: reason, now: now}
	for i, share := range shares {
		if share > 0 {
			n.lines = append(n.lines, refundShare{lineID: lines[i].ID, amount: share, beside: true})
			n.amount += share
		}
	}
	if n.amount == 0 {
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
	ver, err := s.bump(ctx, row.ID)
	if err != nil {
		return err
	}
	return s.outbox.Emit(ctx, row.ID, ver, fact.OrderReturned{OrderID: row.ID, ShopperID: row.ShopperID, RefundID: refundID, Amount: n.amount, At: now}, now)
}

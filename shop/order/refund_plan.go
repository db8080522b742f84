package order

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/fact"
)

// refundShare is what a refund gives back of one line: units, money, points.
type refundShare struct {
	lineID                   string
	quantity, amount, points int64
	// beside: it takes nothing back, and makes the line cheaper.
	beside bool
}

// refundPlan is what a request comes to.
type refundPlan struct {
	lines          []refundShare
	amount, points int64
	// whole: with it every unit of the order is back.
	whole bool
}

// planRefund works a request out against what is left of the order.
func (s *Service) planRefund(ctx context.Context, row *db.Order, in RefundInput) (refundPlan, error) {
	lines, err := s.lines(ctx, row.ID)
	if err != nil {
		return refundPlan{}, err
	}
	left := row.Total
	if row.PaymentID != nil {
		p, err := s.payments.Get(ctx, *row.PaymentID)
		if err != nil {
			return refundPlan{}, err
		}
		left = p.Left()
	}
	if in.Amount != nil {
		amount, err := money.Parse(string(*in.Amount), row.Currency)
		if err != nil || amount <= 0 {
			return refundPlan{}, fault.OutOfRange.At("input", "amount")
		}
		return planAmount(lines, amount, left)
	}
	return planLines(lines, in.Lines, left)
}

// planAmount gives money back and ends nothing. It is shared over what the lines still cost; what goes beyond that is of the shipping, and of no line.
func planAmount(lines []*Line, amount, left int64) (refundPlan, error) {
	if amount > left {
		return refundPlan{}, ErrRefundExceeds.At("input", "amount").WithAvailable(left)
	}
	weights := make([]int64, len(lines))
	var goods int64
	for i, line := range lines {
		weights[i] = line.Total.Minor - line.Refunded.Minor
		goods += weights[i]
	}
	shares, err := money.Split(min(amount, goods), weights)
	if err != nil {
		return refundPlan{}, fmt.Errorf("share %d over lines: %w", amount, err)
	}
	plan := refundPlan{amount: amount}
	for i, share := range shares {
		if share > 0 {
			plan.lines = append(plan.lines, refundShare{lineID: lines[i].ID, amount: share})
		}
	}
	return plan, nil
}

// proportion is the part of all that n of a line's units have, at most rest.
func proportion(rest, all, n int64, line *Line) (int64, error) {
	part, err := money.MulDiv(all, n, int64(line.Quantity))
	if err != nil {
		return 0, fmt.Errorf("refund of line %s: %w", line.ID, err)
	}
	return min(part, rest), nil
}

// planLines gives units back: each line's money and points in proportion, a line's last units what is left of it, and the order's last units all that is left of the
// payment, shipping included. asked nil means every unit.
func planLines(lines []*Line, asked []RefundLineInput, left int64) (refundPlan, error) {
	want, err := unitsAsked(lines, asked)
	if err != nil {
		return refundPlan{}, err
	}
	plan := refundPlan{whole: true}
	for i, line := range lines {
		n, remaining := int64(want[i]), int64(line.Quantity-line.Returned)
		if n < remaining {
			plan.whole = false
		}
		if n == 0 {
			continue
		}
		amount, points := max(line.Total.Minor-line.Refunded.Minor, 0), line.Points-line.PointsReturned
		if n < remaining {
			if amount, err = proportion(amount, line.Total.Minor-line.Rebated, n, line); err != nil {
				return refundPlan{}, err
			}
			if points, err = proportion(points, line.Points-line.PointsRebated, n, line); err != nil {
				return refundPlan{}, err
			}
		}
		amount = min(amount, left-plan.amount)
		plan.lines = append(plan.lines, refundShare{lineID: line.ID, quantity: n, amount: amount, points: points})
		plan.amount += amount
		plan.points += points
	}
	if plan.whole {
		plan.amount = left
	}
	return plan, nil
}

// unitsAsked is how many units of each line are asked back.
func unitsAsked(lines []*Line, asked []RefundLineInput) ([]int, error) {
	want := make([]int, len(lines))
	if asked == nil {
		total := 0
		for i, line := range lines {
			want[i] = line.Quantity - line.Returned
			total += want[i]
		}
		if total == 0 {
			return nil, ErrRefundExceeds.At("input", "orderId").WithAvailable(0)
		}
		return want, nil
	}
	if len(asked) == 0 {
		return nil, fault.Blank.At("input", "lines")
	}
	at := map[string]int{}
	for i, line := range lines {
		at[line.ID] = i
	}
	for n, a := range asked {
		i, ok := at[a.LineID]
		switch {
		case !ok:
			return nil, fault.Missing.At("input", "lines", position(n), "lineId")
		case a.Quantity < 1:
			return nil, fault.OutOfRange.At("input", "lines", position(n), "quantity")
		}
		want[i] += a.Quantity
		if left := lines[i].Quantity - lines[i].Returned; want[i] > left {
			return nil, ErrRefundExceeds.At("input", "lines", position(n), "quantity").WithAvailable(int64(left))
		}
	}
	return want, nil
}

// takenBack is what an approved refund takes back.
type takenBack struct {
	stock []catalog.Returned
	facts []fact.Line
	// of are the order's lines.
	of []*Line
}

// takeLines notes on the order's lines what an approved refund gives back; the guard keeps units within what was bought.
func (s *Service) takeLines(ctx context.Context, r *db.Refund, row *db.Order) (takenBack, error) {
	var taken takenBack
	shares, err := s.refundLines(ctx, r.ID)
	if err != nil {
		return taken, err
	}
	lines, err := s.lines(ctx, row.ID)
	if err != nil {
		return taken, err
	}
	taken.of = lines
	byID := map[string]*Line{}
	for _, line := range lines {
		byID[line.ID] = line
	}
	want := make([]refundShare, len(shares))
	for i, share := range shares {
		want[i] = refundShare{lineID: share.LineID, quantity: share.Quantity, amount: share.Amount, points: share.Points}
	}
	if err := s.takeShares(ctx, want); err != nil {
		return taken, err
	}
	for _, share := range shares {
		if share.Quantity == 0 {
			continue
		}
		line := byID[share.LineID]
		taken.stock = append(taken.stock, catalog.Returned{Units: catalog.Units{SkuID: line.SkuID, Quantity: share.Quantity}, Source: share.ID})
		taken.facts = append(taken.facts, fact.Line{ProductID: line.ProductID, SkuID: line.SkuID, Units: share.Quantity})
	}
	return taken, nil
}

// takeShares notes on lines what goes back of them; the guard keeps it within what was bought.
func (s *Service) takeShares(ctx context.Context, shares []refundShare) error {
	for _, share := range shares {
		var rebated, pointsRebated int64
		if share.beside {
			rebated, pointsRebated = share.amount, share.points
		}
		ok, err := s.store.Guard(ctx, `UPDATE order_lines SET returned = returned + ?, refunded = refunded + ?, rebated = rebated + ?, points_returned = points_returned + ?,
			points_rebated = points_rebated + ? WHERE id = ? AND returned + ? <= quantity AND refunded + ? <= total AND points_returned + ? <= points`,
			share.quantity, share.amount, rebated, share.points, pointsRebated, share.lineID, share.quantity, share.amount, share.points)
		if err != nil {
			return fmt.Errorf("take back line %s: %w", share.lineID, err)
		}
		if !ok {
			return ErrRefundExceeds.At("input", "refundId")
		}
	}
	return nil
}

package order

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/refund"
	"github.com/kaituan/kaituan/ent/db/refundline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/payment"
)

// DecideRefund approves or rejects a request. Approval is the transaction that moves stock and reserves the money; the money follows by itself. Deciding the
// same way again changes nothing.
//
// Errors: fault.Missing, ErrRefundState (decided the other way, or settled), ErrRefundExceeds (another refund took what was left), fault.TooLong (note).
func (s *Service) DecideRefund(ctx context.Context, refundID string, approve, restock bool, note string) error {
	if len([]rune(note)) > maxNote {
		return fault.TooLong.At("input", "note").WithAvailable(maxNote)
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		r, err := s.refundRow(ctx, refundID)
		if err != nil {
			return err
		}
		row, err := s.row(ctx, r.OrderID, "")
		if err != nil {
			return err
		}
		if err := s.touch(ctx, row.ShopperID); err != nil {
			return err
		}
		if approve {
			return s.approve(ctx, r, row, restock, note)
		}
		return s.reject(ctx, r, row, note)
	})
}

// Undecided reports whether a refund of an order is asked for, and neither approved nor rejected; one statement.
func (s *Service) Undecided(ctx context.Context, orderID string) (bool, error) {
	asked, err := s.store.Client(ctx).Refund.Query().Where(refund.OpenKey(orderID), refund.StateEQ(refund.StateREQUESTED)).Exist(ctx)
	return asked, wrap(err, "is a refund of %s undecided", orderID)
}

func (s *Service) refundRow(ctx context.Context, refundID string) (*db.Refund, error) {
	r, err := s.store.Client(ctx).Refund.Get(ctx, refundID)
	if db.IsNotFound(err) {
		return nil, fault.Missing.At("input", "refundId")
	}
	if err != nil {
		return nil, fmt.Errorf("refund %s: %w", refundID, err)
	}
	return r, nil
}

func (s *Service) reject(ctx context.Context, r *db.Refund, row *db.Order, note string) error {
	now := s.clock()
	done, err := s.store.Guard(ctx, "UPDATE refunds SET state = 'REJECTED', open_key = NULL, decision_note = ?, ver = ver + 1 WHERE id = ? AND state = 'REQUESTED'", note, r.ID)
	if err != nil {
		return wrap(err, "reject %s", r.ID)
	}
	if !done {
		return s.decided(ctx, r.ID, refund.StateREJECTED)
	}
	ver, err := s.resume(ctx, row)
	if err != nil {
		return err
	}
	return s.outbox.Emit(ctx, row.ID, ver, fact.RefundRejected{OrderID: row.ID, ShopperID: row.ShopperID, RefundID: r.ID, At: now}, now)
}

// decided is nil when the refund was decided so before. It reads after the guard has refused: what was read before it may be older than the decision.
func (s *Service) decided(ctx context.Context, refundID string, same ...refund.State) error {
	r, err := s.refundRow(ctx, refundID)
	if err != nil {
		return err
	}
	if slices.Contains(same, r.State) {
		return nil
	}
	return ErrRefundState.At("input", "refundId")
}

// resume takes an order back to where its refund found it.
func (s *Service) resume(ctx context.Context, row *db.Order) (int64, error) {
	back := State(row.ResumeState)
	ver, moved, err := s.move(ctx, row.ID, []State{Refunding}, back, "")
	if err != nil {
		return 0, err
	}
	if !moved {
		return 0, lost("resume", row.ID)
	}
	if back == Delivered {
		return ver, s.resumeClock(ctx, row.ID)
	}
	return ver, nil
}

func (s *Service) approve(ctx context.Context, r *db.Refund, row *db.Order, restock bool, note string) error {
	now := s.clock()
	unshipped := State(row.ResumeState) == Paid
	restock = restock || unshipped // what never left the shop can be sold again
	done, err := s.store.Guard(ctx,
		"UPDATE refunds SET state = 'APPROVED', restock = ?, decision_note = ?, approved_at = ?, ver = ver + 1 WHERE id = ? AND state = 'REQUESTED'", restock, note, now, r.ID)
	if err != nil {
		return wrap(err, "approve %s", r.ID)
	}
	if !done {
		return s.decided(ctx, r.ID, refund.StateAPPROVED, refund.StateSETTLED, refund.StateFAILED)
	}
	paymentID := ""
	if r.PaymentID != nil {
		paymentID = *r.PaymentID
	}
	if err := s.reserveMoney(ctx, paymentID, r.ID, r.Amount, now); errors.Is(err, payment.ErrExceeds) {
		return ErrRefundExceeds.At("input", "refundId")
	} else if err != nil {
		return err
	}
	ver, err := s.moneyBack(ctx, row.ID, r.Amount)
	if err != nil {
		return err
	}
	taken, err := s.takeLines(ctx, r, row)
	if err != nil {
		return err
	}
	if r.Whole {
		if err := s.returnCoupons(ctx, row); err != nil {
			return err
		}
	}
	if err := s.pointsBack(ctx, r, row, taken.of, unshipped); err != nil {
		return err
	}
	if activity := s.activityOf(row); activity != nil && len(taken.facts) > 0 {
		if err := activity.Refund(ctx, placingOf(row, taken.of, now), unitsTold(taken.facts), r.Whole); err != nil {
			return err
		}
	}
	if err := s.catalog.TakeBack(ctx, taken.stock, restock); err != nil {
		return err
	}
	return s.outbox.Emit(ctx, row.ID, ver, fact.OrderReturned{
		OrderID: row.ID, ShopperID: row.ShopperID, RefundID: r.ID, Lines: taken.facts, Amount: r.Amount,
		Whole: r.Whole, At: now,
	}, now)
}

// pointsBack gives back the points that an approved refund names, and takes back what the order has earned by the money, and whole a reward. Goods that were taken down before they
// were shipped are the shop's doing.
func (s *Service) pointsBack(ctx context.Context, r *db.Refund, row *db.Order, lines []*Line, unshipped bool) error {
	if r.Points > 0 {
		down := false
		if unshipped {
			ids := make([]string, len(lines))
			for i, line := range lines {
				ids[i] = line.SkuID
			}
			found, err := s.catalog.ForSale(ctx, ids)
			if err != nil {
				return err
			}
			down = slices.ContainsFunc(ids, func(skuID string) bool { return !found[skuID].Visible })
		}
		if err := s.returnPoints(ctx, row, r.Points, takenBackFor, down); err != nil {
			return err
		}
	}
	if r.Whole {
		if err := s.unreward(ctx, row); err != nil {
			return err
		}
	}
	return s.unearn(ctx, row)
}

func unitsTold(lines []fact.Line) (units int64) {
	for _, line := range lines {
		units += line.Units
	}
	return units
}

// moneyBack raises what an order has given back, open refunds included, and returns its version.
func (s *Service) moneyBack(ctx context.Context, orderID string, amount int64) (int64, error) {
	ok, err := s.store.Guard(ctx, "UPDATE orders SET refunded = refunded + ?, ver = ver + 1 WHERE id = ? AND refunded + ? <= total", amount, orderID, amount)
	if err != nil {
		return 0, fmt.Errorf("give %d of %s back: %w", amount, orderID, err)
	}
	if !ok {
		return 0, ErrRefundExceeds.At("input", "refundId")
	}
	return s.bump(ctx, orderID)
}

// refundLines are a refund's shares.
func (s *Service) refundLines(ctx context.Context, refundID string) ([]*db.RefundLine, error) {
	lines, err := s.store.Client(ctx).RefundLine.Query().Where(refundline.RefundID(refundID)).Order(refundline.ByLineID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("lines of refund %s: %w", refundID, err)
	}
	return lines, nil
}

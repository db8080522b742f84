package order

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/payment"
)

// Kinds of deadlines that this package sets; server/worker registers their handlers.
const (
	UnpaidDeadline   = "order.unpaid"   // ref: order. CloseUnpaid
	CompleteDeadline = "order.complete" // ref: order. CompleteDelivered
	FollowDeadline   = "order.follow"   // ref: order. Follow
	SettleDeadline   = "order.settle"   // ref: payment. Settle
	CloseDeadline    = "payment.close"  // ref: payment. ClosePayment
	RefundDeadline   = "refund.send"    // ref: refund. SendRefund
)

// Handlers are the handlers of deadlines that only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{UnpaidDeadline: s.CloseUnpaid, CompleteDeadline: s.CompleteDelivered, SettleDeadline: s.Settle, FollowDeadline: s.Follow}
}

// OutsideHandlers are the handlers of deadlines that wait for a payment provider.
func (s *Service) OutsideHandlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{CloseDeadline: s.ClosePayment, RefundDeadline: s.SendRefund}
}

// Who cancelled decides what a late capture does: after the clock's the order may come back, after the shopper's the money does.
const (
	byShopper = "shopper"
	byClock   = "clock"
)

// Cancel ends an unpaid order at its shopper's wish and gives back everything it held. Cancelling again changes nothing.
//
// Errors: fault.Missing, ErrState (paid: ask for a refund), fault.TooLong (reason).
func (s *Service) Cancel(ctx context.Context, shopperID, orderID, reason string) (*Order, error) {
	if len([]rune(reason)) > maxNote {
		return nil, fault.TooLong.At("input", "reason").WithAvailable(maxNote)
	}
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, shopperID); err != nil {
			return err
		}
		row, err := s.row(ctx, orderID, shopperID)
		if err != nil {
			return err
		}
		if State(row.State) == Cancelled {
			return nil
		}
		all, err := s.payments.OfOrder(ctx, orderID)
		if err != nil {
			return err
		}
		if captured(all) { // it is paid, though what follows from that may be under way yet
			return ErrState.At("input", "orderId")
		}
		if err := s.closePending(ctx, all, nil); err != nil { // before Expire hides them
			return err
		}
		cancelled, err := s.cancel(ctx, orderID, byShopper, reason)
		if err == nil && !cancelled {
			return ErrState.At("input", "orderId")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, orderID)
}

// cancel ends an unpaid order, in the transaction of ctx, and reports whether it was one.
func (s *Service) cancel(ctx context.Context, orderID, by, note string) (bool, error) {
	if err := s.payments.Expire(ctx, orderID); err != nil {
		return false, err
	}
	ver, moved, err := s.move(ctx, orderID, []State{PendingPayment}, Cancelled, note, column{"cancelled_by", by})
	if err != nil || !moved {
		return false, err
	}
	row, err := s.row(ctx, orderID, "")
	if err != nil {
		return false, err
	}
	now := s.clock()
	if err := s.returnCoupons(ctx, row); err != nil {
		return false, err
	}
	if err := s.releasePoints(ctx, row, false); err != nil {
		return false, err
	}
	if activity := s.activityOf(row); activity != nil {
		lines, err := s.lines(ctx, orderID)
		if err == nil {
			err = activity.Release(ctx, placingOf(row, lines, now))
		}
		if err != nil {
			return false, err
		}
	}
	if err := s.deadlines.Cancel(ctx, UnpaidDeadline, orderID); err != nil {
		return false, err
	}
	if err := s.catalog.Release(ctx, orderID); err != nil {
		return false, err
	}
	return true, s.outbox.Emit(ctx, orderID, ver, fact.OrderCancelled{OrderID: orderID, ShopperID: row.ShopperID, By: by, At: now}, now)
}

// CloseUnpaid ends an order whose time to pay has passed. Its payments are closed at their providers first: by deadlines of their own, since a provider may
// take its time, which bring this one forward. While a provider stays silent the order waits, five minutes at most.
func (s *Service) CloseUnpaid(ctx context.Context, t *deadline.Task) error {
	row, err := s.row(ctx, t.Ref, "")
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error { return s.endUnpaid(ctx, t, row.ShopperID) })
}

// endUnpaid is the transaction of CloseUnpaid.
func (s *Service) endUnpaid(ctx context.Context, t *deadline.Task, shopperID string) error {
	now := s.clock()
	if err := s.touch(ctx, shopperID); err != nil {
		return err
	}
	row, err := s.row(ctx, t.Ref, "")
	if err != nil {
		return err
	}
	if State(row.State) != PendingPayment {
		if err := t.Done(ctx); !errors.Is(err, deadline.ErrLeaseLost) { // lost: paying has ended the deadline with it
			return err
		}
		return nil
	}
	all, err := s.payments.OfOrder(ctx, row.ID)
	if err != nil {
		return err
	}
	if captured(all) { // Settle makes it stand
		return t.Again(ctx, now.Add(15*time.Second))
	}
	if err := s.closePending(ctx, all, nil); err != nil { // a provider that stays silent goes on being asked after the end: it may still take the money
		return err
	}
	open := slices.ContainsFunc(all, func(p *payment.Payment) bool { return p.State == payment.Pending })
	if anyway := row.PayBy.Add(cancelAnyway); open && now.Before(anyway) {
		return t.Again(ctx, anyway)
	}
	if err := t.Done(ctx); err != nil {
		return err
	}
	_, err = s.cancel(ctx, row.ID, byClock, "")
	return err
}

// closed brings the end of an unpaid order forward that waited for its payments to be closed, in the transaction that ends one of them.
func (s *Service) closed(ctx context.Context, orderID string) error {
	row, err := s.row(ctx, orderID, "")
	if err != nil {
		return err
	}
	now := s.clock()
	if State(row.State) != PendingPayment || now.Before(row.PayBy.Add(closeAfter)) { // ended, or another of its payments may still be paid
		return nil
	}
	return s.deadlines.Set(ctx, UnpaidDeadline, orderID, now, now)
}

// close makes one payment impossible, or handles it as paid.
func (s *Service) close(ctx context.Context, p *payment.Payment) error {
	paid, err := s.payments.Close(ctx, p)
	if err != nil || paid == nil {
		return err
	}
	provider, err := s.payments.Provider(p.Provider)
	if err != nil {
		return err
	}
	return s.onTrade(ctx, provider, paid)
}

// ClosePayment makes a payment impossible that its order no longer wants, and is tried until its provider has answered; "already paid" is handled as a notice.
func (s *Service) ClosePayment(ctx context.Context, t *deadline.Task) error {
	p, err := s.payments.Get(ctx, t.Ref)
	if err != nil {
		return fmt.Errorf("close %s: %w", t.Ref, err)
	}
	if p.Captured == 0 {
		if err := s.close(ctx, p); err != nil {
			return err
		}
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.touch(ctx, p.ShopperID); err != nil { // whatever moves its order meanwhile waits here, not crosswise
			return err
		}
		if err := s.payments.ExpireOne(ctx, p.ID); err != nil {
			return err
		}
		if err := s.closed(ctx, p.OrderID); err != nil {
			return err
		}
		return t.Done(ctx)
	})
}

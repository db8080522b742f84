package order

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/refund"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/payment"
)

// operatorAfter is when a refund that will not go through becomes an operator's task; it goes on being tried, hourly.
const operatorAfter = 3 * 24 * time.Hour

// SendRefund sends an approved refund's money back through its provider, until it has arrived. One that fails never blocks another.
func (s *Service) SendRefund(ctx context.Context, t *deadline.Task) error {
	r, err := s.refundRow(ctx, t.Ref)
	if err != nil {
		return err
	}
	if r.State != refund.StateAPPROVED && r.State != refund.StateFAILED {
		return s.store.InTx(ctx, t.Done)
	}
	if r.PaymentID == nil || r.Amount == 0 { // nothing was captured: the refund is a row that says so
		return s.finish(ctx, t, r)
	}
	result, err := s.payments.Refund(ctx, r.ID, r.Reason, t.Attempts > 0)
	switch {
	case err == nil && result.Outcome == payment.RefundSettled:
		return s.finish(ctx, t, r)
	case err == nil && result.Outcome == payment.RefundProcessing:
		return s.store.InTx(ctx, func(ctx context.Context) error {
			if err := s.markRefund(ctx, r, refund.StateFAILED, refund.StateAPPROVED); err != nil {
				return err
			}
			return t.Again(ctx, t.NextTry(s.clock(), 5*time.Second, operatorAfter))
		})
	case err == nil || errors.Is(err, payment.ErrRefused):
		if err == nil {
			err = payment.ErrRefused
		}
		return s.refusedRefund(ctx, t, r, err)
	default: // unknown: asked again by the same number
		return fmt.Errorf("send refund %s: %w", r.ID, err)
	}
}

func (s *Service) refusedRefund(ctx context.Context, t *deadline.Task, r *db.Refund, cause error) error {
	level := slog.LevelWarn
	if s.clock().Sub(t.Since) > operatorAfter {
		level = slog.LevelError
	}
	slog.Log(ctx, level, "the provider refused a refund; it is tried again", "refund", r.ID, "attempts", t.Attempts+1, "error", cause)
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.markRefund(ctx, r, refund.StateAPPROVED, refund.StateFAILED); err != nil {
			return err
		}
		return t.Failed(ctx, t.NextTry(s.clock(), 5*time.Second, operatorAfter), cause)
	})
}

// markRefund moves a refund between APPROVED and FAILED, and tells the order's watchers when it did.
func (s *Service) markRefund(ctx context.Context, r *db.Refund, from, to refund.State) error {
	moved, err := s.store.Guard(ctx, "UPDATE refunds SET state = ?, ver = ver + 1 WHERE id = ? AND state = ?", string(to), r.ID, string(from))
	if err != nil || !moved {
		return wrap(err, "mark refund %s", r.ID)
	}
	if _, err = s.bump(ctx, r.OrderID); err != nil {
		return err
	}
	return s.tellRefund(ctx, r, RefundState(to))
}

// tellRefund tells the order's activity how the refund of the whole order gets on.
func (s *Service) tellRefund(ctx context.Context, r *db.Refund, to RefundState) error {
	if !r.Whole {
		return nil
	}
	row, err := s.row(ctx, r.OrderID, "")
	if err != nil {
		return err
	}
	if activity := s.activityOf(row); activity != nil {
		return activity.RefundMoved(ctx, row.ID, to)
	}
	return nil
}

// finish ends the task with its effect.
func (s *Service) finish(ctx context.Context, t *deadline.Task, r *db.Refund) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.settleRefund(ctx, r); err != nil {
			return err
		}
		return t.Done(ctx)
	})
}

// settleRefund records that a refund's money has arrived, once, in the transaction of ctx. The whole order back: REFUNDED; else it goes on where it was.
func (s *Service) settleRefund(ctx context.Context, r *db.Refund) error {
	now := s.clock()
	row, err := s.row(ctx, r.OrderID, "")
	if err != nil {
		return err
	}
	if err := s.touch(ctx, row.ShopperID); err != nil {
		return err
	}
	first, err := s.store.Guard(ctx, "UPDATE refunds SET state = 'SETTLED', open_key = NULL, settled_at = ?, ver = ver + 1 WHERE id = ? AND state IN ('APPROVED', 'FAILED')", now, r.ID)
	if err != nil || !first {
		return wrap(err, "settle %s", r.ID)
	}
	if r.PaymentID != nil && r.Amount > 0 {
		if err := s.payments.Settle(ctx, *r.PaymentID, r.ID, r.Amount); err != nil {
			return err
		}
	}
	ver, err := s.afterSettling(ctx, r, row)
	if err != nil {
		return err
	}
	if err := s.tellRefund(ctx, r, RefundSettled); err != nil {
		return err
	}
	return s.outbox.Emit(ctx, row.ID, ver, fact.RefundSettled{OrderID: row.ID, ShopperID: row.ShopperID, RefundID: r.ID, Amount: r.Amount, Whole: r.Whole, At: now}, now)
}

func (s *Service) afterSettling(ctx context.Context, r *db.Refund, row *db.Order) (int64, error) {
	if r.Kind != refund.KindREQUESTED && r.Kind != refund.KindGROUP_ENDED {
		return s.bump(ctx, row.ID) // these run beside, and never change the order's state
	}
	if !r.Whole {
		return s.resume(ctx, row)
	}
	ver, moved, err := s.move(ctx, row.ID, []State{Refunding}, Refunded, "")
	if err == nil && !moved {
		err = lost("end", row.ID)
	}
	return ver, err
}

// onRefundResult is a provider's word about a refund: settled ones are recorded at once, the rest is what SendRefund asks for anyway.
func (s *Service) onRefundResult(ctx context.Context, provider payment.Provider, result *payment.RefundResult) error {
	refundID, err := s.payments.RefundSubject(ctx, provider.Code(), result.RefundNumber)
	if err != nil {
		return err
	}
	if refundID == "" {
		slog.ErrorContext(ctx, "a refund notice names no refund of ours", "provider", provider.Code(), "number", result.RefundNumber)
		return nil
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		r, err := s.refundRow(ctx, refundID)
		if err != nil {
			return err
		}
		now := s.clock()
		if result.Outcome != payment.RefundSettled || result.Amount != r.Amount {
			return s.deadlines.Set(ctx, RefundDeadline, refundID, now, now)
		}
		if err := s.settleRefund(ctx, r); err != nil {
			return err
		}
		return s.deadlines.Cancel(ctx, RefundDeadline, refundID)
	})
}

// Refund returns a refund, fault.Missing when there is none.
func (s *Service) Refund(ctx context.Context, refundID string) (*Refund, error) {
	r, err := s.refundRow(ctx, refundID)
	if err != nil {
		return nil, err
	}
	return s.refundOf(r), nil
}

func (s *Service) refundOf(r *db.Refund) *Refund {
	return &Refund{
		ID: r.ID, OrderID: r.OrderID, Kind: RefundKind(r.Kind), Amount: s.money(r.Amount), Points: r.Points, State: RefundState(r.State), Reason: r.Reason,
		RequestedAt: r.RequestedAt, SettledAt: r.SettledAt,
	}
}

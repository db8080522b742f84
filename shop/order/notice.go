package order

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/payment"
)

// errCannotRevive: what the order held is not to be had again; the transaction that tried rolls back, and the money goes back in another.
var errCannotRevive = errors.New("order: what it held cannot be had again")

// errElsewhere: the order is not in the state that it was to leave, and nothing was written.
var errElsewhere = errors.New("order: it is in another state")

// OnNotice is where a provider's word enters, verified. It never fails for a business reason: money that came in is recorded together with what it brings
// about; when that cannot be done, with a work row that is tried until it can. Duplicates and any order of arrival have one effect. An error means that
// nothing was recorded: the notice must come again.
func (s *Service) OnNotice(ctx context.Context, provider payment.Provider, n payment.Notice) error {
	switch {
	case n.Trade != nil:
		return s.onTrade(ctx, provider, n.Trade)
	case n.Refund != nil:
		return s.onRefundResult(ctx, provider, n.Refund)
	case n.Payout != nil && s.payouts != nil:
		return s.payouts.OnPayout(ctx, provider, n.Payout)
	}
	return nil
}

// Payouts is told what providers say of payouts, which are no order's; as OnNotice.
type Payouts interface {
	OnPayout(ctx context.Context, provider payment.Provider, result *payment.PayoutResult) error
}

// PayOut sets who is told of payouts; before the first notice.
func (s *Service) PayOut(p Payouts) { s.payouts = p }

func (s *Service) onTrade(ctx context.Context, provider payment.Provider, t *payment.Trade) error {
	p, err := s.payments.Match(ctx, provider, t)
	if err != nil || p == nil {
		return err
	}
	switch t.State {
	case payment.TradePaid:
		return s.onCapture(ctx, p, t)
	case payment.TradeFailed:
		return s.store.InTx(ctx, func(ctx context.Context) error {
			failed, err := s.payments.Fail(ctx, p)
			if err == nil && failed {
				_, err = s.bump(ctx, p.OrderID)
			}
			return err
		})
	}
	return nil
}

func (s *Service) onCapture(ctx context.Context, p *payment.Payment, t *payment.Trade) error {
	record := func(consequence func(ctx context.Context, p *payment.Payment) error) error {
		return s.store.InTx(ctx, func(ctx context.Context) error {
			if err := s.touch(ctx, p.ShopperID); err != nil {
				return err
			}
			current := *p // the transaction may run again
			first, err := s.payments.Capture(ctx, &current, t)
			if err != nil || !first {
				return err
			}
			return consequence(ctx, &current)
		})
	}
	err := record(s.reopening)
	if refused(err) { // a new seat for a lost one: what was tried is rolled back
		err = record(s.settleCapture)
	}
	if errors.Is(err, errCannotRevive) {
		err = record(s.refundLate)
	}
	if err == nil || errors.Is(err, fault.BusyRetry) {
		return err
	}
	slog.ErrorContext(ctx, "a capture's consequence failed; the money is recorded and the work goes on", "payment", p.ID, "order", p.OrderID, "error", err)
	return record(func(ctx context.Context, p *payment.Payment) error {
		now := s.clock()
		return s.deadlines.Set(ctx, SettleDeadline, p.ID, now.Add(time.Second), now)
	})
}

// reopening is settleCapture which may answer a lost seat with a new one. A refusal tells that there is none to be had.
func (s *Service) reopening(ctx context.Context, p *payment.Payment) error {
	return s.settle(ctx, p, true)
}

// settleCapture is what a captured payment means for its order, in the transaction that records it. It may be asked again about the same payment.
func (s *Service) settleCapture(ctx context.Context, p *payment.Payment) error {
	return s.settle(ctx, p, false)
}

func (s *Service) settle(ctx context.Context, p *payment.Payment, mayReopen bool) error {
	err := s.paid(ctx, p.OrderID, p, mayReopen)
	if !errors.Is(err, errElsewhere) {
		return err
	}
	row, err := s.row(ctx, p.OrderID, "")
	if err != nil {
		return err
	}
	switch {
	case row.PaidAt != nil && row.PaymentID != nil && *row.PaymentID == p.ID:
		return nil // it has had its effect
	case State(row.State) == Cancelled && row.CancelledBy == byClock && row.PaidAt == nil:
		return s.revive(ctx, row, p)
	default: // cancelled by the shopper, or a second capture
		return s.refundLate(ctx, p)
	}
}

// refused reports whether err is a refusal of the shop: an activity's, since nobody else asks for anything while money is recorded.
func refused(err error) bool {
	refusal := fault.Of(err)
	return refusal != nil && refusal.Kind == fault.Refusal
}

// paid makes an unpaid order a paid one, in the transaction of ctx; p is nil when nothing was to pay. errElsewhere when it was not unpaid.
func (s *Service) paid(ctx context.Context, orderID string, p *payment.Payment, mayReopen bool) error {
	nothing := func(context.Context, *db.Order, []*Line, time.Time) error { return nil }
	return s.stand(ctx, orderID, p, PendingPayment, mayReopen, nothing)
}

// stand moves an order from unpaid, or from cancelled, to where a paid one stands; retake comes first and takes what it holds no more.
func (s *Service) stand(ctx context.Context, orderID string, p *payment.Payment, from State, mayReopen bool,
	retake func(ctx context.Context, row *db.Order, lines []*Line, now time.Time) error,
) error {
	now := s.clock()
	set := []column{{"paid_at", now}}
	if p != nil {
		set = append(set, column{"payment_id", p.ID})
	}
	row, moved, err := s.shift(ctx, orderID, []State{from}, Paid, set...)
	if err != nil {
		return err
	}
	if !moved {
		return errElsewhere
	}
	lines, err := s.lines(ctx, orderID)
	if err != nil {
		return err
	}
	if err := s.deadlines.Cancel(ctx, UnpaidDeadline, orderID); err != nil {
		return err
	}
	if err := s.closeOthers(ctx, orderID, p); err != nil {
		return err
	}
	if err := retake(ctx, row, lines, now); err != nil {
		return err
	}
	if err := s.useCoupons(ctx, row); err != nil {
		return err
	}
	verdict := Verdict{State: Paid}
	if activity := s.activityOf(row); activity != nil {
		placing := placingOf(row, lines, now)
		placing.MayReopen = mayReopen
		if verdict, err = activity.Paid(ctx, placing); err != nil {
			return err
		}
	}
	return s.become(ctx, row, lines, verdict, "", now)
}

// closeOthers makes an order's other payments impossible at their providers, soon.
func (s *Service) closeOthers(ctx context.Context, orderID string, kept *payment.Payment) error {
	all, err := s.payments.OfOrder(ctx, orderID)
	if err != nil {
		return err
	}
	return s.closePending(ctx, all, kept)
}

func (s *Service) closePending(ctx context.Context, all []*payment.Payment, kept *payment.Payment) error {
	now := s.clock()
	for _, p := range all {
		if p.State != payment.Pending || kept != nil && p.ID == kept.ID {
			continue
		}
		if err := s.deadlines.Set(ctx, CloseDeadline, p.ID, now, now); err != nil {
			return err
		}
	}
	return nil
}

// revive makes an order that the clock cancelled stand, with everything that it held retaken as placed and at the old price, or returns errCannotRevive: also when
// its shopper has been erased since, and nobody knows any more where the goods should go.
func (s *Service) revive(ctx context.Context, row *db.Order, p *payment.Payment) error {
	gone, err := s.identity.Erased(ctx, row.ShopperID)
	if err != nil {
		return err
	}
	if gone {
		return errCannotRevive
	}
	err = s.stand(ctx, row.ID, p, Cancelled, false, s.retake)
	if errors.Is(err, errElsewhere) {
		return lost("revive", row.ID)
	}
	return err
}

func (s *Service) retake(ctx context.Context, row *db.Order, lines []*Line, now time.Time) error {
	if err := s.retakeCoupons(ctx, row); err != nil {
		return orCannotRevive(err)
	}
	if err := s.holdPoints(ctx, row, pointsOf(lines)); err != nil {
		return orCannotRevive(err)
	}
	if activity := s.activityOf(row); activity != nil {
		if err := activity.Reserve(ctx, placingOf(row, lines, now)); err != nil {
			return orCannotRevive(err)
		}
	}
	_, err := s.catalog.Hold(ctx, row.ID, unitsOf(lines))
	return orCannotRevive(err)
}

// orCannotRevive is errCannotRevive for a refusal, also to spend the points of somebody who has been banned; trouble stays what it is, and is tried again.
func orCannotRevive(err error) error {
	if refused(err) || errors.Is(err, fault.Unauthenticated) {
		return errCannotRevive
	}
	return err
}

// placingOf is how an activity sees an order that was placed before; its checkout is not kept.
func placingOf(row *db.Order, lines []*Line, now time.Time) Placing {
	return Placing{OrderID: row.ID, ShopperID: row.ShopperID, Lines: lines, PayBy: row.PayBy, Now: now}
}

// refundLate gives a whole capture back that no order stands for.
func (s *Service) refundLate(ctx context.Context, p *payment.Payment) error {
	now := s.clock()
	refundID, err := s.insertRefund(ctx, newRefund{
		orderID: p.OrderID, paymentID: p.ID, kind: RefundLate, state: RefundApproved, amount: p.Amount,
		reason: "订单未成立，款项退回", now: now,
	})
	if err != nil {
		return err
	}
	if err := s.reserveMoney(ctx, p.ID, refundID, p.Amount, now); err != nil {
		return err
	}
	_, err = s.bump(ctx, p.OrderID)
	return err
}

// Settle is the work of a capture whose consequence failed when it was recorded.
func (s *Service) Settle(ctx context.Context, t *deadline.Task) error {
	work := func(consequence func(ctx context.Context, p *payment.Payment) error) error {
		return s.store.InTx(ctx, func(ctx context.Context) error {
			p, err := s.payments.Get(ctx, t.Ref)
			if err != nil {
				return fmt.Errorf("settle: %w", err)
			}
			if err := s.touch(ctx, p.ShopperID); err != nil {
				return err
			}
			if p.Left() == p.Captured && p.Captured > 0 { // else a refund is under way already
				if err := consequence(ctx, p); err != nil {
					return err
				}
			}
			return t.Done(ctx)
		})
	}
	err := work(s.reopening)
	if refused(err) {
		err = work(s.settleCapture)
	}
	if errors.Is(err, errCannotRevive) {
		return work(s.refundLate)
	}
	return err
}

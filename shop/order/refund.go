package order

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/refund"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/fact"
)

// RefundInput asks for money back: for lines and quantities, for an amount, or, with neither, for all that is left.
type RefundInput struct {
	IdempotencyKey, OrderID string
	Lines                   []RefundLineInput
	Amount                  *money.Decimal
	Reason                  string
}

// RefundLineInput is units of one line.
type RefundLineInput struct {
	LineID   string
	Quantity int
}

// Requester is who asks for a refund: the order's shopper, or a partner that fulfils orders.
type Requester struct{ ShopperID, PartnerID string }

func (r Requester) owner() string {
	if r.ShopperID != "" {
		return r.ShopperID
	}
	return r.PartnerID
}

// RequestRefund asks for money back. The order is REFUNDING until the shop has decided and the money has arrived. One request is open per order. An order that
// waits for its group goes back whole, at once; one whose group has ended without it is being refunded already, and that refund is returned.
//
// Errors: fault.Missing, fault.KeyReused, ErrRefundState, ErrRefundExceeds (Available: what is left), fault.Blank, fault.TooLong, fault.OutOfRange,
// fault.Invalid (lines and amount together).
func (s *Service) RequestRefund(ctx context.Context, who Requester, in RefundInput) (refundID string, err error) {
	in.Reason = strings.TrimSpace(in.Reason)
	if err := text(in.Reason, maxNote, "reason"); err != nil {
		return "", err
	}
	if in.Lines != nil && in.Amount != nil {
		return "", fault.Invalid.Saying("Name lines or an amount, not both.", "退款行与金额只能填一项。").At("input", "amount")
	}
	fresh := id.New("rfd")
	call := idem.Call{Owner: who.owner(), Operation: "refundRequest", Key: in.IdempotencyKey, Input: in, Result: fresh}
	refundID, _, err = idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error { return s.request(ctx, who, in, call) })
	var already *underWay
	if errors.As(err, &already) {
		return already.refundID, nil
	}
	if err != nil {
		return "", err
	}
	return refundID, nil
}

func (s *Service) request(ctx context.Context, who Requester, in RefundInput, call idem.Call) error {
	refundID := call.Result
	row, err := s.row(ctx, in.OrderID, who.ShopperID)
	if err != nil {
		return err
	}
	if who.ShopperID != "" {
		err = s.alone(ctx, who.ShopperID, call)
	} else {
		err = s.touch(ctx, row.ShopperID)
	}
	if err != nil {
		return err
	}
	if answered, err := s.leave(ctx, in.OrderID, in, refundID); err != nil || answered {
		return err
	}
	row, ver, err := s.beginRefund(ctx, in.OrderID)
	if err != nil {
		return err
	}
	plan, err := s.planRefund(ctx, row, in)
	if err != nil {
		return err
	}
	n := newRefund{
		id: refundID, orderID: row.ID, kind: RefundOnRequest, state: RefundRequested, amount: plan.amount, points: plan.points, whole: plan.whole, reason: in.Reason,
		lines: plan.lines, now: s.clock(),
	}
	if row.PaidAt != nil && row.PaymentID != nil {
		n.paymentID = *row.PaymentID
	}
	if _, err := s.insertRefund(ctx, n); err != nil {
		return err
	}
	return s.outbox.Emit(ctx, row.ID, ver, fact.RefundRequested{OrderID: row.ID, ShopperID: row.ShopperID, RefundID: refundID, At: n.now}, n.now)
}

// alone touches the shopper, and ends a call that he has made under another of his ids.
func (s *Service) alone(ctx context.Context, shopperID string, call idem.Call) error {
	if err := s.identity.Touch(ctx, shopperID); err != nil {
		return err
	}
	ids, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return err
	}
	return call.Elsewhere(ctx, s.store, ids[1:])
}

// beginRefund makes an order REFUNDING that money may be asked back of; COMPLETED ones for seven days. It writes first and reads after, so that a parcel shipped at
// the same instant is either before it or refused.
func (s *Service) beginRefund(ctx context.Context, orderID string) (*db.Order, int64, error) {
	now := s.clock()
	for _, from := range []State{Paid, Shipped, Delivered, Completed} {
		ver, moved, err := s.move(ctx, orderID, []State{from}, Refunding, "", column{"resume_state", string(from)})
		if err != nil {
			return nil, 0, err
		}
		if !moved {
			continue
		}
		row, err := s.row(ctx, orderID, "")
		if err == nil && from == Completed && row.CompletedAt != nil && !now.Before(row.CompletedAt.Add(returnWithin)) {
			err = ErrRefundState.At("input", "orderId")
		}
		return row, ver, err
	}
	return nil, 0, s.whyNoRefund(ctx, orderID)
}

// underWay undoes a request for money that is on its way back since its group has ended.
type underWay struct{ refundID string }

func (u *underWay) Error() string { return "refund " + u.refundID + " is under way" }

func (s *Service) whyNoRefund(ctx context.Context, orderID string) error {
	ended, err := s.store.Client(ctx).Refund.Query().Where(refund.OrderID(orderID), refund.KindEQ(refund.KindGROUP_ENDED)).First(ctx)
	if db.IsNotFound(err) {
		return ErrRefundState.At("input", "orderId")
	}
	if err != nil {
		return fmt.Errorf("refunds of %s: %w", orderID, err)
	}
	return &underWay{ended.ID}
}

// newRefund is a refund to insert.
type newRefund struct {
	id, orderID, paymentID string
	kind                   RefundKind
	state                  RefundState
	amount, points         int64
	whole                  bool
	reason                 string
	lines                  []refundShare
	now                    time.Time
}

func (s *Service) insertRefund(ctx context.Context, n newRefund) (string, error) {
	if n.id == "" {
		n.id = id.New("rfd")
	}
	client := s.store.Client(ctx)
	create := client.Refund.Create().SetID(n.id).SetOrderID(n.orderID).SetKind(refund.Kind(n.kind)).SetState(refund.State(n.state)).SetAmount(n.amount).SetPoints(n.points).
		SetWhole(n.whole).SetReason(n.reason).SetRequestedAt(n.now)
	if n.paymentID != "" {
		create.SetPaymentID(n.paymentID)
	}
	if n.state == RefundApproved {
		create.SetApprovedAt(n.now)
	}
	if n.kind == RefundOnRequest || n.kind == RefundGroupEnded { // a duplicate dooms the transaction: the order's state has let only one through
		create.SetOpenKey(n.orderID)
	}
	if err := create.Exec(ctx); err != nil {
		return "", fmt.Errorf("insert a refund of %s: %w", n.orderID, err)
	}
	for _, line := range n.lines {
		err := client.RefundLine.Create().SetRefundID(n.id).SetLineID(line.lineID).SetQuantity(line.quantity).SetAmount(line.amount).SetPoints(line.points).Exec(ctx)
		if err != nil {
			return "", fmt.Errorf("insert a refund of %s: %w", n.orderID, err)
		}
	}
	return n.id, nil
}

// reserveMoney sets a refund's money aside and has it sent, in the transaction of ctx.
func (s *Service) reserveMoney(ctx context.Context, paymentID, refundID string, amount int64, now time.Time) error {
	if paymentID != "" && amount > 0 {
		if err := s.payments.Reserve(ctx, paymentID, refundID, amount); err != nil {
			return err
		}
	}
	return s.deadlines.Set(ctx, RefundDeadline, refundID, now, now)
}

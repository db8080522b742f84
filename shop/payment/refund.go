package payment

import (
	"context"
	"errors"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/payment"
	"github.com/kaituan/kaituan/ent/db/providercall"
)

// ErrExceeds: more than what is left of a payment was asked back.
var ErrExceeds = errors.New("payment: more than is left of the payment")

// Reserve sets amount of a captured payment aside for a refund and writes the intent of giving it back, in the transaction of ctx. It returns ErrExceeds
// when less is left.
func (s *Service) Reserve(ctx context.Context, paymentID, refundID string, amount int64) error {
	ok, err := s.store.Guard(ctx,
		"UPDATE payments SET refunding = refunding + ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND refunding + refunded + ? <= captured",
		amount, s.clock(), paymentID, amount)
	if err != nil {
		return fmt.Errorf("reserve a refund on %s: %w", paymentID, err)
	}
	if !ok {
		return ErrExceeds
	}
	return s.intend(ctx, providercall.KindRefund, refundID, paymentID, NumberOf(refundID), amount)
}

// Refund sends a reserved refund to its provider, outside any transaction: the first time it asks for the money, afterwards it asks by the same number what
// became of it, and sends the same number again only when the provider does not know it or has refused it. reason is shown to the payer by some providers.
//
// Errors: ErrRefused (the provider said no; trying again later may help), else an unknown outcome.
func (s *Service) Refund(ctx context.Context, refundID, reason string, again bool) (RefundResult, error) {
	call, err := s.store.Client(ctx).ProviderCall.Query().Where(providercall.KindEQ(providercall.KindRefund), providercall.Subject(refundID)).Only(ctx)
	if err != nil {
		return RefundResult{}, fmt.Errorf("intent of refund %s: %w", refundID, err)
	}
	p, err := s.Get(ctx, call.PaymentID)
	if err != nil {
		return RefundResult{}, err
	}
	provider, err := s.Provider(p.Provider)
	if err != nil {
		return RefundResult{}, err
	}
	calling, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	if again {
		result, err := provider.QueryRefund(calling, call.Number)
		if err == nil && result.Outcome != RefundRejected || err != nil && !errors.Is(err, ErrNoSuchTrade) {
			return checked(result, call, err)
		}
	}
	result, err := provider.Refund(calling, RefundOrder{
		Number: p.Number, RefundNumber: call.Number, Amount: call.Amount, Total: p.Amount, Currency: p.Currency,
		Reason: reason,
	})
	return checked(result, call, err)
}

// checked refuses to believe a result that is about another amount.
func checked(result RefundResult, call *db.ProviderCall, err error) (RefundResult, error) {
	if err == nil && result.Outcome == RefundSettled && result.Amount != call.Amount {
		return result, fmt.Errorf("refund %s: the provider settled %d where %d was asked", call.Subject, result.Amount, call.Amount)
	}
	return result, err
}

// Settle records that a reserved refund's money has arrived, in the transaction of ctx. The caller guards that it happens once.
func (s *Service) Settle(ctx context.Context, paymentID, refundID string, amount int64) error {
	// state comes first: MySQL assigns from left to right and would see the new sum, SQLite sees the old one everywhere.
	ok, err := s.store.Guard(ctx, `UPDATE payments SET state = CASE WHEN refunded + ? = captured THEN 'REFUNDED' ELSE 'PARTIALLY_REFUNDED' END,
		refunding = refunding - ?, refunded = refunded + ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND refunding >= ?`,
		amount, amount, amount, s.clock(), paymentID, amount)
	if err != nil {
		return fmt.Errorf("settle a refund on %s: %w", paymentID, err)
	}
	if !ok {
		return fmt.Errorf("settle a refund on %s: less than %d was reserved", paymentID, amount)
	}
	return s.endCall(ctx, "refund", refundID, "done")
}

// RefundSubject returns the refund whose number a provider's notice names, "" when there is none.
func (s *Service) RefundSubject(ctx context.Context, provider, number string) (string, error) {
	call, err := s.store.Client(ctx).ProviderCall.Query().Where(providercall.KindEQ(providercall.KindRefund), providercall.Subject("rfd_"+number)).Only(ctx)
	if db.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find refund %s: %w", number, err)
	}
	known, err := s.store.Client(ctx).Payment.Query().Where(payment.ID(call.PaymentID), payment.Provider(provider)).Exist(ctx)
	if err != nil || !known {
		return "", err
	}
	return call.Subject, nil
}

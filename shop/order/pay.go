package order

import (
	"context"
	"errors"
	"slices"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/payment"
)

// Pay starts another payment for an unpaid order, or returns the one that waits at the same provider. An earlier one is closed at its provider, soon.
//
// Errors: fault.Missing, ErrState (not unpaid, or its time is up), payment.ErrProviderUnknown.
func (s *Service) Pay(ctx context.Context, buyer Buyer, orderID, providerCode string) (*Order, error) {
	provider, err := s.payments.For(providerCode, buyer.Channel)
	if err != nil {
		return nil, fault.Of(err).At("input", "provider")
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, buyer.ShopperID); err != nil {
			return err
		}
		row, err := s.row(ctx, orderID, buyer.ShopperID)
		if err != nil {
			return err
		}
		now := s.clock()
		if State(row.State) != PendingPayment || !now.Add(leastToPay).Before(row.PayBy) {
			return ErrState.At("input", "orderId")
		}
		all, err := s.payments.OfOrder(ctx, orderID)
		if err != nil {
			return err
		}
		if captured(all) { // what follows from it is under way; a second payment would only be refunded
			return ErrState.At("input", "orderId")
		}
		for _, waiting := range all {
			if row.PaymentID != nil && waiting.ID == *row.PaymentID && waiting.State == payment.Pending && waiting.Provider == provider.Code() {
				return nil
			}
		}
		begun, err := s.payments.Begin(ctx, payment.NewPayment{
			ID:      payment.NewID(),
			OrderID: orderID, ShopperID: buyer.ShopperID, Provider: provider.Code(), Currency: s.currency,
			Amount: row.Total, ExpiresAt: row.PayBy,
		})
		if err != nil {
			return err
		}
		ok, err := s.store.Guard(ctx, "UPDATE orders SET payment_id = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'PENDING_PAYMENT'", begun.ID, now, orderID)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState.At("input", "orderId")
		}
		s.signal(ctx, orderID)
		return s.closeOthers(ctx, orderID, begun)
	})
	if err != nil {
		return nil, err
	}
	return s.asItStands(ctx, orderID, buyer)
}

// captured reports whether money of any of the payments has come in.
func captured(all []*payment.Payment) bool {
	return slices.ContainsFunc(all, func(p *payment.Payment) bool { return p.Captured > 0 })
}

// Decider is a provider that lets us play the shopper: the sandbox.
type Decider interface {
	payment.Provider
	Decide(ctx context.Context, number string, succeed bool) (payment.Notice, error)
}

// SandboxPay plays the shopper's decision in the payment sheet of one of his own sandbox payments.
//
// Errors: fault.Missing (not his, or not the sandbox's), ErrState (closed).
func (s *Service) SandboxPay(ctx context.Context, shopperID, paymentID string, succeed bool) (*Order, error) {
	p, err := s.payments.Get(ctx, paymentID)
	if err != nil {
		return nil, under(err, "paymentId")
	}
	provider, err := s.payments.Provider(p.Provider)
	if err != nil {
		return nil, err
	}
	sandbox, ok := provider.(Decider)
	his, err := s.identity.Same(ctx, shopperID, p.ShopperID)
	if err != nil {
		return nil, err
	}
	if !ok || !his {
		return nil, fault.Missing.At("input", "paymentId")
	}
	notice, err := sandbox.Decide(ctx, p.Number, succeed)
	if errors.Is(err, payment.ErrRefused) || errors.Is(err, payment.ErrNoSuchTrade) {
		return nil, ErrState.At("input", "paymentId")
	}
	if err != nil {
		return nil, err
	}
	if err := s.OnNotice(ctx, sandbox, notice); err != nil {
		return nil, err
	}
	return s.Get(ctx, p.OrderID)
}

func under(err error, field string) error {
	if refusal := fault.Of(err); refusal != nil {
		return refusal.At("input", field)
	}
	return err
}

package payment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/payment"
	"github.com/kaituan/kaituan/ent/db/providercall"
)

// Match finds the payment that a trade is about. A trade that no payment fits, or that differs in amount, currency or merchant, is put in quarantine with an
// alarm, and nil is returned: money that came in is never lost from sight, and never trusted.
func (s *Service) Match(ctx context.Context, provider Provider, t *Trade) (*Payment, error) {
	row, err := s.store.Client(ctx).Payment.Query().Where(payment.Number(t.Number)).Only(ctx)
	if err != nil && !db.IsNotFound(err) {
		return nil, fmt.Errorf("find payment %s: %w", t.Number, err)
	}
	reason := ""
	switch {
	case row == nil:
		reason = "unknown_number"
	case row.Provider != provider.Code():
		reason = "other_provider"
	case t.State == TradePaid && t.Amount != row.Amount:
		reason = "amount"
	case t.State == TradePaid && t.Currency != row.Currency:
		reason = "currency"
	case !merchantFits(provider, t):
		reason = "merchant"
	}
	if reason == "" {
		return domain(row), nil
	}
	return nil, s.quarantine(ctx, provider.Code(), t, reason)
}

// merchantFits asks providers that trade for a merchant whether the notice is about it; the sandbox has none.
func merchantFits(provider Provider, t *Trade) bool {
	merchant, ok := provider.(interface{ MerchantID() string })
	return !ok || merchant.MerchantID() == t.MerchantID
}

func (s *Service) quarantine(ctx context.Context, provider string, t *Trade, reason string) error {
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		_, err := s.store.Unique(ctx, func(ctx context.Context) error {
			return s.store.Client(ctx).Quarantine.Create().SetProvider(provider).SetNumber(cut(t.Number, 64)).SetTransactionID(cut(t.TransactionID, 64)).
				SetReason(reason).SetAmount(t.Amount).SetCurrency(cut(t.Currency, 16)).SetCreatedAt(s.clock()).Exec(ctx)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("quarantine a trade: %w", err)
	}
	slog.ErrorContext(ctx, "a payment notice does not match and waits for an operator", "provider", provider, "number", t.Number, "reason", reason)
	return nil
}

// cut keeps what a column takes; half a character at the end would be refused.
func cut(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// Capture records that a payment's money has come in, in the transaction of ctx, and reports whether this was the first to say so.
func (s *Service) Capture(ctx context.Context, p *Payment, t *Trade) (bool, error) {
	now := s.clock()
	first, err := s.store.Guard(ctx,
		"UPDATE payments SET captured = amount, state = 'PAID', transaction_id = ?, captured_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND captured = 0",
		cut(t.TransactionID, 64), now, now, p.ID)
	if err != nil {
		return false, fmt.Errorf("capture %s: %w", p.ID, err)
	}
	if first {
		p.Captured, p.State = p.Amount, Captured
	}
	return first, nil
}

// Fail records that a payment did not work out, in the transaction of ctx, and reports whether it was open until now; one that was captured stays so.
func (s *Service) Fail(ctx context.Context, p *Payment) (bool, error) {
	failed, err := s.store.Guard(ctx, "UPDATE payments SET state = 'FAILED', updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'PENDING'", s.clock(), p.ID)
	if err != nil {
		return false, fmt.Errorf("fail payment %s: %w", p.ID, err)
	}
	return failed, nil
}

// Expire ends an order's unpaid payments, in the transaction of ctx.
func (s *Service) Expire(ctx context.Context, orderID string) error {
	_, err := s.store.Exec(ctx, "UPDATE payments SET state = 'EXPIRED', updated_at = ?, ver = ver + 1 WHERE order_id = ? AND state = 'PENDING'", s.clock(), orderID)
	if err != nil {
		return fmt.Errorf("expire the payments of %s: %w", orderID, err)
	}
	return nil
}

// Close makes a payment impossible at its provider, outside any transaction. It returns the trade when the provider says that it was paid, so that the
// caller handles it as a notice. An error means that it may still be paid.
func (s *Service) Close(ctx context.Context, p *Payment) (paid *Trade, err error) {
	provider, err := s.Provider(p.Provider)
	if err != nil {
		return nil, err
	}
	if err := s.store.InTx(ctx, func(ctx context.Context) error { return s.intend(ctx, providercall.KindClose, p.ID, p.ID, p.Number, 0) }); err != nil {
		return nil, err
	}
	closing := closeAt(ctx, provider, p.Number)
	if closing != nil {
		// It may have been paid, or the answer got lost: the provider is asked by the same number.
		trade, err := s.Ask(ctx, p)
		switch {
		case err == nil && trade.State == TradePaid:
			paid = trade
		case err == nil && (trade.State == TradeClosed || trade.State == TradeFailed), errors.Is(err, ErrNoSuchTrade):
		default:
			return nil, errors.Join(fmt.Errorf("close %s: %w", p.ID, closing), err)
		}
	}
	return paid, s.store.InTx(ctx, func(ctx context.Context) error { return s.endCall(ctx, "close", p.ID, "done") })
}

func closeAt(ctx context.Context, provider Provider, number string) error {
	calling, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return provider.Close(calling, number)
}

// Ask returns what the provider says of a payment, outside any transaction.
func (s *Service) Ask(ctx context.Context, p *Payment) (*Trade, error) {
	provider, err := s.Provider(p.Provider)
	if err != nil {
		return nil, err
	}
	calling, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	trade, err := provider.Query(calling, p.Number)
	if err != nil {
		return nil, fmt.Errorf("ask for payment %s: %w", p.ID, err)
	}
	return &trade, nil
}

// callTime bounds a provider's answer when nobody waits for it.
const callTime = 10 * time.Second

// ExpireOne ends one payment that was closed at its provider; one that was captured stays so.
func (s *Service) ExpireOne(ctx context.Context, paymentID string) error {
	_, err := s.store.Guard(ctx, "UPDATE payments SET state = 'EXPIRED', updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'PENDING'", s.clock(), paymentID)
	if err != nil {
		return fmt.Errorf("expire payment %s: %w", paymentID, err)
	}
	return nil
}

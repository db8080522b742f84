package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/payment"
)

// Prepay announces a payment and returns its number, which the payment sheet hands to Decide. The same number may be announced again with the same amount
// while it is open; else ErrAlreadyPaid or ErrRefused.
func (p *Provider) Prepay(ctx context.Context, o payment.Prepay) ([]payment.Parameter, error) {
	if err := p.travel(ctx); err != nil {
		return nil, err
	}
	if o.Number == "" || o.Amount <= 0 || o.Currency == "" {
		return nil, fmt.Errorf("announce payment %q: %w: number, amount and currency are required", o.Number, payment.ErrRefused)
	}
	expires := int64(math.MaxInt64)
	if !o.ExpiresAt.IsZero() {
		expires = micros(o.ExpiresAt)
	}
	if _, err := p.exec(ctx, `INSERT INTO trade (number, amount, currency, state, expires_at) VALUES (?, ?, ?, 'PENDING', ?) ON CONFLICT (number) DO NOTHING`,
		o.Number, o.Amount, o.Currency, expires); err != nil {
		return nil, fmt.Errorf("announce payment %s: %w", o.Number, err)
	}
	t, err := p.load(ctx, o.Number)
	switch {
	case err != nil:
		return nil, fmt.Errorf("announce payment %s: %w", o.Number, err)
	case t.amount != o.Amount || t.currency != o.Currency:
		return nil, fmt.Errorf("announce payment %s: %w: it was announced with another amount", o.Number, payment.ErrRefused)
	case t.state == payment.TradePaid:
		return nil, fmt.Errorf("announce payment %s: %w", o.Number, payment.ErrAlreadyPaid)
	case t.state != payment.TradePending:
		return nil, fmt.Errorf("announce payment %s: %w: it is %s", o.Number, payment.ErrRefused, t.state)
	}
	return []payment.Parameter{{Name: "number", Value: o.Number}}, nil
}

// Query tells what became of a payment, or ErrNoSuchTrade.
func (p *Provider) Query(ctx context.Context, number string) (payment.Trade, error) {
	if err := p.travel(ctx); err != nil {
		return payment.Trade{}, err
	}
	t, err := p.load(ctx, number)
	if err != nil {
		return payment.Trade{}, fmt.Errorf("ask for payment %s: %w", number, err)
	}
	return p.tell(t), nil
}

// Close makes a payment impossible, or returns ErrAlreadyPaid. What is closed, failed, or was never announced is no error.
func (p *Provider) Close(ctx context.Context, number string) error {
	if err := p.travel(ctx); err != nil {
		return err
	}
	if _, err := p.exec(ctx, `UPDATE trade SET state = 'CLOSED' WHERE number = ? AND state = 'PENDING'`, number); err != nil {
		return fmt.Errorf("close payment %s: %w", number, err)
	}
	t, err := p.load(ctx, number)
	if errors.Is(err, payment.ErrNoSuchTrade) {
		return nil
	}
	if err == nil && t.state == payment.TradePaid {
		err = payment.ErrAlreadyPaid
	}
	if err != nil {
		return fmt.Errorf("close payment %s: %w", number, err)
	}
	return nil
}

// Decide plays the shopper's decision in the payment sheet, and returns the notice that the sandbox would send: of a paid trade, or of a failed one. The first
// decision stands: deciding again, either way, returns the same notice.
//
// Errors: ErrRefused (closed, or past its time limit), ErrNoSuchTrade.
func (p *Provider) Decide(ctx context.Context, number string, succeed bool) (payment.Notice, error) {
	now := p.clock()
	state, transactionID, paidAt := payment.TradeFailed, "", int64(0)
	if succeed {
		state, transactionID, paidAt = payment.TradePaid, id.New("sbx"), micros(now)
	}
	if _, err := p.exec(ctx, `UPDATE trade SET state = ?, transaction_id = ?, paid_at = ? WHERE number = ? AND state = 'PENDING' AND expires_at > ?`,
		string(state), transactionID, paidAt, number, micros(now)); err != nil {
		return payment.Notice{}, fmt.Errorf("decide payment %s: %w", number, err)
	}
	t, err := p.load(ctx, number)
	if err != nil {
		return payment.Notice{}, fmt.Errorf("decide payment %s: %w", number, err)
	}
	if t.state != payment.TradePaid && t.state != payment.TradeFailed {
		return payment.Notice{}, fmt.Errorf("decide payment %s: %w: it is %s", number, payment.ErrRefused, t.state)
	}
	trade := p.tell(t)
	return payment.Notice{ID: number + ":" + string(t.state), Trade: &trade}, nil
}

// trade is a row of the book.
type trade struct {
	number, currency, transactionID string
	amount, paidAt                  int64
	state                           payment.TradeState
}

// load reads a trade as of now: its time limit closes it first.
func (p *Provider) load(ctx context.Context, number string) (trade, error) {
	if _, err := p.exec(ctx, `UPDATE trade SET state = 'CLOSED' WHERE number = ? AND state = 'PENDING' AND expires_at <= ?`, number, micros(p.clock())); err != nil {
		return trade{}, err
	}
	t := trade{number: number}
	err := p.db.QueryRowContext(ctx, `SELECT amount, currency, state, transaction_id, paid_at FROM trade WHERE number = ?`, number).
		Scan(&t.amount, &t.currency, &t.state, &t.transactionID, &t.paidAt)
	if errors.Is(err, sql.ErrNoRows) {
		return trade{}, payment.ErrNoSuchTrade
	}
	return t, err
}

// tell is what the outside learns of a trade: amounts only of what was paid.
func (p *Provider) tell(t trade) payment.Trade {
	told := payment.Trade{Number: t.number, MerchantID: p.merchantID, State: t.state}
	if t.state == payment.TradePaid {
		told.TransactionID, told.Amount, told.Currency, told.PaidAt = t.transactionID, t.amount, t.currency, fromMicros(t.paidAt)
	}
	return told
}

// exec runs one statement, which is its own transaction, and returns how many rows it changed.
func (p *Provider) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := p.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

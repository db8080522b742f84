package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/kaituan/kaituan/shop/payment"
)

// Payout pays somebody: settled at once, or PROCESSING for Faults.PayoutDelay. Sent again it is the same payout; with another amount or payee ErrRefused.
func (p *Provider) Payout(ctx context.Context, o payment.PayoutOrder) (payment.PayoutResult, error) {
	if err := p.travel(ctx); err != nil {
		return payment.PayoutResult{}, err
	}
	fate, delay := p.nextPayout()
	switch fate {
	case lost:
		return payment.PayoutResult{}, fmt.Errorf("payout %s: %w", o.Number, errNoAnswer)
	case refused:
		return payment.PayoutResult{}, fmt.Errorf("payout %s: %w: as planned", o.Number, payment.ErrRefused)
	}
	if o.Number == "" || o.Amount <= 0 || o.Currency == "" {
		return payment.PayoutResult{}, fmt.Errorf("payout %q: %w: number, amount and currency are required", o.Number, payment.ErrRefused)
	}
	_, err := p.exec(ctx, "INSERT INTO payout (number, amount, currency, payee, fails, ends_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING",
		o.Number, o.Amount, o.Currency, o.PayeeID, fate == failing, micros(p.clock().Add(delay)))
	if err != nil {
		return payment.PayoutResult{}, fmt.Errorf("payout %s: %w", o.Number, err)
	}
	result, payee, err := p.loadPayout(ctx, o.Number)
	switch {
	case err == nil && (result.Amount != o.Amount || payee != o.PayeeID):
		err = fmt.Errorf("%w: the number stands for another payout", payment.ErrRefused)
	case err == nil && fate == unanswered:
		err = errNoAnswer
	}
	if err != nil {
		return payment.PayoutResult{}, fmt.Errorf("payout %s: %w", o.Number, err)
	}
	return result, nil
}

// QueryPayout tells what became of a payout, or ErrNoSuchTrade.
func (p *Provider) QueryPayout(ctx context.Context, number string) (payment.PayoutResult, error) {
	if err := p.travel(ctx); err != nil {
		return payment.PayoutResult{}, err
	}
	result, _, err := p.loadPayout(ctx, number)
	if err != nil {
		return payment.PayoutResult{}, fmt.Errorf("ask for payout %s: %w", number, err)
	}
	return result, nil
}

func (p *Provider) loadPayout(ctx context.Context, number string) (result payment.PayoutResult, payee string, err error) {
	result = payment.PayoutResult{Number: number, Outcome: payment.PayoutProcessing}
	var fails bool
	var ends int64
	err = p.db.QueryRowContext(ctx, "SELECT amount, payee, fails, ends_at FROM payout WHERE number = ?", number).Scan(&result.Amount, &payee, &fails, &ends)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return payment.PayoutResult{}, "", payment.ErrNoSuchTrade
	case err != nil:
		return payment.PayoutResult{}, "", err
	case ends > micros(p.clock()):
	case fails:
		result.Outcome = payment.PayoutFailed
	default:
		result.Outcome, result.SettledAt = payment.PayoutSettled, fromMicros(ends)
	}
	return result, payee, nil
}

// Payouts is what the book says was paid out, or may still be, by number, in minor units.
func (p *Provider) Payouts(ctx context.Context) (map[string]payment.PayoutResult, error) {
	rows, err := p.db.QueryContext(ctx, "SELECT number FROM payout")
	if err != nil {
		return nil, fmt.Errorf("read the sandbox's payouts: %w", err)
	}
	var numbers []string
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			return nil, errors.Join(fmt.Errorf("read the sandbox's payouts: %w", err), rows.Close())
		}
		numbers = append(numbers, number)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil { // the book has one connection
		return nil, fmt.Errorf("read the sandbox's payouts: %w", err)
	}
	book := make(map[string]payment.PayoutResult, len(numbers))
	for _, number := range numbers {
		if book[number], _, err = p.loadPayout(ctx, number); err != nil {
			return nil, fmt.Errorf("read payout %s: %w", number, err)
		}
	}
	return book, nil
}

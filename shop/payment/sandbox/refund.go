package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/kaituan/kaituan/shop/payment"
)

// Refund gives money back: settled at once, or PROCESSING for Faults.RefundDelay. Sent again it is the same refund; with another amount, or above what is left
// of the captured amount, ErrRefused; of what was not paid, ErrNoSuchTrade.
func (p *Provider) Refund(ctx context.Context, o payment.RefundOrder) (payment.RefundResult, error) {
	if err := p.travel(ctx); err != nil {
		return payment.RefundResult{}, err
	}
	fate, delay := p.nextRefund()
	switch fate {
	case lost:
		return payment.RefundResult{}, fmt.Errorf("refund %s: %w", o.RefundNumber, errNoAnswer)
	case refused:
		return payment.RefundResult{}, fmt.Errorf("refund %s: %w: as planned", o.RefundNumber, payment.ErrRefused)
	}
	if o.RefundNumber == "" || o.Amount <= 0 {
		return payment.RefundResult{}, fmt.Errorf("refund %q: %w: number and amount are required", o.RefundNumber, payment.ErrRefused)
	}
	took, err := p.exec(ctx, `
		INSERT INTO refund (refund_number, number, amount, settles_at)
		SELECT ?1, t.number, ?3, ?6 FROM trade t
		WHERE t.number = ?2 AND t.state = 'PAID' AND t.amount = ?4 AND t.currency = ?5
		  AND t.amount - (SELECT COALESCE(SUM(r.amount), 0) FROM refund r WHERE r.number = t.number) >= ?3
		ON CONFLICT (refund_number) DO NOTHING`,
		o.RefundNumber, o.Number, o.Amount, o.Total, o.Currency, micros(p.clock().Add(delay)))
	if err != nil {
		return payment.RefundResult{}, fmt.Errorf("refund %s: %w", o.RefundNumber, err)
	}
	result, err := p.loadRefund(ctx, o.RefundNumber)
	switch {
	case took == 0 && errors.Is(err, payment.ErrNoSuchTrade):
		err = p.whyNot(ctx, o.Number)
	case err == nil && (result.Number != o.Number || result.Amount != o.Amount):
		err = fmt.Errorf("%w: the number stands for another refund", payment.ErrRefused)
	case err == nil && fate == unanswered:
		err = errNoAnswer
	}
	if err != nil {
		return payment.RefundResult{}, fmt.Errorf("refund %s: %w", o.RefundNumber, err)
	}
	return result, nil
}

// whyNot says why the guard let no refund through.
func (p *Provider) whyNot(ctx context.Context, number string) error {
	t, err := p.load(ctx, number)
	if err != nil {
		return err
	}
	if t.state != payment.TradePaid {
		return payment.ErrNoSuchTrade
	}
	return fmt.Errorf("%w: more than is left, or another total", payment.ErrRefused)
}

// QueryRefund tells what became of a refund, or ErrNoSuchTrade.
func (p *Provider) QueryRefund(ctx context.Context, refundNumber string) (payment.RefundResult, error) {
	if err := p.travel(ctx); err != nil {
		return payment.RefundResult{}, err
	}
	result, err := p.loadRefund(ctx, refundNumber)
	if err != nil {
		return payment.RefundResult{}, fmt.Errorf("ask for refund %s: %w", refundNumber, err)
	}
	return result, nil
}

func (p *Provider) loadRefund(ctx context.Context, refundNumber string) (payment.RefundResult, error) {
	result := payment.RefundResult{RefundNumber: refundNumber, Outcome: payment.RefundProcessing}
	var settles int64
	err := p.db.QueryRowContext(ctx, `SELECT number, amount, settles_at FROM refund WHERE refund_number = ?`, refundNumber).
		Scan(&result.Number, &result.Amount, &settles)
	if errors.Is(err, sql.ErrNoRows) {
		return payment.RefundResult{}, payment.ErrNoSuchTrade
	}
	if err != nil {
		return payment.RefundResult{}, err
	}
	if settles <= micros(p.clock()) {
		result.Outcome, result.SettledAt = payment.RefundSettled, fromMicros(settles)
	}
	return result, nil
}

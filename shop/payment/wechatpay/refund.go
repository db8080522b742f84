package wechatpay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment"
)

// Refund asks for money back, mostly with the outcome RefundProcessing; a notice or QueryRefund tells the rest. Sent again it is the same refund; with another
// amount under the same number WeChat refuses.
func (p *Provider) Refund(ctx context.Context, o payment.RefundOrder) (payment.RefundResult, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	req := refunddomestic.CreateRequest{
		OutTradeNo: &o.Number, OutRefundNo: &o.RefundNumber, NotifyUrl: &p.notifyURL,
		Amount: &refunddomestic.AmountReq{Refund: &o.Amount, Total: &o.Total, Currency: &o.Currency},
	}
	if o.Reason != "" {
		req.Reason = core.String(clip(o.Reason, maxReason))
	}
	resp, _, err := p.refunds.Create(ctx, req)
	if err != nil {
		return payment.RefundResult{}, fmt.Errorf("refund %s of payment %s: %w", o.RefundNumber, o.Number, p.explain(ctx, err))
	}
	result, err := resultOf(resp)
	if err == nil && (result.RefundNumber != o.RefundNumber || result.Number != o.Number || result.Amount != o.Amount) {
		err = errors.New("wechatpay: the answer is about another refund")
	}
	if err != nil {
		return payment.RefundResult{}, fmt.Errorf("refund %s of payment %s: %w", o.RefundNumber, o.Number, err)
	}
	return result, nil
}

// QueryRefund tells what became of a refund. ErrNoSuchTrade also means that WeChat never took it.
func (p *Provider) QueryRefund(ctx context.Context, refundNumber string) (payment.RefundResult, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	resp, _, err := p.refunds.QueryByOutRefundNo(ctx, refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: &refundNumber})
	if err != nil {
		return payment.RefundResult{}, fmt.Errorf("ask for refund %s: %w", refundNumber, p.asked(ctx, err))
	}
	result, err := resultOf(resp)
	if err == nil && result.RefundNumber != refundNumber {
		err = errors.New("wechatpay: the answer is about another refund")
	}
	if err != nil {
		return payment.RefundResult{}, fmt.Errorf("ask for refund %s: %w", refundNumber, err)
	}
	return result, nil
}

func resultOf(r *refunddomestic.Refund) (payment.RefundResult, error) {
	if r.Status == nil || r.Amount == nil || r.Amount.Refund == nil {
		return payment.RefundResult{}, errors.New("wechatpay: a refund without status or amount")
	}
	return newResult(str(r.OutTradeNo), str(r.OutRefundNo), string(*r.Status), *r.Amount.Refund, r.SuccessTime)
}

// newResult reads a refund, from an answer or a notice.
func newResult(number, refundNumber, status string, amount int64, settledAt *time.Time) (payment.RefundResult, error) {
	result := payment.RefundResult{RefundNumber: refundNumber, Number: number, Amount: amount}
	switch refunddomestic.Status(status) {
	case refunddomestic.STATUS_SUCCESS:
		if settledAt == nil {
			return payment.RefundResult{}, errors.New("wechatpay: a settled refund without its time")
		}
		result.Outcome, result.SettledAt = payment.RefundSettled, clock.Trim(*settledAt)
	case refunddomestic.STATUS_PROCESSING:
		result.Outcome = payment.RefundProcessing
	case refunddomestic.STATUS_CLOSED, refunddomestic.STATUS_ABNORMAL:
		// ABNORMAL: the payer's card is gone; the merchant settles it by hand on WeChat's platform.
		result.Outcome = payment.RefundRejected
	default:
		return payment.RefundResult{}, errors.New("wechatpay: a refund without a known status")
	}
	return result, nil
}

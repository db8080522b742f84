package wechatpay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"

	"github.com/kaituan/kaituan/shop/payment"
)

// Error is an answer of WeChat Pay's that is not 2xx. It matches payment.ErrRefused, ErrAlreadyPaid or ErrNoSuchTrade where the answer is final and signed;
// otherwise the outcome is unknown.
type Error struct {
	// Status is the HTTP status, Code WeChat's word for what is wrong, RequestID what WeChat's support asks for.
	Status          int
	Code, RequestID string

	meaning error
}

func (e *Error) Error() string {
	return fmt.Sprintf("wechatpay: %d %s (request %s)", e.Status, e.Code, e.RequestID)
}

// Unwrap is what the answer means for the caller, or nil.
func (e *Error) Unwrap() error { return e.meaning }

// explain turns the SDK's errors into the Provider's. A final word counts only with WeChat's signature under it: a proxy's 404 must not end a refund.
// What does not verify, 5xx and time-outs stay plain.
func (p *Provider) explain(ctx context.Context, err error) error {
	var answer *core.APIError
	if !errors.As(err, &answer) {
		return err
	}
	e := &Error{Status: answer.StatusCode, Code: answer.Code, RequestID: answer.Header.Get(consts.RequestID)}
	signed := p.answers.Validate(ctx, &http.Response{Header: answer.Header, Body: io.NopCloser(strings.NewReader(answer.Body))}) == nil
	if signed {
		e.meaning = meaning(e.Status, e.Code)
	}
	return e
}

// meaning sorts signed answers. NOT_ENOUGH, the merchant's balance, is not final: WeChat asks that the same number be sent again when there is money.
// ALREADY_EXISTS says that a payout's number was taken before, and nothing of what became of it.
func meaning(status int, code string) error {
	if status < 400 || status > 499 || status == http.StatusUnauthorized || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests {
		return nil // our own set-up, or the moment, is wrong: the same call may yet succeed
	}
	switch code {
	case "ORDER_PAID", "ORDERPAID":
		return payment.ErrAlreadyPaid
	case "ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "NOT_FOUND":
		return payment.ErrNoSuchTrade
	case "", "SIGN_ERROR", "NOT_ENOUGH", "ALREADY_EXISTS", "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED", "BIZERR_NEED_RETRY", "SYSTEM_ERROR", "SYSTEMERROR", "BANK_ERROR":
		return nil
	}
	return payment.ErrRefused
}

// asked is explain for questions: a question that was refused says nothing of its subject, so only "no such number" is passed on as an answer.
func (p *Provider) asked(ctx context.Context, err error) error {
	err = p.explain(ctx, err)
	var e *Error
	if errors.As(err, &e) && e.meaning != payment.ErrNoSuchTrade {
		e.meaning = nil
	}
	return err
}

func hasCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.meaning != nil && e.Code == code
}

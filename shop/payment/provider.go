package payment

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Provider is one payment platform. Every call names its subject by a number of ours, so that it may be sent again and asked about; what a call returns
// decides nothing by itself: the caller records it by guard.
//
// Errors: ErrRefused (final: the provider said no), ErrAlreadyPaid (from Close), ErrNoSuchTrade (the provider does not know the number), and anything else
// for an unknown outcome: a time-out, a 5xx, an answer whose signature does not verify. After an unknown outcome the same number is asked for, never a new one.
type Provider interface {
	// Code is the contract's PaymentProvider, e.g. WECHAT_PAY.
	Code() string
	// Prepay announces a payment and returns what the channel's payment call needs.
	Prepay(ctx context.Context, p Prepay) ([]Parameter, error)
	// Query tells what became of a payment.
	Query(ctx context.Context, number string) (Trade, error)
	// Close makes a payment impossible, or returns ErrAlreadyPaid. Closing twice, or what was never announced, is no error.
	Close(ctx context.Context, number string) error
	// Refund asks for money back; the outcome may be RefundProcessing. Sent again with the same RefundNumber it is the same refund.
	Refund(ctx context.Context, r RefundOrder) (RefundResult, error)
	// QueryRefund tells what became of a refund, or ErrNoSuchTrade.
	QueryRefund(ctx context.Context, refundNumber string) (RefundResult, error)
	// Payout pays somebody out of the merchant's account. Sent again with the same Number it is the same payout, and tells again what the payee's confirm call needs.
	Payout(ctx context.Context, o PayoutOrder) (PayoutResult, error)
	// QueryPayout tells what became of a payout, or ErrNoSuchTrade.
	QueryPayout(ctx context.Context, number string) (PayoutResult, error)
	// ParseNotice verifies the raw bytes before it reads them, and returns what they say; ErrForged when the signature, its time stamp or the encryption
	// does not hold.
	ParseNotice(ctx context.Context, header http.Header, body []byte) (Notice, error)
	// Acknowledge writes the answer that stops the provider from sending a notice again; with an error it writes the one that makes it try again.
	Acknowledge(w http.ResponseWriter, err error)
}

var (
	ErrRefused     = errors.New("payment: the provider refused")
	ErrAlreadyPaid = errors.New("payment: already paid")
	ErrNoSuchTrade = errors.New("payment: the provider knows no such number")
	ErrForged      = errors.New("payment: the notice does not verify")
)

// Prepay announces a payment. Amounts are minor units.
type Prepay struct {
	// Number is ours, unique per payment: at most 32 letters and digits.
	Number      string
	Amount      int64
	Currency    string
	Description string
	// ExpiresAt is the provider's own time limit.
	ExpiresAt time.Time
	// PayerID is the payer's id at the provider (WeChat: openid); ClientIP where the payer's device is.
	PayerID, ClientIP string
}

// Parameter is one named value for wx.requestPayment or its like.
type Parameter struct{ Name, Value string }

// TradeState is what a provider says of a payment.
type TradeState string

const (
	TradePending TradeState = "PENDING"
	TradePaid    TradeState = "PAID" // also when refunded since: the capture happened
	TradeClosed  TradeState = "CLOSED"
	TradeFailed  TradeState = "FAILED"
)

// Trade is a payment as its provider has it. What is not PAID has no amount that counts.
type Trade struct {
	Number     string
	MerchantID string
	State      TradeState
	// TransactionID is the provider's.
	TransactionID string
	Amount        int64
	Currency      string
	PaidAt        time.Time
}

// RefundOrder asks for Amount of the payment Number (of Total) back.
type RefundOrder struct {
	Number, RefundNumber string
	Amount, Total        int64
	Currency, Reason     string
}

// RefundOutcome is what a provider says of a refund.
type RefundOutcome string

const (
	RefundProcessing RefundOutcome = "PROCESSING"
	RefundSettled    RefundOutcome = "SETTLED"
	// RefundRejected is final for this number (closed, abnormal account).
	RefundRejected RefundOutcome = "REJECTED"
)

// RefundResult is a refund as its provider has it.
type RefundResult struct {
	RefundNumber, Number string
	Outcome              RefundOutcome
	Amount               int64
	SettledAt            time.Time
}

// Notice is what a provider told us by itself: of a payment, a refund or a payout, one of them.
type Notice struct {
	// ID is the provider's for this notice; the same event may come under several.
	ID     string
	Trade  *Trade
	Refund *RefundResult
	Payout *PayoutResult `json:",omitempty"`
}

package wechatfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Outcome is how a refund ends, in WeChat's words.
type Outcome string

const (
	Settled  Outcome = "SUCCESS"
	Closed   Outcome = "CLOSED"
	Abnormal Outcome = "ABNORMAL"

	processing Outcome = "PROCESSING"
)

type refund struct {
	id, refundNumber, notifyURL string
	trade                       *trade
	amount                      int64
	status                      Outcome
	createdAt, settledAt        time.Time
}

type refundBody struct {
	Number       string `json:"out_trade_no"`
	RefundNumber string `json:"out_refund_no"`
	NotifyURL    string `json:"notify_url"`
	Amount       struct {
		money
		Refund int64 `json:"refund"`
	} `json:"amount"`
}

func (f *Fake) refund(_ *http.Request, body []byte) answer {
	var b refundBody
	if err := json.Unmarshal(body, &b); err != nil || b.RefundNumber == "" || len(b.RefundNumber) > 64 || b.Amount.Refund <= 0 {
		return refusal(http.StatusBadRequest, "PARAM_ERROR")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tradeNow(b.Number)
	if t == nil || (t.state != statePaid && t.state != stateRefunded) {
		return refusal(http.StatusNotFound, "RESOURCE_NOT_EXISTS")
	}
	if r := f.refunds[b.RefundNumber]; r != nil {
		if r.trade != t || r.amount != b.Amount.Refund {
			return refusal(http.StatusBadRequest, "INVALID_REQUEST")
		}
		return answer{http.StatusOK, r.show()}
	}
	if b.Amount.Total != t.amount || b.Amount.Currency != t.currency || f.taken(t)+b.Amount.Refund > t.amount {
		return refusal(http.StatusBadRequest, "INVALID_REQUEST")
	}
	r := &refund{
		id: "50300" + newNonce(), refundNumber: b.RefundNumber, notifyURL: b.NotifyURL, trade: t, amount: b.Amount.Refund,
		status: processing, createdAt: f.opts.Clock(),
	}
	f.refunds[r.refundNumber] = r
	t.state = stateRefunded
	if f.opts.RefundDelay >= 0 {
		f.later(f.opts.RefundDelay, func() { _ = f.Settle(b.RefundNumber, Settled, Delivery{}) }) // an error: a test settled it by hand
	}
	return answer{http.StatusOK, r.show()}
}

// taken is what was asked back of a trade and is not lost. The caller holds f.mu.
func (f *Fake) taken(t *trade) int64 {
	var sum int64
	for _, r := range f.refunds {
		if r.trade == t && (r.status == processing || r.status == Settled) {
			sum += r.amount
		}
	}
	return sum
}

func (f *Fake) queryRefund(r *http.Request, _ []byte) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := f.refunds[r.PathValue("number")]
	if found == nil {
		return refusal(http.StatusNotFound, "RESOURCE_NOT_EXISTS")
	}
	return answer{http.StatusOK, found.show()}
}

// Settle ends a refund that is under way and sends its notice.
func (f *Fake) Settle(refundNumber string, outcome Outcome, d Delivery) error {
	content, url, err := f.endRefund(refundNumber, outcome)
	if err != nil {
		return err
	}
	if d.Amount != 0 {
		content["amount"].(map[string]any)["refund"] = d.Amount
	}
	f.deliver(refundNumber, url, notice{event: "REFUND." + string(outcome), kind: "refund", content: content}, d)
	return nil
}

func (f *Fake) endRefund(refundNumber string, outcome Outcome) (map[string]any, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.refunds[refundNumber]
	if r == nil || r.status != processing {
		return nil, "", fmt.Errorf("wechatfake: refund %s is not under way", refundNumber)
	}
	r.status = outcome
	content := map[string]any{
		"mchid": MerchantID, "out_trade_no": r.trade.number, "transaction_id": r.trade.transactionID, "out_refund_no": r.refundNumber, "refund_id": r.id,
		"refund_status": string(outcome), "user_received_account": "支付用户零钱",
		"amount": map[string]any{"total": r.trade.amount, "refund": r.amount, "payer_total": r.trade.amount, "payer_refund": r.amount},
	}
	if outcome == Settled {
		r.settledAt = f.opts.Clock()
		content["success_time"] = chinaTime(r.settledAt)
	}
	return content, r.notifyURL, nil
}

// show is the refund as answers have it.
func (r *refund) show() map[string]any {
	m := map[string]any{
		"refund_id": r.id, "out_refund_no": r.refundNumber, "transaction_id": r.trade.transactionID, "out_trade_no": r.trade.number, "channel": "ORIGINAL",
		"user_received_account": "支付用户零钱", "create_time": chinaTime(r.createdAt), "status": string(r.status),
		"amount": map[string]any{
			"total": r.trade.amount, "refund": r.amount, "payer_total": r.trade.amount, "payer_refund": r.amount,
			"settlement_refund": r.amount, "settlement_total": r.trade.amount, "discount_refund": 0, "currency": r.trade.currency,
		},
	}
	if r.status == Settled {
		m["success_time"] = chinaTime(r.settledAt)
	}
	return m
}

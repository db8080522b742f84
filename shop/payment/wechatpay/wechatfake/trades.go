package wechatfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Trade states, in WeChat's words.
const (
	statePending  = "NOTPAY"
	statePaid     = "SUCCESS"
	stateRefunded = "REFUND"
	stateClosed   = "CLOSED"
	stateFailed   = "PAYERROR"
)

type trade struct {
	announced               Announcement
	number, state           string
	amount                  int64
	currency                string
	paidAt                  time.Time
	prepayID, transactionID string
}

type money struct {
	Total    int64  `json:"total"`
	Currency string `json:"currency"`
}

type prepayBody struct {
	AppID       string    `json:"appid"`
	MerchantID  string    `json:"mchid"`
	Description string    `json:"description"`
	Number      string    `json:"out_trade_no"`
	TimeExpire  time.Time `json:"time_expire"`
	NotifyURL   string    `json:"notify_url"`
	Attach      string    `json:"attach"`
	Amount      money     `json:"amount"`
	Payer       struct {
		OpenID string `json:"openid"`
	} `json:"payer"`
	Scene struct {
		ClientIP string `json:"payer_client_ip"`
	} `json:"scene_info"`
}

// Announcement is what the merchant told about a payment beside its amount.
type Announcement struct {
	Description, Attach, NotifyURL, PayerID, ClientIP string
	ExpiresAt                                         time.Time
}

// Announced returns what was told of a payment.
func (f *Fake) Announced(number string) (Announcement, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.trades[number]
	if t == nil {
		return Announcement{}, false
	}
	return t.announced, true
}

func (b prepayBody) announcement() Announcement {
	return Announcement{
		Description: b.Description, Attach: b.Attach, NotifyURL: b.NotifyURL, PayerID: b.Payer.OpenID, ClientIP: b.Scene.ClientIP, ExpiresAt: b.TimeExpire,
	}
}

func (b prepayBody) valid() bool {
	return b.MerchantID == MerchantID && len(b.Number) >= 6 && len(b.Number) <= 32 && b.Description != "" && b.Amount.Total > 0 &&
		b.Amount.Currency == "CNY" && b.Payer.OpenID != "" && b.NotifyURL != ""
}

func (f *Fake) prepay(_ *http.Request, body []byte) answer {
	var b prepayBody
	if err := json.Unmarshal(body, &b); err != nil || !b.valid() {
		return refusal(http.StatusBadRequest, "PARAM_ERROR")
	}
	if b.AppID != AppID {
		return refusal(http.StatusBadRequest, "APPID_MCHID_NOT_MATCH")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tradeNow(b.Number)
	if t == nil {
		if !b.TimeExpire.IsZero() && !b.TimeExpire.After(f.opts.Clock()) {
			return refusal(http.StatusBadRequest, "PARAM_ERROR")
		}
		t = &trade{
			announced: b.announcement(), number: b.Number, state: statePending, amount: b.Amount.Total, currency: b.Amount.Currency,
			prepayID: "wx" + newNonce(),
		}
		f.trades[t.number] = t
	}
	switch {
	case t.amount != b.Amount.Total || t.announced.PayerID != b.Payer.OpenID:
		return refusal(http.StatusBadRequest, "INVALID_REQUEST")
	case t.state == stateClosed:
		return refusal(http.StatusBadRequest, "ORDER_CLOSED")
	case t.state != statePending && t.state != stateFailed:
		return refusal(http.StatusBadRequest, "ORDERPAID")
	}
	return answer{http.StatusOK, map[string]string{"prepay_id": t.prepayID}}
}

func (f *Fake) query(r *http.Request, _ []byte) answer {
	if r.URL.Query().Get("mchid") != MerchantID {
		return refusal(http.StatusBadRequest, "PARAM_ERROR")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tradeNow(r.PathValue("number"))
	if t == nil {
		return refusal(http.StatusNotFound, "ORDER_NOT_EXIST")
	}
	return answer{http.StatusOK, t.transaction()}
}

func (f *Fake) closeTrade(r *http.Request, _ []byte) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tradeNow(r.PathValue("number"))
	switch {
	case t == nil:
		return refusal(http.StatusNotFound, "ORDER_NOT_EXIST")
	case t.state == stateClosed:
		return refusal(http.StatusBadRequest, "ORDER_CLOSED")
	case t.state == statePaid || t.state == stateRefunded:
		return refusal(http.StatusBadRequest, "ORDERPAID")
	}
	t.state = stateClosed
	return answer{http.StatusNoContent, nil}
}

// tradeNow is the trade as of now: its time limit closes it. The caller holds f.mu.
func (f *Fake) tradeNow(number string) *trade {
	t := f.trades[number]
	if t != nil && (t.state == statePending || t.state == stateFailed) && !t.announced.ExpiresAt.IsZero() &&
		!f.opts.Clock().Before(t.announced.ExpiresAt) {
		t.state = stateClosed
	}
	return t
}

// pay captures the money, or says why not, and returns the transaction that a notice tells.
func (f *Fake) pay(number string) (map[string]any, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tradeNow(number)
	if t == nil || (t.state != statePending && t.state != stateFailed) {
		return nil, "", fmt.Errorf("wechatfake: payment %s cannot be paid", number)
	}
	t.state, t.paidAt, t.transactionID = statePaid, f.opts.Clock(), "42000"+newNonce()
	return t.transaction(), t.announced.NotifyURL, nil
}

// Decline makes a payment fail at the bank; the payer may try again until the time limit.
func (f *Fake) Decline(number string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tradeNow(number)
	if t == nil || t.state != statePending {
		return fmt.Errorf("wechatfake: payment %s cannot fail", number)
	}
	t.state = stateFailed
	return nil
}

// transaction is the trade as answers and notices show it.
func (t *trade) transaction() map[string]any {
	tx := map[string]any{
		"appid": AppID, "mchid": MerchantID, "out_trade_no": t.number, "trade_state": t.state, "trade_state_desc": t.state,
		"payer": map[string]string{"openid": t.announced.PayerID},
	}
	if t.transactionID != "" {
		tx["transaction_id"], tx["trade_type"], tx["bank_type"], tx["success_time"] = t.transactionID, "JSAPI", "OTHERS", chinaTime(t.paidAt)
		tx["amount"] = map[string]any{"total": t.amount, "payer_total": t.amount, "currency": t.currency, "payer_currency": t.currency}
	}
	return tx
}

var china = time.FixedZone("", 8*60*60)

func chinaTime(t time.Time) string { return t.In(china).Format(time.RFC3339) }

package wechatpay

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment"
)

const (
	maxDescription = 127 // characters
	maxReason      = 80
)

// china is the zone that WeChat writes its times in; its documents promise no other.
var china = time.FixedZone("", 8*60*60)

// Prepay announces a payment and returns what wx.requestPayment takes: appId, timeStamp, nonceStr, package, signType and paySign. WeChat truncates the time
// limit to the second. The same number with the same particulars may be announced again.
func (p *Provider) Prepay(ctx context.Context, o payment.Prepay) ([]payment.Parameter, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	req := jsapi.PrepayRequest{
		Appid: &p.appID, Mchid: &p.merchantID, NotifyUrl: &p.notifyURL,
		Description: core.String(clip(o.Description, maxDescription)),
		OutTradeNo:  &o.Number,
		TimeExpire:  core.Time(o.ExpiresAt.In(china)),
		Amount:      &jsapi.Amount{Total: &o.Amount, Currency: &o.Currency},
		Payer:       &jsapi.Payer{Openid: &o.PayerID},
	}
	if o.ClientIP != "" {
		req.SceneInfo = &jsapi.SceneInfo{PayerClientIp: &o.ClientIP}
	}
	resp, _, err := p.orders.Prepay(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("announce payment %s: %w", o.Number, p.explain(ctx, err))
	}
	if resp.PrepayId == nil {
		return nil, fmt.Errorf("announce payment %s: WeChat's answer has no prepay_id", o.Number)
	}
	return p.paymentCall(ctx, *resp.PrepayId)
}

// paymentCall signs the parameters of wx.requestPayment: four lines, signType not among them. The SDK's own helper does the same, but panics without a prepay_id.
func (p *Provider) paymentCall(ctx context.Context, prepayID string) ([]payment.Parameter, error) {
	nonce, err := utils.GenerateNonce()
	if err != nil {
		return nil, fmt.Errorf("wechatpay: nonce: %w", err)
	}
	stamp, pkg := strconv.FormatInt(time.Now().Unix(), 10), "prepay_id="+prepayID
	signed, err := p.client.Sign(ctx, p.appID+"\n"+stamp+"\n"+nonce+"\n"+pkg+"\n")
	if err != nil {
		return nil, fmt.Errorf("wechatpay: sign the payment call: %w", err)
	}
	return []payment.Parameter{
		{Name: "appId", Value: p.appID},
		{Name: "timeStamp", Value: stamp},
		{Name: "nonceStr", Value: nonce},
		{Name: "package", Value: pkg},
		{Name: "signType", Value: "RSA"},
		{Name: "paySign", Value: signed.Signature},
	}, nil
}

// Query tells what became of a payment. An answer about another number or merchant is an error.
func (p *Provider) Query(ctx context.Context, number string) (payment.Trade, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	resp, _, err := p.orders.QueryOrderByOutTradeNo(ctx, jsapi.QueryOrderByOutTradeNoRequest{OutTradeNo: &number, Mchid: &p.merchantID})
	if err != nil {
		return payment.Trade{}, fmt.Errorf("ask for payment %s: %w", number, p.asked(ctx, err))
	}
	trade, err := tradeOf(resp)
	if err == nil && (trade.Number != number || trade.MerchantID != p.merchantID) {
		err = errors.New("wechatpay: the answer is about another payment")
	}
	if err != nil {
		return payment.Trade{}, fmt.Errorf("ask for payment %s: %w", number, err)
	}
	return trade, nil
}

// Close makes a payment impossible, or returns ErrAlreadyPaid. What is closed, or was never announced, counts as closed.
func (p *Provider) Close(ctx context.Context, number string) error {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	_, err := p.orders.CloseOrder(ctx, jsapi.CloseOrderRequest{OutTradeNo: &number, Mchid: &p.merchantID})
	if err == nil {
		return nil
	}
	err = p.explain(ctx, err)
	if errors.Is(err, payment.ErrNoSuchTrade) || hasCode(err, "ORDER_CLOSED") {
		return nil
	}
	return fmt.Errorf("close payment %s: %w", number, err)
}

// tradeOf reads a transaction, from an answer or a notice. What says it was paid must say how much, by which transaction, and when.
func tradeOf(t *payments.Transaction) (payment.Trade, error) {
	trade := payment.Trade{Number: str(t.OutTradeNo), MerchantID: str(t.Mchid), TransactionID: str(t.TransactionId)}
	switch str(t.TradeState) {
	case "SUCCESS", "REFUND":
		trade.State = payment.TradePaid
	case "NOTPAY", "USERPAYING", "ACCEPT":
		trade.State = payment.TradePending
		return trade, nil
	case "CLOSED", "REVOKED":
		trade.State = payment.TradeClosed
		return trade, nil
	case "PAYERROR":
		trade.State = payment.TradeFailed
		return trade, nil
	default:
		return payment.Trade{}, errors.New("wechatpay: a transaction without a known state")
	}
	if t.Amount == nil || t.Amount.Total == nil || t.Amount.Currency == nil || trade.TransactionID == "" {
		return payment.Trade{}, errors.New("wechatpay: a paid transaction without amount, currency or id")
	}
	at, err := time.Parse(time.RFC3339, str(t.SuccessTime))
	if err != nil {
		return payment.Trade{}, errors.New("wechatpay: a paid transaction without its time")
	}
	// Total and not PayerTotal: what WeChat's own coupons paid is the merchant's, too.
	trade.Amount, trade.Currency, trade.PaidAt = *t.Amount.Total, *t.Amount.Currency, clock.Trim(at)
	return trade, nil
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// clip keeps the first n characters: a long product name must not stop a payment.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

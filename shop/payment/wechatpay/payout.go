package wechatpay

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment"
)

// transfersPath is where the merchant's transfers to wallets are: the payee confirms each in WeChat. The SDK has no service of it yet.
const transfersPath = "/v3/fund-app/mch-transfer/transfer-bills"

// A transfer names one of WeChat's scenes, which the merchant has applied for: 1005 is commission, and is reported with what the payee does and for what he is paid.
const (
	transferScene     = "1005"
	maxTransferRemark = 32 // characters
)

var transferReport = []reportInfo{{"岗位类型", "推广员"}, {"报酬说明", "推广佣金"}}

type reportInfo struct {
	Type    string `json:"info_type"`
	Content string `json:"info_content"`
}

type transferRequest struct {
	AppID     string       `json:"appid"`
	Number    string       `json:"out_bill_no"`
	Scene     string       `json:"transfer_scene_id"`
	OpenID    string       `json:"openid"`
	Amount    int64        `json:"transfer_amount"`
	Remark    string       `json:"transfer_remark"`
	NotifyURL string       `json:"notify_url"`
	Report    []reportInfo `json:"transfer_scene_report_infos"`
}

// transfer is what answers and notices have in common. The answer to a new one has no merchant and no amount.
type transfer struct {
	MerchantID string `json:"mch_id"`
	Number     string `json:"out_bill_no"`
	State      string `json:"state"`
	Amount     int64  `json:"transfer_amount"`
	UpdatedAt  string `json:"update_time"`
	Package    string `json:"package_info"`
}

// Payout has WeChat transfer to the payee's wallet, mostly with the outcome PayoutWaiting: he confirms it by wx.requestMerchantTransfer, whose parameters are mchId,
// appId and package; WeChat gives up after a day. Sent again with the same particulars it is the same transfer.
func (p *Provider) Payout(ctx context.Context, o payment.PayoutOrder) (payment.PayoutResult, error) {
	if o.Currency != "CNY" {
		return payment.PayoutResult{}, fmt.Errorf("payout %s: %w: WeChat transfers CNY only", o.Number, payment.ErrRefused)
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	answer, err := p.client.Post(ctx, consts.WechatPayAPIServer+transfersPath, transferRequest{
		AppID: p.appID, Number: o.Number, Scene: transferScene, OpenID: o.PayeeID, Amount: o.Amount, Remark: clip(o.Reason, maxTransferRemark),
		NotifyURL: p.notifyURL, Report: transferReport,
	})
	if err != nil {
		return payment.PayoutResult{}, fmt.Errorf("payout %s: %w", o.Number, p.explain(ctx, err))
	}
	t := transfer{MerchantID: p.merchantID, Amount: o.Amount}
	result, err := p.transferred(answer, &t, o.Number)
	if err != nil {
		return payment.PayoutResult{}, fmt.Errorf("payout %s: %w", o.Number, err)
	}
	return result, nil
}

// QueryPayout tells what became of a transfer of the last thirty days, without what the payee's confirm call needs. ErrNoSuchTrade also means that WeChat never
// took it.
func (p *Provider) QueryPayout(ctx context.Context, number string) (payment.PayoutResult, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	answer, err := p.client.Get(ctx, consts.WechatPayAPIServer+transfersPath+"/out-bill-no/"+url.PathEscape(number))
	if err != nil {
		return payment.PayoutResult{}, fmt.Errorf("ask for payout %s: %w", number, p.asked(ctx, err))
	}
	result, err := p.transferred(answer, &transfer{}, number)
	if err != nil {
		return payment.PayoutResult{}, fmt.Errorf("ask for payout %s: %w", number, err)
	}
	return result, nil
}

// transferred reads an answer over t, and refuses one about another transfer.
func (p *Provider) transferred(answer *core.APIResult, t *transfer, number string) (payment.PayoutResult, error) {
	if err := core.UnMarshalResponse(answer.Response, t); err != nil {
		return payment.PayoutResult{}, errors.New("wechatpay: the answer holds no transfer")
	}
	if t.Number != number || t.MerchantID != p.merchantID {
		return payment.PayoutResult{}, errors.New("wechatpay: the answer is about another transfer")
	}
	return p.payoutOf(t)
}

// payoutOf reads a transfer, from an answer or a notice.
func (p *Provider) payoutOf(t *transfer) (payment.PayoutResult, error) {
	result := payment.PayoutResult{Number: t.Number, Amount: t.Amount}
	switch t.State {
	case "ACCEPTED", "PROCESSING", "TRANSFERING", "CANCELING":
		result.Outcome = payment.PayoutProcessing
	case "WAIT_USER_CONFIRM":
		result.Outcome = payment.PayoutWaiting
		if t.Package != "" {
			result.Confirm = []payment.Parameter{{Name: "mchId", Value: p.merchantID}, {Name: "appId", Value: p.appID}, {Name: "package", Value: t.Package}}
		}
	case "SUCCESS":
		result.Outcome = payment.PayoutSettled
		at, err := time.Parse(time.RFC3339, t.UpdatedAt)
		if err != nil {
			return payment.PayoutResult{}, errors.New("wechatpay: a settled transfer without its time")
		}
		result.SettledAt = clock.Trim(at)
	case "FAIL", "CANCELLED":
		result.Outcome = payment.PayoutFailed
	default:
		return payment.PayoutResult{}, errors.New("wechatpay: a transfer without a known state")
	}
	if t.Number == "" || t.Amount <= 0 {
		return payment.PayoutResult{}, errors.New("wechatpay: a transfer without number or amount")
	}
	return result, nil
}

package wechatfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Transfer states, in WeChat's words: a transfer waits for its payee until Confirm or Refuse.
const (
	stateWaiting  = "WAIT_USER_CONFIRM"
	stateTaken    = "SUCCESS"
	stateNotTaken = "FAIL"
)

type transfer struct {
	number, bill, openID, state, pkg, notifyURL string
	amount                                      int64
	createdAt, updatedAt                        time.Time
}

type transferBody struct {
	AppID     string `json:"appid"`
	Number    string `json:"out_bill_no"`
	Scene     string `json:"transfer_scene_id"`
	OpenID    string `json:"openid"`
	Amount    int64  `json:"transfer_amount"`
	Remark    string `json:"transfer_remark"`
	NotifyURL string `json:"notify_url"`
	Report    []struct {
		Type    string `json:"info_type"`
		Content string `json:"info_content"`
	} `json:"transfer_scene_report_infos"`
}

func (b transferBody) valid() bool {
	return b.Number != "" && len(b.Number) <= 32 && b.OpenID != "" && b.Amount > 0 && b.Scene != "" && b.Remark != "" && len([]rune(b.Remark)) <= 32 &&
		b.NotifyURL != "" && len(b.Report) > 0
}

func (f *Fake) transfer(_ *http.Request, body []byte) answer {
	var b transferBody
	if err := json.Unmarshal(body, &b); err != nil || !b.valid() {
		return refusal(http.StatusBadRequest, "PARAM_ERROR")
	}
	if b.AppID != AppID {
		return refusal(http.StatusBadRequest, "APPID_MCHID_NOT_MATCH")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.transfers[b.Number]
	if t == nil {
		now := f.opts.Clock()
		t = &transfer{
			number: b.Number, bill: "13300" + newNonce(), openID: b.OpenID, amount: b.Amount, state: stateWaiting, pkg: "package-" + newNonce(), notifyURL: b.NotifyURL,
			createdAt: now, updatedAt: now,
		}
		f.transfers[t.number] = t
	}
	if t.amount != b.Amount || t.openID != b.OpenID {
		return refusal(http.StatusBadRequest, "INVALID_REQUEST")
	}
	m := map[string]any{"out_bill_no": t.number, "transfer_bill_no": t.bill, "create_time": chinaTime(t.createdAt), "state": t.state}
	if t.state == stateWaiting {
		m["package_info"] = t.pkg
	}
	return answer{http.StatusOK, m}
}

func (f *Fake) queryTransfer(r *http.Request, _ []byte) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.transfers[r.PathValue("number")]
	if t == nil {
		return refusal(http.StatusNotFound, "NOT_FOUND")
	}
	return answer{http.StatusOK, t.show()}
}

// show is the transfer as answers to questions and notices have it.
func (t *transfer) show() map[string]any {
	return map[string]any{
		"mch_id": MerchantID, "appid": AppID, "out_bill_no": t.number, "transfer_bill_no": t.bill, "state": t.state, "transfer_amount": t.amount,
		"transfer_remark": "佣金", "openid": t.openID, "create_time": chinaTime(t.createdAt), "update_time": chinaTime(t.updatedAt),
	}
}

// Confirm is the payee's finger: he takes a transfer, or, with take false, it ends without him; its notice is sent. An error means that it does not wait for him.
func (f *Fake) Confirm(number string, take bool, d Delivery) error {
	content, url, err := f.endTransfer(number, take)
	if err != nil {
		return err
	}
	if d.Amount != 0 {
		content["transfer_amount"] = d.Amount
	}
	if d.MerchantID != "" {
		content["mch_id"] = d.MerchantID
	}
	f.deliver(number, url, notice{event: "MCHTRANSFER.BILL.FINISHED", kind: "mch_payment", content: content}, d)
	return nil
}

func (f *Fake) endTransfer(number string, take bool) (map[string]any, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.transfers[number]
	if t == nil || t.state != stateWaiting {
		return nil, "", fmt.Errorf("wechatfake: transfer %s does not wait for its payee", number)
	}
	t.state, t.updatedAt = stateNotTaken, f.opts.Clock()
	if take {
		t.state = stateTaken
	}
	return t.show(), t.notifyURL, nil
}

// Transfer is what the provider's own book says of one transfer, in minor units.
type Transfer struct {
	// State is WeChat's, Payee the openid that it goes to.
	State, Payee string
	Amount       int64
}

// Transfers is the provider's own book of transfers, by number.
func (f *Fake) Transfers() map[string]Transfer {
	f.mu.Lock()
	defer f.mu.Unlock()
	book := make(map[string]Transfer, len(f.transfers))
	for number, t := range f.transfers {
		book[number] = Transfer{State: t.state, Payee: t.openID, Amount: t.amount}
	}
	return book
}

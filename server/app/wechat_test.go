package app_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/server/config"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/identity/platform/platformfake"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

// wechat is a shop whose mini-program and merchant account are at fakes that speak WeChat's protocols.
type wechat struct {
	*shop
	pay     *wechatfake.Fake
	sign    *platformfake.Fake
	notices string // where WeChat sends notices
}

func openWeChat(t *testing.T) *wechat {
	w := &wechat{pay: wechatfake.New(wechatfake.Options{RefundDelay: -1}), sign: platformfake.New(platformfake.Options{})}
	payServer, signServer := httptest.NewServer(w.pay), httptest.NewServer(w.sign)
	t.Cleanup(payServer.Close)
	t.Cleanup(signServer.Close)
	t.Cleanup(w.pay.Close)

	// Notices need the shop's address before the shop has one.
	var shopHandler atomic.Value
	front := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { shopHandler.Load().(http.Handler).ServeHTTP(rw, r) }))
	t.Cleanup(front.Close)

	c := settings(t)
	c.PublicURL = front.URL
	w.notices = front.URL + "/payments/notices/WECHAT_PAY"
	account, app := w.pay.Config(payServer.URL, w.notices), w.sign.WeChat(signServer.URL)
	c.WeChat = config.WeChat{App: config.App{AppID: app.AppID, Secret: app.Secret, BaseURL: app.BaseURL}}
	c.WeChatPay = config.WeChatPay{
		MerchantID: account.MerchantID, CertificateSerial: account.CertificateSerial, KeyFile: file(t, account.PrivateKeyPEM), APIv3Key: account.APIv3Key,
		BaseURL: account.BaseURL,
	}
	for _, key := range account.PlatformKeys { // both generations at once
		c.WeChatPay.PlatformKeys = append(c.WeChatPay.PlatformKeys, key.ID+"="+file(t, key.PEM))
	}
	w.shop = openOn(t, c)
	shopHandler.Store(w.Handler())
	t.Cleanup(func() { w.check() })
	return w
}

func file(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// shopperBy signs somebody in by wx.login's code.
func (w *wechat) shopperBy(openID string) *client {
	a := w.visitor().do(`mutation($code: String!) { sessionCreate(input: {channel: WECHAT_MINI_PROGRAM, code: $code}) { session { accessToken } userErrors { code } } }`,
		vars{"code": w.sign.Issue(identity.Subject{OpenID: openID})})
	c := w.visitor().with("Bearer " + a.str("sessionCreate.session.accessToken"))
	c.do(`mutation { addressSave(input: {recipient: "小明", phone: "13800138000", region: ["上海市"], street: "漕溪北路 1 号"}) { userErrors { code } } }`, nil)
	return c
}

const placeByWeChat = `mutation($sku: ID!, $total: Decimal!, $key: String!) {
	orderPlace(input: {idempotencyKey: $key, checkout: {lines: [{skuId: $sku, quantity: 1}]}, expectedTotal: $total}) {
		order { id state } payment { id provider parameters { name value } } userErrors { code field } } }`

func (w *wechat) sku() (skuID string) {
	a := w.partner().do(`mutation { productsUpsert(input: {products: [{handle: "tea", title: "龙井茶", skus: [{code: "tea-1", price: "88.00", stock: 3}]}]}) {
		results { product { skus { id } } userErrors { code } } userErrors { code } } }`, nil)
	return a.str("productsUpsert.results.0.product.skus.0.id")
}

func number(paymentID string) string { return strings.TrimPrefix(paymentID, "pay_") }

func TestWeChatFromSignInToRefund(t *testing.T) {
	w := openWeChat(t)
	sku, ming := w.sku(), w.shopperBy("openid-ming")

	placed := ming.do(placeByWeChat, vars{"sku": sku, "total": "88.00", "key": "k1"})
	placed.want("orderPlace.payment.provider", "WECHAT_PAY", "orderPlace.order.state", "PENDING_PAYMENT")
	named := map[string]string{}
	for _, p := range placed.list("orderPlace.payment.parameters") {
		parameter := p.(map[string]any)
		named[parameter["name"].(string)] = parameter["value"].(string)
	}
	for _, name := range []string{"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"} {
		if named[name] == "" {
			t.Errorf("wx.requestPayment lacks %s: %v", name, named)
		}
	}

	orderID, paymentID := placed.str("orderPlace.order.id"), placed.str("orderPlace.payment.id")
	if err := w.pay.Pay(number(paymentID), wechatfake.Delivery{Copies: 3}); err != nil { // duplicates
		t.Fatal(err)
	}
	state := func() string {
		return ming.do(`query($id: ID!) { order(id: $id) { state payment { state } } }`, vars{"id": orderID}).str("order.state")
	}
	eventually(t, "the order is paid", func() bool { return state() == "PAID" })

	refund := ming.do(`mutation($id: ID!) { refundRequest(input: {idempotencyKey: "r1", orderId: $id, reason: "changed my mind"}) { refund { id } userErrors { code } } }`, vars{"id": orderID})
	refundID := refund.str("refundRequest.refund.id")
	w.partner().do(`mutation($id: ID!) { refundDecide(input: {refundId: $id, approve: true}) { refund { state } userErrors { code } } }`, vars{"id": refundID})
	refundNumber := strings.TrimPrefix(refundID, "rfd_")
	eventually(t, "WeChat knows the refund", func() bool { return w.pay.Book()[number(paymentID)].Refunding == 8800 })
	if err := w.pay.Settle(refundNumber, wechatfake.Settled, wechatfake.Delivery{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the order is refunded", func() bool { return state() == "REFUNDED" })
	if account := w.pay.Book()[number(paymentID)]; account.Captured != 8800 || account.Refunded != 8800 {
		t.Errorf("WeChat's own book says %+v", account)
	}
}

func TestWeChatALostNoticeIsFoundByAsking(t *testing.T) {
	w := openWeChat(t)
	ming := w.shopperBy("openid-ming")
	placed := ming.do(placeByWeChat, vars{"sku": w.sku(), "total": "88.00", "key": "k1"})
	if err := w.pay.Pay(number(placed.str("orderPlace.payment.id")), wechatfake.Delivery{Lost: true}); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(16 * time.Minute) // the deadline closes the payment at WeChat first, and hears that it was paid
	w.Wake()
	again := w.shopperAgain("openid-ming")
	eventually(t, "the order is paid", func() bool {
		return again.do(`query($id: ID!) { order(id: $id) { state } }`, vars{"id": placed.str("orderPlace.order.id")}).str("order.state") == "PAID"
	})
}

// shopperAgain signs in anew: the clock has outrun the token.
func (w *wechat) shopperAgain(openID string) *client {
	a := w.visitor().do(`mutation($code: String!) { sessionCreate(input: {channel: WECHAT_MINI_PROGRAM, code: $code}) { session { accessToken } userErrors { code } } }`,
		vars{"code": w.sign.Issue(identity.Subject{OpenID: openID})})
	return w.visitor().with("Bearer " + a.str("sessionCreate.session.accessToken"))
}

func TestWeChatForgedNoticesChangeNothing(t *testing.T) {
	w := openWeChat(t)
	ming := w.shopperBy("openid-ming")
	placed := ming.do(placeByWeChat, vars{"sku": w.sku(), "total": "88.00", "key": "k1"})
	paymentID := placed.str("orderPlace.payment.id")
	if status := w.postNotice(w.notices, `{"id":"x","event_type":"TRANSACTION.SUCCESS"}`); status < 400 {
		t.Errorf("an unsigned notice was answered with %d", status)
	}
	if err := w.pay.Pay(number(paymentID), wechatfake.Delivery{Amount: 1}); err != nil { // signed, for another amount
		t.Fatal(err)
	}
	w.pay.Wait()
	ming.do(`query($id: ID!) { order(id: $id) { state } }`, vars{"id": placed.str("orderPlace.order.id")}).want("order.state", "PENDING_PAYMENT")
	n, err := w.Store.Client(t.Context()).Quarantine.Query().Count(t.Context())
	if err != nil || n != 1 {
		t.Errorf("%d trades in quarantine, %v", n, err)
	}
	if status := w.postNotice(strings.Replace(w.notices, "WECHAT_PAY", "NOBODY", 1), ""); status != http.StatusNotFound {
		t.Errorf("an unknown provider's notice was answered with %d", status)
	}
}

func (w *wechat) postNotice(url, body string) int {
	res, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

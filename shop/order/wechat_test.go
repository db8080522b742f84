package order_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/wechatpay"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

// openWeChat is a shop that is paid by WeChat Pay, over real HTTP in both directions.
func openWeChat(t *testing.T, opts wechatfake.Options) (*shop, *wechatfake.Fake) {
	t.Helper()
	var s *shop
	opts.Clock = func() time.Time { return s.clock.Now() }
	fake := wechatfake.New(opts)
	var provider *wechatpay.Provider
	notices := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var n payment.Notice
		if err == nil {
			n, err = provider.ParseNotice(r.Context(), r.Header, body)
		}
		if err == nil {
			err = s.orders.OnNotice(r.Context(), provider, n)
		}
		provider.Acknowledge(w, err)
	}))
	api := httptest.NewServer(fake)
	provider, err := wechatpay.New(fake.Config(api.URL, notices.URL))
	if err != nil {
		t.Fatal(err)
	}
	s = open(t, func(w *setup) { w.provider = provider })
	t.Cleanup(func() { // first of all: our payments must agree with what WeChat has
		s.agreesWithWeChat(fake)
		fake.Close()
		api.Close()
		notices.Close()
	})
	return s, fake
}

func (s *shop) agreesWithWeChat(fake *wechatfake.Fake) {
	s.tb.Helper()
	fake.Wait()
	s.work()
	book := fake.Book()
	if len(book) == 0 {
		s.tb.Error("WeChat's book is empty")
	}
	for number, theirs := range book {
		n := s.count("SELECT COUNT(*) FROM payments WHERE number = ? AND captured = ? AND refunded = ? AND refunding = ?",
			number, theirs.Captured, theirs.Refunded, theirs.Refunding)
		if n != 1 {
			s.tb.Errorf("payment %s: WeChat has %+v, we have not", number, theirs)
		}
	}
}

func TestWeChatPayFromPrepayToRefund(t *testing.T) {
	s, fake := openWeChat(t, wechatfake.Options{RefundDelay: -1})
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("39.80", line(tea, 2)))
	names := map[string]bool{}
	for _, p := range o.Payment.Parameters {
		names[p.Name] = p.Value != ""
	}
	for _, name := range []string{"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"} {
		if !names[name] {
			t.Errorf("wx.requestPayment lacks %s", name)
		}
	}
	number := s.number(o)
	if told, known := fake.Announced(number); !known || told.PayerID != "demo:buyer" || told.ClientIP != "203.0.113.7" || !told.ExpiresAt.Equal(noon.Add(15*time.Minute)) {
		t.Errorf("WeChat was told %+v", told)
	}
	s.must(fake.Pay(number, wechatfake.Delivery{Copies: 5}))
	fake.Wait()
	if paid := s.is(o, order.Paid); paid.Version != 2 {
		t.Errorf("five copies made version %d", paid.Version)
	}
	id := s.request(o, []order.RefundLineInput{units(o, 0, 1)})
	s.approve(id)
	s.is(o, order.Refunding)
	s.must(fake.Settle(id[len("rfd_"):], wechatfake.Settled, wechatfake.Delivery{Copies: 2}))
	fake.Wait()
	s.is(o, order.Paid)
	s.refunded(o.Payment.ID, 3980, 1990)
	s.approve(s.request(o, nil))
	fake.Wait()
	last := s.now(o).Refunds[1]
	s.must(fake.Settle(last.ID[len("rfd_"):], wechatfake.Settled, wechatfake.Delivery{Lost: true}))
	s.after(5 * time.Minute) // its notice is lost: we ask
	s.is(o, order.Refunded)
	s.refunded(o.Payment.ID, 3980, 3980)
}

// A payer's openid belongs to the channel that he signed in on: elsewhere WeChat Pay is refused by name, and passed over where none is named.
func TestWeChatPayServesItsOwnChannelOnly(t *testing.T) {
	s, _ := openWeChat(t, wechatfake.Options{})
	tea := s.goods("tea", "19.90", 5)
	inWeChat := s.shopper("buyer")
	elsewhere := inWeChat
	elsewhere.Channel = "H5"
	in := want("19.90", line(tea, 1))
	in.Provider = new("WECHAT_PAY")
	_, err := s.orders.Place(t.Context(), elsewhere, in)
	refuses(t, err, payment.ErrProviderUnknown, "input", "provider")
	if o := s.place(elsewhere, want("19.90", line(tea, 1))); o.Payment.Provider != "SANDBOX" {
		t.Errorf("on H5 the payment is %+v", o.Payment)
	}
	if o := s.place(inWeChat, want("19.90", line(tea, 1))); o.Payment.Provider != "WECHAT_PAY" {
		t.Errorf("in WeChat the payment is %+v", o.Payment)
	}
}

func TestWeChatPayNoticesThatMustNotCount(t *testing.T) {
	s, fake := openWeChat(t, wechatfake.Options{Retries: 1})
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	for _, d := range []wechatfake.Delivery{{Forged: true}, {Altered: true}, {Age: 10 * time.Minute}, {Amount: 1}, {MerchantID: "1900000000"}} {
		o := s.place(buyer, want("19.90", line(tea, 1)))
		s.must(fake.Pay(s.number(o), d))
		fake.Wait()
		s.is(o, order.PendingPayment)
	}
	if n := s.count("SELECT COUNT(*) FROM quarantines"); n != 2 {
		t.Errorf("%d rows in quarantine, want the wrong amount and the wrong merchant", n)
	}
	s.after(15*time.Minute + 30*time.Second) // closing them, WeChat says that they are paid, for the true amount
	if n := s.count("SELECT COUNT(*) FROM orders WHERE state = 'PAID'"); n != 5 {
		t.Errorf("%d orders are paid, want all", n)
	}
}

func TestWeChatPayUnknownOutcomes(t *testing.T) {
	s, fake := openWeChat(t, wechatfake.Options{})
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	fake.Fail(wechatfake.CallPrepay, wechatfake.Fault{AfterEffect: true})
	in := want("19.90", line(tea, 1))
	o := s.place(buyer, in)
	if len(o.Payment.Parameters) != 0 || o.Payment.State != payment.Pending {
		t.Fatalf("the payment is %+v", o.Payment)
	}
	if again := s.place(buyer, in); again.Payment.ID != o.Payment.ID || len(again.Payment.Parameters) != 6 {
		t.Fatalf("the same key gave %+v", again.Payment)
	}
	s.must(fake.Pay(s.number(o), wechatfake.Delivery{Lost: true}))
	fake.Fail(wechatfake.CallClose, wechatfake.Fault{Times: 2})
	s.after(15*time.Minute + 30*time.Second)
	s.is(o, order.Paid) // closing failed, asking told
	fake.Fail(wechatfake.CallRefund, wechatfake.Fault{AfterEffect: true})
	fake.Fail(wechatfake.CallQueryRefund, wechatfake.Fault{Times: 2})
	s.approve(s.request(o, nil))
	fake.Wait()
	for range 5 {
		s.after(time.Minute)
		fake.Wait()
	}
	s.is(o, order.Refunded)
	s.refunded(o.Payment.ID, 1990, 1990)
	unpaid := s.place(buyer, want("19.90", line(tea, 1)))
	fake.Fail(wechatfake.CallClose, wechatfake.Fault{AfterEffect: true})
	s.after(15*time.Minute + 30*time.Second)
	s.is(unpaid, order.Cancelled)
}

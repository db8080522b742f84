package wechatpay_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/wechatpay"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

// shop is a merchant with a provider and a place for notices, and the fake that it talks with.
type shop struct {
	*wechatpay.Provider
	fake        *wechatfake.Fake
	api, notify *httptest.Server

	mu      sync.Mutex
	notices []payment.Notice
	refused []error
	down    int // so many notices cannot be recorded
}

func newShop(t *testing.T, opts wechatfake.Options, change ...func(*wechatpay.Config)) *shop {
	t.Helper()
	s := &shop{fake: wechatfake.New(opts)}
	t.Cleanup(s.fake.Close)
	s.api = httptest.NewServer(s.fake)
	t.Cleanup(s.api.Close)
	s.notify = httptest.NewServer(http.HandlerFunc(s.receive))
	t.Cleanup(s.notify.Close)
	cfg := s.fake.Config(s.api.URL, s.notify.URL)
	for _, c := range change {
		c(&cfg)
	}
	p, err := wechatpay.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.Provider = p
	return s
}

func (s *shop) receive(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	notice, err := s.ParseNotice(r.Context(), r.Header, body)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		s.refused = append(s.refused, err)
	case s.down > 0:
		s.down--
		err = io.ErrUnexpectedEOF
	default:
		s.notices = append(s.notices, notice)
	}
	s.Acknowledge(w, err)
}

func (s *shop) received() ([]payment.Notice, []error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.notices, s.refused
}

// announce prepays 1990 fen under the number.
func (s *shop) announce(t *testing.T, number string) []payment.Parameter {
	t.Helper()
	params, err := s.Prepay(context.Background(), anOrder(number))
	if err != nil {
		t.Fatal(err)
	}
	return params
}

// paid announces and pays, without a notice.
func (s *shop) paid(t *testing.T, number string) {
	t.Helper()
	s.announce(t, number)
	if err := s.fake.Pay(number, wechatfake.Delivery{Lost: true}); err != nil {
		t.Fatal(err)
	}
}

func anOrder(number string) payment.Prepay {
	return payment.Prepay{
		Number: number, Amount: 1990, Currency: "CNY", Description: "Tea, two boxes", ExpiresAt: time.Now().Add(15 * time.Minute),
		PayerID: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", ClientIP: "203.0.113.7",
	}
}

func aRefund(number, refundNumber string, amount int64) payment.RefundOrder {
	return payment.RefundOrder{Number: number, RefundNumber: refundNumber, Amount: amount, Total: 1990, Currency: "CNY", Reason: "Group not complete"}
}

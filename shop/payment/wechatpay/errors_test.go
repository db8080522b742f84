package wechatpay_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/wechatpay"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

var final = []error{payment.ErrRefused, payment.ErrAlreadyPaid, payment.ErrNoSuchTrade}

// Each fault strikes a refund once; the same number sent again must always find the one refund.
func TestRefundFaults(t *testing.T) {
	for _, tc := range []struct {
		name  string
		fault wechatfake.Fault
		want  error // nil: unknown outcome
	}{
		{"500 before the effect", wechatfake.Fault{Status: 500, Code: "SYSTEM_ERROR"}, nil},
		{"500 after the effect", wechatfake.Fault{Status: 500, Code: "SYSTEM_ERROR", AfterEffect: true}, nil},
		{"502 from a gateway", wechatfake.Fault{Status: 502, Unsigned: true}, nil},
		{"no answer", wechatfake.Fault{Hang: true}, nil},
		{"no answer, after the effect", wechatfake.Fault{Hang: true, AfterEffect: true}, nil},
		{"too many requests", wechatfake.Fault{Status: 429, Code: "FREQUENCY_LIMITED"}, nil},
		{"rate limit under 403", wechatfake.Fault{Status: 403, Code: "FREQUENCY_LIMITED"}, nil},
		{"merchant's balance", wechatfake.Fault{Status: 403, Code: "NOT_ENOUGH"}, nil},
		{"refused, signature bad", wechatfake.Fault{Status: 403, Code: "NO_AUTH", BadSignature: true}, nil},
		{"refused, not signed", wechatfake.Fault{Status: 404, Code: "RESOURCE_NOT_EXISTS", Unsigned: true}, nil},
		{"200 with a bad signature", wechatfake.Fault{Status: 200, BadSignature: true, AfterEffect: true}, nil},
		{"no permission", wechatfake.Fault{Status: 403, Code: "NO_AUTH"}, payment.ErrRefused},
		{"payer's account is closed", wechatfake.Fault{Status: 403, Code: "USER_ACCOUNT_ABNORMAL"}, payment.ErrRefused},
		{"against a rule", wechatfake.Fault{Status: 400, Code: "INVALID_REQUEST"}, payment.ErrRefused},
		{"no such payment", wechatfake.Fault{Status: 404, Code: "RESOURCE_NOT_EXISTS"}, payment.ErrNoSuchTrade},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShop(t, wechatfake.Options{}, func(c *wechatpay.Config) { c.Timeout = time.Second })
			ctx := context.Background()
			s.paid(t, "PAY001")
			s.fake.Fail(wechatfake.CallRefund, tc.fault)
			_, err := s.Refund(ctx, aRefund("PAY001", "REF1", 1990))
			if err == nil {
				t.Fatal("no error")
			}
			for _, f := range final {
				if errors.Is(err, f) != (f == tc.want) {
					t.Errorf("%v: is %v is %t", err, f, errors.Is(err, f))
				}
			}
			got, err := s.Refund(ctx, aRefund("PAY001", "REF1", 1990))
			if err != nil || got.Amount != 1990 {
				t.Fatalf("again: %+v, %v", got, err)
			}
			s.fake.Wait()
			if book := s.fake.Book()["PAY001"]; book.Refunded != 1990 {
				t.Fatalf("book %+v", book)
			}
		})
	}
}

// A question that is refused is no answer about its subject.
func TestRefusedQuestions(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	ctx := context.Background()
	s.fake.Fail(wechatfake.CallQuery, wechatfake.Fault{Status: 400, Code: "PARAM_ERROR"})
	s.fake.Fail(wechatfake.CallQueryRefund, wechatfake.Fault{Status: 403, Code: "NO_AUTH"})
	_, err1 := s.Query(ctx, "PAY001")
	_, err2 := s.QueryRefund(ctx, "REF1")
	for _, err := range []error{err1, err2} {
		if err == nil || errors.Is(err, payment.ErrRefused) || errors.Is(err, payment.ErrNoSuchTrade) {
			t.Errorf("%v", err)
		}
	}
}

// Even under WeChat's signature an answer counts only for what was asked, and only when it is whole.
func TestAnswersThatDoNotFit(t *testing.T) {
	type body map[string]any
	ctx := context.Background()
	query := func(s *shop) error { _, err := s.Query(ctx, "PAY001"); return err }
	refund := func(s *shop) error { _, err := s.Refund(ctx, aRefund("PAY001", "REF1", 10)); return err }
	queryRefund := func(s *shop) error { _, err := s.QueryRefund(ctx, "REF1"); return err }
	paid := body{"total": 1990, "currency": "CNY"}
	back := body{"refund": 10, "total": 1990}
	for _, tc := range []struct {
		name string
		call wechatfake.Call
		do   func(*shop) error
		body body
	}{
		{"no prepay_id", wechatfake.CallPrepay, func(s *shop) error { _, err := s.Prepay(ctx, anOrder("PAY001")); return err }, body{}},
		{"another number", wechatfake.CallQuery, query, body{"mchid": wechatfake.MerchantID, "out_trade_no": "PAY002", "trade_state": "NOTPAY"}},
		{"another merchant", wechatfake.CallQuery, query, body{"mchid": "1900000999", "out_trade_no": "PAY001", "trade_state": "NOTPAY"}},
		{"no state", wechatfake.CallQuery, query, body{"mchid": wechatfake.MerchantID, "out_trade_no": "PAY001"}},
		{"paid, nobody knows how much", wechatfake.CallQuery, query, body{"mchid": wechatfake.MerchantID, "out_trade_no": "PAY001", "trade_state": "SUCCESS", "transaction_id": "4"}},
		{"paid, nobody knows when", wechatfake.CallQuery, query, body{"mchid": wechatfake.MerchantID, "out_trade_no": "PAY001", "trade_state": "SUCCESS", "transaction_id": "4", "amount": paid}},
		{"refund of another number", wechatfake.CallRefund, refund, body{"out_refund_no": "REF2", "out_trade_no": "PAY001", "status": "PROCESSING", "amount": back}},
		{"refund of another payment", wechatfake.CallRefund, refund, body{"out_refund_no": "REF1", "out_trade_no": "PAY002", "status": "PROCESSING", "amount": back}},
		{"refund of another amount", wechatfake.CallRefund, refund, body{"out_refund_no": "REF1", "out_trade_no": "PAY001", "status": "PROCESSING", "amount": paid}},
		{"refund without a status", wechatfake.CallRefund, refund, body{"out_refund_no": "REF1", "out_trade_no": "PAY001", "amount": back}},
		{"refund with an unknown status", wechatfake.CallQueryRefund, queryRefund, body{"out_refund_no": "REF1", "status": "MAYBE", "amount": back}},
		{"settled, nobody knows when", wechatfake.CallQueryRefund, queryRefund, body{"out_refund_no": "REF1", "status": "SUCCESS", "amount": back}},
		{"another refund", wechatfake.CallQueryRefund, queryRefund, body{"out_refund_no": "REF2", "status": "PROCESSING", "amount": back}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShop(t, wechatfake.Options{})
			s.fake.Fail(tc.call, wechatfake.Fault{Status: http.StatusOK, Body: tc.body})
			err := tc.do(s)
			if err == nil {
				t.Fatal("no error")
			}
			for _, f := range final {
				if errors.Is(err, f) {
					t.Errorf("%v is final", err)
				}
			}
		})
	}
}

func TestFailsThenWorks(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	ctx := context.Background()
	s.paid(t, "PAY001")
	s.fake.Fail(wechatfake.CallRefund, wechatfake.Fault{Times: 3})
	for i := range 4 {
		if _, err := s.Refund(ctx, aRefund("PAY001", "REF1", 10)); (err == nil) != (i == 3) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
}

func TestCallsEnd(t *testing.T) {
	s := newShop(t, wechatfake.Options{}, func(c *wechatpay.Config) { c.Timeout = 100 * time.Millisecond })
	ctx := context.Background()
	for call, do := range map[wechatfake.Call]func() error{
		wechatfake.CallPrepay:      func() error { _, err := s.Prepay(ctx, anOrder("PAY001")); return err },
		wechatfake.CallQuery:       func() error { _, err := s.Query(ctx, "PAY001"); return err },
		wechatfake.CallClose:       func() error { return s.Close(ctx, "PAY001") },
		wechatfake.CallRefund:      func() error { _, err := s.Refund(ctx, aRefund("PAY001", "REF1", 1)); return err },
		wechatfake.CallQueryRefund: func() error { _, err := s.QueryRefund(ctx, "REF1"); return err },
	} {
		s.fake.Fail(call, wechatfake.Fault{Hang: true})
		if err := do(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// A merchant whose certificate WeChat does not accept gets an unsigned 401: that is ours to repair, and no final answer.
func TestWrongMerchantKey(t *testing.T) {
	s := newShop(t, wechatfake.Options{}, func(c *wechatpay.Config) { c.CertificateSerial = "0BAD" })
	_, err := s.Prepay(context.Background(), anOrder("PAY001"))
	var e *wechatpay.Error
	if !errors.As(err, &e) || e.Status != http.StatusUnauthorized || e.Code != "SIGN_ERROR" || errors.Is(err, payment.ErrRefused) {
		t.Fatal(err)
	}
}

// Neither errors nor a printed configuration show whom it was about, or a key.
func TestNothingPersonalAndNoKeyIsShown(t *testing.T) {
	s := newShop(t, wechatfake.Options{}, func(c *wechatpay.Config) { c.Timeout = 100 * time.Millisecond })
	ctx := context.Background()
	o := anOrder("PAY001")
	var said strings.Builder
	for _, fault := range []wechatfake.Fault{{}, {Status: 400, Code: "PARAM_ERROR"}, {Unsigned: true, Status: 404}, {BadSignature: true, Status: 200}, {Hang: true}} {
		s.fake.Fail(wechatfake.CallPrepay, fault)
		_, err := s.Prepay(ctx, o)
		fmt.Fprintf(&said, "%v %+v %#v\n", err, err, err)
	}
	_, err := s.ParseNotice(ctx, http.Header{"Wechatpay-Serial": {"x"}}, []byte(`{"payer":"`+o.PayerID+`"}`))
	cfg := s.fake.Config(s.api.URL, s.notify.URL)
	fmt.Fprintf(&said, "%v\n%v %+v %#v", err, cfg, cfg, cfg)
	for _, secret := range []string{o.PayerID, o.ClientIP, wechatfake.APIv3Key, "PRIVATE KEY", "Authorization"} {
		if strings.Contains(said.String(), secret) {
			t.Errorf("shows %q in:\n%s", secret, said.String())
		}
	}
}

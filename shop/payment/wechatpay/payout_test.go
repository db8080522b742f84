package wechatpay_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/wechatpay"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

func aPayout(number string, amount int64) payment.PayoutOrder {
	return payment.PayoutOrder{Number: number, Amount: amount, Currency: "CNY", PayeeID: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", Reason: "佣金提现"}
}

// A transfer waits for its payee, with what his confirm call needs, and then is settled or not; its notice says so.
func TestPayout(t *testing.T) {
	for _, take := range []bool{true, false} {
		s := newShop(t, wechatfake.Options{})
		ctx := context.Background()
		if _, err := s.QueryPayout(ctx, "OUT001"); !errors.Is(err, payment.ErrNoSuchTrade) {
			t.Fatalf("before: %v", err)
		}
		first, err := s.Payout(ctx, aPayout("OUT001", 700))
		if err != nil || first.Outcome != payment.PayoutWaiting || len(first.Confirm) != 3 || first.Confirm[2].Name != "package" || first.Confirm[2].Value == "" {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := s.Payout(ctx, aPayout("OUT001", 700))
		if err != nil || !reflect.DeepEqual(again, first) {
			t.Fatalf("again: %+v, %v", again, err)
		}
		if _, err := s.Payout(ctx, aPayout("OUT001", 701)); !errors.Is(err, payment.ErrRefused) {
			t.Fatalf("another amount: %v", err)
		}
		if got, err := s.QueryPayout(ctx, "OUT001"); err != nil || got.Outcome != payment.PayoutWaiting || got.Confirm != nil || got.Amount != 700 {
			t.Fatalf("asked: %+v, %v", got, err)
		}
		if err := s.fake.Confirm("OUT001", take, wechatfake.Delivery{Copies: 3}); err != nil {
			t.Fatal(err)
		}
		s.fake.Wait()
		want := payment.PayoutFailed
		if take {
			want = payment.PayoutSettled
		}
		notices, refused := s.received()
		if len(notices) != 3 || len(refused) != 0 {
			t.Fatalf("%d notices, %v", len(notices), refused)
		}
		for _, n := range notices {
			if n.Trade != nil || n.Refund != nil || n.Payout.Outcome != want || n.Payout.Amount != 700 || n.Payout.Number != "OUT001" || n.Payout.SettledAt.IsZero() != !take {
				t.Errorf("%+v", n.Payout)
			}
		}
		if got, err := s.QueryPayout(ctx, "OUT001"); err != nil || got.Outcome != want {
			t.Errorf("in the end: %+v, %v", got, err)
		}
	}
}

// Each fault strikes once; nothing that is not WeChat's final and signed word ends a payout, and the same number sent again finds the one transfer.
func TestPayoutFaults(t *testing.T) {
	for _, tc := range []struct {
		name  string
		fault wechatfake.Fault
		want  error // nil: unknown outcome
	}{
		{"500 before the effect", wechatfake.Fault{}, nil},
		{"500 after the effect", wechatfake.Fault{AfterEffect: true}, nil},
		{"no answer, after the effect", wechatfake.Fault{Hang: true, AfterEffect: true}, nil},
		{"the merchant's balance", wechatfake.Fault{Status: 403, Code: "NOT_ENOUGH"}, nil},
		{"taken before", wechatfake.Fault{Status: 400, Code: "ALREADY_EXISTS"}, nil},
		{"refused, not signed", wechatfake.Fault{Status: 403, Code: "NO_AUTH", Unsigned: true}, nil},
		{"refused, signature bad", wechatfake.Fault{Status: 403, Code: "NO_AUTH", BadSignature: true}, nil},
		{"200 of a state that nobody knows", wechatfake.Fault{Status: 200, Body: map[string]any{"out_bill_no": "OUT001", "state": "MAYBE"}}, nil},
		{"200 about another", wechatfake.Fault{Status: 200, Body: map[string]any{"out_bill_no": "OUT002", "state": "WAIT_USER_CONFIRM"}}, nil},
		{"no permission", wechatfake.Fault{Status: 403, Code: "NO_AUTH"}, payment.ErrRefused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShop(t, wechatfake.Options{}, func(c *wechatpay.Config) { c.Timeout = time.Second })
			ctx := context.Background()
			s.fake.Fail(wechatfake.CallPayout, tc.fault)
			_, err := s.Payout(ctx, aPayout("OUT001", 700))
			if err == nil {
				t.Fatal("no error")
			}
			for _, f := range final {
				if errors.Is(err, f) != (f == tc.want) {
					t.Errorf("%v: is %v is %t", err, f, errors.Is(err, f))
				}
			}
			if got, err := s.Payout(ctx, aPayout("OUT001", 700)); err != nil || got.Outcome != payment.PayoutWaiting {
				t.Fatalf("again: %+v, %v", got, err)
			}
			if book := s.fake.Transfers(); len(book) != 1 || book["OUT001"].Amount != 700 {
				t.Fatalf("%+v", book)
			}
		})
	}
}

// Forged, altered and replayed notices of payouts, and another merchant's, never get through.
func TestForgedPayoutNotices(t *testing.T) {
	for name, d := range map[string]wechatfake.Delivery{
		"forged": {Forged: true}, "altered": {Altered: true}, "replayed": {Age: 6 * time.Minute}, "another merchant's": {MerchantID: "1900000999"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, wechatfake.Options{Retries: -1})
			if _, err := s.Payout(context.Background(), aPayout("OUT001", 700)); err != nil {
				t.Fatal(err)
			}
			if err := s.fake.Confirm("OUT001", true, d); err != nil {
				t.Fatal(err)
			}
			s.fake.Wait()
			if notices, refused := s.received(); len(notices) != 0 || len(refused) == 0 || !errors.Is(refused[0], payment.ErrForged) {
				t.Fatalf("%v, %v", notices, refused)
			}
		})
	}
}

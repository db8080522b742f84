package wechatpay_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

func TestRefund(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	ctx := context.Background()
	s.paid(t, "PAY001")
	s.announce(t, "PAY002")
	for _, tc := range []struct {
		name  string
		order payment.RefundOrder
		want  error
	}{
		{"a part", aRefund("PAY001", "REF1", 990), nil},
		{"the same again", aRefund("PAY001", "REF1", 990), nil},
		{"the same number with another amount", aRefund("PAY001", "REF1", 991), payment.ErrRefused},
		{"more than is left", aRefund("PAY001", "REF2", 1001), payment.ErrRefused},
		{"the rest", aRefund("PAY001", "REF2", 1000), nil},
		{"nothing left", aRefund("PAY001", "REF3", 1), payment.ErrRefused},
		{"nothing", aRefund("PAY001", "REF3", 0), payment.ErrRefused},
		{"of what was not paid", aRefund("PAY002", "REF3", 1), payment.ErrNoSuchTrade},
		{"of what nobody knows", aRefund("NOBODY", "REF3", 1), payment.ErrNoSuchTrade},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := s.Refund(ctx, tc.order)
			if !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			if err == nil && (got.RefundNumber != tc.order.RefundNumber || got.Number != tc.order.Number || got.Amount != tc.order.Amount || got.Outcome == payment.RefundRejected) {
				t.Fatalf("%+v", got)
			}
		})
	}
	s.fake.Wait()
	if got := s.fake.Book()["PAY001"]; got.Captured != 1990 || got.Refunded != 1990 || got.Refunding != 0 {
		t.Fatalf("book %+v", got)
	}
	notices, refused := s.received()
	if len(notices) != 2 || len(refused) != 0 {
		t.Fatalf("%d notices, %v", len(notices), refused)
	}
	for _, n := range notices {
		if n.Refund == nil || n.Trade != nil || n.Refund.Number != "PAY001" || n.Refund.Outcome != payment.RefundSettled || n.Refund.SettledAt.IsZero() {
			t.Fatalf("%+v", n)
		}
	}
}

func TestQueryRefund(t *testing.T) {
	for _, tc := range []struct {
		name    string
		outcome wechatfake.Outcome
		want    payment.RefundOutcome
		settled int64
	}{
		{"under way", "", payment.RefundProcessing, 0},
		{"settled", wechatfake.Settled, payment.RefundSettled, 500},
		{"closed", wechatfake.Closed, payment.RefundRejected, 0},
		{"the payer's card is gone", wechatfake.Abnormal, payment.RefundRejected, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShop(t, wechatfake.Options{RefundDelay: -1})
			ctx := context.Background()
			s.paid(t, "PAY001")
			if got, err := s.Refund(ctx, aRefund("PAY001", "REF1", 500)); err != nil || got.Outcome != payment.RefundProcessing {
				t.Fatalf("%+v, %v", got, err)
			}
			if tc.outcome != "" {
				if err := s.fake.Settle("REF1", tc.outcome, wechatfake.Delivery{}); err != nil {
					t.Fatal(err)
				}
				notices, refused := s.received()
				if len(refused) != 0 || len(notices) != 1 || notices[0].Refund.Outcome != tc.want || notices[0].Refund.Amount != 500 {
					t.Fatalf("%+v, %v", notices, refused)
				}
			}
			got, err := s.QueryRefund(ctx, "REF1")
			if err != nil || got.Outcome != tc.want || got.Amount != 500 || got.Number != "PAY001" || got.SettledAt.IsZero() != (tc.settled == 0) {
				t.Fatalf("%+v, %v", got, err)
			}
			if book := s.fake.Book()["PAY001"]; book.Refunded != tc.settled {
				t.Fatalf("book %+v", book)
			}
		})
	}
	t.Run("unknown", func(t *testing.T) {
		s := newShop(t, wechatfake.Options{})
		if _, err := s.QueryRefund(context.Background(), "NOBODY"); !errors.Is(err, payment.ErrNoSuchTrade) {
			t.Fatal(err)
		}
	})
}

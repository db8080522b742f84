package sandbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

func aPayout(number string, amount int64) payment.PayoutOrder {
	return payment.PayoutOrder{Number: number, Amount: amount, Currency: "CNY", PayeeID: "payee", Reason: "commission"}
}

func TestPayout(t *testing.T) {
	p, at := started(t)
	ctx := context.Background()
	other := aPayout("OUT1", 700)
	other.PayeeID = "somebody else"
	for _, tc := range []struct {
		name  string
		order payment.PayoutOrder
		want  error
	}{
		{"a payout", aPayout("OUT1", 700), nil},
		{"the same again", aPayout("OUT1", 700), nil},
		{"with another amount", aPayout("OUT1", 701), payment.ErrRefused},
		{"to somebody else", other, payment.ErrRefused},
		{"of nothing", aPayout("OUT2", 0), payment.ErrRefused},
		{"without a number", aPayout("", 1), payment.ErrRefused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := p.Payout(ctx, tc.order)
			if !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			if err == nil && (got.Outcome != payment.PayoutSettled || got.Amount != 700 || !got.SettledAt.Equal(at.Now())) {
				t.Fatalf("%+v", got)
			}
		})
	}
	if _, err := p.QueryPayout(ctx, "OUT2"); !errors.Is(err, payment.ErrNoSuchTrade) {
		t.Fatal(err)
	}
	if book, err := p.Payouts(ctx); err != nil || len(book) != 1 || book["OUT1"].Amount != 700 {
		t.Fatalf("%+v, %v", book, err)
	}
}

func TestPayoutFaults(t *testing.T) {
	p, at := started(t)
	ctx := context.Background()
	p.SetFaults(sandbox.Faults{PayoutsLost: 1, PayoutsUnanswered: 1, PayoutsRefused: 1, PayoutsFailing: 1, PayoutDelay: time.Hour})
	known := func(number string) bool { _, err := p.QueryPayout(ctx, number); return err == nil }
	if _, err := p.Payout(ctx, aPayout("OUT1", 7)); err == nil || errors.Is(err, payment.ErrRefused) || known("OUT1") {
		t.Fatalf("lost: %v", err)
	}
	if _, err := p.Payout(ctx, aPayout("OUT1", 7)); err == nil || errors.Is(err, payment.ErrRefused) || !known("OUT1") {
		t.Fatalf("unanswered: %v", err)
	}
	if _, err := p.Payout(ctx, aPayout("OUT2", 7)); !errors.Is(err, payment.ErrRefused) || known("OUT2") {
		t.Fatalf("refused: %v", err)
	}
	if got, err := p.Payout(ctx, aPayout("OUT3", 7)); err != nil || got.Outcome != payment.PayoutProcessing {
		t.Fatalf("failing: %+v, %v", got, err)
	}
	at.Advance(time.Hour)
	for number, want := range map[string]payment.PayoutOutcome{"OUT1": payment.PayoutSettled, "OUT3": payment.PayoutFailed} {
		if got, err := p.QueryPayout(ctx, number); err != nil || got.Outcome != want {
			t.Errorf("%s: %+v, %v", number, got, err)
		}
	}
}

package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

func TestRefund(t *testing.T) {
	p, at := started(t)
	ctx := context.Background()
	pay(t, p, "PAY1")
	pay(t, p, "PAY2")
	announce(t, p, "OPEN")
	wrongTotal, wrongCurrency := aRefund("PAY1", "REF9", 1), aRefund("PAY1", "REF9", 1)
	wrongTotal.Total, wrongCurrency.Currency = 1989, "JPY"
	for _, tc := range []struct {
		name  string
		order payment.RefundOrder
		want  error
	}{
		{"a part", aRefund("PAY1", "REF1", 990), nil},
		{"the same again", aRefund("PAY1", "REF1", 990), nil},
		{"the same number with another amount", aRefund("PAY1", "REF1", 10), payment.ErrRefused},
		{"the same number for another payment", aRefund("PAY2", "REF1", 990), payment.ErrRefused},
		{"more than is left", aRefund("PAY1", "REF2", 1001), payment.ErrRefused},
		{"another total", wrongTotal, payment.ErrRefused},
		{"another currency", wrongCurrency, payment.ErrRefused},
		{"the rest", aRefund("PAY1", "REF2", 1000), nil},
		{"the rest again", aRefund("PAY1", "REF2", 1000), nil},
		{"nothing left", aRefund("PAY1", "REF3", 1), payment.ErrRefused},
		{"nothing", aRefund("PAY1", "REF3", 0), payment.ErrRefused},
		{"of what was not paid", aRefund("OPEN", "REF3", 1), payment.ErrNoSuchTrade},
		{"of what nobody knows", aRefund("NOBODY", "REF3", 1), payment.ErrNoSuchTrade},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := p.Refund(ctx, tc.order)
			if !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			want := payment.RefundResult{RefundNumber: tc.order.RefundNumber, Number: tc.order.Number, Outcome: payment.RefundSettled, Amount: tc.order.Amount, SettledAt: at.Now()}
			if err == nil && got != want {
				t.Fatalf("%+v, want %+v", got, want)
			}
		})
	}
	book, err := p.Book(ctx)
	if err != nil || book["PAY1"] != (sandbox.Account{State: payment.TradePaid, Captured: 1990, Refunded: 1990}) || book["OPEN"] != (sandbox.Account{State: payment.TradePending}) {
		t.Fatalf("%+v, %v", book, err)
	}
	if _, err := p.QueryRefund(ctx, "REF3"); !errors.Is(err, payment.ErrNoSuchTrade) {
		t.Fatal(err)
	}
}

// However many ask at once, never more goes back than came in.
func TestRefundsAtOnce(t *testing.T) {
	p, _ := started(t)
	ctx := context.Background()
	pay(t, p, "PAY1")
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			if _, err := p.Refund(ctx, aRefund("PAY1", fmt.Sprintf("REF%d", i%20), 150)); err != nil && !errors.Is(err, payment.ErrRefused) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if book, err := p.Book(ctx); err != nil || book["PAY1"].Refunded != 13*150 {
		t.Fatalf("%+v, %v", book, err)
	}
}

func TestFaults(t *testing.T) {
	p, at := started(t)
	ctx := context.Background()
	pay(t, p, "PAY1")
	p.SetFaults(sandbox.Faults{RefundsLost: 1, RefundsUnanswered: 1, RefundsRefused: 1, RefundDelay: time.Hour})
	known := func() bool { _, err := p.QueryRefund(ctx, "REF1"); return err == nil }

	if _, err := p.Refund(ctx, aRefund("PAY1", "REF1", 10)); err == nil || errors.Is(err, payment.ErrRefused) || known() {
		t.Fatalf("lost: %v", err)
	}
	if _, err := p.Refund(ctx, aRefund("PAY1", "REF1", 10)); err == nil || errors.Is(err, payment.ErrRefused) || !known() {
		t.Fatalf("unanswered: %v", err)
	}
	if _, err := p.Refund(ctx, aRefund("PAY1", "REF2", 10)); !errors.Is(err, payment.ErrRefused) {
		t.Fatalf("refused: %v", err)
	}
	for _, tc := range []struct {
		after time.Duration
		want  payment.RefundOutcome
		book  sandbox.Account
	}{
		{time.Hour - time.Microsecond, payment.RefundProcessing, sandbox.Account{State: payment.TradePaid, Captured: 1990, Refunding: 10}},
		{time.Microsecond, payment.RefundSettled, sandbox.Account{State: payment.TradePaid, Captured: 1990, Refunded: 10}},
	} {
		at.Advance(tc.after)
		got, err := p.Refund(ctx, aRefund("PAY1", "REF1", 10)) // asking again moves nothing
		book, berr := p.Book(ctx)
		if err != nil || berr != nil || got.Outcome != tc.want || book["PAY1"] != tc.book {
			t.Fatalf("%+v, %v; %+v, %v", got, err, book, berr)
		}
	}

	p.SetFaults(sandbox.Faults{Latency: time.Minute})
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if _, err := p.Query(short, "PAY1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

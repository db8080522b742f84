package sandbox_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

func TestPrepay(t *testing.T) {
	p, _ := started(t)
	ctx := context.Background()
	got, err := p.Prepay(ctx, anOrder("PAY1"))
	if want := []payment.Parameter{{Name: "number", Value: "PAY1"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v, %v", got, err)
	}
	pay(t, p, "PAID")
	announce(t, p, "SHUT")
	if err := p.Close(ctx, "SHUT"); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		order payment.Prepay
		want  error
	}{
		{"again", anOrder("PAY1"), nil},
		{"another amount", payment.Prepay{Number: "PAY1", Amount: 1, Currency: "CNY"}, payment.ErrRefused},
		{"another currency", payment.Prepay{Number: "PAY1", Amount: 1990, Currency: "JPY"}, payment.ErrRefused},
		{"no amount", payment.Prepay{Number: "PAY2", Currency: "CNY"}, payment.ErrRefused},
		{"no number", payment.Prepay{Amount: 1, Currency: "CNY"}, payment.ErrRefused},
		{"its time is over", payment.Prepay{Number: "PAY2", Amount: 1, Currency: "CNY", ExpiresAt: noon}, payment.ErrRefused},
		{"without a time limit", payment.Prepay{Number: "PAY3", Amount: 1, Currency: "CNY"}, nil},
		{"paid", anOrder("PAID"), payment.ErrAlreadyPaid},
		{"closed", anOrder("SHUT"), payment.ErrRefused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := p.Prepay(ctx, tc.order); !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
		})
	}
}

func TestDecide(t *testing.T) {
	ctx := context.Background()
	for _, tc := range []struct {
		name    string
		before  func(*sandbox.Provider, *clock.Fixed) error
		succeed bool
		state   payment.TradeState
		want    error
	}{
		{"paid", nil, true, payment.TradePaid, nil},
		{"failed", nil, false, payment.TradeFailed, nil},
		{"paid stays paid", decided(true), false, payment.TradePaid, nil},
		{"failed stays failed", decided(false), true, payment.TradeFailed, nil},
		{"closed", func(p *sandbox.Provider, _ *clock.Fixed) error { return p.Close(ctx, "PAY1") }, true, payment.TradeClosed, payment.ErrRefused},
		{"one tick before its time limit", moved(15*time.Minute - time.Microsecond), true, payment.TradePaid, nil},
		{"at its time limit", moved(15 * time.Minute), true, payment.TradeClosed, payment.ErrRefused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, at := started(t)
			announce(t, p, "PAY1")
			if got, err := p.Query(ctx, "PAY1"); err != nil || got.State != payment.TradePending {
				t.Fatalf("before anybody decided: %+v, %v", got, err)
			}
			if tc.before != nil {
				if err := tc.before(p, at); err != nil {
					t.Fatal(err)
				}
			}
			notice, err := p.Decide(ctx, "PAY1", tc.succeed)
			if !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			trade, qerr := p.Query(ctx, "PAY1")
			if qerr != nil || trade.State != tc.state {
				t.Fatalf("%+v, %v", trade, qerr)
			}
			paid := trade.Amount == 1990 && trade.Currency == "CNY" && trade.TransactionID != "" && trade.PaidAt.Equal(at.Now())
			if paid != (tc.state == payment.TradePaid) || trade.MerchantID != sandbox.DefaultMerchantID {
				t.Fatalf("%+v", trade)
			}
			if err != nil {
				return
			}
			if notice.Refund != nil || *notice.Trade != trade {
				t.Fatalf("%+v, want %+v", *notice.Trade, trade)
			}
			if again, err := p.Decide(ctx, "PAY1", tc.succeed); err != nil || !reflect.DeepEqual(again, notice) {
				t.Fatalf("again: %+v, %v", again, err)
			}
		})
	}
	t.Run("unknown", func(t *testing.T) {
		p, _ := started(t)
		if _, err := p.Decide(ctx, "NOBODY", true); !errors.Is(err, payment.ErrNoSuchTrade) {
			t.Fatal(err)
		}
	})
}

func decided(succeed bool) func(*sandbox.Provider, *clock.Fixed) error {
	return func(p *sandbox.Provider, _ *clock.Fixed) error {
		_, err := p.Decide(context.Background(), "PAY1", succeed)
		return err
	}
}

func moved(d time.Duration) func(*sandbox.Provider, *clock.Fixed) error {
	return func(_ *sandbox.Provider, at *clock.Fixed) error { at.Advance(d); return nil }
}

func TestClose(t *testing.T) {
	p, _ := started(t)
	ctx := context.Background()
	announce(t, p, "OPEN")
	announce(t, p, "FAIL")
	pay(t, p, "PAID")
	if _, err := p.Decide(ctx, "FAIL", false); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, number string
		want         error
	}{
		{"open", "OPEN", nil},
		{"closed", "OPEN", nil},
		{"failed", "FAIL", nil},
		{"never announced", "NOBODY", nil},
		{"paid", "PAID", payment.ErrAlreadyPaid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := p.Close(ctx, tc.number); !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
		})
	}
	if _, err := p.Query(ctx, "NOBODY"); !errors.Is(err, payment.ErrNoSuchTrade) {
		t.Fatal(err)
	}
}

// Two processes share the book; of each payment's deciding and closing exactly one wins, and everybody is told the same.
func TestDecideAgainstClose(t *testing.T) {
	path, at := bookFile(t), clock.NewFixed(noon)
	a, b := open(t, sandbox.Config{Path: path, Clock: at.Now}), open(t, sandbox.Config{Path: path, Clock: at.Now})
	ctx := context.Background()
	for i := range 10 {
		number := "PAY" + string(rune('a'+i))
		announce(t, a, number)
		var paid, failed, closed, refused atomic.Int32
		var wg sync.WaitGroup
		for j := range 4 {
			wg.Go(func() {
				n, err := []*sandbox.Provider{a, b}[j%2].Decide(ctx, number, j < 2)
				switch {
				case errors.Is(err, payment.ErrRefused):
					refused.Add(1)
				case err != nil:
					t.Error(err)
				case n.Trade.State == payment.TradePaid:
					paid.Add(1)
				default:
					failed.Add(1)
				}
			})
		}
		wg.Go(func() {
			if err := b.Close(ctx, number); err == nil {
				closed.Add(1)
			} else if !errors.Is(err, payment.ErrAlreadyPaid) {
				t.Error(err)
			}
		})
		wg.Wait()
		if p, f, r := paid.Load(), failed.Load(), refused.Load(); p+f+r != 4 || p*f != 0 || p*r != 0 || f*r != 0 || (p == 4) != (closed.Load() == 0) {
			t.Fatalf("paid %d, failed %d, refused %d, closed %d", p, f, r, closed.Load())
		}
	}
}

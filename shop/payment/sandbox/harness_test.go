package sandbox_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

var key = []byte("0123456789abcdef")

func open(t *testing.T, cfg sandbox.Config) *sandbox.Provider {
	t.Helper()
	if cfg.Key == nil {
		cfg.Key = key
	}
	p, err := sandbox.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.CloseBook() })
	return p
}

// started is a sandbox in memory whose clock stands at noon.
func started(t *testing.T) (*sandbox.Provider, *clock.Fixed) {
	t.Helper()
	at := clock.NewFixed(noon)
	return open(t, sandbox.Config{Clock: at.Now}), at
}

func bookFile(t *testing.T) string { return filepath.Join(t.TempDir(), "a book?#%.db") }

// announce prepays 1990 fen, to be paid within 15 minutes of noon.
func announce(t *testing.T, p *sandbox.Provider, number string) {
	t.Helper()
	if _, err := p.Prepay(context.Background(), anOrder(number)); err != nil {
		t.Fatal(err)
	}
}

func pay(t *testing.T, p *sandbox.Provider, number string) {
	t.Helper()
	announce(t, p, number)
	if _, err := p.Decide(context.Background(), number, true); err != nil {
		t.Fatal(err)
	}
}

func anOrder(number string) payment.Prepay {
	return payment.Prepay{Number: number, Amount: 1990, Currency: "CNY", ExpiresAt: noon.Add(15 * time.Minute)}
}

func aRefund(number, refundNumber string, amount int64) payment.RefundOrder {
	return payment.RefundOrder{Number: number, RefundNumber: refundNumber, Amount: amount, Total: 1990, Currency: "CNY"}
}

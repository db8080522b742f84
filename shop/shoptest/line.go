package shoptest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// line is the sandbox behind a line that may be cut: then it hears and answers no question about a payment.
type line struct {
	*sandbox.Provider
	cut atomic.Bool
}

func (l *line) Close(ctx context.Context, number string) error {
	if l.cut.Load() {
		return context.DeadlineExceeded
	}
	return l.Provider.Close(ctx, number)
}

func (l *line) Query(ctx context.Context, number string) (payment.Trade, error) {
	if l.cut.Load() {
		return payment.Trade{}, context.DeadlineExceeded
	}
	return l.Provider.Query(ctx, number)
}

// Lost lets an order's time run out although it was paid: the notice, which it returns, and the provider's answer to the closing are lost on their way.
func (s *Shop) Lost(o *order.Order) payment.Notice {
	s.TB.Helper()
	s.line.cut.Store(true)
	notice := s.Decide(o, true)
	s.After(15*time.Minute + 5*time.Minute + time.Minute)
	s.Is(o, order.Cancelled)
	s.line.cut.Store(false)
	return notice
}

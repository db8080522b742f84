package order_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// slow is a provider whose first close, or first refund, does what it is asked and then keeps its caller waiting until it is let go: long enough for the
// lease to run out and another worker to take over.
type slow struct {
	*sandbox.Provider
	begun, goOn chan struct{}
}

func (p *slow) hold() {
	select {
	case p.begun <- struct{}{}:
		<-p.goOn
	default: // somebody was held before
	}
}

func (p *slow) Close(ctx context.Context, number string) error {
	err := p.Provider.Close(ctx, number)
	p.hold()
	return err
}

func (p *slow) Refund(ctx context.Context, o payment.RefundOrder) (payment.RefundResult, error) {
	result, err := p.Provider.Refund(ctx, o)
	p.hold()
	return result, err
}

// overtaken runs what is due by a worker that is held inside the provider, lets its lease run out, runs it again by another, and only then lets the first go on.
func overtaken(t *testing.T, prepare func(s *shop, o *order.Order)) (*shop, *order.Order) {
	t.Helper()
	provider := &slow{begun: make(chan struct{}, 1), goOn: make(chan struct{})}
	s := open(t, func(w *setup) {
		w.wrap = func(p *sandbox.Provider) payment.Provider { provider.Provider = p; return provider }
	})
	o := s.place(s.shopper("buyer"), want("19.90", line(s.goods("tea", "19.90", 5), 1)))
	prepare(s, o)
	first := make(chan error)
	go func() {
		_, err := s.runner.Once(context.Background())
		first <- err
	}()
	for len(provider.begun) == 0 {
		time.Sleep(time.Millisecond)
	}
	if n, err := s.runner.Once(t.Context()); n != 0 || err != nil {
		t.Errorf("another worker took %d tasks under lease, %v", n, err)
	}
	s.after(2 * time.Minute)
	close(provider.goOn)
	s.must(<-first)
	s.work()
	return s, o
}

func TestAWorkerThatIsOvertakenClosingEndsTheOrderOnce(t *testing.T) {
	s, o := overtaken(t, func(s *shop, _ *order.Order) { s.clock.Advance(15*time.Minute + 30*time.Second) })
	if ended := s.is(o, order.Cancelled); ended.Version != 2 {
		t.Errorf("the order is at version %d", ended.Version)
	}
}

func TestAWorkerThatIsOvertakenRefundingGivesBackOnce(t *testing.T) {
	s, o := overtaken(t, func(s *shop, o *order.Order) {
		s.pay(o)
		s.must(s.orders.DecideRefund(t.Context(), s.request(o, nil), true, false, ""))
	})
	s.is(o, order.Refunded)
	s.refunded(o.Payment.ID, 1990, 1990)
	if n := s.count("SELECT COUNT(*) FROM facts WHERE topic = 'RefundSettled'"); n != 1 {
		t.Errorf("%d facts say that it has arrived", n)
	}
}

func TestWhatTakesLongerThanARequestStillEnds(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	notice := s.decide(o, true)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.orders.OnNotice(gone, s.sandbox, notice); err == nil {
		t.Error("a notice was taken for a caller who had gone before it began")
	}
	s.is(o, order.PendingPayment)
	s.notify(o, notice)
	s.is(o, order.Paid)
}

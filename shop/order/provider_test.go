package order_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// mute is a provider that keeps whoever wants to close a payment waiting, for as long as he has the patience, until it is let go.
type mute struct {
	*sandbox.Provider
	begun chan struct{}
	goOn  chan struct{}
}

func (p *mute) Close(ctx context.Context, number string) error {
	p.begun <- struct{}{}
	select {
	case <-p.goOn:
		return p.Provider.Close(ctx, number)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// database is a runner of what only touches the database.
func (s *shop) database() *deadline.Runner {
	return deadline.NewRunner(s.deadlines, s.clock.Now, deadline.Pool{Workers: 4, Handlers: s.orders.Handlers()})
}

// await waits until a query counts n.
func (s *shop) await(n int, query string) {
	s.tb.Helper()
	for s.count(query) != n {
		time.Sleep(time.Millisecond)
	}
}

// More orders than there are workers wait for a provider that does not answer at all: their time to pay ends as it must, and so does everything else.
func TestAMuteProviderHoldsUpItsOwnWorkersOnly(t *testing.T) {
	const orders = 12
	provider := &mute{begun: make(chan struct{}, 1000), goOn: make(chan struct{})}
	s := open(t, func(w *setup) {
		w.wrap = func(p *sandbox.Provider) payment.Provider { provider.Provider = p; return provider }
	})
	tea := s.goods("tea", "19.90", orders+1)
	delivered := s.pay(s.place(s.shopper("early"), want("19.90", line(tea, 1))))
	_, err := s.orders.Ship(t.Context(), delivered.ID, "顺丰", "SF1")
	s.must(err)
	_, err = s.orders.Deliver(t.Context(), delivered.ID)
	s.must(err)
	s.clock.Advance(7*24*time.Hour - 20*time.Minute)
	for i := range orders {
		s.place(s.shopper(fmt.Sprint("buyer", i)), want("19.90", line(tea, 1)))
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.runner.Run(ctx)
	}()
	s.clock.Advance(15*time.Minute + 30*time.Second)
	s.deadlines.Wake()
	for range 4 {
		<-provider.begun
	}
	s.await(orders, "SELECT COUNT(*) FROM deadlines WHERE kind = 'payment.close'") // each order has asked, and waits
	s.stock(tea, 0, orders, 1, 0)
	s.clock.Advance(4*time.Minute + 30*time.Second)
	s.deadlines.Wake()
	s.await(orders, "SELECT COUNT(*) FROM orders WHERE state = 'CANCELLED'")
	s.await(1, "SELECT COUNT(*) FROM orders WHERE state = 'COMPLETED'")
	s.stock(tea, orders, 0, 1, 0)
	if n := s.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'payment.close'"); n != orders {
		t.Errorf("%d payments are still to be closed", n)
	}
	close(provider.goOn)
	stop()
	<-ended
	s.after(10 * time.Minute)
	if n := s.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'payment.close'"); n != 0 {
		t.Errorf("%d payments are not closed", n)
	}
}

// Nobody worked for a while. The order ends before anybody is asked; the payment is closed afterwards, or found to be paid.
func TestAfterFiveMinutesTheOrderEndsFirst(t *testing.T) {
	s := open(t)
	tea := s.goods("tea", "19.90", 5)
	unpaid := s.place(s.shopper("one"), want("19.90", line(tea, 1)))
	paid := s.place(s.shopper("two"), want("19.90", line(tea, 1)))
	s.decide(paid, true) // and its notice is lost
	s.clock.Advance(20 * time.Minute)
	if n, err := s.database().Once(t.Context()); n != 2 || err != nil {
		t.Fatalf("%d deadlines, %v", n, err)
	}
	s.is(unpaid, order.Cancelled)
	s.is(paid, order.Cancelled)
	s.stock(tea, 5, 0, 0, 0)
	s.work()
	s.is(unpaid, order.Cancelled)
	s.is(paid, order.Paid)
	s.stock(tea, 4, 0, 1, 0)
	if n := s.count("SELECT COUNT(*) FROM provider_calls WHERE kind = 'close' AND state = 'done'"); n != 2 {
		t.Errorf("%d payments were closed at the provider, or found to be paid", n)
	}
}

// Before that, the provider is asked by workers of its own, and the order does not wait longer than its answer takes.
func TestBeforeFiveMinutesThePaymentIsClosedFirst(t *testing.T) {
	s, provider := openSilent(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	changed, err := s.orders.Pay(t.Context(), buyer, o.ID, "WECHAT_PAY")
	s.must(err)
	provider.close = true // it is asked for the first payment at once, in vain
	s.work()
	s.clock.Advance(15*time.Minute + 30*time.Second)
	if n, err := s.database().Once(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d deadlines, %v", n, err)
	}
	s.is(o, order.PendingPayment)
	s.work() // one payment is closed, the other is not
	if p := s.is(changed, order.PendingPayment).Payment; p.State != payment.Expired {
		t.Errorf("the payment that could be closed is %s", p.State)
	}
	provider.close = false
	s.after(time.Minute)
	s.is(o, order.Cancelled)
	if n := s.count("SELECT COUNT(*) FROM deadlines"); n != 0 {
		t.Errorf("%d deadlines are left", n)
	}
}

// The first of two payments is closed long before the order's time is up, which does not end it.
func TestClosingAnEarlierPaymentEndsNoOrder(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	changed, err := s.orders.Pay(t.Context(), buyer, o.ID, "WECHAT_PAY")
	s.must(err)
	s.after(10 * time.Minute)
	if n := s.count("SELECT COUNT(*) FROM payments WHERE state = 'EXPIRED'"); n != 1 {
		t.Errorf("%d payments are closed", n)
	}
	s.is(o, order.PendingPayment)
	s.pay(changed)
	s.is(o, order.Paid)
}

func TestARefusedRefundSaysWhy(t *testing.T) {
	s := open(t)
	o := s.pay(s.place(s.shopper("buyer"), want("19.90", line(s.goods("tea", "19.90", 5), 1))))
	s.sandbox.SetFaults(sandbox.Faults{RefundsRefused: 1})
	s.must(s.orders.DecideRefund(t.Context(), s.request(o, nil), true, false, ""))
	s.work()
	if n := s.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'refund.send' AND last_error LIKE '%the provider refused%'"); n != 1 {
		t.Errorf("%d work rows say why", n)
	}
	s.after(time.Minute)
	s.is(o, order.Refunded)
}

package order_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
)

var keys atomic.Int64

// newKey is an idempotency key that nobody used.
func newKey() string { return fmt.Sprintf("key-%d", keys.Add(1)) }

func line(skuID string, quantity int) *order.LineInput {
	return &order.LineInput{SkuID: skuID, Quantity: quantity}
}

// want is an input for goods at what they cost in all.
func want(total string, lines ...*order.LineInput) *order.PlaceInput {
	expected := money.Decimal(total)
	return &order.PlaceInput{IdempotencyKey: newKey(), Checkout: &order.Checkout{Lines: lines}, ExpectedTotal: &expected}
}

// place places an order and fails the test when it is refused.
func (s *shop) place(buyer order.Buyer, in *order.PlaceInput) *order.Order {
	s.tb.Helper()
	o, err := s.orders.Place(context.Background(), buyer, in)
	s.must(err)
	return o
}

// decide plays the payment sheet of an order's newest payment at its provider, and returns the notice, which nobody has got yet.
func (s *shop) decide(o *order.Order, succeed bool) payment.Notice {
	s.tb.Helper()
	notice, err := s.bookOf(o).Decide(context.Background(), s.number(o), succeed)
	s.must(err)
	return notice
}

func (s *shop) bookOf(o *order.Order) order.Decider {
	if o.Payment.Provider == s.second.Code() {
		return s.second
	}
	return s.sandbox
}

// number is the order's newest payment's at the provider.
func (s *shop) number(o *order.Order) string {
	s.tb.Helper()
	p, err := s.payments.Get(context.Background(), o.Payment.ID)
	s.must(err)
	return p.Number
}

// notify delivers a notice and fails the test when it is not taken; goroutines may call it.
func (s *shop) notify(o *order.Order, n payment.Notice) {
	s.tb.Helper()
	s.try(s.orders.OnNotice(context.Background(), s.bookOf(o), n))
}

// pay pays an order and delivers the notice.
func (s *shop) pay(o *order.Order) *order.Order {
	s.tb.Helper()
	s.notify(o, s.decide(o, true))
	return s.now(o)
}

// now reads the order as it is.
func (s *shop) now(o *order.Order) *order.Order {
	s.tb.Helper()
	fresh, err := s.orders.Get(context.Background(), o.ID)
	s.must(err)
	return fresh
}

// is fails the test unless the order is in state.
func (s *shop) is(o *order.Order, state order.State) *order.Order {
	s.tb.Helper()
	fresh := s.now(o)
	if fresh.State != state {
		s.tb.Fatalf("the order is %s, want %s", fresh.State, state)
	}
	return fresh
}

// stock fails the test unless a SKU's counts are as given.
func (s *shop) stock(skuID string, available, held, sold, writtenOff int) {
	s.tb.Helper()
	rows, err := s.store.SQL(context.Background()).QueryContext(context.Background(), "SELECT available, held, sold, written_off FROM stocks WHERE id = ?", skuID)
	s.must(err)
	defer rows.Close()
	var got [4]int
	for rows.Next() {
		s.must(rows.Scan(&got[0], &got[1], &got[2], &got[3]))
	}
	s.must(rows.Err())
	if got != [4]int{available, held, sold, writtenOff} {
		s.tb.Fatalf("stock is %v, want available %d, held %d, sold %d, written off %d", got, available, held, sold, writtenOff)
	}
}

// refunded fails the test unless a payment has captured and given back so much, with nothing on its way.
func (s *shop) refunded(paymentID string, captured, refunded int64) {
	s.tb.Helper()
	p, err := s.payments.Get(context.Background(), paymentID)
	s.must(err)
	if p.Captured != captured || p.Refunded != refunded || p.Refunding != 0 {
		s.tb.Fatalf("the payment has captured %d, refunded %d, refunding %d; want %d, %d and 0", p.Captured, p.Refunded, p.Refunding, captured, refunded)
	}
}

// refuses fails the test unless err is the refusal, at the field.
func refuses(t tb, err error, refusal error, field ...string) *fault.Error {
	t.Helper()
	if !errors.Is(err, refusal) {
		t.Fatalf("got %v, want %v", err, refusal)
	}
	got := fault.Of(err)
	if fmt.Sprint(got.Field) != fmt.Sprint(field) {
		t.Fatalf("%v at %v, want at %v", err, got.Field, field)
	}
	return got
}

// together runs n calls at once, as nearly as goroutines can.
func together(n int, call func(i int)) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			call(i)
		})
	}
	close(start)
	group.Wait()
}

// request asks for lines of an order back, all of it when lines is nil, as its shopper.
func (s *shop) request(o *order.Order, lines []order.RefundLineInput) string {
	s.tb.Helper()
	id, err := s.orders.RequestRefund(context.Background(), order.Requester{ShopperID: o.ShopperID},
		order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Lines: lines, Reason: "不喜欢"})
	s.must(err)
	return id
}

// requestAmount asks for an amount of an order back, as its shopper.
func (s *shop) requestAmount(o *order.Order, amount money.Decimal) string {
	s.tb.Helper()
	id, err := s.orders.RequestRefund(context.Background(), order.Requester{ShopperID: o.ShopperID},
		order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Amount: &amount, Reason: "不喜欢"})
	s.must(err)
	return id
}

// approve decides a refund for its shopper, without restocking, and lets the money arrive.
func (s *shop) approve(refundID string) {
	s.tb.Helper()
	s.must(s.orders.DecideRefund(context.Background(), refundID, true, false, ""))
	s.work()
}

// refundNotice is what the sandbox would tell by itself of a refund.
func (s *shop) refundNotice(refundID string) payment.Notice {
	s.tb.Helper()
	result, err := s.sandbox.QueryRefund(context.Background(), strings.TrimPrefix(refundID, "rfd_"))
	s.must(err)
	return payment.Notice{Refund: &result}
}

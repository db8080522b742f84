package shoptest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
)

var keys atomic.Int64

// NewKey is an idempotency key that nobody used.
func NewKey() string { return fmt.Sprintf("key-%d", keys.Add(1)) }

// Shopper signs a demo shopper in on a channel and gives him an address.
func (s *Shop) Shopper(name string) order.Buyer {
	s.TB.Helper()
	const channel = "WECHAT_MINI_PROGRAM"
	session, err := s.Identity.SessionCreate(context.Background(), identity.SignIn{Channel: channel, Credentials: identity.Credentials{Code: "demo:" + name}})
	s.Must(err)
	_, err = s.Identity.AddressSave(context.Background(), session.ShopperID,
		identity.AddressDraft{Recipient: "王小明", Phone: "13800138000", Region: []string{"上海市", "上海市", "徐汇区"}, Street: "漕溪北路 1 号"})
	s.Must(err)
	return order.Buyer{ShopperID: session.ShopperID, Channel: channel, ClientIP: "203.0.113.7"}
}

// Crowd signs n shoppers in.
func (s *Shop) Crowd(prefix string, n int) []order.Buyer {
	s.TB.Helper()
	buyers := make([]order.Buyer, n)
	for i := range buyers {
		buyers[i] = s.Shopper(fmt.Sprintf("%s%d", prefix, i))
	}
	return buyers
}

// Goods puts one product on sale with a SKU per price, all with the same stock; codes are handle, handle-1, handle-2 and so on.
func (s *Shop) Goods(handle string, stock int, prices ...string) []*catalog.Sku {
	s.TB.Helper()
	in := &catalog.ProductInput{Handle: handle, Title: "茶 " + handle}
	for i, price := range prices {
		sku := &catalog.SkuInput{Code: Code(handle, i), Price: money.Decimal(price), Stock: &stock}
		if len(prices) > 1 {
			sku.Options = []*catalog.SelectedOption{{Name: "规格", Value: fmt.Sprintf("第 %d 种", i)}}
		}
		in.Skus = append(in.Skus, sku)
	}
	results, err := s.Catalog.Upsert(context.Background(), []*catalog.ProductInput{in})
	s.Must(err)
	if len(results[0].Refused) > 0 {
		s.TB.Fatal(results[0].Refused)
	}
	found, err := s.Catalog.ByHandle(context.Background(), handle, catalog.Need{})
	s.Must(err)
	return found.Skus
}

// Code is the code of the i-th SKU of Goods.
func Code(handle string, i int) string {
	if i == 0 {
		return handle
	}
	return fmt.Sprintf("%s-%d", handle, i)
}

// Decide plays the payment sheet of an order's newest payment, and returns the notice, which nobody has got yet.
func (s *Shop) Decide(o *order.Order, succeed bool) payment.Notice {
	s.TB.Helper()
	p, err := s.Payments.Get(context.Background(), o.Payment.ID)
	s.Must(err)
	notice, err := s.Sandbox.Decide(context.Background(), p.Number, succeed)
	s.Must(err)
	return notice
}

// Notify delivers a notice; goroutines may call it.
func (s *Shop) Notify(n payment.Notice) {
	s.TB.Helper()
	s.Try(s.Orders.OnNotice(context.Background(), s.Sandbox, n))
}

// Pay pays an order and delivers the notice.
func (s *Shop) Pay(o *order.Order) *order.Order {
	s.TB.Helper()
	s.Notify(s.Decide(o, true))
	return s.Now(o)
}

// Now reads an order as it is.
func (s *Shop) Now(o *order.Order) *order.Order {
	s.TB.Helper()
	fresh, err := s.Orders.Get(context.Background(), o.ID)
	s.Must(err)
	return fresh
}

// Is fails the test unless the order is in state.
func (s *Shop) Is(o *order.Order, state order.State) *order.Order {
	s.TB.Helper()
	fresh := s.Now(o)
	if fresh.State != state {
		s.TB.Fatalf("order %s is %s, want %s", o.ID, fresh.State, state)
	}
	return fresh
}

// AskBack asks for the whole of an order back, as its shopper.
func (s *Shop) AskBack(o *order.Order) (refundID string, err error) {
	return s.Orders.RequestRefund(context.Background(), order.Requester{ShopperID: o.ShopperID}, order.RefundInput{IdempotencyKey: NewKey(), OrderID: o.ID, Reason: "不想要了"})
}

// Refunded fails the test unless a payment has captured and given back so much, with nothing on its way.
func (s *Shop) Refunded(o *order.Order, captured, refunded int64) {
	s.TB.Helper()
	p, err := s.Payments.Get(context.Background(), o.Payment.ID)
	s.Must(err)
	if p.Captured != captured || p.Refunded != refunded || p.Refunding != 0 {
		s.TB.Fatalf("the payment has captured %d, refunded %d, refunding %d; want %d, %d and 0", p.Captured, p.Refunded, p.Refunding, captured, refunded)
	}
}

// Refuses fails the test unless err is the refusal, at the field.
func Refuses(t TB, err, refusal error, field ...string) *fault.Error {
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

// Together runs n calls at once, as nearly as goroutines can.
func Together(n int, call func(i int)) {
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

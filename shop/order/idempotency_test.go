package order_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

func TestOneKeyOneOrder(t *testing.T) {
	s := open(t)
	buyer, other := s.shopper("buyer"), s.shopper("other")
	tea := s.goods("tea", "19.90", 9)
	in := want("19.90", line(tea, 1))
	o := s.place(buyer, in)
	if again := s.place(buyer, in); again.ID != o.ID || again.Payment.Parameters[0].Value != o.Payment.Parameters[0].Value {
		t.Errorf("the same input again gave %s, want %s", again.ID, o.ID)
	}
	s.pay(o)
	if again := s.place(buyer, in); again.ID != o.ID || again.State != order.Paid {
		t.Errorf("a replay gave %s in %s, want the order as it is now", again.ID, again.State)
	}
	reused := want("39.80", line(tea, 2))
	reused.IdempotencyKey = in.IdempotencyKey
	_, err := s.orders.Place(t.Context(), buyer, reused)
	refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
	if theirs := s.place(other, in); theirs.ID == o.ID {
		t.Error("another shopper's same key gave the same order")
	}
	s.stock(tea, 7, 1, 1, 0)
}

func TestARefusalLeavesTheKeyFree(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 1)
	in := want("39.80", line(tea, 2))
	if _, err := s.orders.Place(t.Context(), buyer, in); err == nil {
		t.Fatal("two of one were placed")
	}
	second := want("19.90", line(tea, 1))
	second.IdempotencyKey = in.IdempotencyKey
	s.place(buyer, second)
}

func TestOneKeySentFiftyTimesAtOnce(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 9)
	in := want("19.90", line(tea, 1))
	var ids, numbers [50]string
	together(50, func(i int) {
		o, err := s.orders.Place(context.Background(), buyer, in)
		if err != nil {
			t.Error(err)
			return
		}
		ids[i], numbers[i] = o.ID, o.Payment.Parameters[0].Value
	})
	for i := range ids {
		if ids[i] != ids[0] || numbers[i] != numbers[0] || ids[i] == "" {
			t.Fatalf("answer %d is %s %s, the first was %s %s", i, ids[i], numbers[i], ids[0], numbers[0])
		}
	}
	if n := s.count("SELECT COUNT(*) FROM orders") + s.count("SELECT COUNT(*) FROM payments"); n != 2 {
		t.Errorf("%d orders and payments, want one of each", n)
	}
	s.stock(tea, 8, 1, 0, 0)
}

// silent is a provider that does not answer the calls named.
type silent struct {
	*sandbox.Provider
	prepay, close bool
}

func (p *silent) Prepay(ctx context.Context, o payment.Prepay) ([]payment.Parameter, error) {
	if p.prepay {
		return nil, context.DeadlineExceeded
	}
	return p.Provider.Prepay(ctx, o)
}

func (p *silent) Close(ctx context.Context, number string) error {
	if p.close {
		return context.DeadlineExceeded
	}
	return p.Provider.Close(ctx, number)
}

func (p *silent) Query(ctx context.Context, number string) (payment.Trade, error) {
	if p.close {
		return payment.Trade{}, context.DeadlineExceeded
	}
	return p.Provider.Query(ctx, number)
}

// openSilent is a shop whose standard provider may fall silent.
func openSilent(t *testing.T) (*shop, *silent) {
	t.Helper()
	var provider *silent
	s := open(t, func(w *setup) {
		w.wrap = func(p *sandbox.Provider) payment.Provider { provider = &silent{Provider: p}; return provider }
	})
	return s, provider
}

func TestAnOrderOutlivesAProviderThatIsDown(t *testing.T) {
	s, provider := openSilent(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 9)
	provider.prepay = true
	in := want("19.90", line(tea, 1))
	o := s.place(buyer, in)
	if o.State != order.PendingPayment || o.Payment.State != payment.Pending || len(o.Payment.Parameters) != 0 {
		t.Fatalf("the order is %s with payment %+v", o.State, o.Payment)
	}
	provider.prepay = false
	if again := s.place(buyer, in); again.ID != o.ID || again.Payment.ID != o.Payment.ID || len(again.Payment.Parameters) != 1 {
		t.Fatalf("the same key gave payment %+v, want %s with its parameters", again.Payment, o.Payment.ID)
	}
	provider.prepay = true // what was announced is kept
	paid, err := s.orders.Pay(t.Context(), buyer, o.ID, "")
	s.must(err)
	if paid.Payment.ID != o.Payment.ID || len(paid.Payment.Parameters) != 1 {
		t.Errorf("orderPay gave %+v", paid.Payment)
	}
}

func TestAPaymentPaidBeforeItsAnnouncementCameBack(t *testing.T) {
	s, provider := openSilent(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 9)
	provider.prepay = true
	in := want("19.90", line(tea, 1))
	o := s.place(buyer, in)
	provider.prepay = false
	_, err := provider.Provider.Prepay(t.Context(), payment.Prepay{Number: s.number(o), Amount: 1990, Currency: "CNY"}) // it had arrived after all
	s.must(err)
	s.decide(o, true)
	if again := s.place(buyer, in); again.State != order.Paid {
		t.Errorf("the order is %s, want PAID", again.State)
	}
}

func TestAnAnnouncementThatIsRefused(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 9)
	in := want("19.90", line(tea, 1))
	o := s.place(buyer, in)
	s.must(s.store.InTx(t.Context(), func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "UPDATE payments SET parameters = NULL WHERE id = ?", o.Payment.ID)
		return err
	}))
	s.must(s.sandbox.Close(t.Context(), s.number(o)))
	if again := s.place(buyer, in); again.Payment.State != payment.Failed {
		t.Fatalf("the payment is %s, want FAILED", again.Payment.State)
	}
	s.clock.Advance(time.Minute)
	paid, err := s.orders.Pay(t.Context(), buyer, o.ID, "")
	s.must(err)
	if paid.Payment.ID == o.Payment.ID || len(paid.Payment.Parameters) != 1 {
		t.Fatalf("orderPay gave %+v, want another payment", paid.Payment)
	}
	s.pay(paid)
	s.is(o, order.Paid)
}

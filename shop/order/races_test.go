package order_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
)

// effort says how often each race is run, from KAITUAN_RACES (3 unless set), and prints it with the seed of what is drawn, so that a failure can be had again.
var effort = sync.OnceValue(func() (e struct {
	races int
	draw  func(n int) int
},
) {
	e.races = 3
	if n, err := strconv.Atoi(os.Getenv("KAITUAN_RACES")); err == nil && n > 0 {
		e.races = n
	}
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("KAITUAN_SEED"), 10, 64); err == nil {
		seed = n
	}
	fmt.Printf("races: KAITUAN_RACES=%d KAITUAN_SEED=%d\n", e.races, seed)
	var mu sync.Mutex
	source := rand.New(rand.NewPCG(seed, 0))
	e.draw = func(n int) int {
		mu.Lock()
		defer mu.Unlock()
		return source.IntN(n)
	}
	return e
})

// rounds runs a race as often as KAITUAN_RACES says, in one shop; a round that leaves a promise broken is the one that is named.
func rounds(t *testing.T, s *shop, race func(round int)) {
	t.Helper()
	for round := range effort().races {
		race(round)
		if err := s.broken(); err != nil || t.Failed() {
			t.Fatalf("after round %d: %v", round, err)
		}
	}
}

// stagger waits a moment that is different each time, so that the calls of a race meet at different places.
func stagger() { time.Sleep(time.Duration(effort().draw(3000)) * time.Microsecond) }

// crowd signs n shoppers in.
func (s *shop) crowd(n int) []order.Buyer {
	s.tb.Helper()
	buyers := make([]order.Buyer, n)
	for i := range buyers {
		buyers[i] = s.shopper(fmt.Sprintf("buyer%d", i))
	}
	return buyers
}

func TestTheLastUnitGoesToOne(t *testing.T) {
	s := open(t)
	buyers := s.crowd(64)
	rounds(t, s, func(round int) {
		last := s.goods(fmt.Sprintf("last%d", round), "19.90", 1)
		errs, won := make([]error, len(buyers)), make([]*order.Order, len(buyers))
		together(len(buyers), func(i int) {
			won[i], errs[i] = s.orders.Place(context.Background(), buyers[i], want("19.90", line(last, 1)))
		})
		winners := 0
		for i, err := range errs {
			if err == nil {
				winners++
				s.pay(won[i])
				continue
			}
			if refusal := refuses(t, err, catalog.ErrOutOfStock, "input", "checkout", "lines", "0", "quantity"); *refusal.Available != 0 {
				t.Errorf("%d are said to be left", *refusal.Available)
			}
		}
		if winners != 1 {
			t.Fatalf("%d won the last unit", winners)
		}
		s.stock(last, 0, 0, 1, 0)
	})
}

func TestOrdersOfTheSameGoodsCrosswise(t *testing.T) {
	s := open(t)
	buyers := s.crowd(16)
	a, b := s.goods("a", "1.00", 100_000), s.goods("b", "1.00", 100_000)
	rounds(t, s, func(int) {
		errs, placed := make([]error, len(buyers)), make([]*order.Order, len(buyers))
		together(len(buyers), func(i int) {
			lines := []*order.LineInput{line(a, 1), line(b, 1)}
			if i%2 == 1 {
				lines[0], lines[1] = lines[1], lines[0]
			}
			placed[i], errs[i] = s.orders.Place(context.Background(), buyers[i], want("2.00", lines...))
		})
		s.must(errors.Join(errs...))
		together(len(buyers), func(i int) { // and out again: half are paid, half cancelled
			if i%4 < 2 {
				_, errs[i] = s.orders.Cancel(context.Background(), buyers[i].ShopperID, placed[i].ID, "")
				return
			}
			_, errs[i] = s.orders.SandboxPay(context.Background(), buyers[i].ShopperID, placed[i].Payment.ID, true)
		})
		s.must(errors.Join(errs...))
	})
}

func TestAPaymentMeetsTheDeadline(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(int) {
		o := s.place(buyer, want("19.90", line(tea, 1)))
		notice := s.decide(o, true)
		s.clock.Advance(15*time.Minute + 30*time.Second)
		together(2, func(i int) {
			stagger()
			if i == 0 {
				s.notify(o, notice)
				return
			}
			_, err := s.runner.Once(context.Background())
			s.try(err)
		})
		s.is(o, order.Paid)
	})
}

func TestAPaymentMeetsItsShoppersCancel(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(int) {
		o := s.place(buyer, want("19.90", line(tea, 1)))
		notice := s.decide(o, true)
		var cancelled error
		together(2, func(i int) {
			stagger()
			if i == 0 {
				s.notify(o, notice)
				return
			}
			_, cancelled = s.orders.Cancel(context.Background(), buyer.ShopperID, o.ID, "")
		})
		s.work()
		if cancelled == nil {
			s.is(o, order.Cancelled)
			s.refunded(o.Payment.ID, 1990, 1990)
			return
		}
		refuses(t, cancelled, order.ErrState, "input", "orderId")
		s.is(o, order.Paid)
		s.refunded(o.Payment.ID, 1990, 0)
	})
}

func TestManyCopiesOfANoticeHaveOneEffect(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(int) {
		o := s.place(buyer, want("19.90", line(tea, 1)))
		notice := s.decide(o, true)
		together(20, func(int) { s.notify(o, notice) })
		if paid := s.is(o, order.Paid); paid.Version != 2 || len(paid.Timeline) != 2 {
			t.Fatalf("the order is at version %d with %d events", paid.Version, len(paid.Timeline))
		}
		if n := s.count("SELECT COUNT(*) FROM facts WHERE aggregate = ? AND topic = 'OrderPaid'", o.ID); n != 1 {
			t.Fatalf("%d facts say that it was paid", n)
		}
		failed := s.place(buyer, want("19.90", line(tea, 1)))
		notice = s.decide(failed, false)
		together(20, func(int) { s.notify(failed, notice) })
		if fresh := s.is(failed, order.PendingPayment); fresh.Version != 2 || fresh.Payment.State != payment.Failed {
			t.Fatalf("the order is at version %d, its payment %s", fresh.Version, fresh.Payment.State)
		}
		_, err := s.orders.Cancel(t.Context(), buyer.ShopperID, failed.ID, "")
		s.must(err)
	})
}

func TestPayingTwentyTimesAtOnceStartsOnePayment(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(int) {
		o := s.place(buyer, want("19.90", line(tea, 1)))
		ids := make([]string, 20)
		together(len(ids), func(i int) {
			paid, err := s.orders.Pay(context.Background(), buyer, o.ID, "WECHAT_PAY")
			s.try(err)
			if err == nil {
				ids[i] = paid.Payment.ID
			}
		})
		for _, id := range ids {
			if id != ids[0] || id == o.Payment.ID {
				t.Fatalf("payments %v, the first was %s", ids, o.Payment.ID)
			}
		}
		s.work() // closes the first payment at its provider
		if n := s.count("SELECT COUNT(*) FROM payments WHERE order_id = ? AND state = 'PENDING'", o.ID); n != 1 {
			t.Fatalf("%d payments wait", n)
		}
		s.pay(s.now(o))
	})
}

package order_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// check lets everything under way arrive, and fails the test when a promise does not hold before or after, or when a provider's book differs from ours.
func (s *shop) check() {
	s.tb.Helper()
	if s.tb.Failed() {
		return // what it found is worth more than what follows from it
	}
	s.must(s.broken())
	s.converge()
	s.must(s.broken())
	s.hear()
	for _, provider := range s.booked {
		s.agrees(provider)
	}
}

// broken runs every invariant of this shop.
func (s *shop) broken() error {
	results, err := invariant.Run(context.Background(), s.store, s.clock.Now(), slices.Concat(catalog.Invariants(), coupon.Invariants(), order.Invariants()))
	if err != nil {
		return fmt.Errorf("check the invariants: %w", err)
	}
	return invariant.Broken(results)
}

// converge tells of every payment that we have not heard of, and gives refunds the time that they need.
func (s *shop) converge() {
	s.tb.Helper()
	for _, provider := range s.booked {
		for number := range s.unheard(provider) {
			trade, err := provider.Query(context.Background(), number)
			s.must(err)
			s.must(s.orders.OnNotice(context.Background(), provider, payment.Notice{Trade: &trade}))
		}
	}
	for range 200 {
		s.work()
		if s.count("SELECT COUNT(*) FROM refunds WHERE state IN ('APPROVED', 'FAILED')")+s.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'order.settle'") == 0 {
			return
		}
		s.clock.Advance(time.Minute)
	}
	s.tb.Fatal("money is under way for ever")
}

// unheard lists the payments that their provider has captured and we have not.
func (s *shop) unheard(provider payment.Provider) map[string]bool {
	s.tb.Helper()
	book, ours := s.books(provider)
	found := map[string]bool{}
	for number, theirs := range book {
		if theirs.Captured > 0 && ours[number].Captured == 0 {
			found[number] = true
		}
	}
	return found
}

// books are a provider's book and ours of it.
func (s *shop) books(provider payment.Provider) (theirs, ours map[string]sandbox.Account) {
	s.tb.Helper()
	book := s.sandbox
	if provider == payment.Provider(s.second) {
		book = s.second.Provider
	}
	theirs, err := book.Book(context.Background())
	s.must(err)
	rows, err := s.store.SQL(context.Background()).QueryContext(context.Background(),
		"SELECT number, captured, refunded, refunding FROM payments WHERE provider = ?", provider.Code())
	s.must(err)
	defer rows.Close()
	ours = map[string]sandbox.Account{}
	for rows.Next() {
		var number string
		var a sandbox.Account
		s.must(rows.Scan(&number, &a.Captured, &a.Refunded, &a.Refunding))
		ours[number] = a
	}
	s.must(rows.Err())
	return theirs, ours
}

// agrees compares a provider's book with our payments, number by number.
func (s *shop) agrees(provider payment.Provider) {
	s.tb.Helper()
	theirs, ours := s.books(provider)
	for number, a := range theirs {
		a.State = ""
		if ours[number] != a {
			s.tb.Errorf("payment %s: %s has %+v, we have %+v", number, provider.Code(), a, ours[number])
		}
	}
	for number, a := range ours {
		if _, known := theirs[number]; !known && a != (sandbox.Account{}) {
			s.tb.Errorf("payment %s: we have %+v, %s knows nothing of it", number, a, provider.Code())
		}
	}
}

// count runs a query for one number.
func (s *shop) count(query string, args ...any) int {
	s.tb.Helper()
	rows, err := s.store.SQL(context.Background()).QueryContext(context.Background(), query, args...)
	s.must(err)
	defer rows.Close()
	n := 0
	for rows.Next() {
		s.must(rows.Scan(&n))
	}
	s.must(rows.Err())
	return n
}

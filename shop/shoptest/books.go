package shoptest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/member"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/referral"
)

// Check lets everything under way arrive, and fails the test when a promise does not hold before or after, or when the sandbox's book differs from ours.
func (s *Shop) Check() {
	s.TB.Helper()
	if s.TB.Failed() {
		return // what it found is worth more than what follows from it
	}
	s.Must(s.Broken())
	s.Converge()
	s.Must(s.Broken())
	s.agrees()
	s.payoutsAgree()
}

// Broken runs every invariant of the shop.
func (s *Shop) Broken() error {
	list := slices.Concat(catalog.Invariants(), coupon.Invariants(), order.Invariants(), groupbuy.Invariants(), live.Invariants(), assist.Invariants(), referral.Invariants(), commission.Invariants(), points.Invariants(), member.Invariants())
	results, err := invariant.Run(context.Background(), s.Store, s.Clock.Now(), list)
	if err != nil {
		return fmt.Errorf("check the invariants: %w", err)
	}
	return invariant.Broken(results)
}

// Converge tells of every payment that we have not heard of, and gives refunds and payouts the time that they need.
func (s *Shop) Converge() {
	s.TB.Helper()
	theirs, ours := s.books()
	for number, account := range theirs {
		if account.Captured > 0 && ours[number].Captured == 0 {
			trade, err := s.Sandbox.Query(context.Background(), number)
			s.Must(err)
			s.Notify(payment.Notice{Trade: &trade})
		}
	}
	for range 200 {
		s.Work()
		if s.Count("SELECT COUNT(*) FROM refunds WHERE state IN ('APPROVED', 'FAILED')")+s.Count("SELECT COUNT(*) FROM deadlines WHERE kind IN ('order.settle', 'order.follow', 'commission.payout')") == 0 {
			return
		}
		s.Clock.Advance(time.Minute)
	}
	s.TB.Fatal("money is under way for ever")
}

// books are the sandbox's book and ours of it, by payment number.
func (s *Shop) books() (theirs, ours map[string]sandbox.Account) {
	s.TB.Helper()
	theirs, err := s.Sandbox.Book(context.Background())
	s.Must(err)
	rows, err := s.Store.SQL(context.Background()).QueryContext(context.Background(), "SELECT number, captured, refunded, refunding FROM payments")
	s.Must(err)
	defer rows.Close()
	ours = map[string]sandbox.Account{}
	for rows.Next() {
		var number string
		var a sandbox.Account
		s.Must(rows.Scan(&number, &a.Captured, &a.Refunded, &a.Refunding))
		ours[number] = a
	}
	s.Must(rows.Err())
	return theirs, ours
}

func (s *Shop) agrees() {
	s.TB.Helper()
	theirs, ours := s.books()
	for number, a := range theirs {
		a.State = ""
		if ours[number] != a {
			s.TB.Errorf("payment %s: the sandbox has %+v, we have %+v", number, a, ours[number])
		}
	}
	for number, a := range ours {
		if _, known := theirs[number]; !known && a != (sandbox.Account{}) {
			s.TB.Errorf("payment %s: we have %+v, the sandbox knows nothing of it", number, a)
		}
	}
}

// Count runs a query for one number.
func (s *Shop) Count(query string, args ...any) int {
	s.TB.Helper()
	rows, err := s.Store.SQL(context.Background()).QueryContext(context.Background(), query, args...)
	s.Must(err)
	defer rows.Close()
	n := 0
	for rows.Next() {
		s.Must(rows.Scan(&n))
	}
	s.Must(rows.Err())
	return n
}

package app_test

import (
	"path/filepath"
	"testing"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// compareGroups fails the test unless every group has ended, every order has the seat that goes with it, what was told as paid has counted, and the sandbox keeps
// what stands and nothing else.
func (b *box) compareGroups(all []*member) {
	b.t.Helper()
	ctx := b.t.Context()
	st, err := store.Open(ctx, b.url())
	if err != nil {
		b.t.Fatal(err)
	}
	defer st.Close()
	count := func(query string, args ...any) int64 { return counted(b.t, st, query, args...) }
	completed := count("SELECT COUNT(*) FROM group_buys WHERE state = 'COMPLETED'")
	expired := count("SELECT COUNT(*) FROM group_buys WHERE state = 'EXPIRED'")
	unpaid := count("SELECT COUNT(*) FROM group_buys WHERE state = 'CANCELLED' AND paid = 0")
	if groups := count("SELECT COUNT(*) FROM group_buys"); completed == 0 || completed+expired+unpaid != groups {
		b.t.Errorf("of %d groups %d are completed, %d expired, %d were never paid for", groups, completed, expired, unpaid)
	}
	if seats, orders := count("SELECT COUNT(DISTINCT order_id) FROM group_seats"), count("SELECT COUNT(*) FROM orders"); seats != orders {
		b.t.Errorf("%d seats, %d orders", seats, orders)
	}
	for _, m := range all {
		for _, p := range m.said {
			if n := count("SELECT COUNT(*) FROM group_seats WHERE order_id = ? AND group_id = ? AND state IN ('CONFIRMED', 'REFUNDED')", p.order, p.group); p.paid && n != 1 {
				b.t.Errorf("%s in %s was told to be paid, and has %d such seats", p.order, p.group, n)
			}
		}
	}
	b.t.Logf("%d groups completed, %d expired, %d never paid for", completed, expired, unpaid)
	if kept, stands := b.kept(), count("SELECT COALESCE(SUM(total), 0) FROM orders WHERE state = 'PAID'"); kept != stands {
		b.t.Errorf("the sandbox keeps %d, orders of %d stand", kept, stands)
	}
}

// counted runs a query for one number.
func counted(t testing.TB, st *store.Store, query string, args ...any) (n int64) {
	t.Helper()
	rows, err := st.SQL(t.Context()).QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// kept is what the sandbox has captured and not given back.
func (b *box) kept() (sum int64) {
	b.t.Helper()
	book, err := sandbox.Open(b.t.Context(), sandbox.Config{Path: filepath.Join(b.dir, "kaituan.sandbox.db"), Key: make([]byte, 32)})
	if err != nil {
		b.t.Fatal(err)
	}
	defer book.CloseBook()
	accounts, err := book.Book(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, a := range accounts {
		sum += a.Captured - a.Refunded - a.Refunding // by the program's clock, which is ahead of ours, it has arrived
	}
	return sum
}

package app_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// books are the shop's database and the provider's own book, read past the program.
type books struct {
	t      testing.TB
	shop   *store.Store
	wallet string // the provider's file
}

func (b *blackout) openBooks() *books {
	b.t.Helper()
	st, err := store.Open(b.t.Context(), b.url())
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = st.Close() })
	return &books{t: b.t, shop: st, wallet: filepath.Join(b.dir, "kaituan.sandbox.db")}
}

func (k *books) count(query string, args ...any) int64 {
	k.t.Helper()
	return counted(k.t, k.shop, query, args...)
}

// slowWallet has the provider fail one amount for good, and keep everybody waiting now and then, so that the power goes while calls of it are on their way. What it
// returns ends that.
func (b *blackout) slowWallet(k *books) (end func()) {
	b.t.Helper()
	book, err := sql.Open("sqlite", k.wallet+"?_pragma=busy_timeout(10000)")
	if err != nil {
		b.t.Fatal(err)
	}
	book.SetMaxOpenConns(1)
	_, err = book.Exec("CREATE TRIGGER payout_fails AFTER INSERT ON payout WHEN NEW.amount = " + itoa(failsMinor) + " BEGIN UPDATE payout SET fails = 1 WHERE number = NEW.number; END")
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var waiting sync.WaitGroup
	waiting.Go(func() {
		for ctx.Err() == nil {
			_, err := book.Exec("BEGIN IMMEDIATE")
			if err == nil {
				time.Sleep(100 * time.Millisecond)
				_, err = book.Exec("ROLLBACK")
			}
			if err != nil {
				b.t.Error("keep the provider waiting: ", err)
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	b.looks = func() {
		b.t.Helper()
		unheard := k.count("SELECT COUNT(*) FROM orders o LEFT JOIN commission_orders c ON c.order_id = o.id WHERE o.completed_at IS NOT NULL AND c.completed_at IS NULL")
		sent, err := k.shop.Texts(b.t.Context(), "SELECT id FROM withdrawals WHERE state = 'SENT'")
		if err != nil {
			b.t.Fatal(err)
		}
		known := 0
		for _, id := range sent {
			var n int
			if err := book.QueryRow("SELECT COUNT(*) FROM payout WHERE number = ?", payment.NumberOf(id)).Scan(&n); err != nil {
				b.t.Fatal(err)
			}
			known += n
		}
		b.t.Logf("%d orders are complete without commission; %d withdrawals are sent, of which the provider has heard of %d", unheard, len(sent), known)
	}
	return func() {
		cancel()
		waiting.Wait()
		_ = book.Close()
	}
}

// commission fails the test unless each complete order has paid its commission once.
func (k *books) commission(complete map[string]bool) {
	k.t.Helper()
	for order := range complete {
		rows, sum := k.count("SELECT COUNT(*) FROM commissions WHERE order_id = ?", order), k.count("SELECT COALESCE(SUM(amount), 0) FROM commissions WHERE order_id = ? AND state = 'AVAILABLE'", order)
		if rows != 2 || sum != orderEarns {
			k.t.Errorf("%s is complete and has %d commissions, %d available", order, rows, sum)
		}
	}
	all := k.count("SELECT COALESCE(SUM(amount), 0) FROM commissions")
	if want := int64(len(complete)) * orderEarns; all != want || want == 0 {
		k.t.Errorf("%d complete orders have brought %d, want %d", len(complete), all, want)
	}
	paid := k.count("SELECT COALESCE(SUM(amount), 0) FROM withdrawals WHERE state = 'SETTLED'")
	if available, withdrawn := k.count("SELECT SUM(available) FROM commission_accounts"), k.count("SELECT SUM(withdrawn) FROM commission_accounts"); available+paid != all || withdrawn != paid {
		k.t.Errorf("of %d earned %d are available and %d withdrawn, %d were paid", all, available, withdrawn, paid)
	}
}

// payouts fails the test unless the shop's withdrawals are those that were told of, each as it was told to have ended, and the provider has paid what is settled
// and nothing else.
func (k *books) payouts(asked map[string]*payout) {
	k.t.Helper()
	ctx := k.t.Context()
	book, err := sandbox.Open(ctx, sandbox.Config{Path: k.wallet, Key: make([]byte, 32), Clock: func() time.Time { return time.Now().Add(24 * time.Hour) }}) // the program's was ahead
	if err != nil {
		k.t.Fatal(err)
	}
	defer book.CloseBook()
	theirs, err := book.Payouts(ctx)
	if err != nil {
		k.t.Fatal(err)
	}
	rows, err := k.shop.Client(ctx).Withdrawal.Query().All(ctx)
	if err != nil {
		k.t.Fatal(err)
	}
	times := map[string]int{}
	for _, row := range rows {
		w, state, of := asked[row.ID], string(row.State), theirs[payment.NumberOf(row.ID)]
		switch {
		case w == nil || w.end != "" && w.end != state:
			k.t.Errorf("%s is %s and was told of as %+v", row.ID, state, w)
		case of.Amount != row.Amount || (of.Outcome == payment.PayoutSettled) != (state == "SETTLED") || (of.Outcome == payment.PayoutFailed) != (state == "FAILED"):
			k.t.Errorf("%s of %d is %s, the provider says %+v", row.ID, row.Amount, state, of)
		}
		times[state]++
		delete(theirs, payment.NumberOf(row.ID))
	}
	if len(theirs) > 0 || len(rows) != len(asked) || times["SETTLED"] == 0 || times["FAILED"] == 0 {
		k.t.Errorf("%d withdrawals were told of; there are %v, and %d payouts more", len(asked), times, len(theirs))
	}
	k.t.Logf("withdrawals: %v", times)
}

package commission_test

import (
	"errors"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// A withdrawal whose commit nobody has heard of is looked up: it has been made, or the same request makes it; never twice.
func TestAWithdrawalOfUnknownOutcome(t *testing.T) {
	at, line := testdb.OpenByLine(t)
	b := open(t, func(with *shoptest.Setup) { with.Store = at })
	for _, lost := range line.Losses() {
		t.Run(string(lost), func(t *testing.T) {
			first, _ := b.rich("o" + shoptest.NewKey()[4:])
			line.Lose(lost)
			made, err := b.Commission.Withdraw(ctx, first.ShopperID, wechat, in(string(lost[0])))
			if !line.Quiet() || errors.Is(err, fault.BusyRetry) != (lost == testdb.Commit) {
				t.Fatalf("%v", err)
			}
			if lost == testdb.Commit {
				b.stands(first, "0.00 10.00 0.00 0.00 0.00 0.00")
				made, err = b.Commission.Withdraw(ctx, first.ShopperID, wechat, in(string(lost[0])))
			}
			b.Must(err)
			b.stands(first, "0.00 9.00 1.00 0.00 0.00 0.00")
			again, err := b.Commission.Withdraw(ctx, first.ShopperID, wechat, in(string(lost[0])))
			b.Must(err)
			if again.ID != made.ID {
				t.Errorf("%s, want %s", again.ID, made.ID)
			}
			b.Work()
			b.stands(first, "0.00 9.00 0.00 1.00 0.00 0.00")
		})
	}
}

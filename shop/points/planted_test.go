package points_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/shop/points"
)

// One wrong value, in any column that the ledger counts by, and check names the promise that it breaks.
func TestCheckFindsPlantedCorruption(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	e := l.earnAt(wechat, ann, 50)
	l.redeem(ann, 50)
	l.reverse(e)
	l.earnAt(douyin, ann, 20) // pays 20 of the 50 that are owed
	bo := l.member("bo")
	l.earnAt(wechat, bo, 50)
	l.orderHold(bo, 30)
	for table, columns := range map[string]map[string]string{
		"point_postings":  {"points": "I10", "balance_after": "I10"},
		"point_entries":   {"amount": "I10"},
		"point_accounts":  {"available": "I11", "held": "I11", "debt": "I11", "seq": "I10"},
		"point_lots":      {"granted": "I12", "remaining": "I12", "held": "I12", "spent": "I12", "expired": "I12", "revoked": "I12"},
		"point_holds":     {"points": "I11", "captured": "I11", "returned": "I11"},
		"point_hold_lots": {"points": "I11", "captured": "I11", "returned": "I11"},
		"point_debts":     {"points": "I11"},
	} {
		for column, want := range columns {
			t.Run(table+"."+column, func(t *testing.T) {
				id := l.text("SELECT MAX(id) FROM " + table)
				change := func(by int) {
					l.Must(l.Store.InTx(ctx, func(ctx context.Context) error {
						_, err := l.Store.Exec(ctx, fmt.Sprintf("UPDATE %s SET %s = %s + ? WHERE id = ?", table, column, column), by, id)
						return err
					}))
				}
				change(1)
				defer change(-1)
				results, err := invariant.Run(ctx, l.Store, l.Clock.Now(), points.Invariants())
				l.Must(err)
				for _, r := range results {
					if r.Broken > 0 && r.Invariant.ID == want {
						return
					}
				}
				t.Errorf("%s does not notice", want)
			})
		}
	}
	l.Must(l.Broken())
}

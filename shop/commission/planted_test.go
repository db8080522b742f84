package commission_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/shop/commission"
)

// What an order has earned is counted beside its commissions: check sees that one is missing, or another, also when all else of it is gone as well.
func TestCheckFindsMissingCommission(t *testing.T) {
	b := open(t)
	buyer, first, _ := b.chain("p")
	o := b.bought(buyer, 1)
	tables := []string{"commissions", "commission_entries", "commission_accounts"}
	for _, table := range tables {
		b.plants("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
	}
	his := "beneficiary_id = '" + first.ShopperID + "'"
	for _, tc := range []struct {
		name    string
		changes []string
		alone   bool // nothing else notices
	}{
		{"less", []string{"UPDATE commissions SET amount = amount - 1 WHERE " + his}, false},
		{"more", []string{"UPDATE commissions SET amount = amount + 1 WHERE " + his}, false},
		{"one is gone", []string{"DELETE FROM commissions WHERE " + his}, false},
		{"one is gone, and its money", []string{
			"DELETE FROM commissions WHERE " + his, "DELETE FROM commission_entries WHERE shopper_id = '" + first.ShopperID + "'",
			"DELETE FROM commission_accounts WHERE shopper_id = '" + first.ShopperID + "'",
		}, true},
		{"all are gone, and their money", []string{"DELETE FROM commissions", "DELETE FROM commission_entries", "DELETE FROM commission_accounts"}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, change := range tc.changes {
				b.plants(change)
			}
			results, err := invariant.Run(ctx, b.Store, b.Clock.Now(), commission.Invariants())
			b.Must(err)
			broken := slices.DeleteFunc(results, func(r invariant.Result) bool { return r.Broken == 0 })
			if !slices.ContainsFunc(broken, func(r invariant.Result) bool {
				return strings.HasPrefix(r.Invariant.Promise, "all commission that was written") && strings.HasPrefix(r.First, o.ID)
			}) || tc.alone != (len(broken) == 1) {
				t.Errorf("%+v", broken)
			}
			for _, table := range tables {
				b.plants("DELETE FROM " + table)
				b.plants("INSERT INTO " + table + " SELECT * FROM kept_" + table)
			}
			b.Must(b.Broken())
		})
	}
}

// plants runs a statement past the program.
func (b *bazaar) plants(statement string) {
	b.TB.Helper()
	_, err := b.Store.DB().ExecContext(ctx, statement)
	b.Must(err)
}

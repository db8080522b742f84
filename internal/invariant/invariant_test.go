package invariant_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/testdb"
)

func TestRunNamesTheFirstBrokenRow(t *testing.T) {
	s := testdb.Open(t)
	now := clock.System()
	err := s.InTx(t.Context(), func(ctx context.Context) error {
		for _, ref := range []string{"a", "b"} {
			if err := s.Client(ctx).Deadline.Create().SetKind("k").SetRef(ref).SetDueAt(now).SetCreatedAt(now).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	holds := invariant.Invariant{ID: "X1", Promise: "nothing fails", Query: "SELECT ref FROM deadlines WHERE attempts > 0"}
	broken := invariant.Invariant{
		ID: "X2", Promise: "nothing is due", Query: "SELECT ref, kind, leased_until FROM deadlines WHERE due_at <= ? ORDER BY ref",
		Args: func(now time.Time) []any { return []any{now} },
	}
	results, err := invariant.Run(t.Context(), s, now, []invariant.Invariant{holds, broken})
	if err != nil || len(results) != 2 {
		t.Fatalf("results = %v, err = %v", results, err)
	}
	if results[0].Broken != 0 || results[1].Broken != 2 || results[1].First != "a (kind=k, leased_until=null)" {
		t.Errorf("results = %+v", results)
	}
	if invariant.Broken(results[:1]) != nil {
		t.Error("a promise that holds is called broken")
	}
	if err := invariant.Broken(results); err == nil || !strings.Contains(err.Error(), "X2 does not hold: nothing is due: 2 rows, first a") {
		t.Errorf("err = %v", err)
	}
	if _, err := invariant.Run(t.Context(), s, now, []invariant.Invariant{{ID: "X3", Query: "SELECT nothing FROM nowhere"}}); err == nil {
		t.Error("a query that fails passed for a promise that holds")
	}
}

func TestRowsUnderWayAreCounted(t *testing.T) {
	s := testdb.Open(t)
	results, err := invariant.Run(t.Context(), s, clock.System(), []invariant.Invariant{{
		ID: "T1", Promise: "nothing is left out unsaid", Query: "SELECT 1 WHERE 1 = 0", Underway: "SELECT 3",
	}})
	if err != nil || len(results) != 1 || results[0].Underway != 3 || results[0].Broken != 0 {
		t.Fatalf("%+v, %v", results, err)
	}
}

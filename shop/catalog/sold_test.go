package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/catalog"
)

func (s *shop) sold(t testing.TB, day time.Time, units map[string]int64) {
	t.Helper()
	if err := s.store.InTx(t.Context(), func(ctx context.Context) error { return s.Sold(ctx, day, units) }); err != nil {
		t.Fatal(err)
	}
}

func TestSoldCountsAndScarcity(t *testing.T) {
	s := open(t)
	s.put(t, item("a", "A", "1"))
	id := s.product(t, "a").ID
	today := time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC) // midnight in Shanghai
	for _, step := range []struct {
		name  string
		day   time.Time
		units int64
		count int64
		want  *catalog.Scarcity
	}{
		{"nothing sold: never scarce", today, 0, 0, nil},
		{"10 left at 4 a day", today, 56, 56, &catalog.Scarcity{UnitsLeft: 10, Level: catalog.Low}},
		{"10 left at 14 a day", today, 140, 196, &catalog.Scarcity{UnitsLeft: 10, Level: catalog.Critical}},
		{"returned", today, -190, 6, nil},
		{"long ago does not count", today.AddDate(0, 0, -14), 1000, 1006, nil},
		{"more returned than sold", today, -5000, 0, nil},
		{"a return on a day without sales", today.AddDate(0, 0, -3), -1, 0, nil},
	} {
		s.sold(t, step.day, map[string]int64{id: step.units})
		p := s.product(t, "a")
		if p.SoldCount != step.count || !p.Loaded.Scarcity || (p.Scarcity == nil) != (step.want == nil) || p.Scarcity != nil && *p.Scarcity != *step.want {
			t.Errorf("%s: count %d, scarcity %+v; want %d, %+v", step.name, p.SoldCount, p.Scarcity, step.count, step.want)
		}
	}
}

func TestSoldAtOnce(t *testing.T) {
	s := open(t)
	s.put(t, item("a", "A", "1"), item("b", "B", "1"))
	units := map[string]int64{s.product(t, "a").ID: 1, s.product(t, "b").ID: 2}
	day := time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() { s.sold(t, day, units) })
	}
	group.Wait()
	if s.product(t, "a").SoldCount != 16 || s.product(t, "b").SoldCount != 32 || s.column(t, "SELECT SUM(units) FROM product_sales") != "48\n" {
		t.Errorf("sold %d and %d", s.product(t, "a").SoldCount, s.product(t, "b").SoldCount)
	}
}

func TestInventoryAdjust(t *testing.T) {
	s := open(t)
	s.put(t, item("a", "A", "1"), item("b", "B", "1"))
	available := func(handle string) int { return s.product(t, handle).Skus[0].Inventory.Available }
	by := func(code string, delta int) *catalog.InventoryChange {
		return &catalog.InventoryChange{SkuCode: code, Delta: &delta}
	}
	to := func(code string, set int) *catalog.InventoryChange {
		return &catalog.InventoryChange{SkuCode: code, Set: &set}
	}
	for _, tc := range []struct {
		name    string
		key     string
		changes []*catalog.InventoryChange
		err     error
		a, b    int
	}{
		{"a delta and a set", "1", []*catalog.InventoryChange{by("b-1", 5), to("a-1", 3)}, nil, 3, 15},
		{"a replay changes nothing", "1", []*catalog.InventoryChange{by("b-1", 5), to("a-1", 3)}, nil, 3, 15},
		{"the key with other input", "1", []*catalog.InventoryChange{by("b-1", 6)}, fault.KeyReused, 3, 15},
		{"below zero undoes all", "2", []*catalog.InventoryChange{by("b-1", 1), by("a-1", -4)}, catalog.ErrOutOfStock, 3, 15},
		{"the refused key is free", "2", []*catalog.InventoryChange{by("a-1", -3)}, nil, 0, 15},
		{"a SKU twice, in order", "3", []*catalog.InventoryChange{to("a-1", 7), by("a-1", -2)}, nil, 5, 15},
		{"what is already so", "4", []*catalog.InventoryChange{to("a-1", 5)}, nil, 5, 15},
		{"no such SKU", "5", []*catalog.InventoryChange{by("b-1", 1), by("none", 1)}, fault.Missing, 5, 15},
		{"neither delta nor set", "5", []*catalog.InventoryChange{{SkuCode: "a-1"}}, fault.Invalid, 5, 15},
		{"both", "5", []*catalog.InventoryChange{{SkuCode: "a-1", Delta: new(1), Set: new(1)}}, fault.Invalid, 5, 15},
		{"set below zero", "5", []*catalog.InventoryChange{to("a-1", -1)}, fault.OutOfRange, 5, 15},
		{"beyond what a SKU holds", "5", []*catalog.InventoryChange{by("a-1", 1_000_000_000)}, fault.OutOfRange, 5, 15},
		{"no change", "5", nil, fault.Blank, 5, 15},
		{"too many", "5", make([]*catalog.InventoryChange, 501), fault.OutOfRange, 5, 15},
		{"a bad key", "", []*catalog.InventoryChange{by("a-1", 1)}, fault.Invalid, 5, 15},
	} {
		ids, err := s.InventoryAdjust(t.Context(), "prt_1", tc.key, tc.changes, "count")
		if !errors.Is(err, tc.err) || available("a") != tc.a || available("b") != tc.b {
			t.Errorf("%s: %v, a %d, b %d; want %v, %d, %d", tc.name, err, available("a"), available("b"), tc.err, tc.a, tc.b)
		}
		if err == nil && len(ids) == 0 {
			t.Errorf("%s: no SKUs", tc.name)
		}
	}
	_, err := s.InventoryAdjust(t.Context(), "prt_1", "9", []*catalog.InventoryChange{by("b-1", 1), by("a-1", -6)}, "count")
	if e := fault.Of(err); e == nil || *e.Available != 5 || e.Field[2] != "1" {
		t.Errorf("what could be had instead: %+v", e)
	}
	if _, err := s.InventoryAdjust(t.Context(), "prt_1", "7", []*catalog.InventoryChange{by("b-1", 1)}, strings.Repeat("盘", 255)); err != nil {
		t.Errorf("a long reason: %v", err)
	}
	if _, err := s.InventoryAdjust(t.Context(), "prt_1", "8", []*catalog.InventoryChange{by("b-1", 1)}, " "); !errors.Is(err, fault.Blank) {
		t.Errorf("no reason: %v", err)
	}
}

func TestAdjustRaces(t *testing.T) {
	s := open(t)
	s.put(t, item("a", "A", "1"), item("b", "B", "1"))
	const rivals, stock = 64, 10
	var won atomic.Int64
	var group sync.WaitGroup
	for i := range rivals {
		group.Go(func() {
			one := []*catalog.InventoryChange{{SkuCode: "a-1", Delta: new(-1)}, {SkuCode: "b-1", Set: new(i)}}
			if i%2 == 0 {
				one[0], one[1] = one[1], one[0]
			}
			_, err := s.InventoryAdjust(t.Context(), "prt_1", fmt.Sprint("k", i), one, "sold at the till")
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, catalog.ErrOutOfStock):
				t.Error(err)
			}
		})
	}
	group.Wait()
	if left := s.product(t, "a").Skus[0].Inventory.Available; won.Load() != stock || left != 0 {
		t.Errorf("%d of %d units were taken, %d are left", won.Load(), stock, left)
	}
}

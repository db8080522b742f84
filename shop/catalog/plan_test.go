package catalog

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
)

// TestSearchNeverScansTheTable asks the engine how it would answer, on 2,000 products (200,000 with KAITUAN_SOAK), of which one has a rare word and half
// have a common one.
func TestSearchNeverScansTheTable(t *testing.T) {
	count := 2_000
	if os.Getenv("KAITUAN_SOAK") != "" {
		count = 200_000
	}
	st := testdb.Open(t)
	s := New(st, clock.System, "CNY")
	populate(t, s, count)
	for _, tc := range []struct {
		query string
		sort  Sort
		want  int // products, at most a page of 20
	}{
		{"罕见", Relevance, 1},
		{"rarest", Relevance, 1},
		{"rarest", PriceAsc, 1},
		{"罕", Newest, 1},
		{"shirt", Relevance, 20},
		{"shirt", PriceAsc, 20},
		{"草莓", Newest, 20},
		{"s", Relevance, 20},
		{"", Newest, 20},
		{"", BestSelling, 20},
		{"", PriceDesc, 20},
		{"theatre heart", Relevance, 0},
		{"qx", Relevance, 0},
	} {
		args := ListArgs{Args: page.Args{First: 20}, Query: tc.query, Sort: tc.sort}
		plan := explain(t, s, args)
		if scans(plan) {
			t.Errorf("%q by %s reads the whole table:\n%s", tc.query, tc.sort, plan)
		}
		began := time.Now()
		listed, err := s.List(t.Context(), args, Need{})
		took := time.Since(began).Round(100 * time.Microsecond)
		if err != nil || len(listed.Products) != tc.want {
			t.Errorf("%q by %s: %v, %v; want %d", tc.query, tc.sort, listed, err, tc.want)
			continue
		}
		if byGrams := listedByGrams(t, s, args); fmt.Sprint(byGrams) != fmt.Sprint(idsOf(listed)) {
			t.Errorf("%q by %s: the window shows %v, the grams %v", tc.query, tc.sort, idsOf(listed), byGrams)
		}
		t.Logf("%q by %s: %v", tc.query, tc.sort, took)
	}
}

// listedByGrams is the first page without the short cut for common words.
func listedByGrams(t *testing.T, s *Service, args ListArgs) []string {
	t.Helper()
	l, err := s.listing(args)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.narrow(t.Context(), l, args); err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	if l.nothing {
		return ids
	}
	l.common = false
	keys, err := s.keys(t.Context(), l, nil, args.First)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	return ids
}

func idsOf(p *Page) []string {
	ids := []string{}
	for _, product := range p.Products {
		ids = append(ids, product.ID)
	}
	return ids
}

// populate stores products whose titles mix common words; one has the rare ones.
func populate(t *testing.T, s *Service, count int) {
	t.Helper()
	began := time.Now()
	words := strings.Fields("shirt 草莓 cotton 蛋糕 heat atrium thread tea rest tear 手工 leather 陶瓷 silver")
	for from := 0; from < count; from += MaxUpsert {
		var batch []*ProductInput
		for i := from; i < min(from+MaxUpsert, count); i++ {
			title := fmt.Sprintf("%s %s %s", words[i%2], words[2+i%12], words[2+i/12%12])
			if i == count/2 {
				title += " rarest 罕见"
			}
			batch = append(batch, &ProductInput{
				Handle: fmt.Sprint("p", i), Title: title, Skus: []*SkuInput{{Code: fmt.Sprint("p", i), Price: money.Decimal(fmt.Sprint(i % 1000)), Stock: new(1)}},
			})
		}
		results, err := s.Upsert(t.Context(), batch)
		if err != nil || len(results[0].Refused) > 0 {
			t.Fatal(err, results[0].Refused)
		}
	}
	err := s.store.InTx(t.Context(), func(ctx context.Context) error { // what both engines do by themselves, sooner or later
		for _, table := range []string{"products", "product_grams"} {
			statement := "ANALYZE " + table
			if !s.store.SQLite() {
				statement = "ANALYZE TABLE " + table
			}
			if _, err := s.store.SQL(ctx).ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d products stored in %v", count, time.Since(began).Round(time.Millisecond))
}

// explain returns the engine's plan of a list, "" for a common word: what most products have may be looked for in all of them.
func explain(t *testing.T, s *Service, args ListArgs) string {
	t.Helper()
	l, err := s.listing(args)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.narrow(t.Context(), l, args); err != nil {
		t.Fatal(err)
	}
	if l.nothing || l.common {
		return ""
	}
	query, values := l.statement(nil, 21)
	return run(t, s.store, map[bool]string{true: "EXPLAIN QUERY PLAN ", false: "EXPLAIN "}[s.store.SQLite()]+query, values)
}

func run(t *testing.T, st *store.Store, query string, args []any) string {
	t.Helper()
	rows, err := st.SQL(t.Context()).QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			shown := *v.(*any)
			if raw, ok := shown.([]byte); ok {
				shown = string(raw)
			}
			text += fmt.Sprintf("%s=%v ", columns[i], shown)
		}
		text += "\n"
	}
	return text
}

// scans reports whether a plan reads all products: "SCAN p" without an index on SQLite, type ALL on MySQL.
func scans(plan string) bool {
	for line := range strings.Lines(plan) {
		if strings.Contains(line, "SCAN p") && !strings.Contains(line, "USING INDEX") || strings.Contains(line, "table=p ") && strings.Contains(line, "type=ALL") {
			return true
		}
	}
	return false
}

package catalog_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/catalog"
)

// shop is a catalogue on a database of its own, whose clock stands still between writes.
type shop struct {
	*catalog.Service
	store *store.Store
	clock *clock.Fixed
}

// open returns an empty catalogue; the stock's invariants are checked when the test ends.
func open(t testing.TB) *shop {
	t.Helper()
	s := &shop{store: testdb.Open(t), clock: clock.NewFixed(time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC))}
	s.Service = catalog.New(s.store, s.clock.Now, "CNY")
	t.Cleanup(func() {
		results, err := invariant.Run(context.Background(), s.store, s.clock.Now(), catalog.Invariants())
		if err != nil {
			t.Errorf("check the invariants: %v", err)
		}
		if err := invariant.Broken(results); err != nil {
			t.Error(err)
		}
	})
	return s
}

// item is a product with one SKU of ten units.
func item(handle, title, price string, tags ...string) *catalog.ProductInput {
	return &catalog.ProductInput{
		Handle: handle, Title: title, Tags: append([]string{}, tags...),
		Skus: []*catalog.SkuInput{{Code: handle + "-1", Price: money.Decimal(price), Stock: new(10)}},
	}
}

// put stores products, a second of the clock after the last ones, and fails the test when one is refused.
func (s *shop) put(t testing.TB, inputs ...*catalog.ProductInput) []catalog.UpsertResult {
	t.Helper()
	s.clock.Advance(time.Second)
	results, err := s.Upsert(t.Context(), inputs)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if len(r.Refused) > 0 {
			t.Fatalf("%s: %v", r.Handle, r.Refused)
		}
	}
	return results
}

// product reads the product of a handle.
func (s *shop) product(t testing.TB, handle string) *catalog.Product {
	t.Helper()
	p, err := s.ByHandle(t.Context(), handle, catalog.Need{Category: true, Scarcity: true})
	if err != nil || p == nil {
		t.Fatalf("product %s: %v, %v", handle, p, err)
	}
	return p
}

// handles lists products and returns their handles.
func (s *shop) handles(t testing.TB, args catalog.ListArgs) []string {
	t.Helper()
	if args.First == 0 {
		args.First = page.MaxFirst
	}
	listed, err := s.List(t.Context(), args, catalog.Need{})
	if err != nil {
		t.Fatalf("list %+v: %v", args, err)
	}
	return handlesOf(listed)
}

func handlesOf(p *catalog.Page) []string {
	handles := []string{}
	for _, p := range p.Products {
		handles = append(handles, p.Handle)
	}
	return handles
}

// state is all that an upsert may write about a product, as text.
func (s *shop) state(t testing.TB) string {
	t.Helper()
	text := ""
	for _, query := range []string{
		"SELECT CONCAT(handle, ' ', ver, ' ', updated_at, ' ', content_hash) FROM products ORDER BY handle",
		"SELECT CONCAT(code, ' ', ver, ' ', updated_at) FROM skus ORDER BY code",
		"SELECT CONCAT(id, ' ', ver, ' ', received) FROM stocks ORDER BY id",
		"SELECT COUNT(*) FROM stock_movements", "SELECT COUNT(*) FROM product_grams", "SELECT COUNT(*) FROM product_tags", "SELECT COUNT(*) FROM categories",
	} {
		text += s.column(t, query)
	}
	return text
}

func (s *shop) column(t testing.TB, query string, args ...any) string {
	t.Helper()
	rows, err := s.store.SQL(t.Context()).QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	text := ""
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintln(line)
	}
	return text
}

// forge gives a cursor another key.
func forge(t testing.TB, cursor string, sort int64, id string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	kind, _, _ := strings.Cut(string(raw), ":{")
	return page.Encode(kind, map[string]any{"k": sort, "i": id})
}

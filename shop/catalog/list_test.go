package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
)

func TestSearch(t *testing.T) {
	s := open(t)
	s.put(t, item("berry", "丹东草莓 3斤装", "59", "水果"))
	s.put(t, item("cake", "奶油蛋糕（草莓味）", "39"))
	s.put(t, item("phone", "Apple iPhone 15 Pro", "5999", "手机"))
	s.put(t, item("case", "ＩＰＨＯＮＥ保护壳", "9", "草莓"))
	s.put(t, item("wild", `50%_off\sale`, "1"))
	s.put(t, item("ocean", "Ocean Blue Shirt", "50", "men"))
	s.put(t, item("tail", "莓", "1"))
	for _, tc := range []struct {
		query string
		want  []string
	}{
		{"草莓", []string{"cake", "berry", "case"}}, // title matches first, the newest first
		{"草", []string{"cake", "berry", "case"}},
		{"莓", []string{"tail", "cake", "berry", "case"}}, // the last character of a word
		{"iphon", []string{"case", "phone"}},
		{"IPHONE", []string{"case", "phone"}},
		{"ｉｐｈｏｎｅ 15", []string{"phone"}},
		{"pro apple", []string{"phone"}}, // words in any order
		{"hirt", []string{"ocean"}},
		{"shirt men", []string{"ocean"}}, // title and tag
		{"blue  ocean", []string{"ocean"}},
		{"bluer", []string{}},
		{"bu", []string{}},
		{"莓草", []string{}},
		{"3斤", []string{"berry"}},
		{"草莓，丹东", []string{"berry"}},
		{"%", []string{}},
		{"_", []string{}},
		{`\`, []string{}},
		{"%%", []string{}},
		{"o%n", []string{"ocean", "case", "phone"}}, // o and n, as if a space stood there
		{"50%", []string{"wild"}},
		{"5_%", []string{"wild", "phone"}},
		{"sale'; DROP TABLE products", []string{}},
		{"   ", []string{"tail", "ocean", "wild", "case", "phone", "cake", "berry"}}, // no query at all
		{strings.Repeat("z", 64), []string{}},
	} {
		if got := s.handles(t, catalog.ListArgs{Query: tc.query}); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%q: %v; want %v", tc.query, got, tc.want)
		}
	}
	for _, query := range []string{strings.Repeat("z", 65), "a b c d e f g h i", strings.Repeat("\u3316", 64)} {
		if _, err := s.List(t.Context(), catalog.ListArgs{Query: query}, catalog.Need{}); !errors.Is(err, fault.InvalidInput) {
			t.Errorf("%q: %v; want INVALID_INPUT", query, err)
		}
	}
}

func sameSet(a, b []string) bool {
	return reflect.DeepEqual(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// walk pages through a list, two products at a time, and calls between after each page.
func (s *shop) walk(t *testing.T, args catalog.ListArgs, between func()) []string {
	t.Helper()
	args.First = 2
	var all []string
	for range 100 {
		listed, err := s.List(t.Context(), args, catalog.Need{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, handlesOf(listed)...)
		if !listed.Info.HasNextPage {
			return all
		}
		args.After = *listed.Info.EndCursor
		between()
	}
	t.Fatal("the list does not end")
	return nil
}

func TestPagesSurviveInserts(t *testing.T) {
	s := open(t)
	var batch []*catalog.ProductInput
	for i := range 9 {
		in := item(fmt.Sprint("p", i), "Thing", fmt.Sprint(10+i%3)) // equal prices and equal times: the id decides
		if i%2 == 0 {
			in.Title, in.Tags = "Other", []string{"thing"}
		}
		batch = append(batch, in)
	}
	s.put(t, batch...)
	for _, tc := range []struct {
		sort  catalog.Sort
		query string
	}{
		{catalog.Newest, ""}, {catalog.Relevance, ""}, {catalog.Relevance, "thing"}, {catalog.BestSelling, "thin"}, {catalog.PriceAsc, ""}, {catalog.PriceDesc, "t"},
	} {
		n := 0
		all := s.walk(t, catalog.ListArgs{Sort: tc.sort, Query: tc.query}, func() {
			n++
			s.put(t, item(fmt.Sprintf("new-%s-%d-%d", tc.sort, len(tc.query), n), "Thing", "11"))
		})
		seen := map[string]bool{}
		for _, handle := range all {
			if seen[handle] {
				t.Errorf("%v: %s came twice", tc, handle)
			}
			seen[handle] = true
		}
		for i := range 9 {
			if !seen[fmt.Sprint("p", i)] {
				t.Errorf("%v: p%d never came", tc, i)
			}
		}
	}
}

func TestOrders(t *testing.T) {
	s := open(t)
	for i, price := range []string{"30", "10", "20"} {
		s.put(t, item(fmt.Sprint("p", i), "Thing", price))
	}
	day := time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC)
	s.sold(t, day, map[string]int64{s.product(t, "p1").ID: 5, s.product(t, "p0").ID: 2})
	for _, tc := range []struct {
		sort catalog.Sort
		want []string
	}{
		{catalog.Newest, []string{"p2", "p1", "p0"}},
		{catalog.BestSelling, []string{"p1", "p0", "p2"}},
		{catalog.PriceAsc, []string{"p1", "p2", "p0"}},
		{catalog.PriceDesc, []string{"p0", "p2", "p1"}},
	} {
		if got := s.walk(t, catalog.ListArgs{Sort: tc.sort}, func() {}); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %v; want %v", tc.sort, got, tc.want)
		}
	}
}

func TestCursorsOfOtherLists(t *testing.T) {
	s := open(t)
	s.put(t, item("a", "Thing", "1"), item("b", "Thing", "1"))
	listed, err := s.List(t.Context(), catalog.ListArgs{Args: page.Args{First: 1}, Query: "thing", Sort: catalog.Newest}, catalog.Need{})
	if err != nil {
		t.Fatal(err)
	}
	good := *listed.Info.EndCursor
	for _, tc := range []struct {
		name string
		args catalog.ListArgs
		ok   bool
	}{
		{"its own", catalog.ListArgs{Query: "thing", Sort: catalog.Newest}, true},
		{"the same words written otherwise", catalog.ListArgs{Query: " THING", Sort: catalog.Newest}, true},
		{"another query", catalog.ListArgs{Query: "thin", Sort: catalog.Newest}, false},
		{"another order", catalog.ListArgs{Query: "thing", Sort: catalog.Relevance}, false},
		{"another filter", catalog.ListArgs{Query: "thing", Sort: catalog.Newest, Filter: &catalog.Filter{InStock: new(true)}}, false},
	} {
		tc.args.Args = page.Args{First: 1, After: good}
		if _, err := s.List(t.Context(), tc.args, catalog.Need{}); (err == nil) != tc.ok || err != nil && !errors.Is(err, fault.InvalidCursor) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if _, err := s.List(t.Context(), catalog.ListArgs{Sort: "SIDEWAYS"}, catalog.Need{}); !errors.Is(err, fault.InvalidInput) {
		t.Errorf("an order that there is not: %v", err)
	}
	if _, err := s.List(t.Context(), catalog.ListArgs{Args: page.Args{First: 101}}, catalog.Need{}); !errors.Is(err, fault.InvalidInput) {
		t.Errorf("a page too long: %v", err)
	}
}

// FuzzCursor feeds List whatever a client may send: it answers or refuses, and never fails inside.
func FuzzCursor(f *testing.F) {
	s := open(f)
	s.put(f, item("a", "Thing", "1"), item("b", "Thing", "1"))
	for _, sort := range []catalog.Sort{catalog.Newest, catalog.PriceAsc, catalog.Relevance} {
		listed, err := s.List(f.Context(), catalog.ListArgs{Args: page.Args{First: 1}, Query: "thing", Sort: sort}, catalog.Need{})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(*listed.Info.EndCursor, "thing", int64(1), "prd_01JD8Q2M0V6T3C9E5K7R1XW4ZB")
	}
	f.Add("", "草莓 %_", int64(-1), "x")
	f.Add("e30", "\xff", int64(1)<<62, "")
	f.Fuzz(func(t *testing.T, cursor, query string, sort int64, id string) {
		for _, order := range []catalog.Sort{catalog.Newest, catalog.PriceAsc, catalog.Relevance} {
			args := catalog.ListArgs{Args: page.Args{First: 2, After: cursor}, Query: query, Sort: order}
			_, err := s.List(t.Context(), args, catalog.Need{})
			if err == nil || fault.Of(err) != nil {
				// A cursor of the right kind with a forged key reaches the database.
				listed, err := s.List(t.Context(), catalog.ListArgs{Args: page.Args{First: 1}, Query: "thing", Sort: order}, catalog.Need{})
				if err != nil {
					t.Fatal(err)
				}
				args.Query, args.After = "thing", forge(t, *listed.Info.EndCursor, sort, id)
				if _, err = s.List(t.Context(), args, catalog.Need{}); err != nil && !errors.Is(err, fault.InvalidCursor) {
					t.Fatalf("forged %d %q: %v", sort, id, err)
				}
				continue
			}
			t.Fatalf("%q %q: %v", cursor, query, err)
		}
	})
}

func TestFilters(t *testing.T) {
	s := open(t)
	with := func(in *catalog.ProductInput, category ...string) *catalog.ProductInput {
		in.Category = category
		return in
	}
	empty := item("empty", "E", "30", "red")
	empty.Skus[0].Stock = nil
	s.put(t, with(item("apple", "A", "10", "red", "sweet"), "food", "fruit"), with(item("bread", "B", "20", "sweet"), "food"), with(empty, "foodies"))
	roots, err := s.Categories(t.Context())
	if err != nil || len(roots) != 2 {
		t.Fatalf("roots: %v, %v", roots, err)
	}
	food, fruit := roots[0], roots[0].Children[0]
	for wanted, want := range map[bool]int{true: 0, false: 3} {
		args := catalog.ListArgs{Args: page.Args{First: 10}, Filter: &catalog.Filter{HasGroupBuy: &wanted}, WantTotal: true}
		if got, err := s.List(t.Context(), args, catalog.Need{}); err != nil || *got.TotalCount != want || len(got.Products) != want {
			t.Errorf("hasGroupBuy %v while nothing has a group price: %v, %v; want %d", wanted, handlesOf(got), err, want)
		}
	}
	s.AskGrouped(func(context.Context) ([]string, error) {
		return []string{s.product(t, "apple").ID, s.product(t, "empty").ID}, nil
	})
	for _, tc := range []struct {
		name   string
		filter catalog.Filter
		want   []string
	}{
		{"a category with what is below it", catalog.Filter{CategoryID: &food.ID}, []string{"apple", "bread"}},
		{"a leaf", catalog.Filter{CategoryID: &fruit.ID}, []string{"apple"}},
		{"no such category", catalog.Filter{CategoryID: new("cat_none")}, nil},
		{"a tag", catalog.Filter{Tags: []string{"sweet"}}, []string{"apple", "bread"}},
		{"all of the tags", catalog.Filter{Tags: []string{"sweet", "red"}}, []string{"apple"}},
		{"a price from", catalog.Filter{PriceMin: new(money.Decimal("20"))}, []string{"bread", "empty"}},
		{"a price to", catalog.Filter{PriceMax: new(money.Decimal("20.00"))}, []string{"apple", "bread"}},
		{"in stock", catalog.Filter{InStock: new(true)}, []string{"apple", "bread"}},
		{"sold out", catalog.Filter{InStock: new(false)}, []string{"empty"}},
		{"with a group price", catalog.Filter{HasGroupBuy: new(true)}, []string{"apple", "empty"}},
		{"without", catalog.Filter{HasGroupBuy: new(false)}, []string{"bread"}},
		{"with a group price and in stock", catalog.Filter{HasGroupBuy: new(true), InStock: new(true)}, []string{"apple"}},
	} {
		got, err := s.List(t.Context(), catalog.ListArgs{Args: page.Args{First: 10}, Filter: &tc.filter, WantTotal: true}, catalog.Need{})
		if err != nil || !sameSet(handlesOf(got), tc.want) || *got.TotalCount != len(tc.want) {
			t.Errorf("%s: %v, %v, total %v; want %v", tc.name, got, err, got.TotalCount, tc.want)
		}
	}
	for _, filter := range []catalog.Filter{{PriceMin: new(money.Decimal("1.005"))}, {PriceMax: new(money.Decimal("x"))}, {Tags: make([]string, 21)}} {
		if _, err := s.List(t.Context(), catalog.ListArgs{Filter: &filter}, catalog.Need{}); !errors.Is(err, fault.InvalidInput) {
			t.Errorf("%+v: %v; want INVALID_INPUT", filter, err)
		}
	}
}

// A search among the products with a group price pages through all of them once, also while a campaign ends and another starts.
func TestPagesOfProductsWithAGroupPrice(t *testing.T) {
	s := open(t)
	var batch []*catalog.ProductInput
	for i := range 12 {
		batch = append(batch, item(fmt.Sprint("p", i), "Thing", fmt.Sprint(10+i)))
	}
	s.put(t, batch...)
	var grouped []string
	for i := 0; i < 12; i += 2 {
		grouped = append(grouped, s.product(t, fmt.Sprint("p", i)).ID)
	}
	s.AskGrouped(func(context.Context) ([]string, error) { return grouped, nil })
	for _, args := range []catalog.ListArgs{{Query: "thing"}, {Sort: catalog.PriceAsc}, {Query: "t", Sort: catalog.PriceDesc}, {}} {
		args.Filter = &catalog.Filter{HasGroupBuy: new(true)}
		if got, want := s.walk(t, args, func() {}), []string{"p0", "p2", "p4", "p6", "p8", "p10"}; !sameSet(got, want) {
			t.Errorf("%q by %s: %v; want %v", args.Query, args.Sort, got, want)
		}
	}
	whole := slices.Clone(grouped)
	all := s.walk(t, catalog.ListArgs{Sort: catalog.PriceDesc, Filter: &catalog.Filter{HasGroupBuy: new(true)}}, func() {
		grouped = append(slices.Clone(whole[:4]), s.product(t, "p11").ID) // p8 and p10 have been shown or are gone, p11 comes too late
	})
	if !reflect.DeepEqual(all, []string{"p10", "p8", "p6", "p4", "p2", "p0"}) {
		t.Errorf("pages while campaigns come and go: %v", all)
	}
}

func TestStatementsDoNotGrowWithThePage(t *testing.T) {
	s := open(t)
	var batch []*catalog.ProductInput
	for i := range 60 {
		in := item(fmt.Sprint("p", i), "Thing", "1", "tag")
		in.Category = []string{"c", fmt.Sprint(i % 5)}
		batch = append(batch, in)
	}
	s.put(t, batch...)
	count := func(first int) int {
		var c store.Counter
		listed, err := s.List(store.CountStatements(t.Context(), &c),
			catalog.ListArgs{Args: page.Args{First: first}, Query: "thing", WantTotal: true}, catalog.Need{Category: true, Scarcity: true})
		if err != nil || len(listed.Products) != first {
			t.Fatalf("%d products: %v", len(listed.Products), err)
		}
		return c.Count()
	}
	if few, many := count(5), count(50); few != many || many != 7 {
		t.Errorf("%d statements for 5 products, %d for 50; want 7: grams, page, total, products, SKUs with stock, categories, sales", few, many)
	}
}

package catalog_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
)

func TestUpsertRefuses(t *testing.T) {
	s := open(t)
	s.put(t, item("other", "Other", "1"))
	long := func(n int) string { return strings.Repeat("草", n) }
	sku := func(change func(*catalog.SkuInput)) func(*catalog.ProductInput) {
		return func(p *catalog.ProductInput) { change(p.Skus[0]) }
	}
	for _, tc := range []struct {
		name   string
		change func(*catalog.ProductInput)
		want   error
		field  string
	}{
		{"no handle", func(p *catalog.ProductInput) { p.Handle = "" }, fault.Invalid, "handle"},
		{"a handle with a space", func(p *catalog.ProductInput) { p.Handle = "a b" }, fault.Invalid, "handle"},
		{"a handle too long", func(p *catalog.ProductInput) { p.Handle = long(201) }, fault.Invalid, "handle"},
		{"a blank title", func(p *catalog.ProductInput) { p.Title = " " }, fault.Blank, "title"},
		{"a title too long", func(p *catalog.ProductInput) { p.Title = long(256) }, fault.TooLong, "title"},
		{"a title with a control character", func(p *catalog.ProductInput) { p.Title = "a\x00b" }, fault.Invalid, "title"},
		{"a description too long", func(p *catalog.ProductInput) { p.Description = new(long(20001)) }, fault.TooLong, "description"},
		{"a vendor too long", func(p *catalog.ProductInput) { p.Vendor = new(long(256)) }, fault.TooLong, "vendor"},
		{"five levels of categories", func(p *catalog.ProductInput) { p.Category = []string{"a", "b", "c", "d", "e"} }, fault.OutOfRange, "category"},
		{"a blank category", func(p *catalog.ProductInput) { p.Category = []string{"a", ""} }, fault.Blank, "category 1"},
		{"a slash in a category", func(p *catalog.ProductInput) { p.Category = []string{"a/b"} }, fault.Invalid, "category 0"},
		{"a blank tag", func(p *catalog.ProductInput) { p.Tags = []string{"a", ""} }, fault.Blank, "tags 1"},
		{"a tag too long", func(p *catalog.ProductInput) { p.Tags = []string{long(61)} }, fault.TooLong, "tags 0"},
		{"too many tags", func(p *catalog.ProductInput) { p.Tags = strings.Split(numbered(51), " ") }, fault.OutOfRange, "tags"},
		{"a script for a picture", func(p *catalog.ProductInput) { p.Media = []*catalog.MediaInput{{URL: "javascript:alert(1)"}} }, fault.Invalid, "media 0 url"},
		{"another host's path", func(p *catalog.ProductInput) { p.Media = []*catalog.MediaInput{{URL: "//evil.example/a"}} }, fault.Invalid, "media 0 url"},
		{"too many pictures", func(p *catalog.ProductInput) { p.Media = make([]*catalog.MediaInput, 51) }, fault.OutOfRange, "media"},
		{"no SKU", func(p *catalog.ProductInput) { p.Skus = nil }, fault.Blank, "skus"},
		{"too many SKUs", func(p *catalog.ProductInput) { p.Skus = make([]*catalog.SkuInput, 101) }, fault.OutOfRange, "skus"},
		{"no code", sku(func(k *catalog.SkuInput) { k.Code = "" }), fault.Blank, "skus 0 code"},
		{"a code twice", func(p *catalog.ProductInput) { p.Skus = append(p.Skus, p.Skus[0]) }, fault.Invalid, "skus 1 code"},
		{"another product's code", sku(func(k *catalog.SkuInput) { k.Code = "other-1" }), catalog.ErrTaken, "skus 0 code"},
		{"a price that is no number", sku(func(k *catalog.SkuInput) { k.Price = "1e3" }), fault.Invalid, "skus 0 price"},
		{"a price of half a fen", sku(func(k *catalog.SkuInput) { k.Price = "1.005" }), fault.Invalid, "skus 0 price"},
		{"a negative price", sku(func(k *catalog.SkuInput) { k.Price = "-1" }), fault.OutOfRange, "skus 0 price"},
		{"a price beyond all bounds", sku(func(k *catalog.SkuInput) { k.Price = "99999999999999999999" }), fault.OutOfRange, "skus 0 price"},
		{"another currency", sku(func(k *catalog.SkuInput) { k.Currency = new("USD") }), fault.Invalid, "skus 0 currency"},
		{"negative stock", sku(func(k *catalog.SkuInput) { k.Stock = new(-1) }), fault.OutOfRange, "skus 0 stock"},
		{"too much stock", sku(func(k *catalog.SkuInput) { k.Stock = new(1_000_000_001) }), fault.OutOfRange, "skus 0 stock"},
		{"negative weight", sku(func(k *catalog.SkuInput) { k.WeightGrams = new(-1) }), fault.OutOfRange, "skus 0 weightGrams"},
		{"a bad picture", sku(func(k *catalog.SkuInput) { k.MediaURL = new("x") }), fault.Invalid, "skus 0 mediaUrl"},
		{"points of nothing", sku(func(k *catalog.SkuInput) { k.PricePoints = new(int64(0)) }), fault.OutOfRange, "skus 0 pricePoints"},
		{"points money without points", sku(func(k *catalog.SkuInput) { k.PricePointsMoney = new(money.Decimal("1")) }), fault.Invalid, "skus 0 pricePointsMoney"},
		{"four options", sku(func(k *catalog.SkuInput) { k.Options = make([]*catalog.SelectedOption, 4) }), fault.OutOfRange, "skus 0 options"},
		{"an option twice", sku(func(k *catalog.SkuInput) { k.Options = []*catalog.SelectedOption{{"Size", "S"}, {"size", "M"}} }), fault.Invalid, "skus 0 options 1 name"},
	} {
		in := item("mine", "Mine", "1")
		tc.change(in)
		good := item("good", "Good "+tc.name, "1")
		results, err := s.Upsert(t.Context(), []*catalog.ProductInput{in, good})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		refused := results[0].Refused
		if len(refused) != 1 || !errors.Is(refused[0], tc.want) || strings.Join(fault.Of(refused[0]).Field, " ") != tc.field {
			t.Errorf("%s: refused %v at %v; want %v at %s", tc.name, refused, fields(refused), tc.want, tc.field)
		}
		if results[1].ProductID == "" || len(results[1].Refused) > 0 {
			t.Errorf("%s: it took its neighbour along: %v", tc.name, results[1].Refused)
		}
	}
	if _, err := s.Upsert(t.Context(), make([]*catalog.ProductInput, 501)); !errors.Is(err, fault.OutOfRange) {
		t.Errorf("501 products: %v", err)
	}
}

func fields(refused []error) (all [][]string) {
	for _, err := range refused {
		all = append(all, fault.Of(err).Field)
	}
	return all
}

func numbered(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprint("n", i))
	}
	return strings.Join(all, " ")
}

func TestUpsertStoresAndChanges(t *testing.T) {
	s := open(t)
	in := &catalog.ProductInput{
		Handle: "草莓", Title: strings.Repeat("草", 255), Description: new("Sweet."), Vendor: new("农场"), Category: []string{"食品", "水果"},
		Tags: []string{"鲜", " 甜 ", "鲜"}, Media: []*catalog.MediaInput{{URL: "https://a.example/1.jpg", Alt: new("一")}},
		Skus: []*catalog.SkuInput{
			{Code: "s", Options: []*catalog.SelectedOption{{"规格", "小"}}, Price: "19.90", ListPrice: new(money.Decimal("29")), Stock: new(5), WeightGrams: new(500)},
			{Code: "l", Options: []*catalog.SelectedOption{{"规格", "大"}}, Price: "39.90", ListPrice: new(money.Decimal("39.90")), PricePoints: new(int64(100))},
		},
	}
	first := s.put(t, in)[0]
	if !first.Created || !first.Changed || first.ProductID == "" {
		t.Fatalf("first: %+v", first)
	}
	p := s.product(t, "草莓")
	small, large := p.Skus[0], p.Skus[1]
	if p.Category == nil || p.Category.Name != "水果" || p.Category.Parent.Name != "食品" || !reflect.DeepEqual(p.Tags, []string{"鲜", "甜"}) || *p.Media[0].Alt != "一" {
		t.Errorf("product: %+v", p)
	}
	if small.Code != "s" || small.Title != "小" || small.Price.List.Minor != 2900 || small.Inventory.Available != 5 || small.Product != p || !small.Available() {
		t.Errorf("small: %+v", small)
	}
	if large.Price.List != nil || large.PointsPrice.Points != 100 || large.Available() || p.Price() != small.Price {
		t.Errorf("large: %+v", large)
	}

	before := s.state(t)
	if again := s.put(t, in)[0]; again.Created || again.Changed || again.ProductID != first.ProductID || s.state(t) != before {
		t.Errorf("the same again: %+v", again)
	}

	change := &catalog.ProductInput{Handle: "草莓", Title: "Berry", Skus: []*catalog.SkuInput{{Code: "s", Price: "9.90", Stock: new(99)}, {Code: "xl", Price: "59"}}}
	if changed := s.put(t, change)[0]; changed.Created || !changed.Changed {
		t.Errorf("changed: %+v", changed)
	}
	p = s.product(t, "草莓")
	if p.Title != "Berry" || p.Description != "Sweet." || len(p.Tags) != 2 || p.Category == nil || len(p.Media) != 1 || len(p.Skus) != 3 {
		t.Errorf("what was left out did not stay: %+v", p)
	}
	if k := p.Skus[0]; k.Price.Sale.Minor != 990 || k.Price.List != nil || k.Inventory.Available != 5 || k.Title != "小" || p.Skus[2].Code != "xl" {
		t.Errorf("SKU: %+v", k)
	}
	if got := s.handles(t, catalog.ListArgs{Query: "草"}); len(got) != 0 {
		t.Errorf("the old title is still found: %v", got)
	}
	s.put(t, &catalog.ProductInput{Handle: "草莓", Title: "Berry", Category: []string{}, Tags: []string{}})
	if p = s.product(t, "草莓"); p.Category != nil || len(p.Tags) != 0 {
		t.Errorf("what was emptied stayed: %+v", p)
	}
}

func TestUpsertTwiceInOneCall(t *testing.T) {
	s := open(t)
	stolen := item("b", "B", "1")
	stolen.Skus[0].Code = "a-1"
	results, err := s.Upsert(t.Context(), []*catalog.ProductInput{item("a", "First", "1"), item("a", "Second", "2"), stolen})
	if err != nil {
		t.Fatal(err)
	}
	if len(results[0].Refused) > 0 || !errors.Is(results[1].Refused[0], catalog.ErrTaken) || !errors.Is(results[2].Refused[0], catalog.ErrTaken) {
		t.Errorf("results: %+v", results)
	}
	if s.product(t, "a").Title != "First" {
		t.Error("the second input was applied")
	}
}

func TestAProductOfTooManySkusFailsAlone(t *testing.T) {
	s := open(t)
	full := item("full", "Full", "1")
	for i := range 99 {
		full.Skus = append(full.Skus, &catalog.SkuInput{Code: fmt.Sprint("more", i), Price: "1"})
	}
	s.put(t, full)
	results, err := s.Upsert(t.Context(), []*catalog.ProductInput{
		{Handle: "full", Title: "Fuller", Skus: []*catalog.SkuInput{{Code: "one too many", Price: "1"}}}, item("new", "New", "1"),
	})
	if err != nil || len(results[0].Refused) != 1 || !errors.Is(results[0].Refused[0], fault.OutOfRange) || !results[1].Created {
		t.Errorf("results: %+v, %v", results, err)
	}
	if s.product(t, "full").Title != "Full" {
		t.Error("a refused product was changed")
	}
}

func TestRivalsUpsertOneHandle(t *testing.T) {
	s := open(t)
	const rivals = 16
	var group sync.WaitGroup
	created := make([]bool, rivals)
	for i := range rivals {
		group.Go(func() {
			in := item("rival", fmt.Sprint("Title ", i%4), "1")
			in.Category = []string{"New", fmt.Sprint(i % 2)}
			in.Skus = append(in.Skus, &catalog.SkuInput{Code: fmt.Sprint("rival-own-", i), Price: "2", Stock: new(1)})
			batch := []*catalog.ProductInput{item(fmt.Sprint("a", i%3), "A", "1"), in, item(fmt.Sprint("z", i%3), "Z", "1")}
			results, err := s.Upsert(t.Context(), batch)
			if err != nil {
				t.Errorf("rival %d: %v", i, err)
				return
			}
			for _, r := range results {
				if len(r.Refused) > 0 {
					t.Errorf("rival %d: %s: %v", i, r.Handle, r.Refused)
				}
			}
			created[i] = results[1].Created
		})
	}
	group.Wait()
	n := 0
	for _, c := range created {
		if c {
			n++
		}
	}
	p := s.product(t, "rival")
	if n != 1 || len(p.Skus) != rivals+1 {
		t.Errorf("%d created it; it has %d SKUs, want %d", n, len(p.Skus), rivals+1)
	}
	if roots, err := s.Categories(t.Context()); err != nil || len(roots) != 1 || len(roots[0].Children) != 2 {
		t.Errorf("categories: %+v, %v", roots, err)
	}
}

func TestRivalsTakeOneCode(t *testing.T) {
	s := open(t)
	const rivals = 16
	var group sync.WaitGroup
	var mu sync.Mutex
	var winners []string
	for i := range rivals {
		group.Go(func() {
			in := item(fmt.Sprint("h", i), "T", "1")
			in.Skus[0].Code = "the one"
			results, err := s.Upsert(t.Context(), []*catalog.ProductInput{in})
			if err != nil {
				t.Errorf("rival %d: %v", i, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if len(results[0].Refused) == 0 {
				winners = append(winners, in.Handle)
			} else if !errors.Is(results[0].Refused[0], catalog.ErrTaken) {
				t.Errorf("rival %d: %v", i, results[0].Refused)
			}
		})
	}
	group.Wait()
	if len(winners) != 1 {
		t.Errorf("winners: %v", winners)
	}
}

func TestVisibility(t *testing.T) {
	s := open(t)
	p := s.put(t, item("a", "A", "1"))[0]
	if err := s.VisibilitySet(t.Context(), p.ProductID, false, "recall"); err != nil {
		t.Fatal(err)
	}
	if got := s.handles(t, catalog.ListArgs{}); len(got) != 0 {
		t.Errorf("a hidden product is listed: %v", got)
	}
	hidden, err := s.Products(t.Context(), []string{p.ProductID}, catalog.Need{})
	if err != nil || len(hidden) != 1 || hidden[0].Visible || hidden[0].Skus[0].Available() {
		t.Errorf("hidden: %+v, %v", hidden, err)
	}
	before := s.state(t)
	s.clock.Advance(time.Hour)
	if err := s.VisibilitySet(t.Context(), p.ProductID, false, "recall"); err != nil || s.state(t) != before {
		t.Errorf("setting it again: %v", err)
	}
	if err := s.VisibilitySet(t.Context(), p.ProductID, true, " "); !errors.Is(err, fault.Blank) {
		t.Errorf("no reason: %v", err)
	}
	if err := s.VisibilitySet(t.Context(), "prd_none", true, "x"); !errors.Is(err, fault.Missing) {
		t.Errorf("no product: %v", err)
	}
}

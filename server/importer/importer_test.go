package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/server/importer"
	"github.com/kaituan/kaituan/shop/catalog"
)

// shop is an empty catalogue; the stock's invariants are checked when the test ends.
func shop(t testing.TB) (*catalog.Service, *store.Store) {
	t.Helper()
	s := testdb.Open(t)
	t.Cleanup(func() {
		results, err := invariant.Run(context.Background(), s, clock.System(), catalog.Invariants())
		if err != nil {
			t.Errorf("check the invariants: %v", err)
		}
		if err := invariant.Broken(results); err != nil {
			t.Error(err)
		}
	})
	return catalog.New(s, clock.System, "CNY"), s
}

func write(t testing.TB, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "products.csv")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func run(t testing.TB, svc *catalog.Service, files ...string) importer.Report {
	t.Helper()
	report, err := importer.Import(t.Context(), svc, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// state is every row that an import may write, as text.
func state(t testing.TB, s *store.Store) string {
	t.Helper()
	var text strings.Builder // an import writes many rows
	for _, query := range []string{
		"SELECT CONCAT(id, ' ', ver, ' ', updated_at) FROM products ORDER BY id", "SELECT CONCAT(id, ' ', ver, ' ', updated_at) FROM skus ORDER BY id",
		"SELECT CONCAT(id, ' ', ver) FROM stocks ORDER BY id", "SELECT COUNT(*) FROM stock_movements", "SELECT COUNT(*) FROM product_grams",
		"SELECT COUNT(*) FROM product_tags", "SELECT COUNT(*) FROM categories",
	} {
		rows, err := s.SQL(t.Context()).QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			text.WriteString(line + "\n")
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}

func product(t testing.TB, svc *catalog.Service, handle string) *catalog.Product {
	t.Helper()
	p, err := svc.ByHandle(t.Context(), handle, catalog.Need{Category: true})
	if err != nil || p == nil {
		t.Fatalf("product %s: %v, %v", handle, p, err)
	}
	return p
}

func TestSampleFiles(t *testing.T) {
	svc, s := shop(t)
	files, err := filepath.Glob("testdata/*.csv")
	if err != nil || len(files) != 3 {
		t.Fatalf("files: %v, %v", files, err)
	}
	first := run(t, svc, files...)
	if first.Refused != 0 || len(first.Failed) != 0 || first.Created != 60 || first.Rows != 84 {
		t.Fatalf("first: %+v", first)
	}
	bracelet := product(t, svc, "leather-anchor")
	if len(bracelet.Skus) != 2 || len(bracelet.Media) != 3 || bracelet.Skus[1].Code != "leather-anchor/Silver" || bracelet.Skus[1].Price.List.Minor != 8500 ||
		bracelet.Category.Name != "Bracelet" || len(bracelet.Tags) != 4 || bracelet.Options()[0].Name != "Color" {
		t.Errorf("bracelet: %+v", bracelet)
	}
	if pot := product(t, svc, "clay-plant-pot"); pot.Description != "Classic blown clay pot for plants" || pot.Skus[1].Inventory.Available != 3 {
		t.Errorf("pot: %+v", pot)
	}
	if shirt := product(t, svc, "ocean-blue-shirt"); len(shirt.Options()) != 0 || shirt.Skus[0].Title != "Ocean Blue Shirt" || shirt.Skus[0].Code != "ocean-blue-shirt" {
		t.Errorf("shirt: %+v", shirt)
	}
	before := state(t, s)
	again := run(t, svc, files...)
	if again.Unchanged != 60 || again.Created+again.Changed+again.Refused != 0 || state(t, s) != before {
		t.Errorf("again: %+v", again)
	}
}

const head = "Handle,Title,Variant Price,Variant Inventory Qty,Option1 Name,Option1 Value,Variant SKU\n"

func TestRefusals(t *testing.T) {
	svc, _ := shop(t)
	report := run(t, svc, write(t, head+
		"good,Good,1,1,,,\n"+
		"dear,Dear,1e9,1,,,\n"+ // 3
		"sizes,Sizes,1,1,Size,S,\n"+
		"sizes,,2,-1,,M,\n"+ // 5
		"short,Short\n"+ // 6: refuses sizes, which already is, and leaves nothing of its own
		"untitled,,1,1,,,\n"+ // 7
		"good,Good again,2,1,,,\n"+ // 8
		"  \n\n"+ // 9, 10
		"twins,Twins,1,1,Size,S,x\n"+
		"twins,,1,1,,M,x\n"+ // 12
		"noprice,No price,,,,,\n"+ // 13
		"last,Last,1,1,,,\n"+
		"multi,\"Two\nlines\",1,1,,,\n"+ // 15, 16
		"before,Before,1,1,,,\n"+
		"bad\"quote,Bad,1,1,,,\n"+ // 18: refuses before, too, whose variant it may have been
		"late,Late,1,x,,,\n")) // 19
	want := []string{"dear 3", "sizes 5", "untitled 7", "good 8", "twins 12", "noprice 13", "before 18", "late 19"}
	lines := map[string]int{}
	for _, r := range report.Refusals {
		lines[r.Handle] = r.Line
		if r.Reason == "" || r.File == "" {
			t.Errorf("a refusal without a reason: %+v", r)
		}
	}
	for _, w := range want {
		handle, line, _ := strings.Cut(w, " ")
		if strconv.Itoa(lines[handle]) != line {
			t.Errorf("%s is refused at line %d; want %s", handle, lines[handle], line)
		}
	}
	if report.Created != 3 || report.Refused != len(want) || len(report.Failed) != 0 {
		t.Errorf("report: %+v", report)
	}
	if product(t, svc, "multi").Title != "Two lines" {
		t.Error("a title over two lines")
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	svc, _ := shop(t)
	good := write(t, "\ufeff"+strings.ReplaceAll(head+"good,Good,1,1,,,\n", "\n", "\r\n"))
	for _, tc := range []struct{ name, text, want string }{
		{"empty", "", "empty"},
		{"only a header's BOM", "\ufeff", "empty"},
		{"not CSV", "\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"},
		{"UTF-16", "\xff\xfeH\x00a\x00", "UTF-16"},
		{"another table", "Name,Amount\na,1\n", `no column "Handle", "Title", "Variant Price"`},
		{"no price", "Handle,Title\na,1\n", `no column "Variant Price"`},
		{"a column twice", "Handle,Title,Variant Price,title\n", "twice"},
		{"GBK", head + "a,A,1,1,,,\nb,\xb2\xdd\xdd\xae,1,1,,,\n", "line 3: not UTF-8"},
		{"a quote never closed", head + "a1,A,1,1,,,\nb1,\"" + strings.Repeat("x\n", 1<<20), "line 3: the record that begins here is longer than 1 MiB"},
		{"a giant field", head + "a2,A,1,1,,,\nb2," + strings.Repeat("x", 2<<20), "line 3"},
	} {
		before := run(t, svc, good)
		report := run(t, svc, write(t, tc.text), good)
		if len(report.Failed) != 1 || !strings.Contains(report.Failed[0].Reason, tc.want) {
			t.Errorf("%s: %+v; want %q", tc.name, report.Failed, tc.want)
		}
		if before.Created+before.Unchanged != 1 || report.Unchanged == 0 {
			t.Errorf("%s: the good file was not read: %+v", tc.name, report)
		}
	}
	if report := run(t, svc, filepath.Join(t.TempDir(), "none.csv"), good); len(report.Failed) != 1 || report.Unchanged != 1 {
		t.Errorf("no such file: %+v", report)
	}
	product(t, svc, "a2") // what stands before the line that cannot be read was imported
}

func TestAQuoteNeverClosedAtTheEnd(t *testing.T) {
	svc, _ := shop(t)
	report := run(t, svc, write(t, head+"a,A,1,1,,,\nb,\"B,1,1,,,\nc,C,1,1,,,\n"))
	if report.Created != 0 || report.Refused != 1 || report.Refusals[0].Line != 3 {
		t.Errorf("report: %+v; want the product before the broken row refused, since the row may be its variant", report)
	}
}

func TestColumnsInAnyOrder(t *testing.T) {
	svc, _ := shop(t)
	report := run(t, svc, write(t, "Cost per item,variant price,Status,Title,Option2 Value,Option2 Name,Option1 Value,Option1 Name,Handle,Variant Grams,Published,"+
		"Image Src,Image Position,Image Alt Text,Tags,Type\n"+
		"3,12.5,active,草莓,红,颜色,大,规格,berry,500.4,TRUE,https://a.example/2.jpg,2,二,\"鲜, 甜,,鲜\",食品/水果\n"+
		",13,,,白,,小,,berry,,,https://a.example/1.jpg,1,,,\n"+
		",,,,,,,,berry,,,https://a.example/3.jpg,,,,\n"+
		"3,1,draft,Draft,,,,,draft,,true,,,,,\n"+
		"3,1,,Hidden,,,,,hidden,,false,,,,,\n"))
	if report.Created != 3 || report.Refused != 0 {
		t.Fatalf("report: %+v", report)
	}
	p := product(t, svc, "berry")
	if p.Skus[0].Code != "berry/大/红" || p.Skus[1].Title != "小 / 白" || p.Media[0].Address != "https://a.example/1.jpg" || len(p.Media) != 3 || *p.Media[1].Alt != "二" {
		t.Errorf("berry: %+v", p)
	}
	if len(p.Tags) != 2 || p.Category.Name != "水果" || p.Category.Parent.Name != "食品" {
		t.Errorf("berry: %+v", p)
	}
	if product(t, svc, "draft").Visible || product(t, svc, "hidden").Visible {
		t.Error("a draft is on show")
	}
}

// generate writes a file of about n rows: products of three variants, in two languages.
func generate(t testing.TB, n int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "generated.csv")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	words := strings.Fields("草莓 cotton 蛋糕 shirt 手工 leather 陶瓷 silver 有机 wool 青花 theatre 家用 mug 户外 candle")
	fmt.Fprint(f, "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty,Image Src\n")
	for i := range n / 3 {
		fmt.Fprintf(f, "p-%d,%s %s %s %d,<p>Body of %d</p>,Vendor %d,Type %d/Sub %d,\"%s, %s\",Size,S,%d.50,5,https://a.example/%d.jpg\n", i,
			words[i%16], words[i/16%16], words[i/256%16], i, i, i%10, i%7, i%3, words[i%16], words[i%5], i%90+1, i)
		fmt.Fprintf(f, "p-%d,,,,,,,M,%d.50,5,\np-%d,,,,,,,L,%d.50,5,\n", i, i%90+2, i, i%90+3)
	}
	return name
}

func TestGeneratedImport(t *testing.T) {
	rows := 20_000
	if os.Getenv("KAITUAN_SOAK") != "" {
		rows = 200_000
	}
	svc, s := shop(t)
	name := generate(t, rows)
	var shown bytes.Buffer
	began := time.Now()
	first, err := importer.Import(t.Context(), svc, []string{name}, &shown)
	if err != nil || first.Created != rows/3 || first.Refused+len(first.Failed) != 0 {
		t.Fatalf("first: %+v, %v", first, err)
	}
	took := time.Since(began)
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	before := state(t, s)
	began = time.Now()
	again := run(t, svc, name)
	againTook := time.Since(began)
	if again.Unchanged != rows/3 {
		t.Errorf("again: %d unchanged", again.Unchanged)
	}
	if state(t, s) != before {
		t.Error("importing again changed rows")
	}
	t.Logf("%d rows: %.0f rows/s, again %.0f rows/s; %d MB taken from the system; %s", first.Rows, float64(first.Rows)/took.Seconds(),
		float64(again.Rows)/againTook.Seconds(), mem.Sys>>20, strings.TrimSpace(shown.String()))
	listed, err := svc.List(t.Context(), catalog.ListArgs{Args: page.Args{First: 20}, Query: "草莓 " + strconv.Itoa(rows/3-rows/3%16)}, catalog.Need{})
	if err != nil || len(listed.Products) == 0 {
		t.Errorf("find one of them: %v, %v", listed, err)
	}
}

// FuzzImport feeds an import whatever a file may hold: it never fails inside, and the same file again changes nothing.
func FuzzImport(f *testing.F) {
	svc, s := shop(f)
	f.Add(head + "a,A,1,1,,,\n")
	f.Add("\ufeff" + head + "a,\"A\nB\",1.5,1,Size,S,\r\na,,2,1,,M,x\r\n")
	f.Add(head + "a,A,1,1,,,\nb,\"B")
	f.Add("Handle,Title,Variant Price,Body (HTML),Published,Image Src\na,A,1,<p>x<script>y,maybe,javascript:1\n")
	f.Add("\xff\xfe")
	f.Fuzz(func(t *testing.T, text string) {
		name := write(t, text)
		first := run(t, svc, name)
		before := state(t, s)
		again := run(t, svc, name)
		if again.Created+again.Changed != 0 || again.Refused != first.Refused || state(t, s) != before {
			t.Fatalf("first %+v, again %+v", first, again)
		}
	})
}

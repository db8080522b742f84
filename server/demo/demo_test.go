package demo

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
)

func TestProductsAreAShop(t *testing.T) {
	products := Products()
	if n := len(products); n < 110 || n > 150 {
		t.Errorf("%d products, want about 120", n)
	}
	handles, codes, departments := map[string]bool{}, map[string]bool{}, map[string]bool{}
	// A handle that ended in "-2" or "-s2" would take another product's picture.
	handle := regexp.MustCompile(`^[a-z]+(-[a-z0-9]*[a-z])*$`)
	var soldOut, low, reduced, forPoints, forBoth int
	for _, p := range products {
		if !handle.MatchString(p.Handle) || handles[p.Handle] {
			t.Errorf("handle %q is malformed or used twice", p.Handle)
		}
		handles[p.Handle] = true
		if len(p.Category) != 2 {
			t.Errorf("%s: category %q, want two levels", p.Handle, p.Category)
		} else {
			departments[p.Category[0]] = true
		}
		if n := utf8.RuneCountInString(p.Title); n < 4 || n > 40 {
			t.Errorf("%s: a title of %d characters", p.Handle, n)
		}
		if n := utf8.RuneCountInString(*p.Description); n < 15 || n > 120 {
			t.Errorf("%s: a description of %d characters", p.Handle, n)
		}
		if n := len(p.Tags); n < 3 || n > 6 {
			t.Errorf("%s: %d tags", p.Handle, n)
		}
		if n := len(p.Skus); n < 1 || n > 4 {
			t.Errorf("%s: %d SKUs", p.Handle, n)
		}
		chosen := map[string]bool{}
		for _, s := range p.Skus {
			if codes[s.Code] || chosen[*s.Title] {
				t.Errorf("%s (%s) is there twice", s.Code, *s.Title)
			}
			codes[s.Code], chosen[*s.Title] = true, true
			checkSKU(t, s)
			switch {
			case *s.Stock == 0:
				soldOut++
			case *s.Stock < 10:
				low++
			}
			if s.ListPrice != nil {
				reduced++
			}
			switch {
			case s.PricePointsMoney != nil:
				forBoth++
			case s.PricePoints != nil:
				forPoints++
			}
		}
	}
	if len(departments) < 8 {
		t.Errorf("%d departments, want 8 or more", len(departments))
	}
	if soldOut < 3 || low < 5 || reduced < 50 {
		t.Errorf("sold out %d, low %d, reduced %d: too few to show how they look", soldOut, low, reduced)
	}
	if forPoints < 3 || forBoth < 3 {
		t.Errorf("for points %d, for points and money %d: too few for a points mall", forPoints, forBoth)
	}
}

func checkSKU(t *testing.T, s *catalog.SkuInput) {
	t.Helper()
	price, err := money.Parse(string(s.Price), "CNY")
	if err != nil || price <= 0 {
		t.Errorf("%s: price %q: %v", s.Code, s.Price, err)
	}
	if s.ListPrice != nil {
		list, err := money.Parse(string(*s.ListPrice), "CNY")
		if err != nil || list <= price {
			t.Errorf("%s: list price %q is not above %q: %v", s.Code, *s.ListPrice, s.Price, err)
		}
	}
	if s.PricePoints != nil && *s.PricePoints < 1 {
		t.Errorf("%s: for %d points", s.Code, *s.PricePoints)
	}
	if s.PricePointsMoney != nil {
		beside, err := money.Parse(string(*s.PricePointsMoney), "CNY")
		if err != nil || beside <= 0 || beside >= price || s.PricePoints == nil {
			t.Errorf("%s: %q beside points is not below %q: %v", s.Code, *s.PricePointsMoney, s.Price, err)
		}
	}
	if *s.Stock < 0 || *s.WeightGrams <= 0 || len(s.Options) == 0 {
		t.Errorf("%s: stock %d, %d g, options %d", s.Code, *s.Stock, *s.WeightGrams, len(s.Options))
	}
	for _, o := range s.Options {
		if o.Name == "颜色" && colourNames[o.Value] == "" {
			t.Errorf("%s: nobody knows the colour %q", s.Code, o.Value)
		}
	}
}

func TestColourNamesAreColours(t *testing.T) {
	for name, hex := range colourNames {
		if c, err := parseColour(hex); err != nil || c.String() != "#"+hex {
			t.Errorf("%s: %q reads as %v, %v", name, hex, c, err)
		}
	}
}

func TestEveryPictureIsServed(t *testing.T) {
	server := httptest.NewServer(Pictures())
	defer server.Close()
	get := func(url string) []byte {
		t.Helper()
		res, err := http.Get(server.URL + url)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		svg, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/svg+xml" || res.Header.Get("ETag") == "" {
			t.Fatalf("%s: %s %v %v", url, res.Status, res.Header, err)
		}
		if len(svg) > 6000 {
			t.Errorf("%s: %d bytes", url, len(svg))
		}
		if leftover := regexp.MustCompile(`@[a-zA-Z]`).Find(svg); leftover != nil {
			t.Errorf("%s: %s was not painted", url, leftover)
		}
		for _, ref := range regexp.MustCompile(`url\(#(\w+)\)`).FindAllSubmatch(svg, -1) {
			if !regexp.MustCompile(`id="` + string(ref[1]) + `"`).Match(svg) {
				t.Errorf("%s: no gradient %s", url, ref[1])
			}
		}
		wellFormed(t, url, svg)
		return svg
	}
	seen := map[string]string{}
	for _, p := range Products() {
		if len(p.Media) < 2 {
			t.Errorf("%s: %d pictures", p.Handle, len(p.Media))
		}
		for _, m := range p.Media {
			svg := string(get(m.URL))
			if other, twice := seen[svg]; twice {
				t.Errorf("%s looks exactly like %s", m.URL, other)
			}
			seen[svg] = m.URL
		}
		for _, s := range p.Skus {
			if s.MediaURL != nil {
				get(*s.MediaURL)
			}
		}
	}
}

func wellFormed(t *testing.T, url string, svg []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s: %v", url, err)
			return
		}
	}
}

func TestPicturesAnswerLikeFiles(t *testing.T) {
	path := picturePath("luochuan-apple", "")
	get := func(method, url, etag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, url, nil)
		r.Header.Set("If-None-Match", etag)
		w := httptest.NewRecorder()
		Pictures().ServeHTTP(w, r)
		return w
	}
	first := get("GET", path, "")
	for _, tc := range []struct {
		name, method, url, etag string
		want                    int
	}{
		{"a width changes nothing", "GET", path + "?w=300", "", 200},
		{"known already", "GET", path, first.Header().Get("ETag"), 304},
		{"head", "HEAD", path, "", 200},
		{"nothing is written", "POST", path, "", 405},
		{"no such product", "GET", picturePath("moon", ""), "", 404},
		{"no such shot", "GET", picturePath("luochuan-apple", "-9"), "", 404},
		{"the folder", "GET", picturesPath, "", 404},
	} {
		if got := get(tc.method, tc.url, tc.etag).Code; got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestNothingIsRandom(t *testing.T) {
	if now := time.Now(); !reflect.DeepEqual(Products(), Products()) || !reflect.DeepEqual(Campaigns(now), Campaigns(now)) {
		t.Error("two calls differ")
	}
	l := departments()[0][0].look
	if !bytes.Equal(picture("x", l, 1), picture("x", l, 1)) {
		t.Error("two pictures of one thing differ")
	}
	a := Products()
	*a[0].Skus[0].Stock, a[0].Tags[0] = -1, "changed"
	if b := Products(); *b[0].Skus[0].Stock == -1 || b[0].Tags[0] == "changed" {
		t.Error("a caller changed the shop for the next one")
	}
}

func TestNeighboursDiffer(t *testing.T) {
	products := Products()
	for i := range products[1:60] {
		if products[i].Category[0] == products[i+1].Category[0] {
			t.Errorf("%s and %s are neighbours of one department", products[i].Handle, products[i+1].Handle)
		}
	}
}

// Each campaign is of a product's SKUs from its first, in stock for a group at least, and cheaper than buying alone.
func TestCampaignsAreBargains(t *testing.T) {
	from := time.Date(2026, 5, 6, 4, 0, 0, 0, time.UTC)
	bySku := map[string]*catalog.SkuInput{}
	for _, p := range Products() {
		for _, k := range p.Skus {
			bySku[k.Code] = k
		}
	}
	minor := func(d money.Decimal) int64 {
		n, err := money.Parse(string(d), "CNY")
		if err != nil {
			t.Errorf("price %q: %v", d, err)
		}
		return n
	}
	keys, kinds := map[string]bool{}, map[string]bool{}
	for _, c := range Campaigns(from) {
		if keys[c.IdempotencyKey] || !c.StartsAt.Equal(from) || !c.EndsAt.Equal(from.AddDate(1, 0, 0)) || !hanOnly(c.Title) {
			t.Errorf("%s: key %s, %s to %s", c.Title, c.IdempotencyKey, c.StartsAt, c.EndsAt)
		}
		keys[c.IdempotencyKey] = true
		seats := c.Size
		for _, o := range c.Offers {
			sku := bySku[o.SkuCode]
			if sku == nil {
				t.Fatalf("%s: no SKU %s", c.Title, o.SkuCode)
			}
			last := minor(sku.Price)
			for _, price := range append([]money.Decimal{o.Price}, rungPrices(o)...) {
				if minor(price) >= last {
					t.Errorf("%s: %s is not below %d", c.Title, price, last)
				}
				last = minor(price)
			}
			if n := len(o.Rungs); n > 0 {
				seats = o.Rungs[n-1].Size
				kinds["rungs"] = true
			}
			if *sku.Stock < seats {
				t.Errorf("%s: %d in stock of %s, for groups of %d", c.Title, *sku.Stock, o.SkuCode, seats)
			}
		}
		if c.LeaderReward != nil {
			kinds[string(c.LeaderReward.Kind)] = true
		}
		kinds["new customers"] = kinds["new customers"] || c.NewCustomersOnly
		kinds["merchant"] = kinds["merchant"] || c.MerchantMayComplete
	}
	if len(keys) < 6 || len(kinds) != 5 || !kinds["merchant"] || !kinds["new customers"] {
		t.Errorf("%d campaigns with %v: too few to show what there is", len(keys), kinds)
	}
}

func rungPrices(o *groupbuy.OfferDraft) (prices []money.Decimal) {
	for _, rung := range o.Rungs {
		prices = append(prices, rung.Price)
	}
	return prices
}

func hanOnly(title string) bool {
	for _, r := range title {
		if r != ' ' && !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return title != ""
}

func TestTableErrorsNameTheLine(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"too few fields", "# a / b\nx | y", "line 2: 2 fields, not 5"},
		{"unknown shape", "x | y | z | t | moon ffffff", `line 1: no shape "moon"`},
		{"bad colour", "x | y | z | t | apple red", `line 1: "red" is not a colour`},
		{"orphan", "  words", "line 1: a detail before the first product"},
	} {
		if _, err := parse(tc.text); err == nil || err.Error() != tc.want {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
		}
	}
}

func BenchmarkPicture(b *testing.B) {
	l := departments()[0][0].look
	for b.Loop() {
		picture("luochuan-apple", l, 0)
	}
}

func TestTurns(t *testing.T) {
	lottery := LiveRoom().Lotteries
	for _, tc := range []struct {
		name            string
		turns           Turns
		since           time.Duration
		number, seconds int
	}{
		{"at the beginning", lottery, 0, 0, 1200},
		{"by a clock that is behind", lottery, -time.Second, 0, 1200},
		{"in the middle", lottery, 5*time.Minute + time.Millisecond, 0, 899},
		{"less than a second before the end", lottery, 20*time.Minute - time.Millisecond, 0, 0},
		{"before the next", lottery, 25 * time.Minute, 0, 0},
		{"the next", lottery, 30 * time.Minute, 1, 1200},
		{"one that follows the last at once", LiveRoom().Offers, 24*time.Hour - time.Second, 0, 1},
		{"a week later", LiveRoom().Offers, 7*24*time.Hour + time.Hour, 7, 23 * 3600},
	} {
		if number, seconds := tc.turns.At(tc.since); number != tc.number || seconds != tc.seconds {
			t.Errorf("%s: turn %d for %d s, want %d for %d", tc.name, number, seconds, tc.number, tc.seconds)
		}
	}
}

package importer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
)

// maxCode is the longest SKU code that the catalogue takes, in characters.
const maxCode = 255

// group is the rows of one product, which stand one below the other.
type group struct {
	handle string
	line   int // where it begins
	input  *catalog.ProductInput
	names  []string // of the options, by their number
	lines  []int    // of each SKU
	images []image
	// failure is why it cannot be imported; the first reason stands.
	failure *Refusal
}

type image struct {
	place int
	url   string
	alt   *string
}

// fail refuses the product because of a line.
func (g *group) fail(line int, format string, args ...any) {
	if g.failure == nil {
		g.failure = &Refusal{Line: line, Handle: g.handle, Reason: fmt.Sprintf(format, args...)}
	}
}

// begin reads what the first row says of the whole product. What the file has a column for is set, so that an emptied cell empties the product's.
func begin(r row) *group {
	g := &group{handle: r.get(colHandle), line: r.line, input: &catalog.ProductInput{Handle: r.get(colHandle), Title: r.one(colTitle)}}
	if g.input.Title == "" {
		g.fail(r.line, "no title: a product's rows must stand together, the one with its title first")
	}
	if r.has(colBody) {
		g.input.Description = new(plainText(r.get(colBody)))
	}
	if r.has(colVendor) {
		g.input.Vendor = new(r.one(colVendor))
	}
	if r.has(colType) {
		g.input.Category = split(r.one(colType), "/")
	}
	if r.has(colTags) {
		g.input.Tags = split(r.get(colTags), ",")
	}
	for i := 1; i <= 3; i++ {
		g.names = append(g.names, r.one(optionName(i)))
	}
	g.show(r)
	return g
}

// show decides whether the product, when it is new, may be seen.
func (g *group) show(r row) {
	visible := true
	switch strings.ToLower(r.get(colPublished)) {
	case "", "true":
	case "false":
		visible = false
	default:
		g.fail(r.line, "%s is neither true nor false", colPublished)
	}
	switch strings.ToLower(r.get(colStatus)) {
	case "", "active":
	case "draft", "archived":
		visible = false
	default:
		g.fail(r.line, "%s is none of active, draft, archived", colStatus)
	}
	g.input.Visible = &visible
}

// add reads a row: a variant, a picture, or both.
func (g *group) add(r row) {
	if src := r.get(colImage); src != "" {
		picture := image{place: math.MaxInt, url: src}
		if place, err := strconv.Atoi(r.get(colImagePlace)); err == nil {
			picture.place = place
		}
		if alt := r.one(colImageAlt); alt != "" {
			picture.alt = &alt
		}
		g.images = append(g.images, picture)
	}
	if r.get(colPrice) != "" || r.get(optionValue(1)) != "" || r.get(colSku) != "" {
		g.variant(r)
	}
}

func (g *group) variant(r row) {
	k := &catalog.SkuInput{Price: money.Decimal(r.get(colPrice)), MediaURL: new(r.get(colVariantPic))}
	if k.Price == "" {
		g.fail(r.line, "no %s", colPrice)
	}
	if list := r.get(colCompare); list != "" {
		k.ListPrice = new(money.Decimal(list))
	}
	k.Options = g.options(r)
	if k.Code = strings.TrimPrefix(r.get(colSku), "'"); k.Code == "" { // Shopify puts an apostrophe before codes that look like numbers
		k.Code = codeOf(g.handle, k.Options)
	}
	k.Stock = g.whole(r, colQuantity)
	k.WeightGrams = g.weight(r)
	g.input.Skus = append(g.input.Skus, k)
	g.lines = append(g.lines, r.line)
}

// options are the row's values of the product's options. "Title: Default Title" is how the format says that there are none.
func (g *group) options(r row) []*catalog.SelectedOption {
	options := []*catalog.SelectedOption{}
	for i, name := range g.names {
		value := r.one(optionValue(i + 1))
		switch {
		case value == "" || name == "Title" && value == "Default Title":
		case name == "":
			g.fail(r.line, "%s is set, but the product's first row has no %s", optionValue(i+1), optionName(i+1))
		default:
			options = append(options, &catalog.SelectedOption{Name: name, Value: value})
		}
	}
	return options
}

// whole reads a number of units. One below zero is refused: to take it for zero would hide that the merchant has sold what was not there.
func (g *group) whole(r row, column string) *int {
	text := r.get(column)
	if text == "" {
		return new(0)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		g.fail(r.line, "%s is not a whole number", column)
	} else if n < 0 {
		g.fail(r.line, "%s is below zero", column)
	}
	return &n
}

// weight reads grams; some exports write them with decimals.
func (g *group) weight(r row) *int {
	text := r.get(colGrams)
	if text == "" {
		return nil
	}
	grams, err := strconv.ParseFloat(text, 64)
	if err != nil || !(grams >= 0 && grams < 1e9) {
		g.fail(r.line, "%s is not a weight", colGrams)
		return nil
	}
	return new(int(math.Round(grams)))
}

// end puts the pictures in their order, each once, and returns the product.
func (g *group) end(h *header) *catalog.ProductInput {
	if !h.has(colImage) {
		return g.input
	}
	slices.SortStableFunc(g.images, func(a, b image) int { return cmp.Compare(a.place, b.place) })
	g.input.Media = []*catalog.MediaInput{}
	seen := map[string]bool{}
	for _, i := range g.images {
		if !seen[i.url] {
			seen[i.url] = true
			g.input.Media = append(g.input.Media, &catalog.MediaInput{URL: i.url, Alt: i.alt})
		}
	}
	return g.input
}

// codeOf names a variant that has no code, by its handle and options: the same ones every time, so that importing again finds it.
func codeOf(handle string, options []*catalog.SelectedOption) string {
	code := handle
	for _, o := range options {
		code += "/" + o.Value
	}
	runes := []rune(code)
	if len(runes) <= maxCode {
		return code
	}
	sum := sha256.Sum256([]byte(code))
	return string(runes[:maxCode-17]) + "~" + hex.EncodeToString(sum[:8])
}

// split cuts a list at a separator and drops what is blank. It is never nil: an empty cell empties the list.
func split(text, separator string) []string {
	parts := []string{}
	for part := range strings.SplitSeq(text, separator) {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

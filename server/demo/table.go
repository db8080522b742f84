package demo

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
)

// The tables read like a price list; blank lines do not count:
//
//	# department / category
//	handle | title | vendor | tags | shape[/emblem] colour [colour [colour]]
//	  description
//	  option:value option:value | price | list price or - | stock | grams [ | points[+money] in the points mall]
//
//go:embed data/*.txt
var dataFiles embed.FS

// product is one entry of the tables.
type product struct {
	handle, title, vendor, description string
	category, tags                     []string
	look                               look
	skus                               []sku
}

type sku struct {
	options      []catalog.SelectedOption
	price, list  money.Decimal // list is "" when the SKU was never dearer
	stock, grams int
	points       int64         // what it costs in the points mall, 0 when it is not there
	beside       money.Decimal // the money that its points price asks for, too; "" for none
}

// departments holds the products by file. The tables are part of the program, so a mistake in one is a mistake in the program: it panics, and the test
// names the line.
var departments = sync.OnceValue(func() [][]product {
	names, err := fs.Glob(dataFiles, "data/*.txt")
	if err != nil {
		panic(err)
	}
	all := make([][]product, len(names))
	for i, name := range names {
		text, err := dataFiles.ReadFile(name)
		if err == nil {
			all[i], err = parse(string(text))
		}
		if err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
	}
	return all
})

// parse reads one table. Its errors name the line.
func parse(text string) ([]product, error) {
	var (
		products []product
		category []string
	)
	for i, line := range strings.Split(text, "\n") {
		var err error
		switch body := strings.TrimSpace(line); {
		case body == "":
		case strings.HasPrefix(line, "# "):
			category = strings.Split(line[2:], " / ")
		case !strings.HasPrefix(line, " "):
			var p product
			p, err = parseProduct(body)
			p.category = category
			products = append(products, p)
		case len(products) == 0:
			err = fmt.Errorf("a detail before the first product")
		case products[len(products)-1].description == "":
			products[len(products)-1].description = body
		default:
			var s sku
			s, err = parseSKU(body)
			products[len(products)-1].skus = append(products[len(products)-1].skus, s)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return products, nil
}

func parseProduct(line string) (product, error) {
	f := strings.Split(line, " | ")
	if len(f) != 5 {
		return product{}, fmt.Errorf("%d fields, not 5", len(f))
	}
	look, err := parseLook(f[4])
	return product{handle: f[0], title: f[1], vendor: f[2], tags: strings.Fields(f[3]), look: look}, err
}

func parseSKU(line string) (sku, error) {
	f := strings.Split(line, " | ")
	if len(f) != 5 && len(f) != 6 {
		return sku{}, fmt.Errorf("%d fields, not 5 or 6", len(f))
	}
	s := sku{price: money.Decimal(f[1])}
	if f[2] != "-" {
		s.list = money.Decimal(f[2])
	}
	// A value may hold spaces ("L 44片"); only a word with a colon begins the next option.
	for _, word := range strings.Fields(f[0]) {
		if name, value, ok := strings.Cut(word, ":"); ok {
			s.options = append(s.options, catalog.SelectedOption{Name: name, Value: value})
		} else if n := len(s.options); n > 0 {
			s.options[n-1].Value += " " + word
		}
	}
	var stockErr, gramsErr, pointsErr error
	if len(f) == 6 {
		points, beside, _ := strings.Cut(f[5], "+")
		s.points, pointsErr = strconv.ParseInt(points, 10, 64)
		s.beside = money.Decimal(beside)
	}
	s.stock, stockErr = strconv.Atoi(f[3])
	s.grams, gramsErr = strconv.Atoi(f[4])
	return s, cmp.Or(stockErr, gramsErr, pointsErr)
}

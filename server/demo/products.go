package demo

import (
	"strings"

	"github.com/kaituan/kaituan/shop/catalog"
)

// Products are the demo shop's goods as its merchant would import them, always the same ones in the same order. Departments take turns, so that a feed that
// begins with the newest shows a bit of everything. The caller owns what it gets.
func Products() []catalog.ProductInput {
	var inputs []catalog.ProductInput
	left := departments()
	for row := 0; ; row++ {
		before := len(inputs)
		for _, department := range left {
			if row < len(department) {
				inputs = append(inputs, department[row].input())
			}
		}
		if len(inputs) == before {
			return inputs
		}
	}
}

func (p product) input() catalog.ProductInput {
	in := catalog.ProductInput{
		Handle:      p.handle,
		Title:       p.title,
		Description: &p.description,
		Vendor:      &p.vendor,
		Category:    append([]string(nil), p.category...),
		Tags:        append([]string(nil), p.tags...),
	}
	for shot := range shots {
		in.Media = append(in.Media, &catalog.MediaInput{URL: picturePath(p.handle, shotSuffix(shot)), Alt: &p.title})
	}
	for i, s := range p.skus {
		in.Skus = append(in.Skus, p.skuInput(i, s))
	}
	return in
}

func (p product) skuInput(i int, s sku) *catalog.SkuInput {
	in := &catalog.SkuInput{Code: skuCode(p.handle, i), Price: s.price, Stock: &s.stock, WeightGrams: &s.grams}
	if s.list != "" {
		list := s.list
		in.ListPrice = &list
	}
	if s.points > 0 {
		in.PricePoints = &s.points
	}
	if s.beside != "" {
		in.PricePointsMoney = &s.beside
	}
	currency := "CNY"
	in.Currency = &currency
	var title []string
	for _, o := range s.options {
		in.Options = append(in.Options, &catalog.SelectedOption{Name: o.Name, Value: o.Value})
		title = append(title, o.Value)
	}
	joined := strings.Join(title, " ")
	in.Title = &joined
	if s.colour() != "" {
		url := picturePath(p.handle, skuSuffix(i))
		in.MediaURL = &url
	}
	return in
}

// colour is the hex colour that the SKU comes in, "" when it is the product's own.
func (s sku) colour() string {
	for _, o := range s.options {
		if o.Name == "颜色" {
			return colourNames[o.Value]
		}
	}
	return ""
}

package catalog

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/kaituan/kaituan/ent/schema"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
)

// Bounds of a SKU.
const (
	maxCode        = 255
	maxSkuTitle    = 255
	maxOptions     = 3
	maxOptionName  = 60
	maxOptionValue = 255
	maxUnits       = 1_000_000_000
	// maxPrice, in minor units, keeps every sum within money.Max: an order or a cart has at most 100 priced lines of at most 999 units.
	maxPrice = money.Max / (100 * 1000)
	maxGrams = 100_000_000
)

// skuContent is what a SKU's input says. Prices go together: one that is left out ends. Of the rest nil stays as it is.
type skuContent struct {
	Code                      string
	Title                     *string
	Options                   []schema.Option
	Price                     int64
	List, Points, PointsMoney *int64
	Weight                    *int
	MediaURL                  *string
	Stock                     int64 `json:"-"`
}

func (s *Service) draftSkus(d *draft, inputs []*SkuInput) {
	if len(inputs) > maxSkus {
		d.refuse(fault.OutOfRange.At("skus"))
		return
	}
	seen := map[string]bool{}
	for i, in := range inputs {
		at := []string{"skus", strconv.Itoa(i)}
		k := skuContent{
			Code: d.text(in.Code, 1, maxCode, path(at, "code")...), Title: d.optional(in.Title, maxSkuTitle, path(at, "title")...),
			Options: d.options(in.Options, at), Weight: in.WeightGrams, MediaURL: in.MediaURL,
		}
		if seen[k.Code] {
			d.refuse(fault.Invalid.At(path(at, "code")...).Saying("Two SKUs have this code.", "SKU 编码重复。"))
		}
		seen[k.Code] = true
		if in.WeightGrams != nil && (*in.WeightGrams < 0 || *in.WeightGrams > maxGrams) {
			d.refuse(fault.OutOfRange.At(path(at, "weightGrams")...))
		}
		if in.MediaURL != nil && *in.MediaURL != "" && !ValidURL(*in.MediaURL) {
			d.refuse(fault.Invalid.At(path(at, "mediaUrl")...))
		}
		if in.Stock != nil {
			if k.Stock = int64(*in.Stock); k.Stock < 0 || k.Stock > maxUnits {
				d.refuse(fault.OutOfRange.At(path(at, "stock")...))
			}
		}
		s.draftPrices(d, &k, in, at)
		d.Skus = append(d.Skus, k)
	}
}

func (s *Service) draftPrices(d *draft, k *skuContent, in *SkuInput, at []string) {
	if in.Currency != nil && *in.Currency != s.currency {
		d.refuse(fault.Invalid.At(path(at, "currency")...).Saying("The shop trades in "+s.currency+".", "店铺货币为 "+s.currency+"。"))
		return
	}
	k.Price = s.price(d, in.Price, path(at, "price"))
	if in.ListPrice != nil {
		// A price is crossed out only for a lower one; an equal or lower list price says nothing to a shopper.
		if list := s.price(d, *in.ListPrice, path(at, "listPrice")); list > k.Price {
			k.List = &list
		}
	}
	if in.PricePoints != nil {
		if k.Points = in.PricePoints; *k.Points < 1 || *k.Points > money.Max {
			d.refuse(fault.OutOfRange.At(path(at, "pricePoints")...))
		}
	}
	if in.PricePointsMoney != nil {
		amount := s.price(d, *in.PricePointsMoney, path(at, "pricePointsMoney"))
		if k.PointsMoney = &amount; k.Points == nil {
			d.refuse(fault.Invalid.At(path(at, "pricePointsMoney")...).Saying("A points price needs pricePoints.", "积分价需要 pricePoints。"))
		}
	}
}

func (s *Service) price(d *draft, text money.Decimal, field []string) int64 {
	amount, err := money.Parse(string(text), s.currency)
	switch {
	case errors.Is(err, money.ErrOverflow) || err == nil && (amount < 0 || amount > maxPrice):
		d.refuse(fault.OutOfRange.At(field...))
	case err != nil:
		d.refuse(fault.Invalid.At(field...).Saying("This is not an amount of the shop's currency.", "金额格式无效。"))
	}
	return amount
}

func (d *draft) options(inputs []*SelectedOption, at []string) []schema.Option {
	if inputs == nil {
		return nil
	}
	if len(inputs) > maxOptions {
		d.refuse(fault.OutOfRange.At(path(at, "options")...))
		return nil
	}
	options := make([]schema.Option, len(inputs))
	names := map[string]bool{}
	for i, in := range inputs {
		field := path(at, "options", strconv.Itoa(i))
		options[i] = schema.Option{
			Name:  d.text(in.Name, 1, maxOptionName, path(field, "name")...),
			Value: d.text(in.Value, 1, maxOptionValue, path(field, "value")...),
		}
		if name := strings.ToLower(options[i].Name); names[name] {
			d.refuse(fault.Invalid.At(path(field, "name")...).Saying("Two options have this name.", "规格名重复。"))
		} else {
			names[name] = true
		}
	}
	return options
}

// path is a copy of at with further steps: a refusal keeps it.
func path(at []string, steps ...string) []string { return slices.Concat(at, steps) }

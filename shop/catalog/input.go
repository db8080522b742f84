package catalog

import "github.com/kaituan/kaituan/internal/money"

// ProductInput is one product as a merchant describes it. Nil fields of an existing product stay as they are; SKUs left out do, too.
type ProductInput struct {
	// Handle names the product for good: 1..200 letters, digits, '-' and '_' of any script.
	Handle      string
	Title       string
	Description *string
	Vendor      *string
	// Category is a path from the root, e.g. ["家居", "厨房"]; at most 4 levels.
	Category []string
	Tags     []string
	Media    []*MediaInput
	Skus     []*SkuInput
	// Visible is not part of the GraphQL input (productVisibilitySet is); the importer sets it from "Published" for new products only.
	Visible *bool
}

// MediaKind is IMAGE or VIDEO.
type MediaKind string

const (
	Image MediaKind = "IMAGE"
	Video MediaKind = "VIDEO"
)

// MediaInput is a picture or a video by address (https, or a path of this server's for its own pictures).
type MediaInput struct {
	Kind *MediaKind
	URL  string
	Alt  *string
}

// SkuInput is one thing that can be bought. Stock counts when the SKU is new.
type SkuInput struct {
	// Code names the SKU for good, over all products.
	Code             string
	Title            *string
	Options          []*SelectedOption
	Price            money.Decimal
	ListPrice        *money.Decimal
	Currency         *string
	PricePoints      *int64
	PricePointsMoney *money.Decimal
	Stock            *int
	WeightGrams      *int
	MediaURL         *string
}

// SelectedOption is e.g. 颜色: 红.
type SelectedOption struct{ Name, Value string }

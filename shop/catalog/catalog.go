package catalog

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
)

// Product is what is sold. Relations are filled by the read that made it, as its Need asked; SKUs, stock and base prices always are.
type Product struct {
	ID          string
	Handle      string
	Title       string
	Description string
	Vendor      *string
	Tags        []string
	Media       []*Media
	Skus        []*Sku
	// Category is filled with Need.Category.
	Category *Category
	// Scarcity is filled with Need.Scarcity; nil when nothing is scarce.
	Scarcity  *Scarcity
	Visible   bool
	SoldCount int64
	CreatedAt time.Time
	// Beside is what the reader of a page knows of the product from other domains, for the layer above.
	Beside any
	// Loaded says what was asked for, so that a nil relation is known from one never read.
	Loaded Need
}

// Need says which relations of products a read fills; each costs a constant number of statements for any number of products.
type Need struct{ Category, Scarcity bool }

// Price is that of the SKU that is cheapest to buy, one that is available before one that is not.
func (p *Product) Price() *PriceAnchors {
	var best *Sku
	for _, s := range p.Skus {
		if best == nil || s.Available() && !best.Available() || s.Available() == best.Available() && s.Price.Best.Minor < best.Price.Best.Minor {
			best = s
		}
	}
	if best == nil {
		return &PriceAnchors{}
	}
	return best.Price
}

// Picture is the address of its first image, "" without one.
func (p *Product) Picture() string {
	for _, m := range p.Media {
		if m.Kind == Image {
			return m.Address
		}
	}
	return ""
}

// Options are the option names of its SKUs with their values, in the order of the SKUs.
func (p *Product) Options() []*ProductOption {
	var options []*ProductOption
	byName := map[string]*ProductOption{}
	seen := map[SelectedOption]bool{}
	for _, s := range p.Skus {
		for _, o := range s.Options {
			if seen[*o] {
				continue
			}
			seen[*o] = true
			if byName[o.Name] == nil {
				byName[o.Name] = &ProductOption{Name: o.Name}
				options = append(options, byName[o.Name])
			}
			byName[o.Name].Values = append(byName[o.Name].Values, o.Value)
		}
	}
	return options
}

// ProductOption is e.g. 颜色 with 红, 蓝.
type ProductOption struct {
	Name   string
	Values []string
}

// Media is a picture or a video.
type Media struct {
	Kind          MediaKind
	Address       string
	Width, Height *int
	Alt           *string
}

// URL is where it is. The shop keeps one size of each picture, so maxWidth changes nothing yet.
func (m *Media) URL(maxWidth *int) string { return m.Address }

// Category is a node of the tree.
type Category struct {
	ID       string
	Name     string
	Parent   *Category
	Children []*Category
}

// Sku is one thing that can be bought.
type Sku struct {
	ID      string
	Product *Product
	Code    string
	Title   string
	Options []*SelectedOption
	// Price has the base prices; the reader of a page overlays what activities and tiers offer.
	Price *PriceAnchors
	// PointsPrice is set when it can be had in the points mall.
	PointsPrice *PointsPrice
	Inventory   *Inventory
	MediaURL    string
}

// Available reports whether at least one unit can be bought now.
func (s *Sku) Available() bool { return s.Product.Visible && s.Inventory.Available > 0 }

// Stock is how many units are on sale.
func (s *Sku) Stock() *int {
	n := int(s.Inventory.Available)
	return &n
}

// Media is the SKU's own picture, nil when it has none.
func (s *Sku) Media() *Media {
	if s.MediaURL == "" {
		return nil
	}
	return &Media{Kind: Image, Address: s.MediaURL}
}

// Inventory counts units: received = available + held + sold + writtenOff.
type Inventory struct{ Received, Available, Held, Sold, WrittenOff int }

// PointsPrice is what a SKU costs in the points mall.
type PointsPrice struct {
	Points int64
	Money  *money.Money
}

// PriceAnchors are the prices a shopper compares; see the schema.
type PriceAnchors struct {
	List   *money.Money
	Sale   *money.Money
	Member *money.Money
	Group  *money.Money
	Live   *money.Money
	Best   *money.Money
}

// ScarcityLevel says how soon it is gone.
type ScarcityLevel string

const (
	Low      ScarcityLevel = "LOW"
	Critical ScarcityLevel = "CRITICAL"
)

// Scarcity is shown when real stock divided by real sales speed falls under the shop's threshold.
type Scarcity struct {
	UnitsLeft int
	Level     ScarcityLevel
}

// Filter narrows a list of products; nil fields do not.
type Filter struct {
	CategoryID  *string
	Tags        []string
	PriceMin    *money.Decimal
	PriceMax    *money.Decimal
	InStock     *bool
	HasGroupBuy *bool
}

// Sort orders a list of products.
type Sort string

const (
	Relevance   Sort = "RELEVANCE"
	Newest      Sort = "NEWEST"
	BestSelling Sort = "BEST_SELLING"
	PriceAsc    Sort = "PRICE_ASC"
	PriceDesc   Sort = "PRICE_DESC"
)

// Page is one page of products.
type Page struct {
	Products []*Product
	Cursors  []string
	Info     page.Info
	// TotalCount is exact up to 10,000, else nil; filled when asked for.
	TotalCount *int
}

// UpsertResult is what became of one ProductInput: a Product, or the refusal.
type UpsertResult struct {
	Handle    string
	ProductID string
	Created   bool
	// Changed is false when the input was the last one again, and nothing was written.
	Changed bool
	Refused []error
}

// InventoryChange adds Delta to what is available, or sets it to Set; exactly one of them.
type InventoryChange struct {
	SkuCode string
	Delta   *int
	Set     *int
}

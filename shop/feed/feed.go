// Package feed ranks what a shopper sees first.
package feed

// Scene is where a feed is shown.
type Scene string

const (
	Home          Scene = "HOME"
	Following     Scene = "FOLLOWING"
	Live          Scene = "LIVE"
	GroupBuy      Scene = "GROUP_BUY"
	ProductDetail Scene = "PRODUCT_DETAIL"
	CartScene     Scene = "CART"
	OrderDone     Scene = "ORDER_DONE"
)

// CardKind is what a card shows.
type CardKind string

// ProductCard is a card of a product.
const ProductCard CardKind = "PRODUCT"

// ReasonCode says why a card is there.
type ReasonCode string

const (
	Trending ReasonCode = "TRENDING"
	JustIn   ReasonCode = "NEW"
	Explore  ReasonCode = "EXPLORE"
)

// Reason is why a card is there, in words for the shopper.
type Reason struct {
	Code ReasonCode
	Text string
}

package order

import "github.com/kaituan/kaituan/internal/money"

// Checkout is what a shopper wants to buy; at most one of Lines and the activities, none of them means the cart's selected lines.
type Checkout struct {
	Lines         []*LineInput
	GroupBuy      *GroupBuySeatInput
	LiveOffer     *LiveOfferLineInput
	AssistID      *string
	CouponIDs     []string
	UsePoints     *int64
	AddressID     *string
	ReferralToken *string
}

// LineInput is one SKU of a checkout.
type LineInput struct {
	SkuID         string
	Quantity      int
	PayWithPoints bool
}

// GroupBuySeatInput opens or joins a group.
type GroupBuySeatInput struct {
	CampaignID *string
	GroupBuyID *string
	SkuID      string
	Quantity   int
	IfLost     SeatLostPolicy
}

// SeatLostPolicy is what happens when a payment lands and the seat is lost.
type SeatLostPolicy string

// LiveOfferLineInput buys at a live offer's price.
type LiveOfferLineInput struct {
	OfferID  string
	Quantity int
}

// PlaceInput is orderPlace's input.
type PlaceInput struct {
	IdempotencyKey string
	Checkout       *Checkout
	QuoteToken     *string
	ExpectedTotal  *money.Decimal
	ExpectedPoints *int64 `json:",omitempty"`
	Note           *string
	Provider       *string
}

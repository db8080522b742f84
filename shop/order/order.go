// Package order turns a cart into a paid order: quote, placing, payment notices, deadlines, shipping and refunds. It owns the money path, and every
// activity (group, live offer, assist) runs inside its transaction.
package order

import (
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
)

// State is where an order stands; see the schema for the machine.
type State string

const (
	PendingPayment State = "PENDING_PAYMENT"
	AwaitingGroup  State = "AWAITING_GROUP"
	Paid           State = "PAID"
	Shipped        State = "SHIPPED"
	Delivered      State = "DELIVERED"
	Completed      State = "COMPLETED"
	Cancelled      State = "CANCELLED"
	Refunding      State = "REFUNDING"
	Refunded       State = "REFUNDED"
)

// Order is a purchase.
type Order struct {
	ID          string
	Number      string
	ShopperID   string
	State       State
	Version     int64
	Channel     string
	Lines       []*Line
	Adjustments []*Adjustment
	Subtotal    *money.Money
	Shipping    *money.Money
	Total       *money.Money
	Payment     *Payment
	Refunds     []*Refund
	Shipments   []*Shipment
	// Address is nil for an order that needs none, or when the reader may not see it.
	Address      *Address
	Note         *string
	PointsUsed   int64
	PointsEarned int64
	Timeline     []*Event
	PlacedAt     time.Time
	UpdatedAt    time.Time
	// Beside is what the reader of an order knows of it from other domains, for the layer above.
	Beside any
}

// Line is what was bought, as it was then; Sku is as it is now.
type Line struct {
	ID        string
	SkuID     string
	ProductID string
	Sku       *catalog.Sku
	SkuCode   string
	Title     string
	MediaURL  string
	Quantity  int
	// Returned counts units that approved refunds took back.
	Returned int
	// Rebated is the part of Refunded that took nothing back, in minor units: the line has become cheaper.
	Rebated int64
	// Points were paid for the line; of these PointsReturned have gone back, PointsRebated without taking anything back.
	Points, PointsReturned, PointsRebated int64
	// EarnRate is what the money kept of the line earns: points per points.RateScale major units.
	EarnRate  int64
	UnitPrice *money.Money
	Discount  *money.Money
	Total     *money.Money
	Refunded  *money.Money
}

// Media is the picture of the line when it was ordered.
func (l *Line) Media() *catalog.Media {
	if l.MediaURL == "" {
		return nil
	}
	return &catalog.Media{Kind: catalog.Image, Address: l.MediaURL}
}

// AdjustmentKind names a step of pricing.
type AdjustmentKind string

const (
	ByGroupBuy     AdjustmentKind = "GROUP_BUY"
	ByLiveOffer    AdjustmentKind = "LIVE_OFFER"
	ByAssist       AdjustmentKind = "ASSIST"
	ByMember       AdjustmentKind = "MEMBER"
	ByCoupon       AdjustmentKind = "COUPON"
	ByPoints       AdjustmentKind = "POINTS"
	ByLeaderReward AdjustmentKind = "LEADER_REWARD"
)

// Adjustment is one step of pricing; Amount is negative.
type Adjustment struct {
	Kind   AdjustmentKind
	Title  string
	Amount *money.Money
}

// Address is where an order goes, as it was when ordered.
type Address struct {
	Recipient string   `json:"r"`
	Phone     string   `json:"p"`
	Region    []string `json:"g"`
	Street    string   `json:"s"`
}

// Event is an entry of the timeline.
type Event struct {
	State State
	At    time.Time
	Note  *string
}

// Payment is one try to collect an order's total.
type Payment struct {
	ID         string
	Provider   string
	State      string
	Amount     *money.Money
	Parameters []*Parameter
	ExpiresAt  time.Time
	OrderID    string
}

// Parameter is one named value for the channel's payment call.
type Parameter struct{ Name, Value string }

// RefundState is where a refund stands.
type RefundState string

const (
	RefundRequested RefundState = "REQUESTED"
	RefundApproved  RefundState = "APPROVED"
	RefundRejected  RefundState = "REJECTED"
	RefundFailed    RefundState = "FAILED"
	RefundSettled   RefundState = "SETTLED"
)

// RefundKind says why money goes back.
type RefundKind string

const (
	RefundOnRequest  RefundKind = "REQUESTED"
	RefundGroupEnded RefundKind = "GROUP_ENDED"
	RefundLate       RefundKind = "LATE_PAYMENT"
	RefundRung       RefundKind = "RUNG_REBATE"
	RefundLeader     RefundKind = "LEADER_REWARD"
)

// Refund gives money back.
type Refund struct {
	ID          string
	OrderID     string
	Kind        RefundKind
	Amount      *money.Money
	Points      int64
	State       RefundState
	Reason      string
	RequestedAt time.Time
	SettledAt   *time.Time
}

// Shipment is one parcel.
type Shipment struct {
	ID             string
	Carrier        string
	TrackingNumber string
	Events         []*ShipmentEvent
}

// ShipmentEvent is what the carrier reported.
type ShipmentEvent struct {
	At   time.Time
	Text string
}

// Count is how many orders of a shopper are in a state.
type Count struct {
	State State
	Count int
}

// Cart is a shopper's one cart.
type Cart struct {
	ID    string
	Lines []*CartLine
	Quote *Quote
}

// CartLine is one SKU in the cart.
type CartLine struct {
	SkuID     string
	Sku       *catalog.Sku
	Quantity  int
	Selected  bool
	AddedFrom string
	AddedAt   time.Time
}

// Quote is a price before the order.
type Quote struct {
	Token        string
	Lines        []*QuoteLine
	Adjustments  []*Adjustment
	Subtotal     *money.Money
	Shipping     *money.Money
	Total        *money.Money
	PointsUsable int64
	// PointsUsed are those that the checkout spends, in the mall and off the price.
	PointsUsed   int64
	PointsEarned int64
	Coupons      []*QuoteCoupon
	Notices      []*Notice
	ValidUntil   time.Time
}

// QuoteLine is one priced line.
type QuoteLine struct {
	SkuID     string
	Sku       *catalog.Sku
	Quantity  int
	UnitPrice *money.Money
	Discount  *money.Money
	Total     *money.Money
}

// NoticeCode says what the shop changed by itself.
type NoticeCode string

const (
	NoticePriceChanged    NoticeCode = "PRICE_CHANGED"
	NoticeQuantityCapped  NoticeCode = "QUANTITY_CAPPED"
	NoticePointsCapped    NoticeCode = "POINTS_CAPPED"
	NoticeCouponDropped   NoticeCode = "COUPON_DROPPED"
	NoticeLineUnavailable NoticeCode = "LINE_UNAVAILABLE"
	NoticeCampaignEnded   NoticeCode = "CAMPAIGN_ENDED"
)

// Notice tells the shopper what the shop changed by itself.
type Notice struct {
	Code   NoticeCode
	Words  fault.Text
	Target *string
	// Message is Words in the reader's language, set by who shows it.
	Message string
}

// SocialProof counts real events only.
type SocialProof struct {
	SoldCount int64
	BuyingNow int
	Buyers    []*identity.MaskedShopper
}

// RecentBuyers are the last shoppers who paid for the product, newest first; at most 20 are read.
func (p *SocialProof) RecentBuyers(first *int) []*identity.MaskedShopper {
	n := 5
	if first != nil {
		n = max(0, *first)
	}
	return p.Buyers[:min(n, len(p.Buyers))]
}

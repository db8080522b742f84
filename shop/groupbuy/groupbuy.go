// Package groupbuy is buying together: a campaign offers SKUs at a group price, a shopper opens a group and others fill its seats. A seat is held when its
// order is placed, so that nobody pays for a seat that is gone; a group completes or expires exactly once, since both are one guarded update of its row.
package groupbuy

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
)

// CampaignState is computed from the clock, the quota and ended_at.
type CampaignState string

const (
	Scheduled CampaignState = "SCHEDULED"
	Running   CampaignState = "OPEN"
	SoldOut   CampaignState = "SOLD_OUT" // less left than one group's seats
	Ended     CampaignState = "ENDED"
)

// Campaign offers SKUs of one product at a group price.
type Campaign struct {
	ID                  string
	Title               string
	ProductID           string
	Offers              []*Offer
	Size                int
	Capacity            int
	StartsAt, EndsAt    time.Time
	GroupSeconds        int
	PerShopperLimit     int
	NewCustomersOnly    bool
	MerchantMayComplete bool
	TakesCoupons        bool
	LeaderReward        *LeaderReward
	CampaignState       CampaignState
	UnitsLeft           int

	// Product is put there by who shows the campaign, and so are the SKUs of its offers.
	Product *catalog.Product
	// Beside is what the reader of a page knows of the campaign besides, for the layer above.
	Beside any
}

// Offer is one SKU's group price.
type Offer struct {
	SkuID string
	// Sku is put there by who shows the offer.
	Sku   *catalog.Sku
	Price *money.Money
	Rungs []*Rung
}

// Rung is what everybody pays in the end when the group ends with Size people.
type Rung struct {
	Size  int
	Price *money.Money
}

// RewardKind says what a leader is given.
type RewardKind string

const (
	Discount  RewardKind = "DISCOUNT"   // off the leader's own price, at opening
	FreeOrder RewardKind = "FREE_ORDER" // what the leader paid goes back when members complete the group
	Points    RewardKind = "POINTS"     // into the leader's account when members complete the group
)

// LeaderReward is what a campaign gives those who open its groups.
type LeaderReward struct {
	Kind   RewardKind
	Amount *money.Money
	Points *int64
}

// State is where a group stands.
type State string

const (
	Pending   State = "PENDING" // its leader has ordered and not yet paid
	Open      State = "OPEN"
	Completed State = "COMPLETED"
	Expired   State = "EXPIRED"
	Cancelled State = "CANCELLED"
)

// Completion says who completed a group.
type Completion string

const (
	ByMembers  Completion = "MEMBERS"
	ByMerchant Completion = "MERCHANT"
)

// Group is one group.
type Group struct {
	ID         string
	Version    int64
	CampaignID string
	ProductID  string
	// LeaderID is nil when the leader took the money back.
	LeaderID    *string
	State       State
	Size        int
	Capacity    int
	PaidSeats   int
	HeldSeats   int
	SeatsLeft   int
	RungReached *int
	CompletedBy *Completion
	ExpiresAt   *time.Time

	// What follows is put there by who shows the group, as far as it is wanted.

	Campaign      *Campaign
	Leader        *identity.PublicShopper
	Members       []*Member
	ViewerSeat    *Seat
	ViewerRefusal *string
	// Beside is what the reader of a page knows of the group from domains above.
	Beside any
}

// SeatState is where a seat stands.
type SeatState string

const (
	SeatHeld          SeatState = "HELD"
	SeatPaid          SeatState = "PAID"
	SeatConfirmed     SeatState = "CONFIRMED"
	SeatReleased      SeatState = "RELEASED"
	SeatRefundPending SeatState = "REFUND_PENDING"
	SeatRefundFailed  SeatState = "REFUND_FAILED"
	SeatRefunded      SeatState = "REFUNDED"
)

// Seat is one person's seat.
type Seat struct {
	GroupID   string
	ShopperID string
	State     SeatState
	OrderID   string
	// Order is put there by who shows the seat.
	Order *order.Order
	// HoldUntil is set while the seat is HELD.
	HoldUntil *time.Time
}

// Member is somebody who has paid for a seat.
type Member struct {
	ShopperID string
	// Shopper is put there by who shows the member.
	Shopper  *identity.PublicShopper
	IsLeader bool
	PaidAt   time.Time
}

// CampaignDraft is a campaign to create. Amounts are in major units of the shop's currency.
type CampaignDraft struct {
	IdempotencyKey      string
	Title               string
	Offers              []*OfferDraft
	Size                int
	StartsAt, EndsAt    time.Time
	GroupSeconds        int
	PerShopperLimit     int
	NewCustomersOnly    bool
	MerchantMayComplete bool
	TakesCoupons        bool
	UnitQuota           int
	LeaderReward        *RewardDraft
}

// OfferDraft names a SKU by the merchant's own code.
type OfferDraft struct {
	SkuCode string
	Price   money.Decimal
	Rungs   []*RungDraft
}

// RungDraft is one rung.
type RungDraft struct {
	Size  int
	Price money.Decimal
}

// RewardDraft is a leader reward: Amount with DISCOUNT, Points with POINTS, nothing else with FREE_ORDER.
type RewardDraft struct {
	Kind   RewardKind
	Amount *money.Decimal
	Points *int64
}

// Package assist is help-me campaigns: a shopper asks friends for help, and is rewarded when enough have come. One engine serves six tools, which differ in who may
// help and in what is given. Helpers race for the assist's one row: each help is one guarded update of its progress, and the one that reaches the goal closes it.
package assist

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
)

// Kind is the tool.
type Kind string

const (
	Likes   Kind = "LIKES"   // a coupon or points
	Bargain Kind = "BARGAIN" // each helper cuts the price, down to a floor
	Invite  Kind = "INVITE"  // as LIKES, by helpers who are new to the shop
	Unlock  Kind = "UNLOCK"  // a price, all at once
	Draw    Kind = "DRAW"    // a ticket for the owner and for each helper
	Charity Kind = "CHARITY" // the shop donates for each helper
)

// State is where an assist stands.
type State string

const (
	Open     State = "OPEN"
	Reached  State = "REACHED"
	Redeemed State = "REDEEMED" // the price was used in an order that stands
	Expired  State = "EXPIRED"
)

// CampaignState is computed from the time.
type CampaignState string

const (
	Scheduled CampaignState = "SCHEDULED"
	Running   CampaignState = "OPEN"
	Ended     CampaignState = "ENDED"
)

// Campaign is one tool that the shop offers.
type Campaign struct {
	ID    string
	Kind  Kind
	Title string
	// SkuID and ProductID are "" for a campaign that is about no goods.
	SkuID, ProductID    string
	Goal, AssistSeconds int
	PerShopper, PerDay  int
	Reward              Reward
	State               CampaignState
	// EndsAt is when the shop ended it, where it did so before its time.
	StartsAt, EndsAt time.Time
	// DonatedTotal is nil but for CHARITY; as of a second ago at most.
	DonatedTotal *money.Money

	// What follows is put there by who shows the campaign, as far as it is wanted.

	PrizeSku      *catalog.Sku
	ViewerAssists []*Assist
	// Beside is what the reader of a page knows of the campaign besides, for the layer above.
	Beside any
}

// Reward is a *CouponReward, *PriceReward, *PointsReward, *DonationReward or *DrawReward.
type Reward interface{ reward() }

// CouponReward is a coupon of a template.
type CouponReward struct {
	TemplateID string
	// Template is put there by who shows the campaign.
	Template *coupon.Template
}

// PriceReward is a price of the campaign's SKU.
type PriceReward struct{ Floor *money.Money }

// PointsReward is points.
type PointsReward struct{ Points int64 }

// DonationReward is what the shop gives for each helper.
type DonationReward struct {
	PerHelper *money.Money
	Cause     string
}

// DrawReward is a prize for some of those who have a ticket: the owner and the helpers.
type DrawReward struct {
	WinnersWanted int
	Prize         string
}

func (*CouponReward) reward()   {}
func (*PriceReward) reward()    {}
func (*PointsReward) reward()   {}
func (*DonationReward) reward() {}
func (*DrawReward) reward()     {}

// Assist is one shopper's asking for help.
type Assist struct {
	ID      string
	Version int64
	// Campaign is shared by all assists of one reading.
	Campaign *Campaign
	OwnerID  string
	Progress int
	Goal     int
	// PriceNow is what the goods would cost now, nil for tools without a price. It is for sale once the assist is REACHED.
	PriceNow  *money.Money
	State     State
	CreatedAt time.Time
	ExpiresAt time.Time

	// What follows is put there by who shows the assist, as far as it is wanted.

	Owner         *identity.PublicShopper
	Winners       []*identity.MaskedShopper
	ViewerRefusal *string
	// Beside is what the reader of a page knows of the assist besides, for the layer above.
	Beside any
}

// Help is one shopper's help. That of a helper who is marked as a farm's is shown with a ticket as any other, which is in no draw, and with a cut of 0, as one is where
// there are more helpers than units of money to cut: cuts shown sum to what has come off the price.
type Help struct {
	ID       string
	HelperID string
	// Cut is BARGAIN's, Tickets DRAW's; nil for other tools.
	Cut     *money.Money
	Tickets *int
	// Counted is for operators alone.
	Counted bool
	At      time.Time

	// Helper is put there by who shows the help.
	Helper *identity.PublicShopper
}

// Donation is one entry of the public ledger.
type Donation struct {
	ID     string
	Amount *money.Money
	Cause  string
	At     time.Time
}

// Listed is a page of a list.
type Listed[T any] struct {
	Nodes   []T
	Cursors []string
	Info    page.Info
	// Total is exact up to 10,000, else nil; filled where it was asked for.
	Total *int
}

// Actor is the shopper who starts or helps, and from where.
type Actor struct {
	ShopperID, Channel string
	From               conduct.From
}

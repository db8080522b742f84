// Package assist is help-me campaigns: a shopper asks friends for help, and is rewarded when enough have come. One engine serves six tools.
package assist

import (
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
)

// Config is what the service stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Catalog   *catalog.Service
	Points    *points.Service
	Coupon    *coupon.Service
	Order     *order.Service
	Conduct   *conduct.Service
	Outbox    *outbox.Outbox
	Deadlines *deadline.Deadlines
	Hub       *hub.Hub
	Currency  string
	Zone      *time.Location
}

// Service runs help-me campaigns. It is the orders' activity of kind "assist".
type Service struct {
	store     *store.Store
	clock     clock.Clock
	identity  *identity.Service
	catalog   *catalog.Service
	points    *points.Service
	coupons   *coupon.Service
	orders    *order.Service
	conduct   *conduct.Service
	outbox    *outbox.Outbox
	deadlines *deadline.Deadlines
	hub       *hub.Hub
	currency  string
	zone      *time.Location
}

// New returns the service; the order service must be told to Serve it.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, catalog: c.Catalog, points: c.Points, coupons: c.Coupon, orders: c.Order, conduct: c.Conduct,
		outbox: c.Outbox, deadlines: c.Deadlines, hub: c.Hub, currency: c.Currency, zone: c.Zone,
	}
}

var (
	// ErrState: the assist is not, or no longer, where this can be done.
	ErrState = fault.Refuse("ASSIST_STATE", "This is over, or not reached yet.", "助力已结束或尚未达成。")
	// ErrHelped: once per assist.
	ErrHelped = fault.Refuse("ALREADY_HELPED", "You have helped already.", "你已经助力过了。")
	// ErrSelf: nobody helps himself.
	ErrSelf = fault.Refuse("SELF_REFERRAL", "You cannot help yourself.", "不能给自己助力。")
)

// Kind is the tool.
type Kind string

const (
	Likes   Kind = "LIKES"
	Bargain Kind = "BARGAIN"
	Invite  Kind = "INVITE"
	Unlock  Kind = "UNLOCK"
	Draw    Kind = "DRAW"
	Charity Kind = "CHARITY"
)

// State is where an assist stands.
type State string

const (
	Open     State = "OPEN"
	Reached  State = "REACHED"
	Redeemed State = "REDEEMED"
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
	ID                  string
	Kind                Kind
	Title               string
	SkuID, ProductID    string
	Goal, AssistSeconds int
	PerShopper, PerDay  int
	Reward              Reward
	State               CampaignState
	StartsAt, EndsAt    time.Time
	// DonatedTotal is nil but for CHARITY.
	DonatedTotal *money.Money
}

// Reward is a *CouponReward, *PriceReward, *PointsReward, *DonationReward or *DrawReward.
type Reward interface{ reward() }

// CouponReward is a coupon of a template.
type CouponReward struct{ TemplateID string }

// PriceReward is a price of the campaign's SKU.
type PriceReward struct{ Floor *money.Money }

// PointsReward is points.
type PointsReward struct{ Points int64 }

// DonationReward is what the shop gives for each helper.
type DonationReward struct {
	PerHelper *money.Money
	Cause     string
}

// DrawReward is a prize for some of the helpers.
type DrawReward struct {
	WinnersWanted int
	Prize         string
}

func (*CouponReward) reward()   {}
func (*PriceReward) reward()    {}
func (*PointsReward) reward()   {}
func (*DonationReward) reward() {}
func (*DrawReward) reward()     {}

// CampaignPage is a page of them.
type CampaignPage struct {
	Nodes []*Campaign
	Info  page.Info
	Total *int
}

// Donation is one entry of the public ledger.
type Donation struct {
	ID     string
	Amount *money.Money
	Cause  string
	At     time.Time
}

// DonationPage is a page of them.
type DonationPage struct {
	Nodes []*Donation
	Info  page.Info
	Total *int
}

// Assist is one shopper's asking for help.
type Assist struct {
	ID         string
	Version    int64
	CampaignID string
	OwnerID    string
	Progress   int
	Goal       int
	PriceNow   *money.Money
	State      State
	ExpiresAt  time.Time
}

// Page is a page of them.
type Page struct {
	Nodes []*Assist
	Info  page.Info
	Total *int
}

// Help is one shopper's help.
type Help struct {
	ID       string
	HelperID string
	Cut      *money.Money
	Tickets  *int
	Counted  bool
	At       time.Time
}

// HelpPage is a page of them.
type HelpPage struct {
	Nodes []*Help
	Info  page.Info
	Total *int
}

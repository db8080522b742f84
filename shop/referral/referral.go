// Package referral says who brought whom: bindings within a window, the snapshot that an order keeps of them, and how promoters stand.
package referral

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/share"
)

// PaidLevels is how far commission reaches: who brought the buyer, and who brought that one. It is a constant, not a setting.
const PaidLevels = 2

// Config is what the service stands on.
type Config struct {
	Store    *store.Store
	Clock    clock.Clock
	Identity *identity.Service
	Catalog  *catalog.Service
	Share    *share.Service
	Outbox   *outbox.Outbox
	Program  Program
	Zone     *time.Location
}

// Service keeps bindings, snapshots and promoters. It is the orders' order.Referral.
type Service struct {
	store    *store.Store
	clock    clock.Clock
	identity *identity.Service
	catalog  *catalog.Service
	share    *share.Service
	outbox   *outbox.Outbox
	program  Program
	zone     *time.Location
}

// New returns the service; the order service must be told to Refer to it.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, catalog: c.Catalog, share: c.Share, outbox: c.Outbox, program: c.Program, zone: c.Zone,
	}
}

var (
	// ErrSelf: nobody brings himself, nor helps himself.
	ErrSelf = fault.Refuse("SELF_REFERRAL", "That is yourself.", "不能邀请自己。")
	// ErrCycle: the inviter was brought by the shopper.
	ErrCycle = fault.Refuse("REFERRAL_CYCLE", "You invited this person.", "对方是你邀请的，不能互相绑定。")
	// ErrBound: somebody else brought the shopper, and the window is not over.
	ErrBound = fault.Refuse("ALREADY_BOUND", "Somebody else has invited you already.", "你已接受其他好友的邀请。")
)

// Tier is how far a promoter reaches.
type Tier string

const (
	Community Tier = "COMMUNITY"
	Mid       Tier = "MID"
	Head      Tier = "HEAD"
)

// Profile is one shopper's own view of bringing and being brought.
type Profile struct {
	ShopperID string
	// InviterID is who brought him, "" without a live binding.
	InviterID   string
	BoundUntil  *time.Time
	Tier        Tier
	CreditScore int
}

// Invitee is somebody that a promoter brought.
type Invitee struct {
	ShopperID  string
	BoundAt    time.Time
	PaidOrders int
	Cursor     string
}

// InviteePage is a page of them.
type InviteePage struct {
	Nodes []*Invitee
	Info  page.Info
	Total *int
}

// Rank is a place on the leaderboard.
type Rank struct {
	Rank      int
	ShopperID string
	Tier      Tier
	Orders    int
}

// Spread is how far shoppers carry the shop.
type Spread struct {
	Invites, Accepted       int64
	Coefficient, Retained30 float64
}

// ReportState is what became of a report.
type ReportState string

const (
	ReportOpen      ReportState = "OPEN"
	ReportUpheld    ReportState = "UPHELD"
	ReportDismissed ReportState = "DISMISSED"
)

// Report is what one shopper told the shop of a promoter.
type Report struct {
	ID, PromoterID, Reason string
	State                  ReportState
	ReportedAt             time.Time
}

// ReportPage is a page of them.
type ReportPage struct {
	Nodes []*Report
	Info  page.Info
	Total *int
}

// Beneficiary is who may earn by an order.
type Beneficiary struct {
	ShopperID string
	Level     int // 1 brought the buyer, 2 brought that one
	Tier      Tier
	Credit    int
}

// Snapshot is who brought an order's buyer when it was placed; persons are those of today, and who is the buyer himself by now, or is known no more, is left out.
type Snapshot struct {
	OrderID, BuyerID, LinkID string
	Beneficiaries            []Beneficiary
}

// Snapshot returns what an order keeps, nil when nobody brought its buyer.
func (s *Service) Snapshot(_ context.Context, _ string) (*Snapshot, error) { return nil, nil }

// Placed implements order.Referral.
func (s *Service) Placed(_ context.Context, _ order.Placing, _ string) error { return nil }

// Program are the rules of bringing, as data.
type Program struct {
	// Window is for how long a binding lasts.
	Window time.Duration
	// Matures is how long after an order's completion its commission becomes available: the return window.
	Matures time.Duration
	// CreditFloor is the credit below which nothing accrues and nothing is paid out.
	CreditFloor int
	// Cap is the most that all commission of an order may come to, in hundredths of a percent of the money kept for it.
	Cap int64
	// Tiers, lowest first: COMMUNITY, MID, HEAD.
	Tiers []TierRule
	// Products and Categories are rates that replace the tier's, by handle of the product, by id of the category; a product's own comes first.
	Products, Categories map[string]Rates
	Credit               CreditRule
	Payout               PayoutRule
}

// Rates are hundredths of a percent, by level.
type Rates [PaidLevels]int64

// TierRule says who is of a tier, and what he earns: both bounds within the last Days.
type TierRule struct {
	Tier Tier
	// Orders is how many orders that stand it takes, Sales how much money in minor units.
	Orders int
	Sales  int64
	Rates  Rates
}

// CreditRule says what lowers a score of 100, each over the last Days.
type CreditRule struct {
	Days int
	// RefundFree is the share of refunded orders, in percent, that costs nothing; each percent above it costs RefundPoints. It counts from RefundOrders orders on.
	RefundFree, RefundPoints, RefundOrders int
	// ReportPoints and FraudPoints are what each mark costs.
	ReportPoints, FraudPoints int
}

// PayoutRule bounds withdrawals, in minor units.
type PayoutRule struct {
	Least, Most int64
	// PerDay is how many a person may ask for on one day of the shop's.
	PerDay int
}

// DefaultProgram is the programme of a shop that has set none.
func DefaultProgram() Program {
	return Program{
		Window: 15 * 24 * time.Hour, Matures: 7 * 24 * time.Hour, CreditFloor: 60, Cap: 3000,
		Tiers: []TierRule{
			{Tier: Community, Rates: Rates{500, 100}},
			{Tier: Mid, Orders: 20, Sales: 2_000_00, Rates: Rates{800, 200}},
			{Tier: Head, Orders: 200, Sales: 20_000_00, Rates: Rates{1200, 300}},
		},
		Credit: CreditRule{Days: 90, RefundFree: 10, RefundPoints: 1, RefundOrders: 10, ReportPoints: 10, FraudPoints: 25},
		Payout: PayoutRule{Least: 100, Most: 1_000_00, PerDay: 5},
	}
}

// Program is what is in force.
func (s *Service) Program() *Program { return &s.program }

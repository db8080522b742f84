// Package referral says who brought whom: bindings within a window, the snapshot that an order keeps of them, and how promoters stand.
package referral

import (
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/share"
)

// PaidLevels is how far commission reaches: who brought the buyer, and who brought that one. It is a constant, not a setting.
const PaidLevels = 2

// Config is what the service stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Share     *share.Service
	Conduct   *conduct.Service
	Deadlines *deadline.Deadlines
	Program   Program
	Zone      *time.Location
}

// Service keeps bindings, snapshots and promoters. It is the orders' order.Referral.
type Service struct {
	store     *store.Store
	clock     clock.Clock
	identity  *identity.Service
	share     *share.Service
	conduct   *conduct.Service
	deadlines *deadline.Deadlines
	program   Program
	zone      *time.Location
	boards    boards
	// piece is mostAtOnce, but in tests.
	piece int
}

// New returns the service; the order service must be told to Refer to it.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, share: c.Share, conduct: c.Conduct, deadlines: c.Deadlines, program: c.Program, zone: c.Zone,
		piece: mostAtOnce,
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

// Standing is how a promoter is doing.
type Standing struct {
	Tier Tier
	// Credit of 0..100 decides what he earns and is paid. Told is what he is told of it: without what package conduct has found, which only operators may know.
	Credit, Told int
}

// Profile is one shopper's own view of bringing and being brought.
type Profile struct {
	ShopperID string
	// Inviter is who brought him, nil without a live binding, which lasts until BoundUntil.
	Inviter     *identity.PublicShopper
	BoundUntil  *time.Time
	Tier        Tier
	CreditScore int
}

// Invitee is somebody that a promoter brought.
type Invitee struct {
	Shopper *identity.PublicShopper
	BoundAt time.Time
	// PaidOrders are those within the window that stand.
	PaidOrders int
}

// InviteePage is a page of them.
type InviteePage struct {
	Invitees []*Invitee
	Cursors  []string
	Info     page.Info
	Total    *int
}

// Rank is a place on the leaderboard.
type Rank struct {
	Rank      int
	ShopperID string
	Promoter  *identity.MaskedShopper
	Tier      Tier
	// Orders are those of his friends that stand.
	Orders int
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
	ID, PromoterID string
	Promoter       *identity.PublicShopper
	Reason         string
	State          ReportState
	ReportedAt     time.Time
}

// ReportPage is a page of them.
type ReportPage struct {
	Reports []*Report
	Cursors []string
	Info    page.Info
	Total   *int
}

// Beneficiary is who may earn by an order.
type Beneficiary struct {
	ShopperID string
	Level     int // 1 brought the buyer, 2 brought that one
	Tier      Tier
	Credit    int
}

// Snapshot is who brought an order's buyer when it was placed; persons are those of today, and who is the buyer himself by now, or may not act any more, is left
// out. How they stand is as of now.
type Snapshot struct {
	OrderID, BuyerID string
	// LinkID is the share link that the buyer came by, "" without one.
	LinkID        string
	Beneficiaries []Beneficiary
}

package order

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/points"
)

// Config is what an order service stands on.
type Config struct {
	Store    *store.Store
	Clock    clock.Clock
	Identity *identity.Service
	Catalog  *catalog.Service
	Payment  *payment.Service
	// Coupon is nil in a shop without coupons.
	Coupon *coupon.Service
	// Points is nil in a shop without points.
	Points    *points.Service
	Outbox    *outbox.Outbox
	Deadlines *deadline.Deadlines
	Hub       *hub.Hub
	// Currency is the shop's one currency, Zone its one time zone.
	Currency string
	Zone     *time.Location
	Shipping Shipping
	// MAC signs quotes.
	MAC func(data []byte) []byte
	// Activities are what an order may be placed for.
	Activities []Activity
}

// Service places orders and sees them through.
type Service struct {
	store      *store.Store
	clock      clock.Clock
	identity   *identity.Service
	catalog    *catalog.Service
	payments   *payment.Service
	coupons    *coupon.Service
	points     *points.Service
	outbox     *outbox.Outbox
	deadlines  *deadline.Deadlines
	hub        *hub.Hub
	currency   string
	zone       *time.Location
	shipping   Shipping
	mac        func(data []byte) []byte
	activities []Activity
	referral   Referral // nil: nobody asks who brought a buyer
	payouts    Payouts  // nil: nobody is paid
}

// New returns the service.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, catalog: c.Catalog, payments: c.Payment, coupons: c.Coupon, points: c.Points, outbox: c.Outbox,
		deadlines: c.Deadlines, hub: c.Hub, currency: c.Currency, zone: c.Zone, shipping: c.Shipping, mac: c.MAC, activities: c.Activities,
	}
}

func (s *Service) money(minor int64) *money.Money {
	return &money.Money{Minor: minor, Code: s.currency}
}

// signal tells watchers of an order to look, after the commit.
func (s *Service) signal(ctx context.Context, orderID string) {
	s.store.AfterCommit(ctx, func() { s.hub.Signal("order." + orderID) })
}

// Limits and times of an order.
const (
	payWithin     = 15 * time.Minute
	closeAfter    = 30 * time.Second   // after payWithin: the provider's own limit has passed, and is asked
	cancelAnyway  = 5 * time.Minute    // after payWithin: a provider that stays silent no longer keeps the goods
	leastToPay    = time.Minute        // providers take no shorter time limit
	completeAfter = 7 * 24 * time.Hour // after delivery
	returnWithin  = 7 * 24 * time.Hour // after completion
	quoteValid    = 10 * time.Minute
	maxUnpaid     = 5
	maxLines      = 100
	maxQuantity   = 999
	maxCartLines  = 200
	maxNote       = 200
)

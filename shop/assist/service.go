package assist

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/window"
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
	// Currency is the shop's one currency, Zone its time zone.
	Currency string
	Zone     *time.Location
}

// Service runs help-me campaigns. It is the orders' activity of kind "assist". It is safe for concurrent use.
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
	shelf     *window.Window[[]Standing]
	totals    *window.Window[totals]
	sweeps    *deadline.Daily
}

var _ order.Activity = (*Service)(nil)

// New returns the service; the order service must be told to Serve it.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, catalog: c.Catalog, points: c.Points, coupons: c.Coupon, orders: c.Order, conduct: c.Conduct,
		outbox: c.Outbox, deadlines: c.Deadlines, sweeps: c.Deadlines.NewDaily(SweepDeadline, daysKept), hub: c.Hub, currency: c.Currency, zone: c.Zone, shelf: window.New[[]Standing](c.Clock, shelfFor), totals: window.New[totals](c.Clock, totalsFor),
	}
}

// Limits of a campaign, and of a person.
const (
	maxTitle         = 100
	maxGoal          = 1000
	minAssistSeconds = 60
	maxAssistSeconds = 30 * 24 * 60 * 60
	maxPerShopper    = 100
	maxHelpsPerDay   = 100
	maxRewardPoints  = 1_000_000
	maxPrize         = 100
	maxCause         = 100
	maxDeviceID      = 64 // bytes

	// StartsPerDay is how many assists one person may start on one day of the shop's, over all tools.
	StartsPerDay = 5
)

// ExpireDeadline is the kind of the deadline at which an open assist expires; ref: assist.
const ExpireDeadline = "assist.expire"

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{ExpireDeadline: s.Expire, SweepDeadline: s.sweep}
}

// Consumers are the handlers of facts.
func (s *Service) Consumers() []outbox.Consumer {
	return []outbox.Consumer{outbox.On("assist.reward", s.OnReached)}
}

func (s *Service) money(minor int64) *money.Money {
	return &money.Money{Minor: minor, Code: s.currency}
}

// signal tells watchers of an assist to look, after the commit.
func (s *Service) signal(ctx context.Context, assistID string) {
	s.store.AfterCommit(ctx, func() { s.hub.Signal(subject(assistID)) })
}

func subject(assistID string) string { return "assist." + assistID }

// lost is the error for a state that this code did not foresee: it rolls back and is logged.
func lost(what, id string) error {
	return fmt.Errorf("%s %s: another transaction changed it", what, id)
}

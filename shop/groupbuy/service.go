package groupbuy

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
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
)

// Config is what group buying stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Catalog   *catalog.Service
	Order     *order.Service
	Outbox    *outbox.Outbox
	Deadlines *deadline.Deadlines
	Hub       *hub.Hub
	// Currency is the shop's one currency.
	Currency string
}

// Service runs campaigns and their groups. It is the orders' activity of kind "group".
type Service struct {
	store     *store.Store
	clock     clock.Clock
	identity  *identity.Service
	catalog   *catalog.Service
	orders    *order.Service
	outbox    *outbox.Outbox
	deadlines *deadline.Deadlines
	hub       *hub.Hub
	currency  string
	shelf     *window.Window[shelf]
}

var _ order.Activity = (*Service)(nil)

// New returns the service; the order service must be told to Serve it.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, catalog: c.Catalog, orders: c.Order, outbox: c.Outbox, deadlines: c.Deadlines, hub: c.Hub,
		currency: c.Currency, shelf: window.New[shelf](c.Clock, shelfFor),
	}
}

// ExpireDeadline is the kind of the deadline at which an open group completes or expires; ref: group.
const ExpireDeadline = "group.expire"

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{ExpireDeadline: s.Expire}
}

// Kind implements order.Activity.
func (s *Service) Kind() string { return "group" }

func (s *Service) money(minor int64) *money.Money {
	return &money.Money{Minor: minor, Code: s.currency}
}

// signal tells watchers of a group to look, after the commit.
func (s *Service) signal(ctx context.Context, groupID string) {
	s.store.AfterCommit(ctx, func() { s.hub.Signal(subject(groupID)) })
}

func subject(groupID string) string { return "group." + groupID }

// Limits of a campaign.
const (
	maxTitle        = 100
	maxOffers       = 100
	maxRungs        = 10
	minSize         = 2
	maxCapacity     = 500
	maxGroupSeconds = 30 * 24 * 60 * 60
	maxPerShopper   = 999
	maxQuota        = 1_000_000_000
	maxRewardPoints = 1_000_000
	leastHold       = time.Minute // or a tenth of a group's life, if less: what a joiner must have left to pay
)

// Who lets seats go unpaid keeps others out of them: so many of one campaign within so long, and he is asked to wait.
const (
	maxGivenUp    = 3
	givenUpWithin = 24 * time.Hour
)

// leastHoldOf is how long before its end a group takes no more joiners.
func leastHoldOf(groupSeconds int) time.Duration {
	return min(leastHold, time.Duration(groupSeconds)*time.Second/10)
}

// lost is the error for a state that this code did not foresee: it rolls back and is logged.
func lost(what, id string) error {
	return fmt.Errorf("%s %s: another transaction changed it", what, id)
}

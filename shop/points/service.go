package points

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

// Config is what the ledger stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Outbox    *outbox.Outbox
	Deadlines *deadline.Deadlines
	Hub       *hub.Hub
	// Zone is the shop's; its midnights end lots and days.
	Zone *time.Location
	// Validity is how many days a lot lives after the day it was earned on; zero: 365.
	Validity int
	// CheckIn is what the first day of a streak pays, the second and so on, then from the first again; nil: 5, 5, 10, 10, 15, 15, 30.
	CheckIn []int64
	// Rate is what 100 points cost the channel that issued them, where they are redeemed, in minor units; zero: 100.
	Rate int64
	// Programme is what membership gives; its zero value: DefaultProgramme.
	Programme Programme
}

// Service keeps the ledger. It is safe for concurrent use.
type Service struct {
	store     *store.Store
	clock     clock.Clock
	identity  *identity.Service
	outbox    *outbox.Outbox
	deadlines *deadline.Deadlines
	hub       *hub.Hub
	zone      *time.Location
	validity  int
	checkIn   []int64
	rate      int64
	programme Programme
}

// New returns the service.
func New(c Config) *Service {
	s := &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, outbox: c.Outbox, deadlines: c.Deadlines, hub: c.Hub, zone: c.Zone,
		validity: c.Validity, checkIn: c.CheckIn, rate: c.Rate, programme: c.Programme,
	}
	if s.zone == nil {
		s.zone = time.UTC
	}
	if s.validity == 0 {
		s.validity = 365
	}
	if len(s.checkIn) == 0 {
		s.checkIn = []int64{5, 5, 10, 10, 15, 15, 30}
	}
	if s.rate == 0 {
		s.rate = 100
	}
	if s.programme.Tiers == nil {
		s.programme = DefaultProgramme()
	}
	return s
}

// The kinds of its deadlines.
const (
	// HoldDeadline is when a hold's time ends; ref: hold.
	HoldDeadline = "points.hold"
	// ExpireDeadline is when the first of an account's lots runs out; ref: account.
	ExpireDeadline = "points.expire"
	// RemindDeadline is seven days or one before that; ref: account.
	RemindDeadline = "points.remind"
)

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{HoldDeadline: s.EndHold, ExpireDeadline: s.Expire, RemindDeadline: s.Remind}
}

// signal tells watchers of an account to look, after the commit.
func (s *Service) signal(ctx context.Context, shopperID string) {
	s.store.AfterCommit(ctx, func() { s.hub.Signal(subject(shopperID)) })
}

func subject(shopperID string) string { return "points." + shopperID }

package identity

import (
	"log/slog"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
)

// Config is what the service stands on.
type Config struct {
	Store *store.Store
	Clock clock.Clock
	Keys  *secret.Keys
	// Deadlines have the marks of erasures removed; Erase needs them.
	Deadlines *deadline.Deadlines
	// Zone is the shop's time zone; nil: UTC.
	Zone *time.Location
	// Platforms are the sign-in protocols by channel; a channel without one takes no platform code.
	Platforms map[string]Platform
	// SMS sends codes to phones; nil: APP, H5 and phoneBind are not offered.
	SMS Sender
	// Demo lets "demo:<name>" sign in without any platform. Never in production.
	Demo bool
	// AccessTTL is an access token's life; zero: 15 minutes.
	AccessTTL time.Duration
	// RefreshTTL is how long a session lives without a refresh; zero: 30 days.
	RefreshTTL time.Duration
	// Log takes what goes wrong outside of any answer; nil: slog.Default. Nothing personal goes there.
	Log *slog.Logger
}

// Service keeps shoppers and lets them, and partners, in. It is safe for concurrent use.
type Service struct {
	store      *store.Store
	clock      clock.Clock
	keys       *secret.Keys
	deadlines  *deadline.Deadlines
	zone       *time.Location
	platforms  map[string]Platform
	sms        Sender
	demo       bool
	accessTTL  time.Duration
	refreshTTL time.Duration
	log        *slog.Logger
	partners   *keyCache
	closed     closedAccounts
	senders    *pace.Pace
}

// New returns the service.
func New(c Config) *Service {
	s := &Service{
		store: c.Store, clock: c.Clock, keys: c.Keys, deadlines: c.Deadlines, zone: c.Zone, platforms: c.Platforms, sms: c.SMS, demo: c.Demo,
		accessTTL: c.AccessTTL, refreshTTL: c.RefreshTTL, log: c.Log, partners: newKeyCache(), senders: pace.New(senderEvery, senderBurst, senderKeys),
	}
	if s.zone == nil {
		s.zone = time.UTC
	}
	if s.accessTTL == 0 {
		s.accessTTL = 15 * time.Minute
	}
	if s.refreshTTL == 0 {
		s.refreshTTL = 30 * 24 * time.Hour
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s
}

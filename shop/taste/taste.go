// Package taste learns what somebody likes from what he does, as far as he lets it: clients record behaviour, and what it says is in his profile when that call
// returns, so that the next page of his feed knows.
//
// An event counts once, by its client id. What cannot be believed (a card that was never served, a time that cannot be, a hundred taps a minute) is kept in quarantine
// and changes nothing; its sender is told how many counted, not which.
//
// A profile is one row for a shopper, or for a device on which nobody is signed in. Weights halve with each half-life of their dimension, which is data (see
// dimensions.json). The device's profile becomes the shopper's once it is seen with his session, and is his alone from then on.
//
// Who has refused PERSONALISATION leaves no events, and his profile is forgotten; but what he hid stays hidden, and what he chose himself stays chosen.
package taste

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

// EventKind is what somebody did.
type EventKind string

const (
	Impression    EventKind = "IMPRESSION" // a card was on the screen
	View          EventKind = "VIEW"       // it was opened
	Dwell         EventKind = "DWELL"
	Like          EventKind = "LIKE"
	Unlike        EventKind = "UNLIKE"
	Save          EventKind = "SAVE"
	Unsave        EventKind = "UNSAVE"
	Share         EventKind = "SHARE"
	AddToCart     EventKind = "ADD_TO_CART"
	Search        EventKind = "SEARCH"
	Follow        EventKind = "FOLLOW"
	Unfollow      EventKind = "UNFOLLOW"
	NotInterested EventKind = "NOT_INTERESTED"

	// purchase is known to the shop itself, and comes from no client.
	purchase EventKind = "PURCHASE"
)

// Event is one thing that a client says somebody did.
type Event struct {
	// ClientID: 1 to 64 visible ASCII characters, once per shopper or device.
	ClientID string
	Kind     EventKind
	// TargetID is what it was done to, Text what was searched for: the one or the other.
	TargetID, Text string
	// Impression is that of the card that it is about; an IMPRESSION needs it.
	Impression string
	// Dwell is how long, with DWELL.
	Dwell   time.Duration
	Channel string
	// At is by the client's clock.
	At time.Time
}

// Actor is who does something: a shopper, or somebody without a session on a device.
type Actor struct {
	// ShopperID is "" without a session.
	ShopperID string
	// DeviceID is what the client says; "" when it says nothing.
	DeviceID string
}

// Trait is what a thing is, in one dimension: category 水果, price low. Share is how much of it, 0 to 1.
type Trait struct {
	Dimension, Value string
	Share            float64
}

// Describer says what things are, by id; one that is not there is left out.
type Describer func(ctx context.Context, ids []string) (map[string][]Trait, error)

// Config is what the service stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Outbox    *outbox.Outbox
	Deadlines *deadline.Deadlines
	Zone      *time.Location
	// MAC makes the keyed hashes of devices.
	MAC func(data []byte) []byte
}

// Service keeps events and profiles. It is safe for concurrent use once the shop is wired.
type Service struct {
	store     *store.Store
	clock     clock.Clock
	identity  *identity.Service
	outbox    *outbox.Outbox
	sweeps    *deadline.Daily
	zone      *time.Location
	mac       func(data []byte) []byte
	rules     *rules
	describe  map[string]Describer
	wasServed func(ctx context.Context, impression, target string) (bool, error)
	known     *otter.Cache[string, version]
}

// New returns the service.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, outbox: c.Outbox, sweeps: c.Deadlines.NewDaily(SweepDeadline, eventsKept), zone: c.Zone, mac: c.MAC,
		rules: builtIn(), describe: map[string]Describer{}, known: newCache(),
	}
}

// Describe has d say what the things are whose ids begin with prefix; before the shop runs. What nobody describes is no target.
func (s *Service) Describe(prefix string, d Describer) { s.describe[prefix] = d }

// Believe has served tell whether an impression was really given out for a target; before the shop runs.
func (s *Service) Believe(served func(ctx context.Context, impression, target string) (bool, error)) {
	s.wasServed = served
}

// Key names a trait among all of them, as Weigh does.
func (t Trait) Key() string { return tagKey(t.Dimension, t.Value) }

// Package conduct remembers what persons do, as far as it tells people from farms of helpers, and judges them by it. Whoever asks others for help pays with what a
// campaign gives away; a farm sells such help by the hundred. A marked person's help does not count, and nobody but operators is told.
//
// A judgement looks at the last 30 days: at what he did (how monotonous it is, by entropies) and at who did the same along with him (company). Monotony alone marks
// nobody, so a newcomer's first help counts, unless a crowd came with him from one network. A judgement reads at most 200 actions of his and 960 of others, in two
// statements along indexes, whatever the tables hold.
//
// A mark stays while he goes on: it is looked at again each week, and lifted once the total has fallen below Lift, at the latest when the actions are 30 days old. Who
// comes near the threshold is looked at again after six hours, when the rest of a job has come. An operator's word is final.
//
// # Limits
//
// It was measured on a generated population (see its shapes in the tests), not on a real shop's. There it finds 92 % of the farmed and marks 1 % of the honest; of farms
// that behave honestly half of the time it finds half, behind home addresses 85 %, of slow ones 45 %. Such farms pass:
//
//   - One whose accounts each help one client only, once, each from an address and a device of its own: such an account is a newcomer.
//   - One that shuffles: of thirty accounts each helps other clients with others, so that no two accounts have two clients in common, from many networks.
//   - One whose accounts buy and join groups more than they help. It then costs its owner what it earns.
//   - One that gives a new device id with each help and changes its network: the device is what the client says.
//   - The first helpers of any job: nothing speaks against them until the others come. What they helped stays counted, also when they are marked later.
//   - One that works on targets which get more than 64 helps within six hours: only the newest 64 are looked at.
//
// The honest who are marked most are those who share an address or a device and do little but help each other: of a dormitory four in a hundred, of families with
// one tablet three.
package conduct

import (
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

// Config is what the service stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Deadlines *deadline.Deadlines
	Zone      *time.Location
	// MAC makes the keyed hashes of networks and devices.
	MAC func(data []byte) []byte
}

// Service keeps actions and marks. It is safe for concurrent use.
type Service struct {
	store     *store.Store
	clock     clock.Clock
	identity  *identity.Service
	deadlines *deadline.Deadlines
	zone      *time.Location
	mac       func(data []byte) []byte
}

// New returns the service.
func New(c Config) *Service {
	return &Service{store: c.Store, clock: c.Clock, identity: c.Identity, deadlines: c.Deadlines, zone: c.Zone, mac: c.MAC}
}

// Kind is what somebody did.
type Kind string

const (
	Help  Kind = "HELP"  // target: the assist's owner
	Start Kind = "START" // target: the campaign
	Order Kind = "ORDER" // target: the order's first product
	Group Kind = "GROUP" // target: the group's campaign
)

// From is where a request came from, as far as it is known.
type From struct{ IP, Device string }

// Action is one thing that a person did.
type Action struct {
	ShopperID string
	Kind      Kind
	Target    string
	From      From
	At        time.Time
}

// Package webhook sends partners what happens, signed as the Standard Webhooks specification says (https://www.standardwebhooks.com): at least once, in order per
// order, group, points account or SKU, and to each endpoint as if there were no other.
//
// A fact becomes one delivery per endpoint that wants it. Every aggregate of an endpoint is in one of its four lanes; a lane is a deadline, so at any time, whatever
// the number of processes, at most four attempts at one endpoint are under way and two of one aggregate never. What waits, waits in the database. A worker has one
// attempt per task, and the lane goes to the end of the queue: no endpoint has more of the workers than four. One that fails four times in a row is asked less and
// less often, at the least every five minutes, until it answers.
package webhook

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

// Config is what the service stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Deadlines *deadline.Deadlines
	// Keys seal the secrets.
	Keys *secret.Keys
	// Private lets endpoints be plain http, and in this machine or its networks: for development.
	Private bool
	// Metrics counts attempts; nil: nobody looks.
	Metrics prometheus.Registerer
}

// Service keeps endpoints and sends deliveries. It is safe for concurrent use.
type Service struct {
	store     *store.Store
	clock     clock.Clock
	identity  *identity.Service
	deadlines *deadline.Deadlines
	keys      *secret.Keys
	private   bool
	client    *http.Client
	redeliver *pace.Pace
	measured  measures
}

// New returns the service.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, deadlines: c.Deadlines, keys: c.Keys, private: c.Private, client: newClient(c.Private),
		redeliver: pace.New(redeliverEvery, redeliverBurst, paceKeys), measured: newMeasures(c.Metrics),
	}
}

// Close lets idle connections go.
func (s *Service) Close() { s.client.CloseIdleConnections() }

// Partner is who calls: a key and what it may do.
type Partner struct {
	ID     string
	Scopes []string
}

// Endpoint is an address to which a partner has events sent.
type Endpoint struct {
	ID     string
	URL    string
	Topics []Topic
	// Secret is there only in the answer of the call that has made it.
	Secret *string
	// DisabledAt is since when nothing is sent, because the receiver has answered 410 Gone.
	DisabledAt *time.Time
	// Deliveries are the pages that WithDeliveries has put here.
	Deliveries map[page.Args]*Page
}

// DeliveryState is where a delivery stands.
type DeliveryState string

const (
	Pending   DeliveryState = "PENDING"
	Delivered DeliveryState = "DELIVERED"
	Failed    DeliveryState = "FAILED"
)

// Delivery is one event for one endpoint.
type Delivery struct {
	ID, EventID string
	Topic       Topic
	State       DeliveryState
	Attempts    int
	// LastStatus is the HTTP status of the last attempt that was answered, nil before.
	LastStatus  *int
	CreatedAt   time.Time
	DeliveredAt *time.Time
	// NextAttemptAt is nil unless it is the next of its aggregate.
	NextAttemptAt *time.Time
}

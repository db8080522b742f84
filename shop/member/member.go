// Package member is what concerns a person as a whole, over all domains: two accounts become one.
package member

import (
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
)

// Config is what the service stands on.
type Config struct {
	Store    *store.Store
	Clock    clock.Clock
	Outbox   *outbox.Outbox
	Identity *identity.Service
	Points   *points.Service
	Coupon   *coupon.Service
	Order    *order.Service
}

// Service does what reaches into every domain that keeps something of a person. It is safe for concurrent use.
type Service struct {
	store    *store.Store
	clock    clock.Clock
	outbox   *outbox.Outbox
	identity *identity.Service
	points   *points.Service
	coupon   *coupon.Service
	order    *order.Service
}

// New returns the service.
func New(c Config) *Service {
	return &Service{store: c.Store, clock: c.Clock, outbox: c.Outbox, identity: c.Identity, points: c.Points, coupon: c.Coupon, order: c.Order}
}

// Package member is what concerns a person as a whole, over all domains: two accounts become one, and he is told all that is kept of him, or it is erased.
package member

import (
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/share"
	"github.com/kaituan/kaituan/shop/taste"
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
	GroupBuy *groupbuy.Service
	Live     *live.Service
	Conduct  *conduct.Service
	Assist   *assist.Service
	Referral *referral.Service
	// Commission is what promoters earn.
	Commission *commission.Service
	Taste      *taste.Service
	Share      *share.Service
	// BaseURL is where the world reaches this server, without a slash at its end.
	BaseURL string
	// MAC signs the links of exports.
	MAC func(data []byte) []byte
}

// Service does what reaches into every domain that keeps something of a person. It is safe for concurrent use.
type Service struct {
	store      *store.Store
	clock      clock.Clock
	outbox     *outbox.Outbox
	identity   *identity.Service
	points     *points.Service
	coupon     *coupon.Service
	order      *order.Service
	groupbuy   *groupbuy.Service
	live       *live.Service
	conduct    *conduct.Service
	assist     *assist.Service
	referral   *referral.Service
	commission *commission.Service
	taste      *taste.Service
	share      *share.Service
	base       string
	mac        func(data []byte) []byte
	// links and opens bound how often a shopper asks for an export's link, and has it.
	links, opens *pace.Pace
}

// New returns the service.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, outbox: c.Outbox, identity: c.Identity, points: c.Points, coupon: c.Coupon, order: c.Order, groupbuy: c.GroupBuy,
		live: c.Live, conduct: c.Conduct, assist: c.Assist, referral: c.Referral, commission: c.Commission, taste: c.Taste, share: c.Share, base: c.BaseURL, mac: c.MAC, links: pace.New(linkEvery, 1, paceKeys), opens: pace.New(openEvery, openBurst, paceKeys),
	}
}

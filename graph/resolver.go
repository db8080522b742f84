// Package graph answers the public schema: thin resolvers that read the viewer, call one service and shape the payload.
package graph

import (
	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/feed"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/member"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/share"
	"github.com/kaituan/kaituan/shop/taste"
	"github.com/kaituan/kaituan/shop/webhook"
)

// Resolver answers by calling the shop's services.
type Resolver struct {
	Clock clock.Clock
	Shop  Services
	Load  *loaders.Loaders
	// Currency is the shop's one currency.
	Currency string
}

// Services are the shop's, by domain.
type Services struct {
	Identity   *identity.Service
	Catalog    *catalog.Service
	Coupon     *coupon.Service
	Points     *points.Service
	Order      *order.Service
	GroupBuy   *groupbuy.Service
	Live       *live.Service
	Share      *share.Service
	Feed       *feed.Service
	Member     *member.Service
	Conduct    *conduct.Service
	Assist     *assist.Service
	Referral   *referral.Service
	Commission *commission.Service
	Taste      *taste.Service
	Webhook    *webhook.Service
}

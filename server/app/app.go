// Package app wires every service by hand; the server's commands and the tests start it.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/kaituan/kaituan/ent/migrate"
	"github.com/kaituan/kaituan/frontend-contracts/manifest"
	"github.com/kaituan/kaituan/graph"
	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/server/config"
	"github.com/kaituan/kaituan/server/documents"
	"github.com/kaituan/kaituan/server/transport"
	"github.com/kaituan/kaituan/server/worker"
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
	"github.com/kaituan/kaituan/shop/moderation"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/share"
	"github.com/kaituan/kaituan/shop/taste"
	"github.com/kaituan/kaituan/shop/webhook"
)

// App is one running shop.
type App struct {
	Config     *config.Config
	Clock      *clock.Movable
	Store      *store.Store
	Keys       *secret.Keys
	Identity   *identity.Service
	Catalog    *catalog.Service
	Payment    *payment.Service
	Coupon     *coupon.Service
	Points     *points.Service
	Order      *order.Service
	GroupBuy   *groupbuy.Service
	Live       *live.Service
	Conduct    *conduct.Service
	Assist     *assist.Service
	Referral   *referral.Service
	Commission *commission.Service
	Taste      *taste.Service
	Feed       *feed.Service
	Share      *share.Service
	Member     *member.Service
	Webhook    *webhook.Service

	outbox    *outbox.Outbox
	deadlines *deadline.Deadlines
	hub       *hub.Hub
	providers []payment.Provider
	schema    graphql.ExecutableSchema
	documents *documents.Documents
	graphql   *transport.Server
	metrics   *prometheus.Registry
	closers   []func() error
	// liveDemo is the demo's live room, once it is on air.
	liveDemo atomic.Pointer[demoRoom]
}

// Invariants are all that check knows, by domain.
func Invariants() []invariant.Invariant {
	return slices.Concat(catalog.Invariants(), coupon.Invariants(), points.Invariants(), order.Invariants(), groupbuy.Invariants(), live.Invariants(), assist.Invariants(), referral.Invariants(), commission.Invariants(), member.Invariants(), webhook.Invariants(), worker.Invariants())
}

// Open opens the database and wires the services. In development it creates or migrates the tables; in production it refuses a server's database that is behind.
func Open(ctx context.Context, c *config.Config, log func(string)) (*App, error) {
	a := &App{Config: c, Clock: &clock.Movable{}, metrics: prometheus.NewRegistry()}
	if err := a.open(ctx, log); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context, log func(string)) (err error) {
	if err := a.openStore(ctx, log); err != nil {
		return err
	}
	if a.Keys, err = secret.Load(os.Getenv, a.Config.Beside("keys"), a.Config.Production()); err != nil {
		return err
	}
	if a.hub, err = hub.Open(a.Config.NatsURL); err != nil {
		return err
	}
	a.onClose(func() error { a.hub.Close(); return nil })
	a.outbox, a.deadlines = outbox.New(a.Store), deadline.New(a.Store)
	if err := a.openShop(ctx); err != nil {
		return err
	}
	return a.openGraphQL()
}

func (a *App) openStore(ctx context.Context, log func(string)) (err error) {
	if !a.Config.Production() {
		if err := store.CreateDatabase(ctx, a.Config.DatabaseURL); err != nil {
			return err
		}
	}
	if a.Store, err = store.Open(ctx, a.Config.DatabaseURL); err != nil {
		return err
	}
	a.onClose(a.Store.Close)
	if a.Config.Production() {
		if a.Store.SQLite() {
			return migrate.Up(ctx, a.Store, log)
		}
		return migrate.Check(ctx, a.Store)
	}
	return migrate.Up(ctx, a.Store, log)
}

func (a *App) openShop(ctx context.Context) error {
	platforms, err := platforms(a.Config)
	if err != nil {
		return err
	}
	sms, err := a.sender()
	if err != nil {
		return err
	}
	a.Identity = identity.New(identity.Config{Store: a.Store, Clock: a.Clock.Now, Keys: a.Keys, Deadlines: a.deadlines, Zone: a.Config.Zone(), Platforms: platforms, SMS: sms, Demo: a.Config.HasDemo()})
	pictures := openPictures(a.Config)
	a.Share = share.New(share.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Deadlines: a.deadlines, Zone: a.Config.Zone(),
		MAC: func(data []byte) []byte { return a.Keys.MAC("visit", data) }, Name: a.Config.ShopName, BaseURL: a.Config.BaseURL(),
		Pictures: pictures, Raster: pictures.onCards,
	})
	a.onClose(func() error { a.Share.Close(); return nil })
	a.Catalog = catalog.New(a.Store, a.Clock.Now, a.Config.Currency)
	a.Catalog.TellTo(a.outbox)
	a.Catalog.WatchStock(a.deadlines, a.Config.StockLow)
	if a.providers, err = a.openProviders(ctx); err != nil {
		return err
	}
	a.Payment = payment.New(a.Store, a.Clock.Now, a.Identity, a.providers...)
	a.Coupon = coupon.New(coupon.Config{Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Currency: a.Config.Currency, Zone: a.Config.Zone()})
	membership, err := a.Config.Membership()
	if err != nil {
		return err
	}
	a.Points = points.New(points.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Outbox: a.outbox, Deadlines: a.deadlines, Hub: a.hub, Zone: a.Config.Zone(),
		Validity: membership.ValidityDays, CheckIn: membership.CheckIn, Rate: membership.WorthPer100, Programme: membership.Programme,
	})
	a.Order = order.New(order.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Catalog: a.Catalog, Payment: a.Payment, Coupon: a.Coupon, Points: a.Points,
		Outbox: a.outbox, Deadlines: a.deadlines, Hub: a.hub, Currency: a.Config.Currency, Zone: a.Config.Zone(),
		Shipping: order.Shipping{Flat: a.Config.Amount(a.Config.ShippingFlat), FreeFrom: a.Config.Amount(a.Config.ShippingFreeFrom)},
		MAC:      func(data []byte) []byte { return a.Keys.MAC("quote", data) },
	})
	a.GroupBuy = groupbuy.New(groupbuy.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Catalog: a.Catalog, Order: a.Order, Outbox: a.outbox, Deadlines: a.deadlines, Hub: a.hub,
		Currency: a.Config.Currency,
	})
	a.Order.Serve(a.GroupBuy)
	words, err := moderation.Open(a.Config.Words)
	if err != nil {
		return fmt.Errorf("--words: %w", err)
	}
	a.Live = live.New(live.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Catalog: a.Catalog, Coupon: a.Coupon, Order: a.Order, GroupBuy: a.GroupBuy,
		Moderation: words, Outbox: a.outbox, Deadlines: a.deadlines, Hub: a.hub, Currency: a.Config.Currency,
		MAC:  func(data []byte) []byte { return a.Keys.MAC("lottery", data) },
		Tick: a.Config.LiveTick, CDN: live.CDN(a.Config.LiveCDN),
	})
	a.onClose(func() error { a.Live.Close(); return nil })
	a.Order.Serve(a.Live)
	a.Conduct = conduct.New(conduct.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Deadlines: a.deadlines, Zone: a.Config.Zone(),
		MAC: func(data []byte) []byte { return a.Keys.MAC("conduct", data) },
	})
	a.Assist = assist.New(assist.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Catalog: a.Catalog, Points: a.Points, Coupon: a.Coupon, Order: a.Order, Conduct: a.Conduct,
		Outbox: a.outbox, Deadlines: a.deadlines, Hub: a.hub, Currency: a.Config.Currency, Zone: a.Config.Zone(),
	})
	a.Order.Serve(a.Assist)
	program, err := a.Config.Program()
	if err != nil {
		return err
	}
	a.Referral = referral.New(referral.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Share: a.Share, Conduct: a.Conduct, Deadlines: a.deadlines, Program: program, Zone: a.Config.Zone(),
	})
	a.Order.Refer(a.Referral)
	a.Commission = commission.New(commission.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Catalog: a.Catalog, Payment: a.Payment, Order: a.Order, Referral: a.Referral,
		Deadlines: a.deadlines, Currency: a.Config.Currency, Zone: a.Config.Zone(),
	})
	a.Order.PayOut(a.Commission)
	a.Catalog.AskGrouped(a.GroupBuy.Products)
	a.Share.Register("prd", a.Order.SharedProducts)
	a.Share.Register("gbc", a.GroupBuy.SharedCampaigns)
	a.Share.Register("grp", a.GroupBuy.SharedGroups)
	a.Share.Register("lvr", a.Live.SharedRooms)
	a.Share.Register("asc", a.Assist.SharedCampaigns)
	a.Share.Register("ast", a.Assist.SharedAssists)
	a.Feed = feed.New(a.Store, a.Clock.Now, a.Catalog, a.Order, a.GroupBuy, a.Assist, func(data []byte) []byte { return a.Keys.MAC("impression", data) })
	a.Taste = taste.New(taste.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Outbox: a.outbox, Deadlines: a.deadlines, Zone: a.Config.Zone(),
		MAC: func(data []byte) []byte { return a.Keys.MAC("taste", data) },
	})
	a.Feed.Teach(a.Taste)
	a.Member = member.New(member.Config{
		Store: a.Store, Clock: a.Clock.Now, Outbox: a.outbox, Identity: a.Identity, Points: a.Points, Coupon: a.Coupon, Order: a.Order,
		GroupBuy: a.GroupBuy, Live: a.Live, Conduct: a.Conduct, Assist: a.Assist, Referral: a.Referral, Commission: a.Commission, Taste: a.Taste, Share: a.Share,
		BaseURL: a.Config.BaseURL(), MAC: func(data []byte) []byte { return a.Keys.MAC("export", data) },
	})
	a.Webhook = webhook.New(webhook.Config{
		Store: a.Store, Clock: a.Clock.Now, Identity: a.Identity, Deadlines: a.deadlines, Keys: a.Keys, Private: a.Config.HasPrivateWebhooks(), Metrics: a.metrics,
	})
	a.onClose(func() error { a.Webhook.Close(); return nil })
	return nil
}

func (a *App) openGraphQL() (err error) {
	a.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), a.backlog(),
		statements("read", a.Store.Reads), statements("write", a.Store.Writes))
	resolver := &graph.Resolver{
		Clock: a.Clock.Now,
		Shop: graph.Services{
			Identity: a.Identity, Catalog: a.Catalog, Coupon: a.Coupon, Points: a.Points, Order: a.Order, GroupBuy: a.GroupBuy, Live: a.Live, Share: a.Share, Feed: a.Feed,
			Member: a.Member, Conduct: a.Conduct, Assist: a.Assist, Referral: a.Referral, Commission: a.Commission, Taste: a.Taste, Webhook: a.Webhook,
		},
		Currency: a.Config.Currency,
		Load: &loaders.Loaders{
			Identity: a.Identity, Catalog: a.Catalog, Coupon: a.Coupon, Points: a.Points, Order: a.Order, GroupBuy: a.GroupBuy, Live: a.Live, Share: a.Share,
			Assist: a.Assist, Referral: a.Referral, Commission: a.Commission, Currency: a.Config.Currency,
		},
	}
	a.schema = graph.Schema(resolver)
	if a.documents, err = documents.Open(a.schema.Schema(), manifest.Embedded(), a.Config.Manifests); err != nil {
		return err
	}
	a.metrics.MustRegister(a.documents.Metrics()...)
	a.graphql, err = transport.New(transport.Config{
		Schema: a.schema, Authenticate: a.Identity.Authenticate, Development: !a.Config.Production(), SessionEnded: a.Identity.SessionEnded,
		Origins: a.Config.Origins, TrustedProxies: a.Config.TrustedProxies, Rates: rates(a.Config), Clock: a.Clock.Now, Metrics: a.metrics,
		Extensions: append(tracing(), remembering{}), Streams: map[string]stream.Source{"liveRoomEvents": a.Live.Stream()}, MayShare: resolver.MayShare(),
		MaxSocketsPerIP: socketsPerIP(a.Config), Documents: a.documents, FreeText: transport.FreeText(a.Config.FreeText()),
	})
	if err != nil {
		return fmt.Errorf("wire GraphQL: %w", err)
	}
	return nil
}

// Schema is what the endpoint executes, for who serves it by another transport.
func (a *App) Schema() graphql.ExecutableSchema { return a.schema }

// socketsPerIP is the configured bound; development leaves room for load tests from one address.
func socketsPerIP(c *config.Config) int {
	if c.SocketsPerIP == 0 && !c.Production() {
		return 1 << 20
	}
	return c.SocketsPerIP // 0: the transport's own
}

// rates are the configured ones; production has limits by default, development leaves room for load tests from one address.
func rates(c *config.Config) transport.Rates {
	rate := func(set, production float64) transport.Rate {
		if set == 0 && c.Production() {
			set = production
		}
		return transport.Rate{PerSecond: set, Burst: int(10 * set)}
	}
	return transport.Rates{PerIP: rate(c.RatePerIP, 20), PerShopper: rate(c.RatePerShopper, 10), PerPartner: rate(c.RatePerPartner, 50)}
}

// Work runs the workers until ctx ends, and returns when they have.
func (a *App) Work(ctx context.Context) {
	var group sync.WaitGroup
	dispatcher := outbox.NewDispatcher(a.outbox, a.Clock.Now, worker.Consumers(a.Catalog, a.Config.Zone(), a.Live, a.Conduct, a.Assist, a.Referral, a.Commission, a.Taste, a.Webhook)...)
	runner := deadline.NewRunner(a.deadlines, a.Clock.Now, a.pools()...)
	if err := errors.Join(a.Catalog.KeepWatch(ctx), a.Webhook.KeepSweeping(ctx)); err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "begin what is done again and again; the next start tries it anew", "error", err)
	}
	group.Go(func() { dispatcher.Run(ctx) })
	group.Go(func() { runner.Run(ctx) })
	group.Go(func() { a.Identity.WatchClosed(ctx) })
	group.Go(func() { a.documents.Watch(ctx) })
	group.Go(func() { a.Live.Own(ctx) })
	group.Go(func() { a.keepDemo(ctx) })
	group.Wait()
}

func (a *App) pools() []deadline.Pool {
	return worker.Pools(a.Webhook, []worker.Outside{a.Order, a.Commission},
		a.Identity, a.Catalog, a.Order, a.GroupBuy, a.Live, a.Points, a.Share, a.Conduct, a.Assist, a.Referral, a.Commission, a.Taste, a.Webhook)
}

// Wake makes the workers look at once: the clock has been moved.
func (a *App) Wake() {
	a.deadlines.Wake()
	a.outbox.Wake()
}

// Drain ends sockets in good order; plain requests are the HTTP server's to drain.
func (a *App) Drain(ctx context.Context) error { return a.graphql.Shutdown(ctx) }

func (a *App) onClose(f func() error) { a.closers = append(a.closers, f) }

// Close lets everything go, last opened first.
func (a *App) Close() error {
	var all []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		all = append(all, a.closers[i]())
	}
	a.closers = nil
	return errors.Join(all...)
}

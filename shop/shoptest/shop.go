// Package shoptest is a whole shop for tests: on a database of its own, with a clock that stands still between steps and workers that run when told to. When
// the test ends, every promise is checked, and the sandbox's book against ours.
package shoptest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/member"
	"github.com/kaituan/kaituan/shop/moderation"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/share"
	"github.com/kaituan/kaituan/shop/taste"
)

// Noon is when a test's clock begins: 12:00 in Shanghai.
var Noon = time.Date(2026, 5, 6, 4, 0, 0, 0, time.UTC)

// Zone is the shop's time zone.
var Zone = time.FixedZone("CST", 8*60*60)

// Shop is one shop.
type Shop struct {
	TB       TB
	Store    *store.Store
	Clock    *clock.Fixed
	Identity *identity.Service
	Catalog  *catalog.Service
	Payments *payment.Service
	Coupons  *coupon.Service
	Orders   *order.Service
	Groups   *groupbuy.Service
	Live     *live.Service
	Conduct  *conduct.Service
	Taste    *taste.Service
	Assists  *assist.Service
	Points   *points.Service
	Share    *share.Service
	Referral *referral.Service
	// Commission is what promoters earn, once Rewards has handed out the facts.
	Commission *commission.Service
	Members    *member.Service
	Deadlines  *deadline.Deadlines
	Outbox     *outbox.Outbox
	Hub        *hub.Hub
	// Sandbox is the standard provider.
	Sandbox *sandbox.Provider
	// line leads to it, unless a test has put something of its own between.
	line   *line
	Runner *deadline.Runner
}

// TB is what a test, and a property test's single check, have in common.
type TB interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
}

// Within is the same shop for one check of a property test.
func (s *Shop) Within(t TB) *Shop {
	c := *s
	c.TB = t
	return &c
}

// Setup changes a shop before it opens.
type Setup struct {
	// Store is its database; nil: one of its own.
	Store *store.Store
	// Programme is the membership's; its zero value: the default one.
	Programme points.Programme
	Shipping  order.Shipping
	// Wrap stands between the shop and its sandbox.
	Wrap func(p *sandbox.Provider) payment.Provider
	// Program is that of bringing friends; nil: the default one.
	Program *referral.Program
	// Live changes what live rooms stand on.
	Live func(c *live.Config)
}

// sharedHub serves every shop of a test program: subjects are ids.
var sharedHub = sync.OnceValues(func() (*hub.Hub, error) { return hub.Open("") })

// Main runs a package's tests and fails when one of them leaves a goroutine behind.
func Main(m *testing.M) {
	code := m.Run()
	if shared, err := sharedHub(); err == nil {
		shared.Close()
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines are left:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// Open returns an empty shop.
func Open(t testing.TB, change ...func(*Setup)) *Shop {
	t.Helper()
	var with Setup
	for _, c := range change {
		c(&with)
	}
	if with.Store == nil {
		with.Store = testdb.Open(t)
	}
	s := &Shop{TB: t, Store: with.Store, Clock: clock.NewFixed(Noon)}
	var err error
	s.Sandbox, err = sandbox.Open(context.Background(), sandbox.Config{Key: []byte("0123456789abcdef"), Clock: s.Clock.Now})
	s.Must(err)
	t.Cleanup(func() { _ = s.Sandbox.CloseBook() })
	keys, err := secret.Load(func(string) string { return "" }, filepath.Join(t.TempDir(), "secrets"), false)
	s.Must(err)
	s.Hub, err = sharedHub()
	s.Must(err)
	s.Outbox, s.Deadlines = outbox.New(s.Store), deadline.New(s.Store)
	s.Identity = identity.New(identity.Config{Store: s.Store, Clock: s.Clock.Now, Keys: keys, Deadlines: s.Deadlines, Zone: Zone, Demo: true})
	s.Catalog = catalog.New(s.Store, s.Clock.Now, "CNY")
	s.line = &line{Provider: s.Sandbox}
	var provider payment.Provider = s.line
	if with.Wrap != nil {
		provider = with.Wrap(s.Sandbox)
	}
	s.Payments = payment.New(s.Store, s.Clock.Now, s.Identity, provider)
	s.Catalog.TellTo(s.Outbox)
	s.Points = points.New(points.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Outbox: s.Outbox, Deadlines: s.Deadlines, Hub: s.Hub, Zone: Zone,
		Programme: with.Programme,
	})
	s.Coupons = coupon.New(coupon.Config{Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Currency: "CNY", Zone: Zone})
	s.Orders = order.New(order.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Catalog: s.Catalog, Payment: s.Payments, Coupon: s.Coupons, Points: s.Points, Outbox: s.Outbox,
		Deadlines: s.Deadlines, Hub: s.Hub, Currency: "CNY", Zone: Zone, Shipping: with.Shipping, MAC: mac,
	})
	s.Groups = groupbuy.New(groupbuy.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Catalog: s.Catalog, Order: s.Orders, Outbox: s.Outbox, Deadlines: s.Deadlines, Hub: s.Hub, Currency: "CNY",
	})
	s.Orders.Serve(s.Groups)
	rooms := live.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Catalog: s.Catalog, Coupon: s.Coupons, Order: s.Orders, GroupBuy: s.Groups, Moderation: moderation.New(),
		Outbox: s.Outbox, Deadlines: s.Deadlines, Hub: s.Hub, Currency: "CNY", MAC: mac,
	}
	if with.Live != nil {
		with.Live(&rooms)
	}
	s.Live = live.New(rooms)
	t.Cleanup(s.Live.Close)
	s.Orders.Serve(s.Live)
	s.Conduct = conduct.New(conduct.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Deadlines: s.Deadlines, Zone: Zone, MAC: mac,
	})
	s.Assists = assist.New(assist.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Catalog: s.Catalog, Points: s.Points, Coupon: s.Coupons, Order: s.Orders, Conduct: s.Conduct,
		Outbox: s.Outbox, Deadlines: s.Deadlines, Hub: s.Hub, Currency: "CNY", Zone: Zone,
	})
	s.Orders.Serve(s.Assists)
	s.Share = share.New(share.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Deadlines: s.Deadlines, Zone: Zone, MAC: mac, Name: "茶铺", BaseURL: "https://shop.example.com",
	})
	t.Cleanup(s.Share.Close)
	s.Share.Register("prd", s.Orders.SharedProducts)
	s.Share.Register("gbc", s.Groups.SharedCampaigns)
	program := referral.DefaultProgram()
	if with.Program != nil {
		program = *with.Program
	}
	s.Referral = referral.New(referral.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Share: s.Share, Conduct: s.Conduct, Deadlines: s.Deadlines, Program: program, Zone: Zone,
	})
	s.Orders.Refer(s.Referral)
	s.Commission = commission.New(commission.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Catalog: s.Catalog, Payment: s.Payments, Order: s.Orders, Referral: s.Referral, Deadlines: s.Deadlines,
		Currency: "CNY", Zone: Zone,
	})
	s.Orders.PayOut(s.Commission)
	s.Taste = taste.New(taste.Config{
		Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Outbox: s.Outbox, Deadlines: s.Deadlines, Zone: Zone, MAC: mac,
	})
	s.Members = member.New(member.Config{
		Store: s.Store, Clock: s.Clock.Now, Outbox: s.Outbox, Identity: s.Identity, Points: s.Points, Coupon: s.Coupons, Order: s.Orders, Live: s.Live, Conduct: s.Conduct, Assist: s.Assists,
		Referral: s.Referral, Commission: s.Commission, Taste: s.Taste,
	})
	s.Runner = deadline.NewRunner(s.Deadlines, s.Clock.Now,
		deadline.Pool{Workers: 4, Handlers: s.Orders.Handlers()}, deadline.Pool{Workers: 4, Handlers: s.Groups.Handlers()},
		deadline.Pool{Workers: 4, Handlers: s.Points.Handlers()}, deadline.Pool{Workers: 4, Handlers: s.Live.Handlers()},
		deadline.Pool{Workers: 4, Handlers: s.Identity.Handlers()}, deadline.Pool{Workers: 4, Handlers: s.Conduct.Handlers()}, deadline.Pool{Workers: 4, Handlers: s.Assists.Handlers()},
		deadline.Pool{Workers: 4, Handlers: s.Share.Handlers()}, deadline.Pool{Workers: 4, Handlers: s.Referral.Handlers()},
		deadline.Pool{Workers: 4, Handlers: s.Commission.Handlers()}, deadline.Pool{Workers: 4, Handlers: s.Taste.Handlers()},
		deadline.Pool{Workers: 4, Handlers: s.Orders.OutsideHandlers()}, deadline.Pool{Workers: 4, Handlers: s.Commission.OutsideHandlers()})
	t.Cleanup(s.Check)
	return s
}

func mac(data []byte) []byte {
	h := hmac.New(sha256.New, []byte("a key for quotes"))
	h.Write(data)
	return h.Sum(nil)
}

// Must ends the test on an error.
func (s *Shop) Must(err error) {
	s.TB.Helper()
	if err != nil {
		s.TB.Fatal(err)
	}
}

// Try is Must for goroutines, which may not end the test.
func (s *Shop) Try(err error) {
	s.TB.Helper()
	if err != nil {
		s.TB.Error(err)
	}
}

// Work runs what is due until nothing is.
func (s *Shop) Work() {
	s.TB.Helper()
	_, err := s.Runner.Once(context.Background())
	s.Must(err)
}

// After moves the clock and lets the workers run.
func (s *Shop) After(d time.Duration) {
	s.TB.Helper()
	s.Clock.Advance(d)
	s.Work()
}

// Rewards hands every fact to those that give rewards for it: for helpers, and for bringing friends, commission among them.
func (s *Shop) Rewards() {
	s.TB.Helper()
	dispatcher := outbox.NewDispatcher(s.Outbox, s.Clock.Now, slices.Concat(s.Assists.Consumers(), s.Referral.Consumers(), s.Commission.Consumers())...)
	for {
		n, err := dispatcher.Once(context.Background())
		s.Must(err)
		if n == 0 {
			return
		}
	}
}

package order_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

var noon = time.Date(2026, 5, 6, 4, 0, 0, 0, time.UTC)

// shop is a whole shop on a database of its own, whose clock stands still between steps and whose workers run when told to.
type shop struct {
	tb        tb
	store     *store.Store
	clock     *clock.Fixed
	identity  *identity.Service
	catalog   *catalog.Service
	payments  *payment.Service
	coupons   *coupon.Service
	orders    *order.Service
	deadlines *deadline.Deadlines
	outbox    *outbox.Outbox
	hub       *hub.Hub
	// sandbox is the standard provider, second another one with a book of its own.
	sandbox *sandbox.Provider
	second  *other
	// booked are the providers whose books must agree with ours when the test ends.
	booked []payment.Provider
	runner *deadline.Runner
	// dispatcher tells listener of every fact.
	dispatcher *outbox.Dispatcher
	listener   *listener
}

// tb is what a test, and a property test's single check, have in common.
type tb interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
	Context() context.Context
}

// within is the same shop for one check of a property test.
func (s *shop) within(t tb) *shop {
	c := *s
	c.tb = t
	return &c
}

// other is a second provider, so that an order can be paid twice.
type other struct{ *sandbox.Provider }

func (other) Code() string { return "WECHAT_PAY" }

// setup changes a shop before it opens.
type setup struct {
	shipping   order.Shipping
	activities func(s *shop) []order.Activity
	// provider stands before the sandbox, as the standard one.
	provider payment.Provider
	// wrap stands between the shop and its sandbox.
	wrap func(p *sandbox.Provider) payment.Provider
}

// sharedHub serves every shop of this test program: subjects are ids.
var sharedHub = sync.OnceValues(func() (*hub.Hub, error) { return hub.Open("") })

// open returns an empty shop; every promise about its stock, orders and money is checked when the test ends.
func open(t testing.TB, change ...func(*setup)) *shop {
	t.Helper()
	var with setup
	for _, c := range change {
		c(&with)
	}
	s := &shop{tb: t, store: testdb.Open(t), clock: clock.NewFixed(noon)}
	s.sandbox, s.second = s.book(t), &other{s.book(t)}
	keys, err := secret.Load(func(string) string { return "" }, filepath.Join(t.TempDir(), "secrets"), false)
	s.must(err)
	s.hub, err = sharedHub()
	s.must(err)
	s.identity = identity.New(identity.Config{Store: s.store, Clock: s.clock.Now, Keys: keys, Demo: true})
	s.catalog = catalog.New(s.store, s.clock.Now, "CNY")
	var standard payment.Provider = s.sandbox
	if with.wrap != nil {
		standard = with.wrap(s.sandbox)
	}
	providers := []payment.Provider{standard, s.second}
	s.booked = []payment.Provider{s.sandbox, s.second}
	if with.provider != nil { // its test compares its book
		providers, s.booked = []payment.Provider{with.provider, standard}, s.booked[:1]
	}
	s.payments = payment.New(s.store, s.clock.Now, s.identity, providers...)
	s.outbox, s.deadlines = outbox.New(s.store), deadline.New(s.store)
	zone := time.FixedZone("CST", 8*60*60)
	s.coupons = coupon.New(coupon.Config{Store: s.store, Clock: s.clock.Now, Identity: s.identity, Currency: "CNY", Zone: zone})
	cfg := order.Config{
		Store: s.store, Clock: s.clock.Now, Identity: s.identity, Catalog: s.catalog, Payment: s.payments, Coupon: s.coupons, Outbox: s.outbox,
		Deadlines: s.deadlines, Hub: s.hub, Currency: "CNY", Zone: zone, Shipping: with.shipping, MAC: testMAC,
	}
	if with.activities != nil {
		cfg.Activities = with.activities(s)
	}
	s.orders = order.New(cfg)
	s.runner = deadline.NewRunner(s.deadlines, s.clock.Now,
		deadline.Pool{Workers: 4, Handlers: s.orders.Handlers()}, deadline.Pool{Workers: 4, Handlers: s.orders.OutsideHandlers()})
	s.listener = &listener{told: map[string][]string{}}
	s.dispatcher = outbox.NewDispatcher(s.outbox, s.clock.Now, s.listener.consumers()...)
	t.Cleanup(s.check)
	return s
}

func testMAC(data []byte) []byte {
	h := hmac.New(sha256.New, []byte("a key for quotes"))
	h.Write(data)
	return h.Sum(nil)
}

func (s *shop) book(t testing.TB) *sandbox.Provider {
	p, err := sandbox.Open(context.Background(), sandbox.Config{Key: []byte("0123456789abcdef"), Clock: s.clock.Now})
	s.must(err)
	t.Cleanup(func() { _ = p.CloseBook() })
	return p
}

func (s *shop) must(err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Fatal(err)
	}
}

// try is must for goroutines, which may not end the test.
func (s *shop) try(err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Error(err)
	}
}

// work runs what is due until nothing is.
func (s *shop) work() {
	s.tb.Helper()
	for range 100 {
		n, err := s.runner.Once(context.Background())
		s.must(err)
		if n == 0 {
			return
		}
	}
	s.tb.Fatal("the workers find no end")
}

// after moves the clock and lets the workers run.
func (s *shop) after(d time.Duration) {
	s.tb.Helper()
	s.clock.Advance(d)
	s.work()
}

// shopper signs a demo shopper in and gives him an address.
func (s *shop) shopper(name string) order.Buyer {
	s.tb.Helper()
	buyer := s.homeless(name)
	_, err := s.identity.AddressSave(context.Background(), buyer.ShopperID,
		identity.AddressDraft{Recipient: "王小明", Phone: "13800138000", Region: []string{"上海市", "上海市", "徐汇区"}, Street: "漕溪北路 1 号 " + name})
	s.must(err)
	return buyer
}

// homeless signs a demo shopper in.
func (s *shop) homeless(name string) order.Buyer {
	s.tb.Helper()
	session, err := s.identity.SessionCreate(context.Background(), identity.SignIn{Channel: "WECHAT_MINI_PROGRAM", Credentials: identity.Credentials{Code: "demo:" + name}})
	s.must(err)
	return order.Buyer{ShopperID: session.ShopperID, Channel: "WECHAT_MINI_PROGRAM", ClientIP: "203.0.113.7"}
}

// goods puts one product with one SKU on sale and returns the SKU's id.
func (s *shop) goods(handle, price string, stock int) string {
	s.tb.Helper()
	results, err := s.catalog.Upsert(context.Background(), []*catalog.ProductInput{{
		Handle: handle, Title: "茶 " + handle,
		Skus: []*catalog.SkuInput{{Code: handle, Price: money.Decimal(price), Stock: &stock}},
	}})
	s.must(err)
	if len(results[0].Refused) > 0 {
		s.tb.Fatal(results[0].Refused)
	}
	return s.product(handle).Skus[0].ID
}

func (s *shop) product(handle string) *catalog.Product {
	s.tb.Helper()
	found, err := s.catalog.ByHandle(context.Background(), handle, catalog.Need{})
	s.must(err)
	return found
}

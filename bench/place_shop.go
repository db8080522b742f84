package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/migrate"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/points"
)

// checkoutShop is what placing an order needs, and the points, wired as server/app does but for the payment provider, which is outside the shop: here it answers at once.
// The workers do not run.
type checkoutShop struct {
	store    *store.Store
	hub      *hub.Hub
	identity *identity.Service
	catalog  *catalog.Service
	orders   *order.Service
	groups   *groupbuy.Service
	points   *points.Service

	deadlines *deadline.Deadlines
}

// shopZone is where its days end.
var shopZone = time.FixedZone("CST", 8*60*60)

func openCheckout(ctx context.Context, at scratch) (*checkoutShop, error) {
	if err := store.CreateDatabase(ctx, at.url); err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, at.url)
	if err != nil {
		return nil, err
	}
	s := &checkoutShop{store: st}
	if err := s.wire(ctx, at); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *checkoutShop) wire(ctx context.Context, at scratch) error {
	if err := migrate.Up(ctx, s.store, func(string) {}); err != nil {
		return err
	}
	keys, err := secret.Load(os.Getenv, filepath.Join(at.dir, "keys"), false)
	if err != nil {
		return err
	}
	if s.hub, err = hub.Open(""); err != nil {
		return err
	}
	now := clock.System
	s.identity = identity.New(identity.Config{Store: s.store, Clock: now, Keys: keys, Demo: true})
	s.catalog = catalog.New(s.store, now, currency)
	facts := outbox.New(s.store)
	s.deadlines = deadline.New(s.store)
	s.orders = order.New(order.Config{
		Store: s.store, Clock: now, Identity: s.identity, Catalog: s.catalog, Payment: payment.New(s.store, now, s.identity, instantProvider{}),
		Outbox: facts, Deadlines: s.deadlines, Hub: s.hub, Currency: currency, Zone: shopZone,
		MAC: func(data []byte) []byte { return keys.MAC("quote", data) },
	})
	s.groups = groupbuy.New(groupbuy.Config{
		Store: s.store, Clock: now, Identity: s.identity, Catalog: s.catalog, Order: s.orders, Outbox: facts, Deadlines: s.deadlines, Hub: s.hub, Currency: currency,
	})
	s.orders.Serve(s.groups)
	s.points = points.New(points.Config{Store: s.store, Clock: now, Identity: s.identity, Outbox: facts, Deadlines: s.deadlines, Hub: s.hub, Zone: shopZone})
	return nil
}

func (s *checkoutShop) close() error {
	if s.hub != nil {
		s.hub.Close()
	}
	return s.store.Close()
}

// instantProvider takes every payment without a network.
type instantProvider struct{ payment.Provider }

func (instantProvider) Code() string { return "SANDBOX" }

// Prepay answers with parameters of the size that WeChat Pay's have.
func (instantProvider) Prepay(_ context.Context, p payment.Prepay) ([]payment.Parameter, error) {
	const signature = "k5zXbW3mT9pQ1rL7vN2cY8dF4gH6jK0aSxEwRtUiOpMnBvCxZlKjHgFdSaQwErTyUiOpLkJhGfDsAzXcVbNm1234567890=="
	return []payment.Parameter{
		{Name: "timeStamp", Value: "1767225600"},
		{Name: "nonceStr", Value: p.Number},
		{Name: "package", Value: "prepay_id=" + p.Number},
		{Name: "signType", Value: "RSA"},
		{Name: "paySign", Value: signature},
	}, nil
}

// What the orders are made of: one unit of one SKU, of which there is always enough.
const (
	unitPrice = 1990
	inStock   = 100_000_000
	batch     = 200 // rows made ready in one transaction
)

// stockUp puts n products with one SKU each on sale.
func (s *checkoutShop) stockUp(ctx context.Context, n int) ([]catalog.ForSale, error) {
	var goods []catalog.ForSale
	for len(goods) < n {
		stock := inStock
		inputs := make([]*catalog.ProductInput, min(batch, n-len(goods)))
		for i := range inputs {
			name := fmt.Sprintf("bench-%s", id.New("p"))
			inputs[i] = &catalog.ProductInput{
				Handle: name, Title: "明前龙井 西湖产区", Media: []*catalog.MediaInput{{URL: "/demo/pictures/longjing.svg"}},
				Skus: []*catalog.SkuInput{{Code: name, Price: money.Decimal(money.Format(unitPrice, currency)), Stock: &stock}},
			}
		}
		results, err := s.catalog.Upsert(ctx, inputs)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(results))
		for i, r := range results {
			ids[i] = r.ProductID
		}
		products, err := s.catalog.Products(ctx, ids, catalog.Need{})
		if err != nil {
			return nil, err
		}
		skus := make([]string, len(products))
		for i, p := range products {
			skus[i] = p.Skus[0].ID
		}
		found, err := s.catalog.ForSale(ctx, skus)
		if err != nil {
			return nil, err
		}
		for _, sku := range skus {
			goods = append(goods, found[sku])
		}
	}
	return goods, nil
}

// signUp makes n shoppers, each with a default address.
func (s *checkoutShop) signUp(ctx context.Context, n int) ([]string, error) {
	shoppers := make([]string, n)
	for from := 0; from < n; from += batch {
		err := s.store.InTx(ctx, func(ctx context.Context) error {
			for i := from; i < min(n, from+batch); i++ {
				session, err := s.identity.SessionCreate(ctx, identity.SignIn{Channel: "H5", Credentials: identity.Credentials{Code: "demo:" + id.New("s")[2:]}})
				if err != nil {
					return err
				}
				shoppers[i] = session.ShopperID
				_, err = s.identity.AddressSave(ctx, session.ShopperID, identity.AddressDraft{
					Recipient: "王小明", Phone: "13800138000", Region: []string{"上海市", "徐汇区"}, Street: "漕溪北路 1 号",
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("sign shoppers up: %w", err)
		}
	}
	return shoppers, nil
}

// place orders one unit and returns the order's id. Its payment is announced when it returns.
func (s *checkoutShop) place(ctx context.Context, shopperID string, sku catalog.ForSale) (string, error) {
	placed, err := s.orderOne(ctx, shopperID, sku)
	if err != nil {
		return "", err
	}
	if placed.Payment == nil || placed.Payment.Parameters == nil {
		return "", fmt.Errorf("order %s has no payment parameters", placed.ID)
	}
	return placed.ID, nil
}

// join takes a seat of a group and returns the order's id.
func (s *checkoutShop) join(ctx context.Context, shopperID, groupID string, sku catalog.ForSale) (string, error) {
	placed, err := s.orderFor(ctx, shopperID, groupPrice, &order.Checkout{GroupBuy: &order.GroupBuySeatInput{GroupBuyID: &groupID, SkuID: sku.SkuID, Quantity: 1}})
	if err != nil {
		return "", err
	}
	return placed.ID, nil
}

// placeAndLeave orders one unit for a client that hangs up during the transaction: it commits all the same, and what follows the commit is not done.
func (s *checkoutShop) placeAndLeave(ctx context.Context, shopperID string, sku catalog.ForSale) error {
	left, hangUp := context.WithCancel(ctx)
	defer hangUp()
	statements := &store.Counter{Each: func(query string) {
		if strings.HasPrefix(query, "INSERT INTO deadlines") {
			hangUp()
		}
	}}
	placed, err := s.orderOne(store.CountStatements(left, statements), shopperID, sku)
	if err == nil && len(placed.Payment.Parameters) > 0 {
		err = errors.New("the client did not hang up: is the deadline no longer written by orderPlace?")
	}
	return err
}

func (s *checkoutShop) orderOne(ctx context.Context, shopperID string, sku catalog.ForSale) (*order.Order, error) {
	return s.orderFor(ctx, shopperID, unitPrice, &order.Checkout{Lines: []*order.LineInput{{SkuID: sku.SkuID, Quantity: 1}}})
}

func (s *checkoutShop) orderFor(ctx context.Context, shopperID string, price int64, checkout *order.Checkout) (*order.Order, error) {
	total := money.Decimal(money.Format(price, currency))
	return s.orders.Place(ctx, order.Buyer{ShopperID: shopperID, Channel: "H5", ClientIP: "203.0.113.7"}, &order.PlaceInput{
		IdempotencyKey: id.New("key"), ExpectedTotal: &total, Checkout: checkout,
	})
}

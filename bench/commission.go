package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/share"
)

const (
	// manyLines is how many lines the longer order has.
	manyLines = 20
	// earningOrders is how many orders of each length are measured, one after the other.
	earningOrders = 60
	// linesRatio is the target: the commission of a long order against twenty short ones' is far below it.
	linesRatio = 5
)

// measureCommission compares the commission of an order of twenty lines with that of an order of one: both are one transaction of as many statements. Two levels earn.
func (b *bench) measureCommission(ctx context.Context, e engine) (err error) {
	at, err := e.fresh()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.remove(ctx)) }()
	shop, err := openCheckout(ctx, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.close()) }()
	p, err := newPromotion(ctx, shop)
	if err != nil {
		return err
	}
	defer p.links.Close()
	short, err := p.earn(ctx, 1)
	if err != nil {
		return err
	}
	long, err := p.earn(ctx, manyLines)
	if err != nil {
		return err
	}
	if short.statements != long.statements {
		return fmt.Errorf("the commission of one line takes %d statements, of %d lines %d", short.statements, manyLines, long.statements)
	}
	for _, f := range []struct {
		measure, unit string
		ours, floor   float64
	}{
		{"SQL statements", "", float64(long.statements), float64(short.statements)},
		{"p50", "ms", long.p50, short.p50},
		{"p99", "ms", long.p99, short.p99},
	} {
		ratio := spreadOf([]float64{f.ours / f.floor})
		shown := figure{Measure: fmt.Sprintf("commission of %d lines, %s", manyLines, f.measure), Engine: e.Name, Unit: f.unit, Ours: f.ours, Floor: f.floor, Ratio: &ratio}
		if f.measure == "p50" {
			shown = shown.atMost(linesRatio)
		}
		b.figures = append(b.figures, shown)
	}
	return nil
}

// promotion is a buyer, who brought him, and who brought that one.
type promotion struct {
	shop      *checkoutShop
	links     *share.Service
	earnings  *commission.Service
	goods     []catalog.ForSale
	buyer     string
	promoters []string
}

func newPromotion(ctx context.Context, shop *checkoutShop) (*promotion, error) {
	p := &promotion{shop: shop}
	p.links = share.New(share.Config{Store: shop.store, Clock: clock.System, Identity: shop.identity, Deadlines: shop.deadlines, Zone: shopZone, BaseURL: "https://shop.example.com"})
	doings := conduct.New(conduct.Config{Store: shop.store, Clock: clock.System, Identity: shop.identity, Deadlines: shop.deadlines, Zone: shopZone})
	brought := referral.New(referral.Config{
		Store: shop.store, Clock: clock.System, Identity: shop.identity, Share: p.links, Conduct: doings, Deadlines: shop.deadlines, Program: referral.DefaultProgram(), Zone: shopZone,
	})
	shop.orders.Refer(brought)
	p.earnings = commission.New(commission.Config{
		Store: shop.store, Clock: clock.System, Identity: shop.identity, Catalog: shop.catalog, Order: shop.orders, Referral: brought, Deadlines: shop.deadlines,
		Currency: currency, Zone: shopZone,
	})
	var err error
	if p.goods, err = shop.stockUp(ctx, manyLines); err != nil {
		return nil, err
	}
	people, err := shop.signUp(ctx, 3)
	if err != nil {
		return nil, err
	}
	p.promoters, p.buyer = people[:2], people[2]
	for i, inviter := range p.promoters {
		link, err := p.links.Home(ctx, inviter)
		if err != nil {
			return nil, err
		}
		if err := brought.Bind(ctx, people[i+1], "H5", link.Token); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// complete orders so many lines of the promoters' buyer, pays, ships and completes; nobody has been told.
func (p *promotion) complete(ctx context.Context, lines int) (string, error) {
	checkout := &order.Checkout{}
	for _, sku := range p.goods[:lines] {
		checkout.Lines = append(checkout.Lines, &order.LineInput{SkuID: sku.SkuID, Quantity: 1})
	}
	o, err := p.shop.orderFor(ctx, p.buyer, int64(lines)*unitPrice, checkout)
	if err != nil {
		return "", err
	}
	trade := &payment.Trade{
		Number: payment.NumberOf(o.Payment.ID), State: payment.TradePaid, TransactionID: o.ID, Amount: o.Total.Minor, Currency: currency, PaidAt: clock.System(),
	}
	if err := p.shop.orders.OnNotice(ctx, instantProvider{}, payment.Notice{Trade: trade}); err != nil {
		return "", err
	}
	if _, err := p.shop.orders.Ship(ctx, o.ID, "SF", "SF"+o.Number); err != nil {
		return "", err
	}
	_, err = p.shop.orders.Complete(ctx, p.buyer, o.ID)
	return o.ID, err
}

// cost is what the commission of one order takes.
type cost struct {
	statements int
	p50, p99   float64 // ms
}

// earn completes orders of so many lines and measures what their commission takes; every order must have paid both promoters by every line.
func (p *promotion) earn(ctx context.Context, lines int) (c cost, err error) {
	var took []time.Duration
	for range earningOrders {
		orderID, err := p.complete(ctx, lines)
		if err != nil {
			return c, fmt.Errorf("complete an order of %d lines: %w", lines, err)
		}
		var counted store.Counter
		began := time.Now()
		if err := p.earnings.OnCompleted(store.CountStatements(ctx, &counted), fact.OrderCompleted{OrderID: orderID, At: clock.System()}); err != nil {
			return c, err
		}
		took, c.statements = append(took, time.Since(began)), counted.Count()
		var paid int
		if err := p.shop.store.DB().QueryRowContext(ctx, "SELECT COUNT(*) FROM commissions WHERE order_id = ?", orderID).Scan(&paid); err != nil || paid != lines*len(p.promoters) {
			return c, errors.Join(err, fmt.Errorf("an order of %d lines paid %d commissions", lines, paid))
		}
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	c.p50, c.p99 = ms(quantile(took, 0.5)), ms(quantile(took, 0.99))
	return c, nil
}

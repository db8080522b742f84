package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
)

const (
	manySkus = 1000
	// unpaidLimit is how many unpaid orders a person may have; nobody in a round places more.
	unpaidLimit = 5
	// placeRatio is the target: orderPlace against a bare transaction of the same rows.
	placeRatio = 0.5
)

// measurePlace compares orderPlace with bare transactions on one database, in this process.
func (b *bench) measurePlace(ctx context.Context, e engine) (err error) {
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
	goods, err := shop.stockUp(ctx, 1+manySkus)
	if err != nil {
		return err
	}
	p := &placing{bench: b, engine: e, shop: shop}
	if err := p.prepare(ctx, goods[0]); err != nil {
		return err
	}
	if err := p.measure(ctx, "orderPlace, one hot SKU", goods[:1]); err != nil {
		return err
	}
	return p.measure(ctx, fmt.Sprintf("orderPlace, %d SKUs", manySkus), goods[1:])
}

// placing is the comparison on one engine.
type placing struct {
	*bench
	engine   engine
	shop     *checkoutShop
	floor    *bareCheckout
	shoppers []string // of the shop's latest round
}

// prepare places one order in the shop and one in the floor, makes sure that both wrote the same rows, and counts statements.
func (p *placing) prepare(ctx context.Context, sku catalog.ForSale) error {
	shoppers, err := p.shop.signUp(ctx, 1)
	if err != nil {
		return err
	}
	var ours store.Counter
	placed, err := p.shop.place(store.CountStatements(ctx, &ours), shoppers[0], sku)
	if err != nil {
		return err
	}
	p.floor = &bareCheckout{db: p.shop.store.DB()}
	err = p.floor.db.QueryRowContext(ctx, "SELECT o.private, p.parameters FROM orders o JOIN payments p ON p.id = o.payment_id WHERE o.id = ?", placed).
		Scan(&p.floor.private, &p.floor.parameters)
	if err != nil {
		return err
	}
	bare := newBareOrder(shoppers[0], sku)
	if err := errors.Join(p.floor.place(ctx, bare), p.floor.announce(ctx, bare)); err != nil {
		return err
	}
	statements, err := p.floor.placing(bare)
	if err != nil {
		return err
	}
	ratio := spreadOf([]float64{float64(ours.Count()) / float64(len(statements))})
	p.figures = append(p.figures, figure{Measure: "orderPlace, SQL statements", Engine: p.engine.Name, Ours: float64(ours.Count()), Floor: float64(len(statements)), Ratio: &ratio})
	return sameRows(ctx, p.floor.db, ofOrder, placed, bare.order)
}

func (p *placing) measure(ctx context.Context, name string, goods []catalog.ForSale) error {
	whole := p.ours(ctx, goods, func(shopper string, sku catalog.ForSale) error {
		_, err := p.shop.place(ctx, shopper, sku)
		return err
	})
	committed := p.ours(ctx, goods, func(shopper string, sku catalog.ForSale) error { return p.shop.placeAndLeave(ctx, shopper, sku) })
	bare := p.bare(ctx, goods, func(o bareOrder) error { return p.floor.place(ctx, o) })
	announced := p.bare(ctx, goods, func(o bareOrder) error {
		if err := p.floor.place(ctx, o); err != nil {
			return err
		}
		return p.floor.announce(ctx, o)
	})
	rounds, err := p.bench.measure(whole, committed, bare, announced)
	if err != nil {
		return err
	}
	engine := p.engine.Name
	p.figures = append(p.figures,
		compare(name, engine, "1/s", rounds[0], rounds[2], round.rate).atLeast(placeRatio),
		compare(name+", p50", engine, "ms", rounds[0], rounds[2], round.p50),
		compare(name+", p99", engine, "ms", rounds[0], rounds[2], round.p99),
		compare(name+", CPU of 1,000", engine, "s", rounds[0], rounds[2], round.cpuPerThousand),
		compare(name+", until the commit", engine, "1/s", rounds[1], rounds[2], round.rate),
		compare(name+", floor announces too", engine, "1/s", rounds[0], rounds[3], round.rate))
	return nil
}

// ours is a leg of the shop. Each round has shoppers of its own, made ready outside the measured time: by what the last round managed and a third more, since
// nobody may have more than five unpaid orders. A round that uses all of them up ends early.
func (p *placing) ours(ctx context.Context, goods []catalog.ForSale, place func(shopper string, sku catalog.ForSale) error) func(d time.Duration) (round, error) {
	rate := 1000.0
	return func(d time.Duration) (r round, err error) {
		n := max(2*p.connections, int(rate*d.Seconds()*4/3)/unpaidLimit)
		if p.shoppers, err = p.shop.signUp(ctx, n); err != nil {
			return r, err
		}
		r, err = p.loop(ctx, p.connections, d, n*unpaidLimit, func(k int) error { return place(p.shoppers[k%n], goods[k%len(goods)]) })
		rate = r.rate()
		return r, err
	}
}

// bare is a leg of the floor, for the shoppers of the shop's latest round.
func (p *placing) bare(ctx context.Context, goods []catalog.ForSale, place func(o bareOrder) error) func(d time.Duration) (round, error) {
	return func(d time.Duration) (round, error) {
		return p.loop(ctx, p.connections, d, 0, func(k int) error { return place(newBareOrder(p.shoppers[k%len(p.shoppers)], goods[k%len(goods)])) })
	}
}

// loop runs one round in this process, and counts its CPU.
func (b *bench) loop(ctx context.Context, workers int, d time.Duration, limit int, step func(k int) error) (round, error) {
	before, err := ownCPU()
	if err != nil {
		return round{}, err
	}
	r, err := loop(ctx, workers, d, limit, func(_, k int) error { return step(k) })
	if err != nil {
		return round{}, err
	}
	after, err := ownCPU()
	r.cpu = after - before
	return r, err
}

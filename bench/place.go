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
	p := &placing{bench: b, engine: e, shop: shop, rate: 1000}
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
	shoppers []string // of the shop's latest round; the floor orders for the same ones
	rate     float64  // orders a second that the shop has managed so far
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
	return sameRows(ctx, p.floor.db, placed, bare.order)
}

func (p *placing) measure(ctx context.Context, name string, goods []catalog.ForSale) error {
	sku := func(k int) catalog.ForSale { return goods[k%len(goods)] }
	shopper := func(k int) string { return p.shoppers[k%len(p.shoppers)] }
	ours := func(d time.Duration) (r round, err error) {
		// Ready made and a third more than needed; a round that uses all of them up ends early.
		n := max(2*p.connections, int(p.rate*d.Seconds()*4/3)/unpaidLimit)
		if p.shoppers, err = p.shop.signUp(ctx, n); err != nil {
			return r, err
		}
		r, err = loop(ctx, p.connections, d, n*unpaidLimit, func(_, k int) error {
			_, err := p.shop.place(ctx, shopper(k), sku(k))
			return err
		})
		p.rate = r.rate()
		return r, err
	}
	bare := func(announce bool) func(d time.Duration) (round, error) {
		return func(d time.Duration) (round, error) {
			return loop(ctx, p.connections, d, 0, func(_, k int) error {
				o := newBareOrder(shopper(k), sku(k))
				if err := p.floor.place(ctx, o); err != nil || !announce {
					return err
				}
				return p.floor.announce(ctx, o)
			})
		}
	}
	rounds, err := p.bench.measure(ours, bare(false), bare(true))
	if err != nil {
		return err
	}
	engine := p.engine.Name
	p.figures = append(p.figures,
		compare(name, engine, "1/s", rounds[0], rounds[1], round.rate).atLeast(placeRatio),
		compare(name+", p50", engine, "ms", rounds[0], rounds[1], round.p50),
		compare(name+", p99", engine, "ms", rounds[0], rounds[1], round.p99),
		compare(name+", floor with announcement", engine, "1/s", rounds[0], rounds[2], round.rate))
	return nil
}

package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/share"
)

const (
	// openers are how many open one link at the same time.
	openers = 64
	// openRatio is the target: an opening against bare statements that read and write the same rows.
	openRatio = 0.5
)

// measureShare compares openings of one link, each by another device, with bare statements on one database, in this process.
func (b *bench) measureShare(ctx context.Context, e engine) (err error) {
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
	o, err := newOpening(ctx, b, e, shop)
	if err != nil {
		return err
	}
	defer o.links.Close()
	if err := o.prepare(ctx); err != nil {
		return err
	}
	return o.measure(ctx)
}

// opening is the comparison on one engine: two shoppers' links to one product.
type opening struct {
	*bench
	engine      engine
	shop        *checkoutShop
	links       *share.Service
	ours, floor *share.Link
	opened      atomic.Int64 // of ours
}

func newOpening(ctx context.Context, b *bench, e engine, shop *checkoutShop) (*opening, error) {
	o := &opening{bench: b, engine: e, shop: shop}
	o.links = share.New(share.Config{
		Store: shop.store, Clock: clock.System, Identity: shop.identity, Deadlines: shop.deadlines, Zone: shopZone, BaseURL: "https://shop.example.com",
		MAC: func(data []byte) []byte {
			h := hmac.New(sha256.New, []byte("bench"))
			h.Write(data)
			return h.Sum(nil)
		},
	})
	o.links.Register("prd", shop.orders.SharedProducts)
	goods, err := shop.stockUp(ctx, 1)
	if err != nil {
		return nil, err
	}
	sharers, err := shop.signUp(ctx, 2)
	if err != nil {
		return nil, err
	}
	for i, link := range []**share.Link{&o.ours, &o.floor} {
		if *link, err = o.links.Link(ctx, sharers[i], "H5", goods[0].ProductID); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *opening) db() *sql.DB { return o.shop.store.DB() }

// open is what the page of a link asks for: what is behind it, and that it was opened.
func (o *opening) open(ctx context.Context, k int) error {
	if _, err := o.links.ByToken(ctx, o.ours.Token); err != nil {
		return err
	}
	counted, err := o.links.Visit(ctx, share.Visit{Token: o.ours.Token, DeviceID: rand.Text(), ClientIP: fmt.Sprintf("10.%d.%d.%d", k>>16&255, k>>8&255, k&255)})
	if err == nil && !counted {
		err = errors.New("another device was not counted")
	}
	o.opened.Add(1)
	return err
}

// bare reads the rows of the link, its product and SKUs, and writes those of a visit in one transaction.
func (o *opening) bare(ctx context.Context) error {
	for _, read := range []statement{
		{"SELECT id, target_id, shopper_id, channel, visits, `reads` FROM share_links WHERE token = ?", []any{o.floor.Token}},
		{"SELECT id, title, media, visible FROM products WHERE id = ?", []any{o.floor.TargetID}},
		{"SELECT k.id, k.price, k.list_price, t.available FROM skus k JOIN stocks t ON t.id = k.id WHERE k.product_id = ?", []any{o.floor.TargetID}},
	} {
		if rows, err := o.shop.store.Reader().QueryContext(ctx, read.query, read.args...); err != nil {
			return err
		} else if err := drain(rows); err != nil {
			return err
		}
	}
	local := time.Now().In(shopZone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, shopZone).UTC()
	return inTx(ctx, o.db(), []statement{
		{"INSERT INTO share_visits (link_id, day, device, network, place) VALUES (?, ?, ?, ?, ?)", []any{o.floor.ID, day, rand.Text()[:22], rand.Text()[:22], 1}},
		{"UPDATE share_links SET visits = visits + 1, `reads` = `reads` + 1 WHERE id = ?", []any{o.floor.ID}},
	})
}

// drain reads rows to their end.
func drain(rows *sql.Rows) error {
	defer rows.Close()
	for n := 0; ; n++ {
		if !rows.Next() {
			if n == 0 && rows.Err() == nil {
				return errors.New("the floor reads nothing")
			}
			return rows.Err()
		}
	}
}

// ofLink is what openings of one link have written.
var ofLink = written{
	queries: []string{"SELECT * FROM share_links WHERE id = '%[1]s'", "SELECT * FROM share_visits WHERE link_id = '%[1]s'"},
	own:     []string{"id", "token", "shopper_id", "link_id", "device", "network"},
}

// prepare opens either link once and makes sure that both have written the same rows.
func (o *opening) prepare(ctx context.Context) error {
	if err := o.open(ctx, 0); err != nil {
		return err
	}
	if err := o.bare(ctx); err != nil {
		return err
	}
	if err := sameRows(ctx, o.db(), ofLink, o.ours.ID, o.floor.ID); err != nil {
		return err
	}
	return o.counts(ctx)
}

// counts makes sure that every opening that was acknowledged is counted, and nothing else.
func (o *opening) counts(ctx context.Context) error {
	l, err := o.links.ByToken(ctx, o.ours.Token)
	if err == nil && (l.Visits != o.opened.Load() || l.Reads != l.Visits) {
		err = fmt.Errorf("%d openings were acknowledged, %d visits and %d reads are counted", o.opened.Load(), l.Visits, l.Reads)
	}
	return err
}

func (o *opening) measure(ctx context.Context) error {
	before := o.shop.store.Writes()
	leg := func(open func(k int) error) func(d time.Duration) (round, error) {
		return func(d time.Duration) (round, error) { return o.loop(ctx, openers, d, 0, open) }
	}
	rounds, err := o.bench.measure(leg(func(k int) error { return o.open(ctx, k) }), leg(func(int) error { return o.bare(ctx) }))
	if err != nil {
		return err
	}
	writes := float64(o.shop.store.Writes()-before) / float64(o.opened.Load()-1)
	ratio := spreadOf([]float64{writes / 2})
	name := fmt.Sprintf("open a link, %d at once", openers)
	o.figures = append(o.figures,
		compare(name, o.engine.Name, "1/s", rounds[0], rounds[1], round.rate).atLeast(openRatio),
		compare(name+", p50", o.engine.Name, "ms", rounds[0], rounds[1], round.p50),
		compare(name+", p99", o.engine.Name, "ms", rounds[0], rounds[1], round.p99),
		compare(name+", CPU of 1,000", o.engine.Name, "s", rounds[0], rounds[1], round.cpuPerThousand),
		figure{Measure: name + ", writing statements each", Engine: o.engine.Name, Ours: writes, Floor: 2, Ratio: &ratio})
	return o.counts(ctx)
}

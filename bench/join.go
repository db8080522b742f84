package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
)

const (
	groupPrice = 1500
	openGroups = 1000
	groupSeats = 500
	// joinRatio is the target: joining by orderPlace against a bare transaction of the same rows.
	joinRatio = 0.5
)

// joiners are how many people join at the same time.
var joiners = []int{1, 8, 64}

// measureJoin compares joining groups of one campaign with bare transactions, on one database, in this process.
func (b *bench) measureJoin(ctx context.Context, e engine) (err error) {
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
	goods, err := shop.stockUp(ctx, 1)
	if err != nil {
		return err
	}
	j := &joining{placing: placing{bench: b, engine: e, shop: shop}, sku: goods[0]}
	if err := j.openGroups(ctx); err != nil {
		return err
	}
	if err := j.prepare(ctx); err != nil {
		return err
	}
	for _, n := range joiners {
		if err := j.measure(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// joining is the comparison on one engine.
type joining struct {
	placing
	sku      catalog.ForSale
	campaign *groupbuy.Campaign
	groups   []string
}

// openGroups makes one campaign with many groups that are open and empty; who led them does not matter to who joins.
func (j *joining) openGroups(ctx context.Context) (err error) {
	now := time.Now()
	j.campaign, err = j.shop.groups.Create(ctx, "ptn_bench", &groupbuy.CampaignDraft{
		IdempotencyKey: "bench", Title: "拼团", Offers: []*groupbuy.OfferDraft{{SkuCode: j.sku.Code, Price: "15.00"}}, Size: groupSeats,
		StartsAt: now.Add(-time.Hour), EndsAt: now.Add(24 * time.Hour), GroupSeconds: 86400, PerShopperLimit: 1, UnitQuota: 2 * openGroups * groupSeats,
	})
	if err != nil {
		return err
	}
	return j.shop.store.InTx(ctx, func(ctx context.Context) error {
		now := now.UTC().Truncate(time.Microsecond)
		j.groups = j.groups[:0]
		for range openGroups {
			group := id.New("grp")
			_, err := j.shop.store.Exec(ctx, `INSERT INTO group_buys (id, ver, created_at, updated_at, campaign_id, product_id, state, size, capacity, seats_left, paid, units_held,
				rewarded, rung_reached, expires_at) VALUES (?, 1, ?, ?, ?, ?, 'OPEN', ?, ?, ?, 0, ?, ?, 0, ?)`,
				group, now, now, j.campaign.ID, j.sku.ProductID, groupSeats, groupSeats, groupSeats, groupSeats, true, now.Add(24*time.Hour))
			if err != nil {
				return err
			}
			j.groups = append(j.groups, group)
		}
		return nil
	})
}

// prepare lets one shopper join in the shop and one in the floor, makes sure that both wrote the same rows, and counts statements.
func (j *joining) prepare(ctx context.Context) error {
	shoppers, err := j.shop.signUp(ctx, 1)
	if err != nil {
		return err
	}
	var ours store.Counter
	placed, err := j.shop.join(store.CountStatements(ctx, &ours), shoppers[0], j.groups[0], j.sku)
	if err != nil {
		return err
	}
	j.floor = &bareCheckout{db: j.shop.store.DB()}
	err = j.floor.db.QueryRowContext(ctx, "SELECT o.private, p.parameters FROM orders o JOIN payments p ON p.id = o.payment_id WHERE o.id = ?", placed).
		Scan(&j.floor.private, &j.floor.parameters)
	if err != nil {
		return err
	}
	bare := newBareOrder(shoppers[0], j.sku)
	statements, err := j.joining(bare, j.groups[1])
	if err != nil {
		return err
	}
	if err := errors.Join(inTx(ctx, j.floor.db, statements), j.floor.announce(ctx, bare)); err != nil {
		return err
	}
	ratio := spreadOf([]float64{float64(ours.Count()) / float64(len(statements))})
	j.figures = append(j.figures, figure{Measure: "join a group, SQL statements", Engine: j.engine.Name, Ours: float64(ours.Count()), Floor: float64(len(statements)), Ratio: &ratio})
	return sameRows(ctx, j.floor.db, ofOrder, placed, bare.order)
}

// joining has the statements of joining a group: those of an order at the group's price, with its seat.
func (j *joining) joining(o bareOrder, group string) ([]statement, error) {
	o.price, o.discount, o.activity = groupPrice, unitPrice-groupPrice, new("group")
	statements, err := j.floor.placing(o)
	if err != nil {
		return nil, err
	}
	shares, err := json.Marshal([]int64{-o.discount})
	return append(statements,
		statement{
			"INSERT INTO order_adjustments (order_id, position, kind, title, amount, shares) VALUES (?, ?, ?, ?, ?, ?)",
			[]any{o.order, 0, "GROUP_BUY", "拼团价", -o.discount, shares},
		},
		statement{
			"UPDATE group_buys SET seats_left = seats_left - 1, units_held = units_held + ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN' AND seats_left > 0 AND expires_at >= ?",
			[]any{0, o.now, group, o.now},
		},
		statement{
			"INSERT INTO group_seats (id, ver, created_at, updated_at, group_id, campaign_id, shopper_id, order_id, sku_id, quantity, leader, newcomer, state, live_key, order_key, if_lost, units_sold, hold_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			[]any{id.New("gst"), 1, o.now, o.now, group, j.campaign.ID, o.shopper, o.order, o.sku.SkuID, 1, false, false, "HELD", j.campaign.ID + ":" + o.order, o.order, "REFUND", 0, o.payBy},
		}), err
}

func (j *joining) measure(ctx context.Context, people int) error {
	whole := j.seats(ctx, people)
	bare := func(d time.Duration) (round, error) {
		return j.loop(ctx, people, d, 0, func(k int) error {
			statements, err := j.joining(newBareOrder(j.shoppers[k%len(j.shoppers)], j.sku), j.groups[k%len(j.groups)])
			if err != nil {
				return err
			}
			return inTx(ctx, j.floor.db, statements)
		})
	}
	rounds, err := j.bench.measure(whole, bare)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("join a group, %d at once", people)
	j.figures = append(j.figures,
		compare(name, j.engine.Name, "1/s", rounds[0], rounds[1], round.rate).atLeast(joinRatio),
		compare(name+", p50", j.engine.Name, "ms", rounds[0], rounds[1], round.p50),
		compare(name+", p99", j.engine.Name, "ms", rounds[0], rounds[1], round.p99))
	return nil
}

// seats is a leg of the shop, in which everybody joins once: nobody may have two seats of a campaign. Its shoppers are made ready outside the measured time, by
// what the last round managed and a third more; a round that uses all of them up ends early.
func (j *joining) seats(ctx context.Context, people int) func(d time.Duration) (round, error) {
	rate := 700.0
	return func(d time.Duration) (r round, err error) {
		n := max(2*people, int(rate*d.Seconds()*4/3))
		if j.shoppers, err = j.shop.signUp(ctx, n); err != nil {
			return r, err
		}
		r, err = j.loop(ctx, people, d, n, func(k int) error {
			_, err := j.shop.join(ctx, j.shoppers[k], j.groups[k%len(j.groups)], j.sku)
			return err
		})
		rate = r.rate()
		return r, err
	}
}

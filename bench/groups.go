package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
)

// fewGroups and manyGroups are what the costs of one campaign are compared at.
const (
	fewGroups  = 1000
	manyGroups = 100_000
	// keepsCost is the target: what the greater number may cost of the smaller.
	keepsCost = 1.5
)

// measureGroups measures what does not grow with the number of open groups: the list of those that one may join, and the look for those whose time is up.
func (b *bench) measureGroups(ctx context.Context, e engine) (err error) {
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
	goods, err := shop.stockUp(ctx, 2)
	if err != nil {
		return err
	}
	few, err := shop.crowded(ctx, goods[0], fewGroups)
	if err != nil {
		return err
	}
	look := deadline.NewRunner(shop.deadlines, clock.System, deadline.Pool{Workers: 4, Handlers: shop.groups.Handlers()})
	sweep := func() error {
		n, err := look.Once(ctx)
		if err == nil && n > 0 {
			err = fmt.Errorf("%d groups ended: their time is not up", n)
		}
		return err
	}
	sweptFew, err := b.repeat(ctx, sweep)
	if err != nil {
		return err
	}
	many, err := shop.crowded(ctx, goods[1], manyGroups)
	if err != nil {
		return err
	}
	if !shop.store.SQLite() { // its statistics follow by themselves, some time later
		if _, err := shop.store.DB().ExecContext(ctx, "ANALYZE TABLE group_buys, deadlines"); err != nil {
			return err
		}
	}
	listOf := func(campaignID string) func() error {
		return func() error {
			pages, err := shop.groups.OpenGroups(ctx, []string{campaignID}, 20)
			if err == nil && len(pages[campaignID].Groups) != 20 {
				err = fmt.Errorf("a page has %d groups", len(pages[campaignID].Groups))
			}
			return err
		}
	}
	listedFew, err := b.repeat(ctx, listOf(few))
	if err != nil {
		return err
	}
	listedMany, err := b.repeat(ctx, listOf(many))
	if err != nil {
		return err
	}
	sweptMany, err := b.repeat(ctx, sweep)
	if err != nil {
		return err
	}
	b.figures = append(b.figures,
		compare(fmt.Sprintf("groups to join, of %d open ones; floor: of %d", manyGroups, fewGroups), e.Name, "ms", listedMany, listedFew, round.p50).atMost(keepsCost),
		compare(fmt.Sprintf("look for ended groups among %d; floor: among %d", manyGroups, fewGroups), e.Name, "ms", sweptMany, sweptFew, round.p50).atMost(keepsCost))
	return b.plans(ctx, e, shop, many)
}

// repeat measures rounds of one goroutine that does something over and over.
func (b *bench) repeat(ctx context.Context, do func() error) ([]round, error) {
	leg := func(d time.Duration) (round, error) {
		return loop(ctx, 1, d, 0, func(int, int) error { return do() })
	}
	measured, err := b.measure(leg)
	if err != nil {
		return nil, err
	}
	return measured[0], nil
}

// crowded makes a campaign with n open groups of many sizes of room, each with the deadline that ends it.
func (s *checkoutShop) crowded(ctx context.Context, sku catalog.ForSale, n int) (campaignID string, err error) {
	now := clock.System()
	campaign, err := s.groups.Create(ctx, "ptn_bench", &groupbuy.CampaignDraft{
		IdempotencyKey: id.New("key"), Title: "拼团", Offers: []*groupbuy.OfferDraft{{SkuCode: sku.Code, Price: "15.00"}}, Size: 5,
		StartsAt: now.Add(-time.Hour), EndsAt: now.Add(48 * time.Hour), GroupSeconds: 86400, PerShopperLimit: 1, UnitQuota: 10 * n,
	})
	if err != nil {
		return "", err
	}
	const each = 500
	for from := 0; from < n; from += each {
		err := s.store.InTx(ctx, func(ctx context.Context) error {
			var groups, ends []any
			for i := from; i < from+each; i++ {
				group, end := id.New("grp"), now.Add(12*time.Hour+time.Duration(i)*time.Millisecond)
				groups = append(groups, group, now, now, campaign.ID, sku.ProductID, 1+i%4, 4-i%4, true, end)
				ends = append(ends, group, end, now)
			}
			const group, deadline = "(?, 1, ?, ?, ?, ?, 'OPEN', 5, 5, ?, ?, 5, ?, 0, ?)", "(1, 'group.expire', ?, ?, 0, ?)"
			_, err := s.store.Exec(ctx, `INSERT INTO group_buys (id, ver, created_at, updated_at, campaign_id, product_id, state, size, capacity, seats_left, paid, units_held,
				rewarded, rung_reached, expires_at) VALUES `+group+strings.Repeat(", "+group, each-1), groups...)
			if err == nil {
				_, err = s.store.Exec(ctx, "INSERT INTO deadlines (ver, kind, ref, due_at, attempts, created_at) VALUES "+deadline+strings.Repeat(", "+deadline, each-1), ends...)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return campaign.ID, nil
}

// plans has the engine explain the statements that were measured.
func (b *bench) plans(ctx context.Context, e engine, shop *checkoutShop, campaignID string) error {
	var list, look string
	seen := func(keep *string, part string) *store.Counter {
		return &store.Counter{Each: func(query string) {
			if strings.Contains(query, part) && *keep == "" {
				*keep = query
			}
		}}
	}
	if _, err := shop.groups.OpenGroups(store.CountStatements(ctx, seen(&list, "seats_left > 0")), []string{campaignID}, 20); err != nil {
		return err
	}
	runner := deadline.NewRunner(shop.deadlines, clock.System, deadline.Pool{Workers: 1, Handlers: shop.groups.Handlers()})
	if _, err := runner.Once(store.CountStatements(ctx, seen(&look, "due_at"))); err != nil {
		return err
	}
	now := clock.System()
	for _, explained := range []struct {
		query string
		args  []any
	}{{list, []any{campaignID, now, 21}}, {look, []any{groupbuy.ExpireDeadline, now, now, 64}}} {
		if err := b.explain(ctx, e, shop, explained.query, explained.args...); err != nil {
			return err
		}
	}
	return nil
}

// explain has the engine explain a statement, to be shown under the table.
func (b *bench) explain(ctx context.Context, e engine, shop *checkoutShop, query string, args ...any) error {
	word := "EXPLAIN "
	if shop.store.SQLite() {
		word = "EXPLAIN QUERY PLAN "
	}
	rows, err := selectAll(ctx, shop.store.DB(), word+query, args...)
	if err != nil {
		return err
	}
	b.notes = append(b.notes, fmt.Sprintf("%s: %s", e.Name, query))
	for _, row := range rows {
		b.notes = append(b.notes, "    "+planLine(row))
	}
	return nil
}

// planLine shows what matters of a plan's step.
func planLine(row map[string]any) string {
	if detail, ok := row["detail"]; ok {
		return fmt.Sprint(detail)
	}
	var parts []string
	for _, column := range []string{"table", "type", "key", "rows", "Extra"} {
		if value, ok := row[column].([]byte); ok {
			parts = append(parts, column+": "+string(value))
		} else if row[column] != nil {
			parts = append(parts, fmt.Sprintf("%s: %v", column, row[column]))
		}
	}
	return strings.Join(parts, ", ")
}

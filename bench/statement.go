package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/points"
)

const (
	// fewLines is the length of the statement that the longer one (-entries) is compared with.
	fewLines = 1000
	// keepsRate is the target: how often the longer one is read in the time of the shorter.
	keepsRate = 0.8
)

// measureStatement measures what does not grow with a member's statement: a page of it, his balance, his tier.
func (b *bench) measureStatement(ctx context.Context, e engine) (err error) {
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
	few, err := shop.withHistory(ctx, fewLines)
	if err != nil {
		return err
	}
	if err := shop.checkPoints(ctx); err != nil {
		return err
	}
	many, err := shop.withHistory(ctx, b.entries)
	if err != nil {
		return err
	}
	if !shop.store.SQLite() { // its statistics follow by themselves, some time later
		if _, err := shop.store.DB().ExecContext(ctx, "ANALYZE TABLE point_postings, point_accounts, point_lots, point_earnings"); err != nil {
			return err
		}
	}
	for _, read := range reads {
		leg := func(member string) func(d time.Duration) (round, error) {
			return func(d time.Duration) (round, error) {
				return loop(ctx, 1, d, 0, func(int, int) error { return read.do(ctx, shop.points, member) })
			}
		}
		rounds, err := b.measure(leg(many), leg(few))
		if err != nil {
			return fmt.Errorf("%s: %w", read.name, err)
		}
		name := fmt.Sprintf("%s, of %d entries; floor: of %d", read.name, b.entries, fewLines)
		b.figures = append(b.figures, compare(name, e.Name, "1/s", rounds[0], rounds[1], round.rate).atLeast(keepsRate))
		if err := b.planOf(ctx, e, shop, read, many); err != nil {
			return err
		}
	}
	return nil
}

// read is something that a member's statement is read for.
type read struct {
	name string
	do   func(ctx context.Context, p *points.Service, member string) error
	args []any // of its statement, after the member
}

var reads = []read{
	{"page of 20 entries", pageOf("", ""), nil},
	{"… of one kind", pageOf(points.Captured, ""), []any{string(points.Captured)}},
	{"… of a rare channel", pageOf("", rareChannel), []any{rareChannel}},
	{"balance", func(ctx context.Context, p *points.Service, member string) error {
		_, err := p.Account(ctx, member)
		return err
	}, nil},
	{"tier and progress", func(ctx context.Context, p *points.Service, member string) error {
		s, err := p.Standing(ctx, member)
		if err == nil && s.Points == 0 {
			err = errors.New("nothing was earned within a year")
		}
		return err
	}, []any{"0000-00-00"}},
}

// pageOf reads the newest twenty entries, of one kind or channel.
func pageOf(kind points.Kind, channel string) func(ctx context.Context, p *points.Service, member string) error {
	return func(ctx context.Context, p *points.Service, member string) error {
		shown, err := p.Statement(ctx, points.StatementArgs{Args: page.Args{First: 20}, ShopperID: member, Kind: kind, Channel: channel})
		if err == nil && len(shown.Entries) != 20 {
			err = fmt.Errorf("a page has %d entries", len(shown.Entries))
		}
		return err
	}
}

// planOf has the engine explain what was measured: the last statement, after it is known who the member is.
func (b *bench) planOf(ctx context.Context, e engine, shop *checkoutShop, r read, member string) error {
	var query string
	seen := &store.Counter{Each: func(q string) { query = q }}
	if err := r.do(store.CountStatements(ctx, seen), shop.points, member); err != nil {
		return err
	}
	return b.explain(ctx, e, shop, query, append([]any{member}, r.args...)...)
}

// checkPoints fails unless every promise of the ledger holds.
func (s *checkoutShop) checkPoints(ctx context.Context) error {
	results, err := invariant.Run(ctx, s.store, clock.System(), points.Invariants())
	return errors.Join(err, invariant.Broken(results))
}

// insert adds rows, each given by its placeholders and literals.
func (s *checkoutShop) insert(ctx context.Context, into, row string, rows int, args []any) error {
	_, err := s.store.Exec(ctx, "INSERT INTO "+into+" VALUES "+row+strings.Repeat(", "+row, rows-1), args...)
	return err
}

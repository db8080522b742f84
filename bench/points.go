package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/points"
)

const (
	manyMembers = 1000
	// tills is how many move points at once.
	tills = 8
	// postRatio is the target: a movement against a bare transaction of the same rows.
	postRatio = 0.5
	// plenty is what a member has before he is measured, so that he never runs short.
	plenty = 1_000_000_000
	// atOnce is how many points one movement moves.
	atOnce = 10
)

// Points are issued on one channel and spent on another, so that each redemption is settled between the two.
const (
	issuer   = "WECHAT_MINI_PROGRAM"
	redeemer = "STORE"
	till     = "ptn_till"
)

// measurePoints compares movements of points with bare transactions on one database, in this process.
func (b *bench) measurePoints(ctx context.Context, e engine) (err error) {
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
	l := &ledger{bench: b, engine: e, shop: shop}
	if err := l.prepare(ctx); err != nil {
		return err
	}
	if err := l.measure(ctx, "one hot account", 1); err != nil {
		return err
	}
	return l.measure(ctx, fmt.Sprintf("%d accounts", manyMembers), manyMembers)
}

// ledger is the comparison on one engine.
type ledger struct {
	*bench
	engine engine
	shop   *checkoutShop
}

// member is somebody with plenty of points, of one lot.
type member struct {
	shopper, account, lot, day string
	// seq and balance are kept for the floor, which reads nothing.
	seq, balance atomic.Int64
}

// members signs n people up.
func (l *ledger) members(ctx context.Context, n int) ([]*member, error) {
	shoppers, err := l.shop.signUp(ctx, n)
	if err != nil {
		return nil, err
	}
	members := make([]*member, n)
	for from := 0; from < n; from += batch {
		err := l.shop.store.InTx(ctx, func(ctx context.Context) error {
			for i := from; i < min(n, from+batch); i++ {
				if _, err := l.shop.earn(ctx, shoppers[i], plenty); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for i, shopper := range shoppers {
		m := &member{shopper: shopper}
		m.seq.Store(1)
		m.balance.Store(plenty)
		err := l.db().QueryRowContext(ctx, `SELECT a.id, l.id, d.day FROM point_accounts a JOIN point_lots l ON l.shopper_id = a.shopper_id
			JOIN point_earnings d ON d.shopper_id = a.shopper_id WHERE a.shopper_id = ?`, shopper).Scan(&m.account, &m.lot, &m.day)
		if err != nil {
			return nil, fmt.Errorf("the account of %s: %w", shopper, err)
		}
		members[i] = m
	}
	return members, nil
}

func (l *ledger) db() *sql.DB { return l.shop.store.DB() }

// earn grants a shopper points.
func (s *checkoutShop) earn(ctx context.Context, shopper string, n int64) (*points.Entry, error) {
	return s.points.Earn(ctx, points.Earning{ShopperID: shopper, Channel: issuer, Points: n, Owner: till, Key: id.New("key"), Reason: "购物", Reference: "r-1"})
}

// hold sets points aside for a quarter of an hour.
func (s *checkoutShop) hold(ctx context.Context, shopper string, n int64) (*points.Hold, error) {
	return s.points.Hold(ctx, points.HoldRequest{
		ShopperID: shopper, Channel: redeemer, Points: n, Owner: till, Key: id.New("key"), Reason: "抵扣", Reference: "r-1", Lasts: 15 * time.Minute,
	})
}

// capture spends what is held.
func (s *checkoutShop) capture(ctx context.Context, h *points.Hold) error {
	_, err := s.points.Capture(ctx, points.Capturing{HoldID: h.ID, Owner: till, Key: id.New("key"), Reason: "抵扣"})
	return err
}

// spend holds points and captures them: two transactions.
func (s *checkoutShop) spend(ctx context.Context, shopper string, n int64) error {
	h, err := s.hold(ctx, shopper, n)
	if err != nil {
		return err
	}
	return s.capture(ctx, h)
}

// prepare moves points of one member in the shop and of one in the floor, makes sure that both have written the same rows after each movement, and counts
// statements.
func (l *ledger) prepare(ctx context.Context) error {
	two, err := l.members(ctx, 2)
	if err != nil {
		return err
	}
	ours, floor := two[0], two[1]
	var held *points.Hold
	var bare bareHold
	for _, movement := range []struct {
		name string
		do   func(ctx context.Context) error
		bare func() []statement
	}{
		{"earn", func(ctx context.Context) error { _, err := l.shop.earn(ctx, ours.shopper, atOnce); return err }, func() []statement { return floor.earning() }},
		{"hold", func(ctx context.Context) (err error) {
			held, err = l.shop.hold(ctx, ours.shopper, atOnce)
			return err
		}, func() (s []statement) { bare, s = floor.holding(); return s }},
		{"capture", func(ctx context.Context) error { return l.shop.capture(ctx, held) }, func() []statement { return floor.capturing(bare) }},
	} {
		var counted store.Counter
		if err := movement.do(store.CountStatements(ctx, &counted)); err != nil {
			return err
		}
		statements := movement.bare()
		if err := inTx(ctx, l.db(), statements); err != nil {
			return err
		}
		if err := sameRows(ctx, l.db(), ofMember, ours.shopper, floor.shopper); err != nil {
			return fmt.Errorf("%s: %w", movement.name, err)
		}
		ratio := spreadOf([]float64{float64(counted.Count()) / float64(len(statements))})
		l.figures = append(l.figures, figure{
			Measure: movement.name + " points, SQL statements", Engine: l.engine.Name, Ours: float64(counted.Count()), Floor: float64(len(statements)), Ratio: &ratio,
		})
	}
	return nil
}

// measure lets n members' points move in the shop, and as many others' in the floor.
func (l *ledger) measure(ctx context.Context, whose string, n int) error {
	members, err := l.members(ctx, 2*n)
	if err != nil {
		return err
	}
	leg := func(of []*member, move func(m *member) error) func(d time.Duration) (round, error) {
		return func(d time.Duration) (round, error) {
			return l.loop(ctx, tills, d, 0, func(k int) error { return move(of[k%n]) })
		}
	}
	ours, floor := members[:n], members[n:]
	rounds, err := l.bench.measure(
		leg(ours, func(m *member) error { _, err := l.shop.earn(ctx, m.shopper, atOnce); return err }),
		leg(floor, func(m *member) error { return inTx(ctx, l.db(), m.earning()) }),
		leg(ours, func(m *member) error { return l.shop.spend(ctx, m.shopper, atOnce) }),
		leg(floor, func(m *member) error {
			held, statements := m.holding()
			if err := inTx(ctx, l.db(), statements); err != nil {
				return err
			}
			return inTx(ctx, l.db(), m.capturing(held))
		}))
	if err != nil {
		return err
	}
	l.show("earn points, "+whose, 1, rounds[0], rounds[1])
	l.show("hold and capture, "+whose, 2, rounds[2], rounds[3])
	return nil
}

// show adds the figures of a movement of so many postings.
func (l *ledger) show(name string, postings float64, ours, floor []round) {
	rate := func(r round) float64 { return postings * r.rate() }
	l.figures = append(l.figures,
		compare(name, l.engine.Name, "1/s", ours, floor, rate).atLeast(postRatio),
		compare(name+", p50", l.engine.Name, "ms", ours, floor, round.p50),
		compare(name+", p99", l.engine.Name, "ms", ours, floor, round.p99),
		compare(name+", CPU of 1,000", l.engine.Name, "s", ours, floor, round.cpuPerThousand))
}

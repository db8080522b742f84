package points_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

const (
	wechat = "WECHAT_MINI_PROGRAM"
	douyin = "DOUYIN_MINI_PROGRAM"
	shopAt = "STORE"
	till   = "ptn_till"
)

var (
	ctx      = context.Background()
	shanghai = time.FixedZone("CST", 8*60*60)
)

// ledger is a shop whose points are looked at.
type ledger struct{ *shoptest.Shop }

func open(t testing.TB) *ledger {
	t.Helper()
	return &ledger{shoptest.Open(t)}
}

// member signs a shopper in.
func (l *ledger) member(name string) string {
	l.TB.Helper()
	return l.Shopper(strings.ReplaceAll(name, "-", "")).ShopperID
}

func earning(who string, n int64) points.Earning {
	return points.Earning{ShopperID: who, Channel: wechat, Points: n, Owner: till, Key: shoptest.NewKey(), Reason: "购物", Reference: "r-1"}
}

func holding(who string, n int64) points.HoldRequest {
	return points.HoldRequest{ShopperID: who, Channel: shopAt, Points: n, Owner: till, Key: shoptest.NewKey(), Reason: "购物抵扣", Reference: "r-2", Lasts: 15 * time.Minute}
}

func capturing(h *points.Hold, n ...int64) points.Capturing {
	c := points.Capturing{HoldID: h.ID, Owner: h.Owner, Key: shoptest.NewKey(), Reason: "购物抵扣"}
	if len(n) > 0 {
		c.Points = &n[0]
	}
	return c
}

func releasing(h *points.Hold) points.Releasing {
	return points.Releasing{HoldID: h.ID, Owner: h.Owner, Key: shoptest.NewKey(), Reason: "取消"}
}

func reversing(e *points.Entry, n ...int64) points.Reversal {
	r := points.Reversal{EntryID: e.ID, Owner: e.Owner, Key: shoptest.NewKey(), Reason: "退货"}
	if len(n) > 0 {
		r.Points = &n[0]
	}
	return r
}

func redeeming(who string, n int64) points.Redemption {
	return points.Redemption{ShopperID: who, Channel: shopAt, Points: n, Owner: till, Key: shoptest.NewKey(), Reason: "兑换"}
}

func (l *ledger) earn(who string, n int64) *points.Entry {
	l.TB.Helper()
	e, err := l.Points.Earn(ctx, earning(who, n))
	l.Must(err)
	return e
}

func (l *ledger) hold(who string, n int64) *points.Hold {
	l.TB.Helper()
	h, err := l.Points.Hold(ctx, holding(who, n))
	l.Must(err)
	return h
}

// orderHold is a hold without a timer.
func (l *ledger) orderHold(who string, n int64) *points.Hold {
	l.TB.Helper()
	r := holding(who, n)
	r.Lasts, r.Owner, r.OrderID = 0, "order", "ord_"+r.Key
	h, err := l.Points.Hold(ctx, r)
	l.Must(err)
	return h
}

func (l *ledger) redeem(who string, n int64) *points.Entry {
	l.TB.Helper()
	e, err := l.Points.Redeem(ctx, redeeming(who, n))
	l.Must(err)
	return e
}

// has fails the test unless somebody has so many points, and every promise holds.
func (l *ledger) has(who string, available, held, debt int64) {
	l.TB.Helper()
	l.comesTo(who, available, held, debt)
	l.Must(l.Broken())
}

// comesTo fails the test unless somebody has so many points.
func (l *ledger) comesTo(who string, available, held, debt int64) {
	l.TB.Helper()
	a, err := l.Points.Account(ctx, who)
	l.Must(err)
	if a.Available != available || a.Held != held || a.Debt != debt {
		l.TB.Fatalf("%d available, %d held, %d debt; want %d, %d, %d\n%s", a.Available, a.Held, a.Debt, available, held, debt, l.told(who))
	}
}

// told is somebody's statement, oldest first.
func (l *ledger) told(who string) string {
	l.TB.Helper()
	p, err := l.Points.Statement(ctx, points.StatementArgs{ShopperID: who, Args: firstHundred})
	l.Must(err)
	text := ""
	for _, e := range p.Entries {
		text = fmt.Sprintf("%s%+d=%d ", e.Kind, e.Points, e.BalanceAfter) + text
	}
	return text
}

// tells fails the test unless somebody's statement is this, oldest first.
func (l *ledger) tells(who, want string) {
	l.TB.Helper()
	if got := l.told(who); got != want+" " {
		l.TB.Fatalf("the statement is\n%s, want\n%s", got, want)
	}
}

// until moves the clock to a local midnight, days ahead.
func (l *ledger) midnight(days int) {
	now := l.Clock.Now().In(shanghai)
	l.Clock.Advance(time.Date(now.Year(), now.Month(), now.Day()+days, 0, 0, 0, 0, shanghai).Sub(now))
}

// workers runs what is due of points, with several workers.
func (l *ledger) workers() error {
	_, err := deadline.NewRunner(l.Deadlines, l.Clock.Now, deadline.Pool{Workers: 2, Handlers: l.Points.Handlers()}).Once(ctx)
	return err
}

// oneOf reports whether err is nil, or one of the refusals.
func oneOf(err error, refusals ...*fault.Error) bool {
	for _, r := range refusals {
		if errors.Is(err, r) {
			return true
		}
	}
	return err == nil
}

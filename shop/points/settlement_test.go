package points_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/points"
)

const alipay = "ALIPAY_MINI_PROGRAM"

// earnAt is an earning on a channel; each is on a day of its own, so that what is earned first is spent first.
func (l *ledger) earnAt(channel, who string, n int64) *points.Entry {
	l.TB.Helper()
	l.Clock.Advance(24 * time.Hour)
	in := earning(who, n)
	in.Channel = channel
	e, err := l.Points.Earn(ctx, in)
	l.Must(err)
	return e
}

func (l *ledger) reverse(e *points.Entry, n ...int64) {
	l.TB.Helper()
	_, err := l.Points.Reverse(ctx, reversing(e, n...))
	l.Must(err)
}

// settles fails the test unless all that was ever settled nets to this, by channel; what nobody owes is left out.
func (l *ledger) settles(want string) {
	l.TB.Helper()
	list, err := l.Points.Settlement(ctx, l.Clock.Now().Add(-300*24*time.Hour), l.Clock.Now().Add(time.Second))
	l.Must(err)
	got, sum := "", int64(0)
	for _, n := range points.Net(list) {
		if sum += n.Points; n.Points != 0 {
			got += fmt.Sprintf("%.3s%+d ", n.Channel, n.Points)
		}
	}
	if sum != 0 || got != want {
		l.TB.Fatalf("nets %q, which sum to %d; want %q\n%v", got, sum, want, list)
	}
}

// What one channel's reversal has left owed is paid by whoever issued the points that pay it.
func TestWhoPaysADebt(t *testing.T) {
	for _, tc := range []struct {
		name string
		do   func(l *ledger, ann string)
		nets string // of WECHAT, DOUYIN, ALIPAY, STORE
		debt int64
	}{
		{"until it is paid, its channel bears it", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			l.redeem(ann, 50)
			l.reverse(e)
		}, "STO+50 WEC-50 ", 50},
		{"whose points pay it, pays what was taken", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			l.redeem(ann, 50)
			l.reverse(e)
			l.earnAt(douyin, ann, 80)
		}, "DOU-50 STO+50 ", 0},
		{"points of the channel itself pay without a claim", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			l.redeem(ann, 50)
			l.reverse(e)
			l.earnAt(wechat, ann, 80)
		}, "STO+50 WEC-50 ", 0},
		{"what else is available pays at once", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			l.earnAt(douyin, ann, 30)
			l.redeem(ann, 50)
			l.reverse(e)
		}, "DOU-30 STO+50 WEC-20 ", 20},
		{"longest owed first", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			f := l.earnAt(douyin, ann, 50)
			l.redeem(ann, 100)
			l.reverse(f, 40)
			l.reverse(e, 30)
			l.reverse(f)
			l.earnAt(alipay, ann, 55) // 50 of Douyin's, 5 of WeChat's
		}, "ALI-55 STO+100 WEC-45 ", 25},
		{"back to the lot that owes: as if it had never been", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			spent := l.redeem(ann, 50)
			l.reverse(e)
			l.reverse(spent)
		}, "", 0},
		{"the spending comes back after the debt was paid", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			spent := l.redeem(ann, 50)
			l.reverse(e)
			l.earnAt(douyin, ann, 50)
			l.reverse(spent)
		}, "DOU-50 WEC+50 ", 0},
		{"held, taken back, captured, paid", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			h := l.orderHold(ann, 50)
			l.reverse(e)
			_, err := l.Points.Capture(ctx, capturing(h, 20))
			l.Must(err)
			l.earnAt(douyin, ann, 20)
		}, "DOU-20 STO+20 ", 0},
		{"a merge takes along to whom it is owed", func(l *ledger, ann string) {
			bo := l.member("bo")
			e := l.earnAt(wechat, bo, 50)
			l.redeem(bo, 50)
			l.reverse(e)
			l.earnAt(alipay, ann, 20)
			l.Must(l.merges(bo, ann))
			l.earnAt(douyin, ann, 10)
		}, "ALI-20 DOU-10 STO+50 WEC-20 ", 20},
		{"forfeited: its channel bears it for good", func(l *ledger, ann string) {
			e := l.earnAt(wechat, ann, 50)
			l.redeem(ann, 50)
			l.reverse(e)
			l.earnAt(douyin, ann, 10)
			l.Must(l.Points.Forfeit(ctx, ann, "privacy", shopAt, "注销"))
		}, "DOU-10 STO+50 WEC-40 ", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := open(t)
			ann := l.member("ann")
			tc.do(l, ann)
			l.Must(l.Broken())
			l.audit()
			l.settles(tc.nets)
			if a, err := l.Points.Account(ctx, ann); err != nil || a.Debt != tc.debt {
				t.Errorf("%+v, %v; want a debt of %d", a, err, tc.debt)
			}
		})
	}
}

func TestSettlementIsBounded(t *testing.T) {
	l := open(t)
	now := l.Clock.Now()
	for _, tc := range []struct {
		name string
		span time.Duration
		good bool
	}{
		{"a leap year", 366 * 24 * time.Hour, true}, {"a moment more", 366*24*time.Hour + 1, false}, {"nothing", 0, false}, {"backwards", -time.Hour, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := l.Points.Settlement(ctx, now, now.Add(tc.span))
			if (err == nil) != tc.good || err != nil && !fault.Of(err).Is(fault.InvalidInput) {
				t.Error(err)
			}
		})
	}
}

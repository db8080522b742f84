package points_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// merges makes from a part of into, as the member domain does.
func (l *ledger) merges(from, into string) error {
	return l.Store.InTx(ctx, func(ctx context.Context) error {
		for _, who := range []string{min(from, into), max(from, into)} {
			if err := l.Identity.Touch(ctx, who); err != nil {
				return err
			}
		}
		if err := l.Points.Merge(ctx, from, into, wechat); err != nil {
			return err
		}
		for _, moves := range []string{
			"UPDATE shoppers SET merged_into = ?, ver = ver + 1 WHERE id = ?", "UPDATE shoppers SET merged_into = ? WHERE merged_into = ?",
			"UPDATE channel_identities SET shopper_id = ? WHERE shopper_id = ?", "UPDATE addresses SET default_key = NULL, shopper_id = ? WHERE shopper_id = ?",
		} {
			if _, err := l.Store.Exec(ctx, moves, into, from); err != nil {
				return err
			}
		}
		_, err := l.Store.Exec(ctx, "UPDATE shoppers SET aliased = ? WHERE id = ?", true, into)
		return err
	})
}

func TestMerge(t *testing.T) {
	l := open(t)
	ann, bo := l.member("ann"), l.member("bo")
	spent := l.earn(bo, 10)
	back := l.redeem(bo, 10)
	l.Clock.Advance(24 * time.Hour)
	e := l.earn(bo, 100)
	h, timed := l.orderHold(bo, 30), l.hold(bo, 20)
	l.Clock.Advance(-48 * time.Hour)
	l.earn(ann, 7)
	l.Clock.Advance(48 * time.Hour)
	l.Must(l.merges(bo, ann))
	l.has(bo, 0, 0, 0)
	l.has(ann, 57, 50, 0)
	l.tells(ann, "EARN+7=7 EARN+10=10 REDEEM-10=0 EARN+100=100 HOLD-30=70 HOLD-20=50 MERGE-50=0 MERGE+50=57")
	l.tells(bo, "EARN+7=7 EARN+10=10 REDEEM-10=0 EARN+100=100 HOLD-30=70 HOLD-20=50 MERGE-50=0 MERGE+50=57") // one person, one statement

	_, err := l.Points.Capture(ctx, capturing(h, 25))
	l.Must(err)
	l.has(ann, 62, 20, 0)
	_, err = l.Points.Reverse(ctx, reversing(back, 4)) // into a lot that stayed behind
	l.Must(err)
	l.has(ann, 66, 20, 0)
	_, err = l.Points.Reverse(ctx, reversing(spent, 10))
	l.Must(err)
	l.has(ann, 56, 20, 0)
	_, err = l.Points.Earn(ctx, earning(bo, 4)) // whoever he is now
	l.Must(err)
	l.has(ann, 60, 20, 0)
	l.After(15 * time.Minute)
	l.has(ann, 80, 0, 0)
	if ended, err := l.Points.GetHold(ctx, timed.ID); err != nil || ended.State != points.HoldExpired || ended.ShopperID != ann {
		t.Fatal(ended, err)
	}
	_, err = l.Points.Reverse(ctx, reversing(e))
	l.Must(err)
	l.has(ann, 0, 0, 20)
	l.midnight(400)
	l.Work()
	l.has(ann, 0, 0, 20)
}

func TestADebtIsMergedToo(t *testing.T) {
	l := open(t)
	ann, bo := l.member("ann"), l.member("bo")
	e := l.earn(bo, 100)
	l.redeem(bo, 100)
	_, err := l.Points.Reverse(ctx, reversing(e))
	l.Must(err)
	l.earn(ann, 30)
	l.Must(l.merges(bo, ann))
	l.has(bo, 0, 0, 0)
	l.has(ann, 0, 0, 70)
	l.tells(ann, "EARN+100=100 REDEEM-100=0 REVERSE+0=0 MERGE+0=0 EARN+30=30 MERGE+0=30 REVERSE-30=0")
}

func TestMergedLotsRunOut(t *testing.T) {
	l := open(t)
	ann, bo := l.member("ann"), l.member("bo")
	l.earn(bo, 100)
	l.Must(l.merges(bo, ann))
	l.midnight(366)
	l.Work()
	l.has(ann, 0, 0, 0)
	l.tells(ann, "EARN+100=100 MERGE-100=0 MERGE+100=100 EXPIRE-100=0")
}

func TestTwoMergeWhileBothSpend(t *testing.T) {
	l := open(t)
	shoptest.Rounds(t, l.Shop, 5, func(round int) {
		key := shoptest.NewKey()
		ann, bo := l.member("a"+key), l.member("b"+key)
		l.earn(ann, 100)
		l.earn(bo, 100)
		shoptest.Together(5, func(i int) {
			shoptest.Stagger()
			if i == 0 {
				l.Try(l.merges(bo, ann))
				return
			}
			_, err := l.Points.Redeem(ctx, redeeming([]string{ann, bo}[i%2], 30))
			l.Try(err)
		})
		l.has(ann, 80, 0, 0)
		l.has(bo, 0, 0, 0)
	})
}

func TestForfeit(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 100)
	h := l.orderHold(ann, 10)
	err := l.Points.Forfeit(ctx, ann, "privacy", wechat, "注销")
	shoptest.Refuses(t, err, points.ErrHoldState)
	_, err = l.Points.Release(ctx, releasing(h))
	l.Must(err)
	for range 2 {
		l.Must(l.Points.Forfeit(ctx, ann, "privacy", wechat, "注销"))
		l.has(ann, 0, 0, 0)
	}
	bo := l.member("bo")
	e := l.earn(bo, 10)
	l.redeem(bo, 10)
	_, err = l.Points.Reverse(ctx, reversing(e))
	l.Must(err)
	l.Must(l.Points.Forfeit(ctx, bo, "privacy", wechat, "注销"))
	l.has(bo, 0, 0, 0)
}

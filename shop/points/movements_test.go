package points_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

var firstHundred = page.Args{First: 100}

func TestEarnHoldCaptureRelease(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.has(ann, 0, 0, 0)
	in := earning(ann, 100)
	first, err := l.Points.Earn(ctx, in)
	l.Must(err)
	again, err := l.Points.Earn(ctx, in)
	l.Must(err)
	if first.ID != again.ID || first.Points != 100 || first.BalanceAfter != 100 || first.Seq != 1 || first.Kind != points.Earned || *first.Reference != "r-1" {
		t.Fatalf("%+v, then %+v", first, again)
	}
	l.has(ann, 100, 0, 0)
	in.Points = 101
	_, err = l.Points.Earn(ctx, in)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")

	h := l.hold(ann, 60)
	l.has(ann, 40, 60, 0)
	c := capturing(h, 45)
	captured, err := l.Points.Capture(ctx, c)
	l.Must(err)
	if captured.Points != 0 || captured.BalanceAfter != 40 || captured.Kind != points.Captured || *captured.HoldID != h.ID || *captured.Reference != "r-2" {
		t.Fatalf("%+v", captured)
	}
	replay, err := l.Points.Capture(ctx, c)
	l.Must(err)
	if replay.ID != captured.ID {
		t.Fatal("a replay captured again")
	}
	l.has(ann, 55, 0, 0)
	l.tells(ann, "EARN+100=100 HOLD-60=40 CAPTURE+0=40 RELEASE+15=55")

	h = l.hold(ann, 55)
	_, err = l.Points.Release(ctx, releasing(h))
	l.Must(err)
	l.has(ann, 55, 0, 0)
	l.redeem(ann, 55)
	l.has(ann, 0, 0, 0)
	l.tells(ann, "EARN+100=100 HOLD-60=40 CAPTURE+0=40 RELEASE+15=55 HOLD-55=0 RELEASE+55=55 REDEEM-55=0")
}

func TestRefusals(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 100)
	hold := func(change func(r *points.HoldRequest)) error {
		r := holding(ann, 10)
		change(&r)
		_, err := l.Points.Hold(ctx, r)
		return err
	}
	short := shoptest.Refuses(t, hold(func(r *points.HoldRequest) { r.Points = 101 }), points.ErrInsufficientPoints, "input", "points")
	if *short.Available != 100 {
		t.Errorf("available %d", *short.Available)
	}
	shoptest.Refuses(t, hold(func(r *points.HoldRequest) { r.Points = 0 }), fault.OutOfRange, "input", "points")
	shoptest.Refuses(t, hold(func(r *points.HoldRequest) { r.Points = points.Max + 1 }), fault.OutOfRange, "input", "points")
	shoptest.Refuses(t, hold(func(r *points.HoldRequest) { r.Channel = "FAX" }), fault.Invalid, "input", "channel")
	shoptest.Refuses(t, hold(func(r *points.HoldRequest) { r.Reason = "" }), fault.Blank, "input", "reason")
	shoptest.Refuses(t, hold(func(r *points.HoldRequest) { r.Lasts = 25 * time.Hour }), fault.OutOfRange, "input", "holdSeconds")
	shoptest.Refuses(t, hold(func(r *points.HoldRequest) { r.Key = "a b" }), fault.Invalid, "input", "idempotencyKey")
	if err := hold(func(r *points.HoldRequest) { r.ShopperID = "shp_nobody" }); !errors.Is(err, fault.Unauthenticated) {
		t.Errorf("nobody's hold: %v", err)
	}

	h := l.hold(ann, 10)
	c := capturing(h, 11)
	_, err := l.Points.Capture(ctx, c)
	shoptest.Refuses(t, err, fault.OutOfRange, "input", "points")
	other := capturing(h)
	other.Owner = "ptn_other"
	_, err = l.Points.Capture(ctx, other)
	shoptest.Refuses(t, err, fault.Missing, "input", "holdId")
	_, err = l.Points.Capture(ctx, capturing(h))
	l.Must(err)
	_, err = l.Points.Capture(ctx, capturing(h))
	shoptest.Refuses(t, err, points.ErrHoldState, "input", "holdId")
	_, err = l.Points.Release(ctx, releasing(h))
	shoptest.Refuses(t, err, points.ErrHoldState, "input", "holdId")

	h = l.hold(ann, 10)
	l.Clock.Advance(15 * time.Minute) // the worker has not come yet
	_, err = l.Points.Capture(ctx, capturing(h))
	shoptest.Refuses(t, err, points.ErrHoldExpired, "input", "holdId")
	_, err = l.Points.Release(ctx, releasing(h))
	shoptest.Refuses(t, err, points.ErrHoldExpired, "input", "holdId")
	l.has(ann, 80, 10, 0)
	l.Work()
	_, err = l.Points.Capture(ctx, capturing(h))
	shoptest.Refuses(t, err, points.ErrHoldExpired, "input", "holdId")
	l.has(ann, 90, 0, 0)

	full := l.member("full")
	l.earn(full, points.Most)
	_, err = l.Points.Earn(ctx, earning(full, points.Most+1))
	shoptest.Refuses(t, err, fault.OutOfRange, "input", "points")
	l.has(full, points.Most, 0, 0)
}

func TestAReversedEarningLeavesADebt(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	a := l.earn(ann, 100)
	l.Clock.Advance(24 * time.Hour)
	b := l.earn(ann, 30)
	l.redeem(ann, 80) // of a, which runs out first
	_, err := l.Points.Reverse(ctx, reversing(a, 40))
	l.Must(err)
	l.has(ann, 10, 0, 0) // 20 from a's rest; 20 owed, paid from b at once
	l.tells(ann, "EARN+100=100 EARN+30=130 REDEEM-80=50 REVERSE-20=30 REVERSE-20=10")
	_, err = l.Points.Reverse(ctx, reversing(a))
	l.Must(err)
	l.has(ann, 0, 0, 50)
	_, err = l.Points.Reverse(ctx, reversing(a))
	if refusal := shoptest.Refuses(t, err, fault.OutOfRange, "input", "points"); *refusal.Available != 0 {
		t.Errorf("still %d to reverse", *refusal.Available)
	}
	l.earn(ann, 20)
	l.has(ann, 0, 0, 30)
	l.earn(ann, 35)
	l.has(ann, 5, 0, 0)
	_, err = l.Points.Reverse(ctx, reversing(b))
	l.Must(err)
	l.has(ann, 0, 0, 25) // b's 30 have paid what a owed
	_, err = l.Points.Reverse(ctx, reversing(l.earn(ann, 25)))
	l.Must(err)
	l.has(ann, 0, 0, 25)
}

func TestHeldPointsPayTheDebtWhenTheyComeBack(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	e := l.earn(ann, 100)
	h := l.orderHold(ann, 70)
	_, err := l.Points.Reverse(ctx, reversing(e))
	l.Must(err)
	l.has(ann, 0, 70, 70)
	_, err = l.Points.Capture(ctx, capturing(h, 30))
	l.Must(err)
	l.has(ann, 0, 0, 30)
	l.tells(ann, "EARN+100=100 HOLD-70=30 REVERSE-30=0 CAPTURE+0=0 RELEASE+40=40 REVERSE-40=0")
}

func TestReversingARedemptionGivesTheSameLotsBack(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 30)
	l.Clock.Advance(24 * time.Hour)
	l.earn(ann, 30)
	e := l.redeem(ann, 50) // 30 and 20
	_, err := l.Points.Reverse(ctx, reversing(e, 5))
	l.Must(err)
	l.has(ann, 15, 0, 0)
	next, err := l.Points.NextExpiry(ctx, ann)
	l.Must(err)
	if next.Points != 3 || !next.At.Equal(time.Date(2027, 5, 7, 0, 0, 0, 0, shanghai)) {
		t.Fatalf("next %+v", next)
	}
	_, err = l.Points.Reverse(ctx, reversing(e))
	l.Must(err)
	l.has(ann, 60, 0, 0)
	if next, err = l.Points.NextExpiry(ctx, ann); err != nil || next.Points != 30 {
		t.Fatal(next, err)
	}
	_, err = l.Points.Reverse(ctx, reversing(e, 1))
	shoptest.Refuses(t, err, fault.OutOfRange, "input", "points")
	other := reversing(e, 1)
	other.Owner = "ptn_other"
	_, err = l.Points.Reverse(ctx, other)
	shoptest.Refuses(t, err, fault.Missing, "input", "entryId")
}

func TestOnlyMovementsOfOnesOwnAreReversed(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 30)
	h := l.hold(ann, 30)
	entryID := l.text("SELECT id FROM point_postings WHERE kind = 'HOLD'")
	_, err := l.Points.Reverse(ctx, points.Reversal{EntryID: entryID, Owner: h.Owner, Key: shoptest.NewKey(), Reason: "x"})
	shoptest.Refuses(t, err, points.ErrIrreversible, "input", "entryId")
	_, err = l.Points.Reverse(ctx, points.Reversal{EntryID: "pst_nothing", Owner: h.Owner, Key: shoptest.NewKey(), Reason: "x"})
	shoptest.Refuses(t, err, fault.Missing, "input", "entryId")
}

func (l *ledger) text(query string, args ...any) string {
	l.TB.Helper()
	rows, err := l.Store.SQL(ctx).QueryContext(ctx, query, args...)
	l.Must(err)
	defer rows.Close()
	var s string
	if rows.Next() {
		l.Must(rows.Scan(&s))
	}
	return s
}

func TestABannedShopperIsNotServedButTheShopPaysWhatItOwes(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	e := l.earn(ann, 100)
	h, timed := l.orderHold(ann, 30), l.hold(ann, 20)
	l.Must(l.Store.InTx(ctx, func(ctx context.Context) error {
		_, err := l.Store.Exec(ctx, "UPDATE shoppers SET state = 'banned' WHERE id = ?", ann)
		return err
	}))
	if _, err := l.Points.Earn(ctx, earning(ann, 1)); err == nil {
		t.Fatal("a banned shopper earns")
	}
	_, err := l.Points.Release(ctx, releasing(h))
	l.Must(err)
	_, err = l.Points.Reverse(ctx, reversing(e, 60))
	l.Must(err)
	l.has(ann, 20, 20, 0)
	l.After(15 * time.Minute)
	l.has(ann, 40, 0, 0)
	l.midnight(400)
	l.Work()
	l.has(ann, 0, 0, 0)
	if h, err := l.Points.GetHold(ctx, timed.ID); err != nil || h.State != points.HoldExpired {
		t.Fatal(h, err)
	}
}

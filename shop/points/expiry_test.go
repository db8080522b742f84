package points_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// reminders are the facts told so far, oldest first.
func (l *ledger) reminders() (told []fact.PointsExpiring) {
	l.TB.Helper()
	rows, err := l.Store.SQL(ctx).QueryContext(ctx, "SELECT payload FROM facts WHERE topic = 'PointsExpiring' ORDER BY aggregate_ver")
	l.Must(err)
	defer rows.Close()
	for rows.Next() {
		var raw []byte
		var f fact.PointsExpiring
		l.Must(rows.Scan(&raw))
		l.Must(json.Unmarshal(raw, &f))
		told = append(told, f)
	}
	l.Must(rows.Err())
	return told
}

func TestALotEndsAtMidnightAndIsToldOfBefore(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 100) // until the end of 2027-05-06
	l.Clock.Advance(24 * time.Hour)
	l.earn(ann, 50)
	end := time.Date(2027, 5, 7, 0, 0, 0, 0, shanghai)
	next, err := l.Points.NextExpiry(ctx, ann)
	l.Must(err)
	if next.Points != 100 || !next.At.Equal(end) {
		t.Fatalf("next %+v", next)
	}
	for _, tc := range []struct {
		days int
		want int64
	}{{30, 0}, {363, 0}, {365, 100}, {366, 150}} {
		if n, err := l.Points.Expiring(ctx, ann, tc.days); err != nil || n != tc.want {
			t.Errorf("within %d days: %d, want %d (%v)", tc.days, n, tc.want, err)
		}
	}
	l.midnight(357) // 2027-04-29
	l.Work()
	if told := l.reminders(); len(told) != 0 {
		t.Fatalf("told %v too early", told)
	}
	l.midnight(1)
	l.Work()
	l.Work()
	l.redeem(ann, 60)
	l.midnight(1)
	l.Work()
	want := []fact.PointsExpiring{{ShopperID: ann, Points: 100, At: end.UTC()}, {ShopperID: ann, Points: 50, At: end.AddDate(0, 0, 1).UTC()}}
	if told := l.reminders(); fmt.Sprint(told) != fmt.Sprint(want) {
		t.Fatalf("told %v, want %v", told, want)
	}
	l.midnight(5) // 2027-05-06
	l.Work()
	want = append(want, fact.PointsExpiring{ShopperID: ann, Points: 40, At: end.UTC()})
	if told := l.reminders(); fmt.Sprint(told) != fmt.Sprint(want) {
		t.Fatalf("told %v, want %v", told, want)
	}
	l.midnight(1)
	l.has(ann, 50, 0, 0) // gone before the worker has come
	l.Work()
	l.has(ann, 50, 0, 0)
	l.tells(ann, "EARN+100=100 EARN+50=150 REDEEM-60=90 EXPIRE-40=50")
	l.midnight(2)
	l.Work()
	l.has(ann, 0, 0, 0)
	if n := l.Count("SELECT COUNT(*) FROM deadlines WHERE kind LIKE 'points.%'"); n != 0 {
		t.Errorf("%d deadlines are left", n)
	}
	l.earn(ann, 5)
	if n := l.Count("SELECT COUNT(*) FROM deadlines WHERE kind LIKE 'points.%'"); n != 2 {
		t.Errorf("%d deadlines for the new lot", n)
	}
}

func TestALateWorkerTellsOnce(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 100)
	l.midnight(365) // both notices are due
	l.Work()
	if told := l.reminders(); len(told) != 1 {
		t.Fatalf("told %v", told)
	}
}

func TestASpendNeverTakesWhatHasRunOut(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 100)
	l.Clock.Advance(24 * time.Hour)
	l.earn(ann, 50)
	l.midnight(365)
	_, err := l.Points.Redeem(ctx, redeeming(ann, 51))
	if refusal := shoptest.Refuses(t, err, points.ErrInsufficientPoints, "input", "points"); *refusal.Available != 50 {
		t.Errorf("available %d", *refusal.Available)
	}
	l.redeem(ann, 50)
	l.tells(ann, "EARN+100=100 EARN+50=150 EXPIRE-100=50 REDEEM-50=0")
	l.Work()
	l.has(ann, 0, 0, 0)
}

func TestWhatRanOutWhileItWasHeld(t *testing.T) {
	for _, tc := range []struct {
		name        string
		unfulfilled bool
		available   int64
		statement   string
	}{
		{"expires on return", false, 0, "EARN+100=100 HOLD-60=40 EXPIRE-40=0 RELEASE+60=60 EXPIRE-60=0"},
		{"lives seven days more when the shop could not deliver", true, 60, "EARN+100=100 HOLD-60=40 EXPIRE-40=0 RELEASE+60=60"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := open(t)
			ann := l.member("ann")
			l.earn(ann, 100)
			h := l.orderHold(ann, 60)
			l.midnight(366)
			r := releasing(h) // before the worker comes
			r.Unfulfilled = tc.unfulfilled
			_, err := l.Points.Release(ctx, r)
			l.Must(err)
			l.Work()
			l.has(ann, tc.available, 0, 0)
			l.tells(ann, tc.statement)
			if tc.available == 0 {
				return
			}
			next, err := l.Points.NextExpiry(ctx, ann)
			l.Must(err)
			if want := time.Date(2027, 5, 15, 0, 0, 0, 0, shanghai); next.Points != 60 || !next.At.Equal(want) {
				t.Fatalf("next %+v", next)
			}
			l.midnight(7)
			l.Work()
			l.has(ann, 60, 0, 0)
			if told := l.reminders(); len(told) != 1 || told[0].Points != 60 { // the day before; the worker was away before that
				t.Fatalf("told %v", told)
			}
			l.midnight(1)
			l.Work()
			l.has(ann, 0, 0, 0)
		})
	}
}

func TestARedemptionThatIsReversedLate(t *testing.T) {
	for _, unfulfilled := range []bool{false, true} {
		l := open(t)
		ann := l.member("ann")
		l.earn(ann, 30)
		l.Clock.Advance(24 * time.Hour)
		l.earn(ann, 30)
		h := l.orderHold(ann, 60)
		e, err := l.Points.Capture(ctx, capturing(h))
		l.Must(err)
		l.midnight(365)
		l.Work()
		r := reversing(e, 40)
		r.Unfulfilled = unfulfilled
		_, err = l.Points.Reverse(ctx, r)
		l.Must(err)
		if unfulfilled {
			l.has(ann, 40, 0, 0)
		} else {
			l.has(ann, 20, 0, 0)
		}
		l.midnight(1)
		l.Work()
		if unfulfilled {
			l.has(ann, 20, 0, 0)
		} else {
			l.has(ann, 0, 0, 0)
		}
		l.midnight(8)
		l.Work()
		l.has(ann, 0, 0, 0)
	}
}

// An expired lot whose earning is reversed leaves no debt: nobody had anything of it.
func TestAnEarningThatRanOutIsReversed(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	e := l.earn(ann, 100)
	l.redeem(ann, 30)
	l.midnight(366)
	l.Work()
	_, err := l.Points.Reverse(ctx, reversing(e, 80))
	l.Must(err)
	l.has(ann, 0, 0, 10)
}

func TestWorkersAndASpendAtMidnight(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	shoptest.Rounds(t, l.Shop, 5, func(int) {
		l.earn(ann, 100)
		l.midnight(1)
		l.earn(ann, 50)
		l.midnight(365)
		expired := l.Count("SELECT COALESCE(SUM(expired), 0) FROM point_lots")
		shoptest.Together(3, func(i int) {
			shoptest.Stagger()
			if i < 2 {
				l.Try(l.workers())
				return
			}
			if _, err := l.Points.Redeem(context.Background(), redeeming(ann, 60)); !oneOf(err, points.ErrInsufficientPoints) || err == nil {
				l.TB.Errorf("60 of 50 live points: %v", err)
			}
			_, err := l.Points.Redeem(context.Background(), redeeming(ann, 40))
			l.Try(err)
		})
		l.has(ann, 10, 0, 0)
		if n := l.Count("SELECT COALESCE(SUM(expired), 0) FROM point_lots") - expired; n != 100 {
			t.Fatalf("%d expired", n)
		}
		l.redeem(ann, 10)
	})
}

// Midnight comes in the shop's zone while two workers expire what ends with it, and a hold and a redemption want it: it is theirs before, and nobody's from then
// on, and what they leave runs out once.
func TestMidnightComesWhileALotIsSpent(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	ways := map[string]int{}
	shoptest.Rounds(t, l.Shop, 10, func(int) {
		l.earn(ann, 100)
		l.midnight(1)
		l.earn(ann, 50)
		l.midnight(365)
		l.Clock.Advance(-time.Microsecond)
		expired := func() int { return l.Count("SELECT COALESCE(SUM(expired), 0) FROM point_lots") }
		before := expired()
		var h *points.Hold
		var redeemed *points.Entry
		shoptest.Together(5, func(i int) {
			shoptest.Stagger()
			var err error
			switch i {
			case 0:
				l.Clock.Advance(time.Microsecond)
			case 1:
				h, err = l.Points.Hold(ctx, holding(ann, 60))
			case 2:
				redeemed, err = l.Points.Redeem(ctx, redeeming(ann, 60))
			default:
				l.Try(l.workers())
			}
			if !oneOf(err, points.ErrInsufficientPoints) {
				t.Errorf("a spend: %v", err)
			}
		})
		l.Try(l.workers())
		way := fmt.Sprintf("held %t, redeemed %t", h != nil, redeemed != nil)
		ways[way]++
		left := map[string][3]int64{ // available, held, and of the lot that ended nobody's any more
			"held false, redeemed false": {50, 0, 100},
			"held false, redeemed true":  {50, 0, 40},
			"held true, redeemed false":  {50, 60, 40},
			"held true, redeemed true":   {30, 60, 0},
		}[way]
		l.has(ann, left[0], left[1], 0)
		if n := expired() - before; int64(n) != left[2] {
			t.Fatalf("%s: %d have run out, want %d", way, n, left[2])
		}
		if h != nil {
			_, err := l.Points.Release(ctx, releasing(h))
			l.Must(err)
		}
		a, err := l.Points.Account(ctx, ann)
		l.Must(err)
		spent := int64(0)
		if redeemed != nil {
			spent = 60
		}
		if n := int64(expired() - before); a.Held != 0 || a.Available > 50 || a.Available+spent+n != 150 {
			t.Fatalf("%s: 150 became %d available, %d redeemed, %d run out", way, a.Available, spent, n)
		}
		l.redeem(ann, a.Available)
	})
	t.Logf("%v", ways)
}

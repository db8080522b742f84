package points_test

import (
	"fmt"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// stands fails the test unless somebody has this tier by so many points.
func (l *ledger) stands(who, tier string, earned int64) {
	l.TB.Helper()
	s, err := l.Points.Standing(ctx, who)
	l.Must(err)
	if s.Tier.Name.En != tier || s.Points != earned {
		l.TB.Fatalf("%s by %d, want %s by %d", s.Tier.Name.En, s.Points, tier, earned)
	}
	l.Must(l.Broken())
}

// days are what somebody's days have, oldest first.
func (l *ledger) days(who string) (text string) {
	l.TB.Helper()
	rows, err := l.Store.SQL(ctx).QueryContext(ctx, "SELECT day, points FROM point_earnings WHERE shopper_id = ? ORDER BY day", who)
	l.Must(err)
	defer rows.Close()
	for rows.Next() {
		var day string
		var n int64
		l.Must(rows.Scan(&day, &n))
		text += fmt.Sprintf("%s:%d ", day[5:], n)
	}
	l.Must(rows.Err())
	return text
}

func TestWhatIsEarnedMakesTheTier(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.stands(ann, "Member", 0)
	first := l.earn(ann, 400)
	l.midnight(1)
	if _, err := l.Points.CheckIn(ctx, ann, wechat); err != nil {
		t.Fatal(err)
	}
	second := l.earn(ann, 95)
	l.stands(ann, "Silver", 500)
	l.redeem(ann, 450) // spending costs no tier
	l.stands(ann, "Silver", 500)
	if got := l.days(ann); got != "05-06:400 05-07:100 " {
		t.Error(got)
	}
	_, err := l.Points.Reverse(ctx, reversing(first, 1))
	l.Must(err)
	l.stands(ann, "Member", 499) // at once: points that were taken back never counted
	l.earn(ann, 1)               // pays the debt, and counts
	l.stands(ann, "Silver", 500)
	_, err = l.Points.Reverse(ctx, reversing(second))
	l.Must(err)
	if got := l.days(ann); got != "05-06:399 05-07:6 " {
		t.Error(got)
	}
	l.midnight(500)
	l.Work() // what has run out changes nothing either
	l.stands(ann, "Member", 0)
}

func TestMergedDaysAreSums(t *testing.T) {
	l := open(t)
	ann, bo, nobody := l.member("ann"), l.member("bo"), l.member("nobody")
	early := l.earn(bo, 100)
	l.earn(ann, 200)
	l.midnight(1)
	l.earn(bo, 250)
	l.midnight(1)
	l.earn(ann, 3)
	l.Must(l.merges(nobody, ann))
	l.Must(l.merges(bo, ann))
	if got := l.days(ann) + "|" + l.days(bo); got != "05-06:300 05-07:250 05-08:3 |" {
		t.Error(got)
	}
	l.stands(ann, "Silver", 553)
	_, err := l.Points.Reverse(ctx, reversing(early))
	l.Must(err)
	l.stands(ann, "Member", 453)
}

func TestEarningsOfOneShopperAtOnce(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	shoptest.Together(50, func(i int) {
		shoptest.Stagger()
		e, err := l.Points.Earn(ctx, earning(ann, int64(i+1)))
		if err == nil && i%10 == 0 {
			_, err = l.Points.Reverse(ctx, reversing(e, 1))
		}
		if err != nil {
			t.Error(err)
		}
	})
	if got := l.days(ann); got != "05-06:1270 " {
		t.Error(got)
	}
	l.stands(ann, "Silver", 1270)
}

func TestWhatWasSpentEarnsAtTheTiersRate(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	spending := func(minor int64) points.Earning {
		e := earning(ann, 0)
		spent := money.Of(minor, "CNY")
		e.Spent = &spent
		return e
	}
	first := spending(50_000)
	entry, err := l.Points.Earn(ctx, first)
	l.Must(err)
	if entry.Points != 500 {
		t.Fatal(entry.Points)
	}
	later, err := l.Points.Earn(ctx, spending(1990))
	l.Must(err)
	if later.Points != 23 {
		t.Fatalf("Silver earns %d for 19.90", later.Points)
	}
	again, err := l.Points.Earn(ctx, first)
	if err != nil || again.ID != entry.ID {
		t.Fatal("a replay at another tier: ", again, err)
	}
	first.Spent.Minor++
	_, err = l.Points.Earn(ctx, first)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
	_, err = l.Points.Earn(ctx, spending(83))
	shoptest.Refuses(t, err, fault.OutOfRange, "input", "spent")
	_, err = l.Points.Earn(ctx, spending(-100))
	shoptest.Refuses(t, err, fault.OutOfRange, "input", "spent")
}

// A day that says something else than the ledger is found.
func TestWrongDaysAreFound(t *testing.T) {
	for _, wrong := range []string{
		"UPDATE point_earnings SET points = points + 1", "UPDATE point_earnings SET points = -1", "DELETE FROM point_earnings",
		"INSERT INTO point_earnings (shopper_id, day, points) VALUES ('shp_01JD8Q2M0V6T3C9E5K7R1XW4ZB', '2026-05-06', 1)",
	} {
		l := open(t)
		l.earn(l.member("ann"), 7)
		l.Must(l.Broken())
		if _, err := l.Store.DB().Exec(wrong); err != nil {
			t.Fatal(err)
		}
		if l.Broken() == nil {
			t.Error(wrong)
		}
		_, err := l.Store.DB().Exec("DELETE FROM point_earnings")
		l.Must(err)
		_, err = l.Store.DB().Exec("INSERT INTO point_earnings (shopper_id, day, points) SELECT shopper_id, '2026-05-06', points FROM point_postings")
		l.Must(err)
	}
}

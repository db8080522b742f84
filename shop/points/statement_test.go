package points_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestStatementPages(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(l.member("bo"), 1)
	for i := range 7 {
		l.earn(ann, int64(10+i))
		if i%2 == 0 {
			l.redeem(ann, 5)
		}
	}
	for _, tc := range []struct {
		name    string
		kind    points.Kind
		channel string
		want    int
	}{{"whole", "", "", 11}, {"earned", points.Earned, "", 7}, {"at the till", "", shopAt, 4}, {"redeemed at the till", points.Redeemed, shopAt, 4}, {"nothing", points.Expired, "", 0}, {"neither", points.Redeemed, wechat, 0}} {
		t.Run(tc.name, func(t *testing.T) {
			args := points.StatementArgs{ShopperID: ann, Kind: tc.kind, Channel: tc.channel, Args: page.Args{First: 3}, WantTotal: true}
			var last *points.Entry
			seen := 0
			for {
				p, err := l.Points.Statement(ctx, args)
				l.Must(err)
				if *p.TotalCount != tc.want {
					t.Fatalf("%d in all, want %d", *p.TotalCount, tc.want)
				}
				for _, e := range p.Entries {
					if last != nil && (e.Seq >= last.Seq || tc.want == 11 && e.BalanceAfter != last.BalanceAfter-last.Points) {
						t.Fatalf("after %+v comes %+v", last, e)
					}
					last = e
				}
				if seen += len(p.Entries); !p.Info.HasNextPage {
					break
				}
				args.After = *p.Info.EndCursor
			}
			if seen != tc.want {
				t.Fatalf("%d entries, want %d", seen, tc.want)
			}
		})
	}
	_, err := l.Points.Statement(ctx, points.StatementArgs{ShopperID: ann, Args: page.Args{First: 3, After: "x"}})
	shoptest.Refuses(t, err, fault.InvalidCursor)
	_, err = l.Points.Statement(ctx, points.StatementArgs{ShopperID: ann, Args: page.Args{First: 101}})
	shoptest.Refuses(t, err, fault.InvalidInput)
}

// fill gives somebody n entries, each with a lot, of which few have anything left.
func (l *ledger) fill(who string, n int) {
	l.TB.Helper()
	const rows = 250
	for at := 1; at <= n; at += rows {
		l.Must(l.Store.InTx(ctx, func(ctx context.Context) error { return l.fillSome(ctx, who, at, min(rows, n-at+1)) }))
	}
	if !l.Store.SQLite() {
		_, err := l.Store.DB().Exec("ANALYZE TABLE point_postings, point_lots, point_earnings")
		l.Must(err)
	}
}

func (l *ledger) fillSome(ctx context.Context, who string, at, count int) error {
	now := l.Clock.Now()
	var postings, lots []any
	for i := at; i < at+count; i++ {
		kind, channel := "EARN", wechat
		if i == 1 {
			kind = "ADJUST"
		}
		if i%2 == 0 {
			kind, channel = "REDEEM", shopAt
		}
		postings = append(postings, fmt.Sprintf("pst_f%d", i), who, i, kind, 1, i, channel, "x", "", till, now)
		lots = append(lots, fmt.Sprintf("lot_f%d", i), now, now, who, channel, "x", 1, i%100/99, i%100 == 99, now.AddDate(0, 0, 1+i%365))
	}
	for _, in := range []struct {
		into, row string
		args      []any
	}{
		{"point_postings (id, shopper_id, seq, kind, points, balance_after, channel, reason, reference, owner, at)", "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", postings},
		{"point_lots (id, created_at, updated_at, shopper_id, channel, posting_id, granted, remaining, open, expires_at)", "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", lots},
	} {
		if _, err := l.Store.Exec(ctx, "INSERT INTO "+in.into+" VALUES "+in.row+strings.Repeat(", "+in.row, count-1), in.args...); err != nil {
			return err
		}
	}
	return nil
}

// fillDays has somebody earn a point on each of the last n days.
func (l *ledger) fillDays(who string, n int) {
	l.TB.Helper()
	var args []any
	for i := range n {
		args = append(args, who, l.Clock.Now().AddDate(0, 0, -i).Format(time.DateOnly), 1)
	}
	l.Must(l.Store.InTx(ctx, func(ctx context.Context) error {
		_, err := l.Store.Exec(ctx, "INSERT INTO point_earnings (shopper_id, day, points) VALUES (?, ?, ?)"+strings.Repeat(", (?, ?, ?)", n-1), args...)
		return err
	}))
}

// Pages, balances and spending find their rows by an index, whose order is theirs, however many entries there are: 2,000 of one member (1,000,000 with
// KAITUAN_SOAK).
func TestNothingGetsSlowerWithTheStatement(t *testing.T) {
	n := 2_000
	if os.Getenv("KAITUAN_SOAK") != "" {
		n = 1_000_000
	}
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 100)
	l.Must(l.Store.InTx(ctx, func(ctx context.Context) error { // the ledger is not whole in this test
		for _, table := range []string{"point_postings", "point_lots", "point_entries", "point_accounts", "point_earnings"} {
			if _, err := l.Store.Exec(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	}))
	for i := range 20 { // of each of whom a year is kept
		l.fillDays([]string{ann, fmt.Sprintf("shp_f%d", i)}[min(i, 1)], 400)
	}
	l.fill(ann, n)
	defer func() {
		l.Must(l.Store.InTx(ctx, func(ctx context.Context) error {
			for _, table := range []string{"point_postings", "point_lots", "point_earnings"} {
				if _, err := l.Store.Exec(ctx, "DELETE FROM "+table); err != nil {
					return err
				}
			}
			return nil
		}))
	}()
	now := l.Clock.Now()
	first := page.Args{First: 20}
	after := page.Args{First: 20, After: page.Encode("points", map[string]int64{ann: int64(n / 2)})}
	for _, tc := range []struct {
		name string
		do   func(ctx context.Context) error
		args []any
	}{
		{"a page", l.page(points.StatementArgs{ShopperID: ann, Args: first}), []any{ann}},
		{"a later page", l.page(points.StatementArgs{ShopperID: ann, Args: after}), []any{ann, n / 2}},
		{"a kind", l.page(points.StatementArgs{ShopperID: ann, Args: after, Kind: points.Earned}), []any{ann, "EARN", n / 2}},
		{"a rare kind", l.page(points.StatementArgs{ShopperID: ann, Args: first, Kind: points.Adjusted}), []any{ann, "ADJUST"}},
		{"a channel", l.page(points.StatementArgs{ShopperID: ann, Args: first, Channel: wechat}), []any{ann, wechat}},
		{"a kind at a channel", l.page(points.StatementArgs{ShopperID: ann, Args: first, Kind: points.Adjusted, Channel: shopAt}), []any{ann, "ADJUST", shopAt}},
		{"what runs out", func(ctx context.Context) error { _, err := l.Points.Expiring(ctx, ann, 3); return err }, []any{ann, true, now.AddDate(0, 0, 3), now}},
		{"a tier", func(ctx context.Context) error { _, err := l.Points.Standing(ctx, ann); return err }, []any{ann, now.AddDate(0, 0, -394).Format(time.DateOnly)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var texts []string
			counter := &store.Counter{Each: func(query string) { texts = append(texts, query) }}
			known := identity.Remembering(ctx) // who she is has been read before
			_, err := l.Identity.Aliases(known, ann)
			l.Must(err)
			began := time.Now()
			l.Must(tc.do(store.CountStatements(known, counter)))
			t.Logf("%v", time.Since(began).Round(time.Microsecond))
			if len(texts) != 1 {
				t.Fatalf("%d statements: %q", len(texts), texts)
			}
			plan := l.explain(texts[0], tc.args)
			for _, bad := range []string{"SCAN", "TEMP B-TREE", "ALL", "filesort", "temporary"} {
				if strings.Contains(plan, bad) {
					t.Errorf("%s\n%s", texts[0], plan)
				}
			}
		})
	}
}

func (l *ledger) page(a points.StatementArgs) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		_, err := l.Points.Statement(ctx, a)
		return err
	}
}

func (l *ledger) explain(query string, args []any) string {
	l.TB.Helper()
	how := "EXPLAIN "
	if l.Store.SQLite() {
		how = "EXPLAIN QUERY PLAN "
	}
	rows, err := l.Store.SQL(ctx).QueryContext(ctx, how+query, args...)
	l.Must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	l.Must(err)
	text := ""
	for rows.Next() {
		values := make([]*string, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		l.Must(rows.Scan(into...))
		for _, v := range values {
			if v != nil {
				text += *v + " "
			}
		}
		text += "\n"
	}
	return text
}

func TestSettlement(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	since := l.Clock.Now()
	l.earn(ann, 100) // WeChat's
	in := earning(ann, 50)
	in.Channel = douyin
	l.Clock.Advance(24 * time.Hour)
	_, err := l.Points.Earn(ctx, in)
	l.Must(err)
	e := l.redeem(ann, 121) // 100 of WeChat's, 21 of Douyin's, at the till
	out := redeeming(ann, 9)
	out.Channel = douyin
	_, err = l.Points.Redeem(ctx, out)
	l.Must(err)
	until := l.Clock.Now().Add(time.Second)
	list, err := l.Points.Settlement(ctx, since, until)
	l.Must(err)
	if got, want := fmt.Sprint(list), "[{DOUYIN_MINI_PROGRAM DOUYIN_MINI_PROGRAM 9 9} {DOUYIN_MINI_PROGRAM STORE 21 21} {WECHAT_MINI_PROGRAM STORE 100 100}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	var points, cost int64
	for _, n := range sums(list) {
		points += n.Points
		cost += n.CostMinor
	}
	if points != 0 || cost != 0 {
		t.Errorf("the nets sum to %d points, %d fen", points, cost)
	}
	l.Clock.Advance(time.Hour)
	_, err = l.Points.Reverse(ctx, reversing(e))
	l.Must(err)
	list, err = l.Points.Settlement(ctx, until, l.Clock.Now().Add(time.Second))
	l.Must(err)
	if got, want := fmt.Sprint(list), "[{DOUYIN_MINI_PROGRAM STORE -21 -21} {WECHAT_MINI_PROGRAM STORE -100 -100}]"; got != want {
		t.Errorf("back: %s, want %s", got, want)
	}
	if list, err = l.Points.Settlement(ctx, until.Add(-24*time.Hour*30), since); err != nil || len(list) != 0 {
		t.Errorf("before: %v, %v", list, err)
	}
}

var sums = points.Net

func TestCheckIn(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	var total int64
	for i, want := range []int64{5, 5, 10, 10, 15, 15, 30, 5} {
		state, err := l.Points.CheckInState(ctx, ann)
		l.Must(err)
		if state.Today || state.Streak != i {
			t.Fatalf("before day %d: %+v", i+1, state)
		}
		done, err := l.Points.CheckIn(ctx, ann, wechat)
		l.Must(err)
		if done.Earned != want || done.Streak != i+1 {
			t.Fatalf("day %d: %+v, want %d", i+1, done, want)
		}
		total += want
		l.Clock.Advance(24 * time.Hour)
	}
	l.has(ann, total, 0, 0)
	l.Clock.Advance(24 * time.Hour) // a day missed
	done, err := l.Points.CheckIn(ctx, ann, douyin)
	l.Must(err)
	if done.Streak != 1 {
		t.Fatalf("%+v", done)
	}
	_, err = l.Points.CheckIn(ctx, ann, wechat)
	shoptest.Refuses(t, err, points.ErrAlreadyCheckedIn)
	_, err = l.Points.CheckIn(ctx, ann, "FAX")
	shoptest.Refuses(t, err, fault.Invalid, "input", "channel")
	l.midnight(1)
	l.Clock.Advance(-time.Microsecond) // the day's last moment
	_, err = l.Points.CheckIn(ctx, ann, wechat)
	shoptest.Refuses(t, err, points.ErrAlreadyCheckedIn)
	l.Clock.Advance(time.Microsecond)
	done, err = l.Points.CheckIn(ctx, ann, wechat)
	l.Must(err)
	if done.Streak != 2 {
		t.Fatalf("%+v", done)
	}
}

func TestCheckInTwiceAtOnce(t *testing.T) {
	l := open(t)
	shoptest.Rounds(t, l.Shop, 3, func(int) {
		ann := l.member("c" + shoptest.NewKey())
		errs := make([]error, 6)
		shoptest.Together(len(errs), func(i int) { _, errs[i] = l.Points.CheckIn(ctx, ann, wechat) })
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if !oneOf(err, points.ErrAlreadyCheckedIn) {
				t.Errorf("a visit: %v", err)
			}
		}
		if done != 1 {
			t.Fatalf("%d visits", done)
		}
		l.has(ann, 5, 0, 0)
	})
}

func TestWatch(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	watching, stop := context.WithCancel(ctx)
	accounts, err := l.Points.Watch(watching, ann)
	l.Must(err)
	next := func() *points.Account {
		select {
		case a := <-accounts:
			return a
		case <-time.After(5 * time.Second):
			t.Fatal("nothing is told")
			return nil
		}
	}
	if a := next(); a.Available != 0 || a.Version != 1 {
		t.Fatalf("%+v", a)
	}
	l.earn(ann, 10)
	if a := next(); a.Available != 10 {
		t.Fatalf("%+v", a)
	}
	l.hold(ann, 4)
	if a := next(); a.Available != 6 || a.Held != 4 {
		t.Fatalf("%+v", a)
	}
	stop()
	for range accounts {
	}
}

func TestAHoldJoinsTheCallersTransaction(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 100)
	r := holding(ann, 60)
	r.Key, r.Lasts, r.OrderID, r.Owner = "", 0, "ord_1", "order"
	err := l.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := l.Points.Hold(ctx, r); err != nil {
			return err
		}
		return points.ErrAlreadyCheckedIn // the order fails for something else
	})
	shoptest.Refuses(t, err, points.ErrAlreadyCheckedIn)
	l.has(ann, 100, 0, 0)
	if h, err := l.Points.HoldOfOrder(ctx, "ord_1"); err != nil || h != nil {
		t.Fatal(h, err)
	}
	l.Must(l.Store.InTx(ctx, func(ctx context.Context) error {
		h, err := l.Points.Hold(ctx, r)
		if err == nil {
			_, err = l.Points.Capture(ctx, points.Capturing{HoldID: h.ID, Owner: "order", Reason: "订单"})
		}
		return err
	}))
	l.has(ann, 40, 0, 0)
	if h, err := l.Points.HoldOfOrder(ctx, "ord_1"); err != nil || h.State != points.HoldCaptured {
		t.Fatal(h, err)
	}
	id, err := l.Points.Find(ctx, "order", "nothing")
	if err != nil || id != "" {
		t.Fatal(id, err)
	}
}

// An account's entries stay in its order, page by page, also where a process whose clock is behind wrote one.
func TestAStatementLosesNothingToClocks(t *testing.T) {
	l := open(t)
	ann := l.member("ann")
	l.earn(ann, 1)
	l.Clock.Advance(time.Second)
	l.earn(ann, 2)
	l.Clock.Advance(-2 * time.Second)
	l.earn(ann, 3)
	var seen []int64
	for args := (page.Args{First: 1}); ; {
		p, err := l.Points.Statement(ctx, points.StatementArgs{ShopperID: ann, Args: args})
		l.Must(err)
		for _, e := range p.Entries {
			seen = append(seen, e.Seq)
		}
		if !p.Info.HasNextPage {
			break
		}
		args.After = *p.Info.EndCursor
	}
	if !slices.Equal(seen, []int64{3, 2, 1}) {
		t.Errorf("the pages show %v", seen)
	}
}

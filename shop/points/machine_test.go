package points_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// TestAnyMovementInAnyOrder moves the points of five people in any order: they earn, hold, spend, give back, visit, become one, send batches and repeat
// themselves, while time goes by. A model of the rules foresees each answer, and where every account and every lot stands after it; every promise holds, and
// whoever replays all entries from nothing comes to the same balances. KAITUAN_STEPS is how many steps, 1200 unless set; a shop of its own takes 600 of them.
func TestAnyMovementInAnyOrder(t *testing.T) {
	steps := shoptest.Steps(t, 1200)
	const perShop, perCheck = 600, 150
	for begun := 0; begun < steps && !t.Failed(); begun += perShop {
		t.Run(fmt.Sprint(begun), func(t *testing.T) {
			shoptest.Checks(t, (min(perShop, steps-begun)+perCheck-1)/perCheck)
			shop := open(t)
			shop.Points = points.New(points.Config{ // lots are short-lived, so that many run out
				Store: shop.Store, Clock: shop.Clock.Now, Identity: shop.Identity, Outbox: shop.Outbox, Deadlines: shop.Deadlines, Hub: shop.Hub, Zone: shanghai,
				Validity: validity,
			})
			shop.Runner = deadline.NewRunner(shop.Deadlines, shop.Clock.Now, deadline.Pool{Workers: 1, Handlers: shop.Points.Handlers()})
			rapid.Check(t, func(r *rapid.T) {
				m := &machine{ledger: &ledger{shop.Within(r)}, r: r}
				m.begin()
				for range perCheck {
					m.step()
					m.compare()
				}
				m.end()
			})
		})
	}
}

// machine is one check's people, and what the rules say of them.
type machine struct {
	*ledger
	model
	r *rapid.T
	// again are calls that were made, with what each returned.
	again []func() (id string, err error)
	ids   []string
	batch []points.Row
	began time.Time
}

var machines int

func (m *machine) begin() {
	machines++
	m.Work() // what an earlier check has left
	m.Clock.Advance(time.Hour)
	m.now, m.began, m.settled = m.Clock.Now(), m.Clock.Now(), map[[2]string]int64{}
	for i := range 5 {
		m.people = append(m.people, &mShopper{id: m.member(fmt.Sprintf("m%dp%d", machines, i)), days: map[string]int{}})
	}
}

// below draws a number below n, each as likely: what rapid draws is mostly small, and would hardly get anywhere.
func (m *machine) below(n int, label string) int {
	return rapid.Custom(func(r *rapid.T) int {
		v := 0
		for range 10 {
			if v *= 2; rapid.Bool().Draw(r, "bit") {
				v++
			}
		}
		return v % n
	}).Draw(m.r, label)
}

func one[T any](m *machine, list []T, label string) T { return list[m.below(len(list), label)] }

// somebody may have become part of another since.
func (m *machine) somebody() *mShopper { return one(m, m.people, "who") }

func (m *machine) amount() int64 { return int64(one(m, []int{1, 7, 10, 30, 60, 100}, "points")) }

func (m *machine) channel() string { return one(m, []string{wechat, douyin, shopAt}, "channel") }

// step is one thing that somebody does.
func (m *machine) step() {
	one(m, []func(){
		m.earns, m.earns, m.earns, m.earns, m.holds1, m.holds1, m.holds1, m.redeems, m.redeems, m.captures, m.captures, m.releases, m.releases, m.reversesEarning,
		m.reversesEarning, m.reversesSpending, m.reversesSpending, m.waits, m.waits, m.waits, m.waits, m.works, m.visits, m.repeats, m.sendsBatch, m.mergesTwo,
	}, "step")()
}

// answered compares what the ledger said with the code that the rules foresee, "" for yes, and reports whether it was yes.
func (m *machine) answered(what string, err error, foreseen string) bool {
	m.TB.Helper()
	code := ""
	if err != nil {
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Refusal {
			m.TB.Fatalf("%s: %v", what, err)
		}
		code = f.Code
	}
	if code != foreseen {
		m.TB.Fatalf("%s: the ledger says %q (%v), the rules %q", what, code, err, foreseen)
	}
	return err == nil
}

// did remembers a call that may be repeated.
func (m *machine) did(id string, call func() (string, error)) {
	m.again, m.ids = append(m.again, call), append(m.ids, id)
}

func entryID(e *points.Entry, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return e.ID, nil
}

func (m *machine) earns() {
	who := m.somebody()
	in := earning(who.id, m.amount())
	in.Channel = m.channel()
	call := func() (string, error) { return entryID(m.Points.Earn(ctx, in)) }
	id, err := call()
	m.answered("earn", err, "")
	m.earned(who, id, in.Points, in.Channel)
	m.did(id, call)
}

// earned is what an entry made in the model.
func (m *machine) earned(who *mShopper, entry string, n int64, channel string) {
	l := m.model.earn(who.person(), n, channel)
	l.entry, l.id = entry, m.text("SELECT lot_id FROM point_postings WHERE id = ?", entry)
	m.payDebt(who.person())
}

func (m *machine) holds1() {
	who := m.somebody()
	in := holding(who.id, m.amount())
	in.Channel = m.channel()
	h := &mHold{who: who.person(), channel: in.Channel, owner: in.Owner, state: "HELD", points: in.Points, ends: m.now.Add(in.Lasts)}
	if m.below(2, "for an order") == 0 {
		in.Lasts, in.OrderID, h.ends = 0, "ord_x", time.Time{}
	}
	call := func() (string, error) {
		real, err := m.Points.Hold(ctx, in)
		if err != nil {
			return "", err
		}
		return real.ID, nil
	}
	foreseen := ""
	if h.shares = m.take(h.who, in.Points); h.shares == nil {
		foreseen = "INSUFFICIENT_POINTS"
	}
	id, err := call()
	if m.answered("hold", err, foreseen) {
		h.id = id
		m.holds = append(m.holds, h)
		m.did(id, call)
	}
}

func (m *machine) redeems() {
	who := m.somebody()
	in := redeeming(who.id, m.amount())
	in.Channel = m.channel()
	call := func() (string, error) { return entryID(m.Points.Redeem(ctx, in)) }
	h := m.spent(who, in.Points, in.Channel)
	foreseen := ""
	if h == nil {
		foreseen = "INSUFFICIENT_POINTS"
	}
	id, err := call()
	if m.answered("redeem", err, foreseen) {
		h.entry = id
		m.did(id, call)
	}
}

// spent is a redemption in the model, nil when points are short.
func (m *machine) spent(who *mShopper, n int64, channel string) *mHold {
	shares := m.take(who.person(), n)
	if shares == nil {
		return nil
	}
	h := &mHold{who: who.person(), channel: channel, owner: till, shares: shares, points: n}
	m.model.capture(h, n, false)
	m.holds = append(m.holds, h)
	return h
}

// someHold is a hold with an id, nil when there is none; live ones more often.
func (m *machine) someHold() *mHold {
	var all, live []*mHold
	for _, h := range m.holds {
		if h.id != "" {
			all = append(all, h)
			if h.state == "HELD" {
				live = append(live, h)
			}
		}
	}
	if len(live) > 0 && m.below(5, "live") > 0 {
		all = live
	}
	if len(all) == 0 {
		return nil
	}
	return one(m, all, "hold")
}

// mayEnd is the code with which an end of a hold is refused.
func (m *machine) mayEnd(h *mHold) string {
	switch {
	case h.state == "EXPIRED", h.state == "HELD" && !h.ends.IsZero() && !h.ends.After(m.now):
		return "HOLD_EXPIRED"
	case h.state != "HELD":
		return "HOLD_STATE"
	}
	return ""
}

func (m *machine) captures() {
	h := m.someHold()
	if h == nil {
		return
	}
	n := min(h.points, m.amount())
	if m.below(2, "whole") == 0 {
		n = h.points
	}
	in := points.Capturing{HoldID: h.id, Points: &n, Owner: h.owner, Key: shoptest.NewKey(), Reason: "抵扣", Unfulfilled: m.below(2, "unfulfilled") == 0}
	call := func() (string, error) { return entryID(m.Points.Capture(ctx, in)) }
	id, err := call()
	if m.answered("capture", err, m.mayEnd(h)) {
		m.model.capture(h, n, in.Unfulfilled)
		h.entry = id
		m.did(id, call)
	}
}

func (m *machine) releases() {
	h := m.someHold()
	if h == nil {
		return
	}
	in := points.Releasing{HoldID: h.id, Owner: h.owner, Key: shoptest.NewKey(), Reason: "取消", Unfulfilled: m.below(2, "unfulfilled") == 0}
	call := func() (string, error) { return entryID(m.Points.Release(ctx, in)) }
	id, err := call()
	if m.answered("release", err, m.mayEnd(h)) {
		m.model.release(h, "RELEASED", in.Unfulfilled)
		m.did(id, call)
	}
}

func (m *machine) reversesEarning() {
	if len(m.lots) == 0 {
		return
	}
	l := one(m, m.lots, "lot")
	m.reverse(l.entry, l.granted-l.reversedSoFar, func(n int64, _ bool) { m.unearn(l, n) })
}

func (m *machine) reversesSpending() {
	spent := slices.DeleteFunc(slices.Clone(m.holds), func(h *mHold) bool { return h.captured == 0 })
	if len(spent) == 0 {
		return
	}
	h := one(m, spent, "spending")
	m.reverse(h.entry, h.captured-h.backed, func(n int64, unfulfilled bool) { m.unspend(h, n, unfulfilled) })
}

func (m *machine) reverse(entry string, left int64, does func(n int64, unfulfilled bool)) {
	in := points.Reversal{EntryID: entry, Owner: m.text("SELECT owner FROM point_postings WHERE id = ?", entry), Key: shoptest.NewKey(), Reason: "退货", Unfulfilled: m.below(2, "unfulfilled") == 0}
	n := left
	if m.below(2, "part") == 0 {
		n = m.amount()
		in.Points = &n
	}
	foreseen := ""
	if n < 1 || n > left {
		foreseen = "OUT_OF_RANGE"
	}
	call := func() (string, error) { return entryID(m.Points.Reverse(ctx, in)) }
	id, err := call()
	if m.answered("reverse", err, foreseen) {
		does(n, in.Unfulfilled)
		m.did(id, call)
	}
}

func (m *machine) waits() {
	m.Clock.Advance(one(m, []time.Duration{
		time.Minute, 10 * time.Minute, 15 * time.Minute, time.Hour, 24 * time.Hour, 2 * 24 * time.Hour, 3 * 24 * time.Hour,
	}, "time"))
	m.tick(m.Clock.Now())
}

func (m *machine) works() {
	m.Work()
	m.endHolds()
}

func (m *machine) visits() {
	who := m.somebody()
	person := who.person()
	today, yesterday := m.now.In(shanghai).Format(time.DateOnly), m.now.Add(-24*time.Hour).In(shanghai).Format(time.DateOnly)
	foreseen := ""
	if person.days[today] > 0 {
		foreseen = "ALREADY_CHECKED_IN"
	}
	done, err := m.Points.CheckIn(ctx, who.id, wechat)
	if !m.answered("check in", err, foreseen) {
		return
	}
	streak := person.days[yesterday] + 1
	person.days[today] = streak
	if want := []int64{5, 5, 10, 10, 15, 15, 30}[(streak-1)%7]; done.Streak != streak || done.Earned != want {
		m.TB.Fatalf("day %d pays %+v", streak, done)
	}
	m.earned(who, m.text("SELECT id FROM point_postings WHERE shopper_id = ? AND kind = 'EARN' ORDER BY seq DESC LIMIT 1", person.id), done.Earned, wechat)
}

func (m *machine) repeats() {
	if len(m.again) == 0 {
		return
	}
	i := m.below(len(m.again), "again")
	id, err := m.again[i]()
	m.answered("the same again", err, "")
	if id != m.ids[i] {
		m.TB.Fatalf("the same again made %s, first %s", id, m.ids[i])
	}
}

// sendsBatch sends rows, some of which were sent before.
func (m *machine) sendsBatch() {
	var rows []points.Row
	for range 1 + m.below(4, "rows") {
		if len(m.batch) > 0 && m.below(3, "old") == 0 {
			rows = append(rows, one(m, m.batch, "row"))
			continue
		}
		n := m.amount()
		if m.below(2, "redeems") == 0 {
			n = -n
		}
		rows = append(rows, points.Row{
			Key: shoptest.NewKey(), ShopperID: m.somebody().id, Channel: m.channel(), Points: n, Reason: "门店", OccurredAt: m.now.Add(-time.Duration(m.below(100, "ago")) * time.Hour),
		})
	}
	results, err := m.Points.Batch(ctx, till, rows)
	m.Must(err)
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := rows[i], rows[j]
		if (a.Points < 0) != (b.Points < 0) {
			return map[bool]int{true: 1, false: -1}[a.Points < 0]
		}
		if !a.OccurredAt.Equal(b.OccurredAt) {
			return a.OccurredAt.Compare(b.OccurredAt)
		}
		return map[bool]int{true: -1, false: 1}[a.Key < b.Key]
	})
	for _, i := range order {
		m.applied(rows[i], results[i])
	}
	m.batch = append(m.batch, rows...)
}

// applied compares what became of a row with what the rules say.
func (m *machine) applied(row points.Row, result points.Result) {
	m.TB.Helper()
	if slices.Contains(m.ids, result.EntryID) && result.EntryID != "" { // a replay, or twice in one batch
		return
	}
	who := m.people[slices.IndexFunc(m.people, func(s *mShopper) bool { return s.id == row.ShopperID })]
	foreseen := ""
	var h *mHold
	if m.now.Sub(row.OccurredAt) > 7*24*time.Hour {
		foreseen = "OUT_OF_RANGE"
	} else if row.Points < 0 {
		if h = m.spent(who, -row.Points, row.Channel); h == nil {
			foreseen = "INSUFFICIENT_POINTS"
		}
	}
	var err error
	if result.Refusal != nil {
		err = result.Refusal
	}
	if !m.answered("a row", err, foreseen) {
		return
	}
	if h != nil {
		h.entry = result.EntryID
	} else {
		m.earned(who, result.EntryID, row.Points, row.Channel)
	}
	m.did(result.EntryID, func() (string, error) {
		again, err := m.Points.Batch(ctx, till, []points.Row{row})
		if err != nil {
			return "", err
		}
		return again[0].EntryID, nil
	})
}

func (m *machine) mergesTwo() {
	if m.below(2, "merge") > 0 {
		return
	}
	from, into := m.somebody().person(), m.somebody().person()
	if from == into {
		return
	}
	m.Must(m.merges(from.id, into.id))
	m.merge(from, into)
}

// compare fails unless every account and lot is where the model has it.
func (m *machine) compare() {
	m.TB.Helper()
	for _, who := range m.people {
		a, err := m.Points.Account(ctx, who.id)
		m.Must(err)
		available, held, debt := m.balances(who)
		if a.Available != available || a.Held != held || a.Debt != debt {
			m.TB.Fatalf("%s has %d, %d held, %d debt; the rules say %d, %d, %d\n%s", who.id, a.Available, a.Held, a.Debt, available, held, debt, m.told(who.id))
		}
		standing, err := m.Points.Standing(ctx, who.id)
		m.Must(err)
		if earned := m.counts(who); standing.Points != earned {
			m.TB.Fatalf("%s has earned %d, the rules say %d\n%s", who.id, standing.Points, earned, m.told(who.id))
		}
	}
	real := m.realLots()
	for _, l := range m.lots {
		want := [6]int64{l.remaining, l.held, l.spent, l.expired, l.revoked, l.reversedSoFar}
		got := real[l.id]
		if !l.ends.After(m.now) { // perhaps nobody has booked it yet
			got[3], got[0] = got[3]+got[0], 0
		}
		if got != want {
			m.TB.Fatalf("lot %s is %v, the rules say %v", l.id, got, want)
		}
	}
}

func (m *machine) realLots() map[string][6]int64 {
	m.TB.Helper()
	rows, err := m.Store.SQL(ctx).QueryContext(ctx, "SELECT id, remaining, held, spent, expired, revoked, reversed FROM point_lots WHERE created_at >= ?", m.began)
	m.Must(err)
	defer rows.Close()
	lots := map[string][6]int64{}
	for rows.Next() {
		var id string
		var n [6]int64
		m.Must(rows.Scan(&id, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5]))
		lots[id] = n
	}
	m.Must(rows.Err())
	return lots
}

// end looks at the whole book.
func (m *machine) end() {
	m.Must(m.Broken())
	m.audit()
	list, err := m.Points.Settlement(ctx, m.began, m.now.Add(time.Second))
	m.Must(err)
	got := map[[2]string]int64{}
	for _, c := range list {
		got[[2]string{c.IssuedBy, c.RedeemedAt}] = c.Points
	}
	for pair, n := range m.settled {
		if got[pair] != n {
			m.TB.Fatalf("%v: settled %d, the rules say %d", pair, got[pair], n)
		}
		delete(got, pair)
	}
	if len(got) > 0 {
		m.TB.Fatalf("also settled: %v", got)
	}
}

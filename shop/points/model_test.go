package points_test

import (
	"cmp"
	"slices"
	"time"
)

// validity is how many days the model's lots live.
const validity = 5

// model is the rules of points, written down once more and without a database: what has run out is gone at once.
type model struct {
	now     time.Time
	people  []*mShopper
	lots    []*mLot
	holds   []*mHold
	settled map[[2]string]int64 // points by who issued them and where they were redeemed, or paid a debt
	debts   int                 // so many were made
}

type mShopper struct {
	id   string
	owes []*mOwed // longest owed first
	into *mShopper
	// days are the local days of his visits, with the streak of each.
	days map[string]int
}

// mOwed is what is owed of a lot.
type mOwed struct {
	lot *mLot
	n   int64
	nth int
}

func (s *mShopper) debt() (n int64) {
	for _, o := range s.owes {
		n += o.n
	}
	return n
}

// person is who he is now.
func (s *mShopper) person() *mShopper {
	for s.into != nil {
		s = s.into
	}
	return s
}

type mLot struct {
	id, channel, entry                                               string
	who                                                              *mShopper
	ends                                                             time.Time
	granted, remaining, held, spent, expired, revoked, reversedSoFar int64
}

type mShare struct {
	lot                 *mLot
	n, captured, backed int64
}

type mHold struct {
	id, entry, channel, owner string // entry: of its redemption
	who                       *mShopper
	shares                    []*mShare
	state                     string
	points, captured, backed  int64
	ends                      time.Time // zero without a timer
}

// firstToEnd is the order in which lots are spent.
func firstToEnd(a, b *mLot) int { return cmp.Or(a.ends.Compare(b.ends), cmp.Compare(a.id, b.id)) }

func (m *model) live(who *mShopper) (lots []*mLot) {
	for _, l := range m.lots {
		if l.who == who && l.remaining > 0 && l.ends.After(m.now) {
			lots = append(lots, l)
		}
	}
	slices.SortFunc(lots, firstToEnd)
	return lots
}

func (m *model) balances(who *mShopper) (available, held, debt int64) {
	for _, l := range m.lots {
		if l.who == who {
			available += l.remaining
			held += l.held
		}
	}
	return available, held, who.debt()
}

// counts is what counts for the tier; a check lasts no year.
func (m *model) counts(who *mShopper) (n int64) {
	for _, l := range m.lots {
		if l.who == who {
			n += l.granted - l.reversedSoFar
		}
	}
	return n
}

// tick is time that goes by.
func (m *model) tick(now time.Time) {
	m.now = now
	for _, l := range m.lots {
		m.runOut(l)
	}
}

func (m *model) runOut(l *mLot) {
	if !l.ends.After(m.now) {
		l.expired, l.remaining = l.expired+l.remaining, 0
	}
}

// midnightIn is the local midnight that ends the day n days ahead.
func (m *model) midnightIn(n int) time.Time {
	sinceMidnight := (m.now.Unix() + 8*3600) % 86400
	return m.now.Truncate(time.Second).Add(-time.Duration(sinceMidnight) * time.Second).Add(time.Duration(n+1) * 24 * time.Hour)
}

func (m *model) earn(who *mShopper, n int64, channel string) *mLot {
	l := &mLot{who: who, channel: channel, ends: m.midnightIn(validity), granted: n, remaining: n}
	m.lots = append(m.lots, l)
	return l
}

func (m *model) payDebt(who *mShopper) {
	for _, l := range m.live(who) {
		for l.remaining > 0 && len(who.owes) > 0 {
			o := who.owes[0]
			n := min(l.remaining, o.n)
			l.remaining, l.revoked, o.n = l.remaining-n, l.revoked+n, o.n-n
			if l.channel != o.lot.channel {
				m.settled[[2]string{l.channel, o.lot.channel}] += n
			}
			if o.n == 0 {
				who.owes = who.owes[1:]
			}
		}
	}
}

// take sets points aside; nil when there are not enough.
func (m *model) take(who *mShopper, n int64) (shares []*mShare) {
	if available, _, _ := m.balances(who); available < n {
		return nil
	}
	for _, l := range m.live(who) {
		if part := min(l.remaining, n); part > 0 {
			l.remaining, l.held, n = l.remaining-part, l.held+part, n-part
			shares = append(shares, &mShare{lot: l, n: part})
		}
	}
	return shares
}

// capture redeems the first n points of a hold and gives the rest back.
func (m *model) capture(h *mHold, n int64, unfulfilled bool) {
	h.state, h.captured = "CAPTURED", n
	slices.SortFunc(h.shares, func(a, b *mShare) int { return firstToEnd(a.lot, b.lot) })
	for _, s := range h.shares {
		s.captured = min(s.n, n)
		n -= s.captured
		s.lot.held, s.lot.spent = s.lot.held-s.captured, s.lot.spent+s.captured
		m.settled[[2]string{s.lot.channel, h.channel}] += s.captured
	}
	for _, s := range h.shares {
		s.lot.held -= s.n - s.captured
		m.comeBack(s.lot, s.n-s.captured, unfulfilled)
	}
	m.payDebt(h.who)
}

func (m *model) release(h *mHold, state string, unfulfilled bool) {
	h.state = state
	for _, s := range h.shares {
		s.lot.held -= s.n
		m.comeBack(s.lot, s.n, unfulfilled)
	}
	m.payDebt(h.who)
}

func (m *model) comeBack(l *mLot, n int64, unfulfilled bool) {
	if n == 0 {
		return
	}
	l.remaining += n
	if unfulfilled && !l.ends.After(m.now) {
		l.ends = m.midnightIn(7)
	}
	m.runOut(l)
}

// unspend gives n captured points back, in proportion.
func (m *model) unspend(h *mHold, n int64, unfulfilled bool) {
	slices.SortFunc(h.shares, func(a, b *mShare) int { return firstToEnd(a.lot, b.lot) })
	left := h.captured - h.backed
	parts := make([]int64, len(h.shares))
	given := int64(0)
	order := make([]int, len(h.shares))
	for i, s := range h.shares {
		parts[i], order[i] = n*(s.captured-s.backed)/left, i
		given += parts[i]
	}
	over := func(i int) int64 { return n * (h.shares[i].captured - h.shares[i].backed) % left }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(over(j), over(i)) })
	for _, i := range order[:n-given] {
		parts[i]++
	}
	h.backed += n
	for i, s := range h.shares {
		s.backed += parts[i]
		s.lot.spent -= parts[i]
		m.settled[[2]string{s.lot.channel, h.channel}] -= parts[i]
		m.comeBack(s.lot, parts[i], unfulfilled)
	}
	m.payDebt(h.who.person())
}

// unearn takes n points of a lot back.
func (m *model) unearn(l *mLot, n int64) {
	l.reversedSoFar += n
	rest := min(n, l.remaining)
	wasted := min(n-rest, l.expired)
	l.remaining, l.expired, l.revoked = l.remaining-rest, l.expired-wasted, l.revoked+rest+wasted
	if owed := n - rest - wasted; owed > 0 {
		at := slices.IndexFunc(l.who.owes, func(o *mOwed) bool { return o.lot == l })
		if at < 0 {
			at = len(l.who.owes)
			m.debts++
			l.who.owes = append(l.who.owes, &mOwed{lot: l, nth: m.debts})
		}
		l.who.owes[at].n += owed
	}
	m.payDebt(l.who)
}

func (m *model) merge(from, into *mShopper) {
	from.into = into
	for _, l := range m.lots {
		if l.who == from {
			l.who = into
		}
	}
	for _, h := range m.holds {
		if h.who == from {
			h.who = into
		}
	}
	into.owes, from.owes = append(into.owes, from.owes...), nil
	slices.SortFunc(into.owes, func(a, b *mOwed) int { return cmp.Compare(a.nth, b.nth) })
	m.payDebt(into)
}

// endHolds is what the worker does: holds whose time is over, in the order in which it ended.
func (m *model) endHolds() {
	var over []*mHold
	for _, h := range m.holds {
		if h.state == "HELD" && !h.ends.IsZero() && !h.ends.After(m.now) {
			over = append(over, h)
		}
	}
	slices.SortStableFunc(over, func(a, b *mHold) int { return a.ends.Compare(b.ends) })
	for _, h := range over {
		m.release(h, "EXPIRED", false)
	}
}

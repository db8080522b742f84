package commission_test

import (
	"slices"
	"time"

	"github.com/kaituan/kaituan/shop/order"
)

// model is the rules of commission, written down once more and without a database, in minor units.
type model struct {
	people []*mPerson
	orders []*mOrder
	paid   []*mPayout
}

type mPerson struct {
	name                                                      string
	buyer                                                     order.Buyer
	into                                                      *mPerson
	pending, available, inPayout, withdrawn, clawedBack, debt int64
}

func (p *mPerson) person() *mPerson {
	for p.into != nil {
		p = p.into
	}
	return p
}

type mLine struct {
	quantity, returned int64
	total, refunded    int64
	shares             []*mShare
}

// mShare is what somebody earned by a line.
type mShare struct {
	who          *mPerson
	rate         int64
	amount, back int64
	available    bool
}

type mOrder struct {
	id    string
	buyer *mPerson
	// brought are who brought the buyer when he ordered, by level from 0.
	brought [2]*mPerson
	lines   []*mLine
	// completed is zero until it is; heard tells that those who were brought have been paid.
	completed      time.Time
	heard, matured bool
	// looks is when a worker looks again who found a refund undecided.
	looks time.Time
	// grant grants what is asked back, nil when nothing is.
	grant func()
}

func (l *mLine) kept() int64 {
	if l.returned == l.quantity {
		return 0
	}
	return max(l.total-l.refunded, 0)
}

// hears is what the facts of an order bring about: those who brought its buyer are paid, and pay back.
func (o *mOrder) hears() {
	if !o.completed.IsZero() && !o.heard {
		o.heard = true
		earning := []*mPerson{o.buyer.person()}
		for i, p := range o.brought {
			if p == nil || slices.Contains(earning, p.person()) {
				continue
			}
			p = p.person()
			earning = append(earning, p)
			for _, l := range o.lines {
				rate := []int64{1000, 200}[i]
				if amount := l.kept() * rate / 10_000; amount > 0 {
					l.shares = append(l.shares, &mShare{who: p, rate: rate, amount: amount})
					p.pending += amount
				}
			}
		}
	}
	for _, l := range o.lines {
		for _, s := range l.shares {
			s.clawBack(l.kept())
		}
	}
}

func (s *mShare) clawBack(kept int64) {
	back := s.amount - s.back - kept*s.rate/10_000
	if back <= 0 {
		return
	}
	p := s.who.person()
	s.back += back
	p.clawedBack += back
	if !s.available {
		p.pending -= back
		return
	}
	p.available -= back
	p.settle()
}

// settle is that what is owed is paid by what is available, and what is missing is owed.
func (p *mPerson) settle() {
	worth := p.available - p.debt
	p.available, p.debt = max(worth, 0), max(-worth, 0)
}

// matures makes available what refunds have left by now, heard or not, and is not the buyer's own.
func (o *mOrder) matures() {
	o.matured = true
	for _, l := range o.lines {
		for _, s := range l.shares {
			p := s.who.person()
			s.clawBack(l.kept())
			if p == o.buyer.person() {
				s.clawBack(0)
			}
			if left := s.amount - s.back; left > 0 {
				p.pending -= left
				p.available += left
				p.settle()
			}
			s.available = true
		}
	}
}

// mPayout is a withdrawal that may come to an end.
type mPayout struct {
	who    *mPerson
	amount int64
}

func (m *model) withdraws(p *mPerson, amount int64) {
	p.available -= amount
	p.inPayout += amount
	m.paid = append(m.paid, &mPayout{p, amount})
}

// works is what the worker does: what is due matures, and every payout under way arrives, or fails.
func (m *model) works(now time.Time, failing bool) {
	for _, o := range m.orders {
		if !o.heard || o.matured || now.Before(o.completed.Add(7*24*time.Hour)) || now.Before(o.looks) {
			continue
		}
		if o.grant != nil && now.Before(o.completed.Add(14*24*time.Hour)) {
			o.looks = now.Add(time.Hour)
			continue
		}
		o.matures()
	}
	for _, w := range m.paid {
		p := w.who.person()
		p.inPayout -= w.amount
		if failing {
			p.available += w.amount
			p.settle()
		} else {
			p.withdrawn += w.amount
		}
	}
	m.paid = nil
}

func (m *model) merge(from, into *mPerson) {
	from.into = into
	into.pending += from.pending
	into.available += from.available
	into.inPayout += from.inPayout
	into.withdrawn += from.withdrawn
	into.clawedBack += from.clawedBack
	into.debt += from.debt
	into.settle()
	from.pending, from.available, from.inPayout, from.withdrawn, from.clawedBack, from.debt = 0, 0, 0, 0, 0, 0
}

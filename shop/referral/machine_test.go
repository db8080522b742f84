package referral_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// TestAnyoneBringsAnyone lets seven people bring each other in any order, by new links and by those of accounts that are no more, buy, become one and be erased,
// while days go by. A model of the rules foresees each answer, who is brought by whom after it, and who earns by every order that was ever placed. KAITUAN_STEPS is
// how many steps, 180 unless set.
func TestAnyoneBringsAnyone(t *testing.T) {
	const perCheck = 60
	shoptest.Checks(t, (shoptest.Steps(t, 180)+perCheck-1)/perCheck)
	p := open(t)
	rapid.Check(t, func(r *rapid.T) {
		m := &machine{party: p.within(r), r: r}
		m.begin()
		for range perCheck {
			m.step()
			m.compare()
		}
		m.Must(m.Broken())
	})
}

// somebody is one account of the model; into is who he has become part of.
type somebody struct {
	id, name, token string
	into            *somebody
	erased          bool
	// by brought him, since, within the window.
	by    *somebody
	since time.Time
}

func (s *somebody) person() *somebody {
	for s.into != nil {
		s = s.into
	}
	return s
}

// binding is by whom somebody was brought, and when.
type binding struct {
	by    *somebody
	since time.Time
}

// bought is an order and who brought its buyer when it was placed.
type bought struct {
	order                *order.Order
	buyer, first, second *somebody
}

type machine struct {
	*party
	r      *rapid.T
	all    []*somebody
	bought []bought
}

var machines int

func (m *machine) begin() {
	machines++
	for i := range 7 {
		name := fmt.Sprintf("m%dp%d", machines, i)
		s := &somebody{id: m.person(name), name: name}
		s.token = m.token(s.id)
		m.all = append(m.all, s)
		m.Clock.Advance(time.Second) // who is merged into whom goes by who was first
	}
}

// one draws an account, also of those that are no more.
func (m *machine) one() *somebody { return rapid.SampledFrom(m.all).Draw(m.r, "who") }

// live is who brought a person, nil for nobody now.
func (m *machine) live(s *somebody) *somebody {
	if s.by == nil || !m.Clock.Now().Before(s.since.Add(window)) {
		return nil
	}
	return s.by
}

func (m *machine) step() {
	m.Clock.Advance(time.Second)
	switch rapid.IntRange(0, 19).Draw(m.r, "step") {
	case 0:
		m.Clock.Advance(time.Duration(rapid.IntRange(1, 9).Draw(m.r, "days")) * 24 * time.Hour)
	case 1:
		m.unite()
	case 2:
		if rapid.IntRange(0, 3).Draw(m.r, "erases") == 0 {
			m.erase()
		}
	case 3, 4, 5, 6, 7:
		m.buy()
	default:
		m.binds()
	}
}

// expected is what the rules answer to a binding, which takes place unless they refuse it.
func (m *machine) expected(who, sharer *somebody) error {
	by := sharer.person()
	switch {
	case by.erased:
		return fault.Missing
	case by == who:
		return referral.ErrSelf
	case m.live(by) == who:
		return referral.ErrCycle
	case m.live(who) == by:
		return nil
	case m.live(who) != nil:
		return referral.ErrBound
	}
	who.by, who.since = by, m.Clock.Now()
	return nil
}

func (m *machine) binds() {
	who, sharer := m.one().person(), m.one()
	if who.erased {
		return
	}
	want := m.expected(who, sharer)
	if err := m.Referral.Bind(m.r.Context(), who.id, wechat, sharer.token); !errors.Is(err, want) {
		m.r.Fatalf("%s by %s's link: %v, want %v", who.name, sharer.name, err, want)
	}
}

func (m *machine) buy() {
	who, token := m.one().person(), ""
	if who.erased {
		return
	}
	if rapid.Bool().Draw(m.r, "by a link") {
		sharer := m.one()
		token = sharer.token
		_ = m.expected(who, sharer)
	}
	o := bought{order: m.place(who.id, token), buyer: who, first: m.live(who)}
	if o.first != nil {
		o.second = m.live(o.first)
	}
	m.bought = append(m.bought, o)
	m.cancel(o.order) // else he could not be erased
}

// unite makes two people one: of what either is brought by, and those they brought, remains what one person may have.
func (m *machine) unite() {
	a, b := m.one().person(), m.one().person()
	if a == b || a.erased || b.erased {
		return
	}
	survivor := m.merge(a.id, b.name)
	into, from := a, b
	if survivor == b.id {
		into, from = b, a
	}
	var his []binding
	for _, s := range []*somebody{into, from} {
		if by := m.live(s); by != nil && by != into && by != from {
			his = append(his, binding{by, s.since})
		}
		s.by = nil
	}
	from.into = into
	for _, s := range m.all {
		if s.by == from {
			s.by = into
		}
	}
	slices.SortFunc(his, func(a, b binding) int { return a.since.Compare(b.since) })
	for _, b := range his {
		each := m.live(b.by) == into
		if each && b.by.since.Before(b.since) {
			continue // his inviter was brought by him before: this one goes, a later one of somebody else may stay
		}
		if each {
			b.by.by = nil
		}
		into.by, into.since = b.by, b.since
		return
	}
}

func (m *machine) erase() {
	who := m.one().person()
	if who.erased {
		return
	}
	m.Must(m.Members.Erase(m.r.Context(), who.id, wechat))
	who.erased, who.by = true, nil
	for _, s := range m.all {
		if s.by == who {
			s.by = nil
		}
	}
}

// compare holds the shop against the model.
func (m *machine) compare() {
	for _, s := range m.all {
		if s.into != nil || s.erased {
			continue
		}
		want := ""
		if by := m.live(s); by != nil {
			want = by.id
		}
		if got := m.inviter(s.id); got != want {
			m.r.Fatalf("%s is brought by %q, want %q", s.name, got, want)
		}
	}
	for _, o := range m.bought[max(0, len(m.bought)-4):] {
		seen := map[*somebody]bool{o.buyer.person(): true}
		want := ""
		for level, s := range []*somebody{o.first, o.second} {
			if s == nil || seen[s.person()] || s.person().erased {
				continue
			}
			seen[s.person()] = true
			want += fmt.Sprintf("%d:%s ", level+1, s.person().id)
		}
		if got := m.snapshot(o.order); got != want {
			m.r.Fatalf("by an order of %s earn %q, want %q", o.buyer.name, got, want)
		}
	}
}

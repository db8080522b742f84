package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// deed is a movement of points with a key of its own, and what the program has told of it.
type deed struct {
	query string
	in    vars
	made  func(a answer) string // what an answer names
	told  string                // what the first answer named
	short bool                  // it was refused: the points did not suffice
	owner int                   // whose points move
	moves int64                 // by so many, all in all
}

// newDeed is a deed whose answer names what it has made at path.
func newDeed(query, path string, owner int, moves int64, in vars) *deed {
	in["idempotencyKey"] = key()
	return &deed{query: query, in: in, owner: owner, moves: moves, made: func(a answer) string {
		made, _ := a.at(path).(string)
		return made
	}}
}

// send sends a deed, and reports whether it was answered.
func (u *user) send(d *deed) bool {
	a, err := u.try(body(d.query, vars{"in": d.in}))
	if err != nil {
		return false
	}
	made := d.made(a)
	switch {
	case made == "" && d.told == "" && a.verdict() == "INSUFFICIENT_POINTS":
		d.short = true
	case made == "" || d.told != "" && made != d.told:
		u.problem = fmt.Sprintf("%s %v was %q: %s", d.query, d.in, d.told, a.raw)
		return false
	}
	if d.told == "" {
		u.during.settled.Add(1)
	}
	d.told = made
	return true
}

// teller moves points of two shoppers at a till, and remembers every answer. What was not answered it sends again.
type teller struct {
	user
	members [2]int // whose points: another teller moves them too
	ids     []string
	said    []*deed
	held    []*deed // holds that it has not ended
	entries []*deed // what may be reversed
}

func (l *teller) race() {
	for {
		if n := len(l.said); n == 0 || l.said[n-1].told != "" || l.said[n-1].short {
			l.said = append(l.said, l.next())
		}
		d := l.said[len(l.said)-1]
		if !l.send(d) {
			return
		}
		switch {
		case d.short:
		case d.query == pointsHold:
			l.held = append(l.held, d)
		case d.query == pointsEarn || d.query == pointsCapture:
			l.entries = append(l.entries, d)
		}
	}
}

// next is what the teller does now: any movement that a till can make.
func (l *teller) next() *deed {
	who := l.members[l.random.IntN(2)]
	about := func(more vars) vars {
		in := vars{"member": vars{"id": l.ids[who]}, "channel": "STORE", "reference": "till"}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	switch do := l.random.IntN(10); {
	case do < 2:
		return newDeed(pointsEarn, "pointsEarn.entry.id", who, 30, about(vars{"points": 30, "reason": "bought"}))
	case do < 4:
		return newDeed(pointsHold, "pointsHold.hold.id", who, 0, about(vars{"points": 20}))
	case do < 6 && len(l.held) > 0:
		h := pop(&l.held)
		return newDeed(pointsCapture, "pointsCapture.entry.id", h.owner, -15, vars{"holdId": h.told, "points": 15})
	case do < 7 && len(l.held) > 0:
		h := pop(&l.held)
		return newDeed(pointsRelease, "pointsRelease.entry.id", h.owner, 0, vars{"holdId": h.told})
	case do < 8 && len(l.entries) > 0:
		e := pop(&l.entries)
		moves := int64(7)
		if e.query == pointsEarn {
			moves = -7
		}
		return newDeed(pointsReverse, "pointsReverse.entry.id", e.owner, moves, vars{"entryId": e.told, "points": 7, "reason": "came back"})
	default:
		return l.batch(who)
	}
}

// batch is a till's day of three rows: more than there is cannot be redeemed, and that stays so.
func (l *teller) batch(who int) *deed {
	rows := make([]vars, 3)
	for i, n := range []int{5, -9, -1_000_000_000} {
		rows[i] = vars{
			"idempotencyKey": key(), "member": vars{"id": l.ids[who]}, "channel": "STORE", "points": n, "occurredAt": time.Now().UTC().Format(time.RFC3339),
			"reason": "offline", "reference": "till",
		}
	}
	return &deed{query: pointsBatch, in: vars{"rows": rows}, owner: who, moves: -4, made: func(a answer) string {
		var made []string
		for i, refused := range []bool{false, false, true} {
			at := fmt.Sprintf("pointsBatch.results.%d.", i)
			if refused && a.at(at+"userErrors.0.code") == "INSUFFICIENT_POINTS" {
				continue
			}
			entry, _ := a.at(at + "entryId").(string)
			made = append(made, entry)
		}
		if len(made) != 2 || made[0] == "" || made[1] == "" {
			return ""
		}
		return strings.Join(made, " ")
	}}
}

func pop(list *[]*deed) *deed {
	last := len(*list) - 1
	d := (*list)[last]
	*list = (*list)[:last]
	return d
}

// joiner makes one account after another, with seven points each, a part of a shopper's.
type joiner struct {
	user
	owner int
	id    string
	said  []*half
}

// half is an account that is to become part of another one.
type half struct {
	name   string
	earned *deed
	joined bool
}

func (j *joiner) race() {
	for {
		if n := len(j.said); n == 0 || j.said[n-1].joined {
			j.said = append(j.said, &half{name: fmt.Sprintf("half%dof%d", n, j.owner)})
		}
		if h := j.said[len(j.said)-1]; !j.join(h) {
			return
		}
	}
}

const channelLink = `mutation($code: String!) { channelLink(input: {channel: H5, code: $code}) { shopper { id } merged userErrors { code field message } } }`

// join signs a half in, has a till give it points, and links it.
func (j *joiner) join(h *half) bool {
	code := vars{"code": "demo:" + h.name}
	if h.earned == nil {
		a, err := j.with("").try(body(signIn, code))
		if err != nil {
			return false
		}
		who, _ := a.at("sessionCreate.session.shopper.id").(string)
		if who == "" || who == j.id {
			j.problem = "signing in: " + a.raw
			return false
		}
		h.earned = newDeed(pointsEarn, "pointsEarn.entry.id", j.owner, 7, vars{"member": vars{"id": who}, "channel": "STORE", "points": 7, "reason": "bought", "reference": "half"})
	}
	till := user{client: j.with("Bearer kt_demo_partner"), during: j.during}
	if !till.send(h.earned) {
		j.problem = till.problem
		return false
	}
	a, err := j.try(body(channelLink, code))
	if err != nil {
		return false
	}
	if a.verdict() != "OK" || a.at("channelLink.shopper.id") != j.id || h.joined && a.at("channelLink.merged") == true {
		j.problem = fmt.Sprintf("linking %s, joined %t: %s", h.name, h.joined, a.raw)
		return false
	}
	h.joined = true
	return true
}

// What a shopper begins with, and what an order takes off it.
const given, off = 1_000_000, 40

// spenders are six shoppers, each with orders and with accounts that are to become part of his, and as many tills.
type spenders struct {
	buyers  []*racer
	joiners []*joiner
	tellers []*teller
	all     []contender
}

func newSpenders(b *blackout) *spenders {
	const shoppers = 6
	s, m := b.p.shop(), &spenders{}
	g := s.goods(1, 1_000_000)[0]
	var ids []string
	for i := range shoppers {
		c := s.shopper("spender" + itoa(i))
		s.partner().do(pointsEarn, earning(c.shopperID, given, nil))
		ids = append(ids, c.shopperID)
		checkout := vars{"lines": []vars{line(g.sku, 1)}, "usePoints": off}
		m.buyers = append(m.buyers, &racer{user: b.user(c), checkout: checkout, total: "9.10"}) // a member of the highest tier pays 9.50
		m.joiners = append(m.joiners, &joiner{user: b.user(c), owner: i, id: c.shopperID})
		m.all = append(m.all, m.buyers[i], m.joiners[i])
	}
	for i := range shoppers {
		k := strings.TrimSpace(b.must("key", "create", "--name", "till "+itoa(i), "--scope", "POINTS_WRITE"))
		m.tellers = append(m.tellers, &teller{user: b.user(s.visitor().with("Bearer " + k)), members: [2]int{i, (i + 1) % shoppers}, ids: ids})
		m.all = append(m.all, m.tellers[i])
	}
	return m
}

// accounts sends everything once more, fails the test unless each shopper's statement has what was told of, and returns what he must have without his orders.
func (m *spenders) accounts() (left []int64) {
	told := make([]map[string]bool, len(m.buyers)) // entries, by whose statement they are in
	for i := range told {
		told[i] = map[string]bool{}
	}
	left = make([]int64, len(m.buyers))
	for _, l := range m.tellers {
		for _, d := range slices.DeleteFunc(l.said, func(d *deed) bool { return d.short }) {
			if !l.send(d) {
				l.t.Fatalf("replay: %s", l.problem)
			}
			left[d.owner] += d.moves
			if d.query != pointsHold {
				for entry := range strings.SplitSeq(d.told, " ") {
					told[d.owner][entry] = true
				}
			}
		}
	}
	for i, j := range m.joiners {
		for _, h := range j.said {
			if !j.join(h) {
				j.t.Fatalf("replay: %s", j.problem)
			}
			told[i][h.earned.told] = true
			left[i] += h.earned.moves
		}
		m.buyers[i].accounts()
		j.stated(told[i], len(j.said))
		left[i] += given
	}
	return left
}

// The power is cut while tills move points, shoppers pay for orders with them, and accounts become one, again and again. Every answer that was given stays true,
// what was told to be done is done once, and nothing else has moved anybody's points.
func TestPowerCutsAmongPoints(t *testing.T) {
	b := newBlackout(t)
	m := newSpenders(b)
	cut(b, m.all)
	left := m.accounts()
	b.p.ordersEnd() // and the tills' holds
	for i, r := range m.buyers {
		c := b.p.shop().signedIn("spender" + itoa(i))
		eventually(t, "no points are held", func() bool { return c.do(myPoints, nil).num("me.points.held") == 0 })
		paid := c.pages(`query($after: String) { me { orders(first: 100, after: $after, states: [PAID]) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }`, vars{}, "me.orders")
		for _, o := range r.said {
			if o.paid && !slices.Contains(paid, o.order) {
				t.Errorf("%s was told to be paid, and is not", o.order)
			}
		}
		// With the orders that the sandbox was paid for just before the power went.
		wantEqual(t, int64(c.do(myPoints, nil).num("me.points.available")), left[i]-off*int64(len(paid)))
	}
	wantEqual(t, b.p.stop(), 0)
	b.must("check")
	b.compareBooks()
}

// stated fails the test unless each entry that was told of is in the shopper's statement once, and his accounts became one as often as he was told.
func (u *user) stated(told map[string]bool, merges int) {
	u.t.Helper()
	const entries = `query($after: String, $kind: PointsEntryKind) { me { points { entries(first: 100, after: $after, kind: $kind) { edges { node { id } } pageInfo { hasNextPage endCursor } } } } }`
	times := map[string]int{}
	for _, entry := range u.pages(entries, vars{}, "me.points.entries") {
		times[entry]++
	}
	for entry := range told {
		if times[entry] != 1 {
			u.t.Errorf("entry %s was told of, and is in the statement %d times", entry, times[entry])
		}
	}
	if n := len(u.pages(entries, vars{"kind": "MERGE"}, "me.points.entries")); n != 2*merges { // one in each account
		u.t.Errorf("%d accounts were joined, with %d entries", merges, n)
	}
}

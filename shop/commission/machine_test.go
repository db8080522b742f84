package commission_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// TestAnythingInAnyOrder has six people bring each other, buy, complete, give back in parts, withdraw and become one in any order, while time goes by, facts come
// late and payouts fail. A model of the rules foresees where everybody's money stands after each step. KAITUAN_STEPS is how many steps, 400 unless set; a shop of
// its own takes 200 of them.
func TestAnythingInAnyOrder(t *testing.T) {
	steps := shoptest.Steps(t, 400)
	const perShop, perCheck = 200, 100
	for begun := 0; begun < steps && !t.Failed(); begun += perShop {
		t.Run(fmt.Sprint(begun), func(t *testing.T) {
			shoptest.Checks(t, (min(perShop, steps-begun)+perCheck-1)/perCheck)
			shop := open(t, func(with *shoptest.Setup) {
				with.Program.CreditFloor, with.Program.Payout.PerDay = 0, 1000 // standing is another one's machine
			})
			rapid.Check(t, func(r *rapid.T) {
				m := &machine{bazaar: &bazaar{shop.Within(r), shop.goods}, r: r}
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

// machine is one check's people and their orders, and what the rules say of them.
type machine struct {
	*bazaar
	model
	r *rapid.T
}

var machines int

func (m *machine) begin() {
	machines++
	for i := range 6 {
		p := &mPerson{name: fmt.Sprintf("m%dp%d", machines, i)}
		p.buyer = m.Shopper(p.name)
		m.Clock.Advance(time.Second) // who came first stays
		m.people = append(m.people, p)
	}
}

// below draws a number below n, each as likely: what rapid draws is mostly small.
func (m *machine) below(n int, label string) int {
	return rapid.Custom(func(r *rapid.T) int {
		v := 0
		for range 16 {
			if v *= 2; rapid.Bool().Draw(r, "bit") {
				v++
			}
		}
		return v % n
	}).Draw(m.r, label)
}

func one[T any](m *machine, list []T, label string) T { return list[m.below(len(list), label)] }

// somebody has become part of nobody.
func (m *machine) somebody() *mPerson { return one(m, m.people, "who").person() }

// some are the orders of which something is true.
func (m *machine) some(is func(o *mOrder) bool) *mOrder {
	var list []*mOrder
	for _, o := range m.orders {
		if is(o) {
			list = append(list, o)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return one(m, list, "order")
}

func (m *machine) step() {
	one(m, []func(){
		m.binds, m.binds, m.places, m.places, m.places, m.completes, m.completes, m.completes, m.hears, m.hears, m.hears, m.asksBack, m.asksBack, m.grants, m.grants,
		m.withdrawsSome, m.withdrawsSome, m.withdrawsSome, m.waits, m.waits, m.waits, m.unites,
	}, "step")()
}

func (m *machine) binds() {
	invitee, inviter := m.somebody(), m.somebody()
	link, err := m.Share.Home(ctx, inviter.buyer.ShopperID)
	m.Must(err)
	_ = m.Referral.Bind(ctx, invitee.buyer.ShopperID, wechat, link.Token) // who may not be bound is not
}

func (m *machine) places() {
	who := m.somebody()
	units := []int{m.below(3, "units"), m.below(3, "units"), 1 + m.below(3, "units")}
	placed := m.buys(who.buyer, units...)
	o := &mOrder{id: placed.ID, buyer: who}
	for _, l := range placed.Lines {
		o.lines = append(o.lines, &mLine{quantity: int64(l.Quantity), total: l.Total.Minor})
	}
	snapshot, err := m.Referral.Snapshot(ctx, placed.ID)
	m.Must(err)
	if snapshot != nil {
		for _, b := range snapshot.Beneficiaries {
			for _, p := range m.people {
				if p.buyer.ShopperID == b.ShopperID {
					o.brought[b.Level-1] = p
				}
			}
		}
	}
	m.orders = append(m.orders, o)
}

func (m *machine) completes() {
	o := m.some(func(o *mOrder) bool { return o.completed.IsZero() && o.grant == nil && o.keeps() })
	if o == nil {
		return
	}
	_, err := m.Orders.Ship(ctx, o.id, "顺丰", "SF"+o.id)
	m.Must(err)
	_, err = m.Orders.Complete(ctx, o.buyer.person().buyer.ShopperID, o.id)
	m.Must(err)
	o.completed = m.Clock.Now()
}

// keeps tells that not all units are back.
func (o *mOrder) keeps() bool {
	for _, l := range o.lines {
		if l.returned < l.quantity {
			return true
		}
	}
	return false
}

func (m *machine) hears() {
	m.Rewards()
	for _, o := range m.orders {
		o.hears()
	}
}

// asksBack asks for one unit of a line, for an amount, or for all.
func (m *machine) asksBack() {
	o := m.some(func(o *mOrder) bool {
		return o.grant == nil && o.keeps() && (o.completed.IsZero() || m.Clock.Now().Before(o.completed.Add(7*24*time.Hour)))
	})
	if o == nil {
		return
	}
	var in order.RefundInput
	now, err := m.Orders.Get(ctx, o.id)
	m.Must(err)
	switch m.below(4, "kind") {
	case 0:
	case 1:
		left := int64(0)
		for _, l := range o.lines {
			left += l.total - l.refunded
		}
		if left == 0 {
			return
		}
		in.Amount = amount(string(money.Of(1+int64(m.below(int(left), "amount")), "CNY").Amount()))
	default:
		for i, l := range o.lines {
			if l.returned < l.quantity {
				in.Lines = []order.RefundLineInput{{LineID: now.Lines[i].ID, Quantity: 1}}
			}
		}
	}
	o.grant = m.asks(&order.Order{ID: o.id, ShopperID: o.buyer.person().buyer.ShopperID}, in)
}

// grants gives back what is asked for; how it is shared over the lines is the orders' business.
func (m *machine) grants() {
	o := m.some(func(o *mOrder) bool { return o.grant != nil })
	if o == nil {
		return
	}
	o.grant()
	o.grant = nil
	now, err := m.Orders.Get(ctx, o.id)
	m.Must(err)
	for i, l := range now.Lines {
		o.lines[i].returned, o.lines[i].refunded = int64(l.Returned), l.Refunded.Minor
	}
	m.workers(false) // the money goes back, and the order can be asked back again
}

func (m *machine) withdrawsSome() {
	who := m.somebody()
	sum := 1 + int64(m.below(1+int(who.available+who.available/3), "amount"))
	_, err := m.bazaar.withdraws(who.buyer, string(money.Of(sum, "CNY").Amount()))
	if sum > who.available {
		if refusal := shoptest.Refuses(m.TB, err, commission.ErrInsufficient, "input", "amount"); *refusal.Available != who.available {
			m.TB.Fatalf("available %d, want %d", *refusal.Available, who.available)
		}
		return
	}
	m.Must(err)
	m.model.withdraws(who, sum)
}

func (m *machine) waits() {
	m.Clock.Advance(time.Duration(1+m.below(96, "hours")) * time.Hour)
	m.workers(m.below(3, "fails") == 0)
}

func (m *machine) workers(failing bool) {
	if failing {
		m.Sandbox.SetFaults(sandbox.Faults{PayoutsRefused: 1000})
	}
	m.Work()
	m.Sandbox.SetFaults(sandbox.Faults{})
	m.works(m.Clock.Now(), failing)
}

// unites makes two one, until two are left.
func (m *machine) unites() {
	from, into := m.somebody(), m.somebody()
	if m.below(4, "really") > 0 || from == into {
		return
	}
	person, merged, err := m.Members.ChannelLink(ctx, from.buyer.ShopperID, identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "demo:" + into.name}})
	m.Must(err)
	if person.ID == from.buyer.ShopperID { // he came first
		from, into = into, from
	}
	if !merged || person.ID != into.buyer.ShopperID {
		m.TB.Fatalf("merged: %v, into %s", merged, person.ID)
	}
	m.merge(from, into)
}

func (m *machine) compare() {
	m.TB.Helper()
	shown := func(n int64) string { return string(money.Of(n, "CNY").Amount()) }
	for _, p := range m.people {
		m.stands(p.buyer, fmt.Sprintf("%s %s %s %s %s %s", shown(p.pending), shown(p.available), shown(p.inPayout), shown(p.withdrawn), shown(p.clawedBack), shown(p.debt)))
	}
}

func (m *machine) end() {
	m.Must(m.Broken())
	m.hears()
	m.Clock.Advance(8 * 24 * time.Hour)
	m.workers(false)
	m.compare()
	m.Must(m.Broken())
}

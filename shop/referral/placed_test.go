package referral_test

import (
	"testing"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestAnOrderKeepsWhoBroughtItsBuyer(t *testing.T) {
	p := open(t)
	ann, bo, cai, dong := p.person("ann"), p.person("bo"), p.person("cai"), p.person("dong")
	for _, tc := range []struct {
		name, buyer, token, want string
		live                     int
	}{
		{"nobody", bo, "", "", 0},
		{"a token that is none", bo, "xyz", "", 0},
		{"one's own", bo, p.token(bo), "", 0},
		{"somebody's binds", bo, p.token(ann), first(ann), 1},
		{"without one, as bound", bo, "", first(ann), 1},
		{"another's does not replace", bo, p.token(cai), first(ann), 1},
		{"two levels", cai, p.token(bo), first(bo) + second(ann), 2},
		{"no third", dong, p.token(cai), first(cai) + second(bo), 3},
		{"who was brought by the buyer", ann, p.token(bo), "", 3},
		{"the first of a circle", ann, p.token(dong), first(dong) + second(cai), 4},
	} {
		o := p.place(tc.buyer, tc.token)
		if got := p.snapshot(o); got != tc.want || p.live() != tc.live {
			t.Errorf("%s: %q, want %q; %d live", tc.name, got, tc.want, p.live())
		}
		p.cancel(o)
	}
}

// In a circle of three nobody earns by his own order.
func TestACircleEndsBeforeTheBuyer(t *testing.T) {
	p := open(t)
	a, b, c := p.person("a"), p.person("b"), p.person("c")
	p.Must(p.bind(a, b))
	p.Must(p.bind(b, c))
	p.Must(p.bind(c, a))
	if got := p.snapshot(p.place(a, "")); got != first(b)+second(c) {
		t.Errorf("%q", got)
	}
	bPerson := p.merge(c, "b") // who brought a, and who brought that one, are one
	if bPerson != b {
		t.Fatalf("the person is %s", bPerson)
	}
	if got := p.snapshot(p.place(a, "")); got != first(b) {
		t.Errorf("of two who have become one: %q", got)
	}
}

// What stands in a snapshot is followed to who a person is today; the buyer himself and who is no more is left out.
func TestASnapshotFollowsPersons(t *testing.T) {
	p := open(t)
	old, ann, bo, cai := p.person("old"), p.person("ann"), p.person("bo"), p.person("cai")
	p.Must(p.bind(bo, ann))
	p.Must(p.bind(cai, bo))
	one, two := p.place(cai, ""), p.place(bo, "")
	p.merge(old, "ann")
	if got := p.snapshot(one); got != first(bo)+second(old) {
		t.Errorf("after a merge of the second: %q", got)
	}
	p.cancel(one)
	p.cancel(two)
	p.merge(old, "bo")
	if got := p.snapshot(one); got != first(old) {
		t.Errorf("after a merge of both: %q", got)
	}
	if got := p.snapshot(two); got != "" {
		t.Errorf("by one's own order: %q", got)
	}
	p.Must(p.Members.Erase(t.Context(), old, wechat))
	if got := p.snapshot(one); got != "" {
		t.Errorf("one who was erased: %q", got)
	}
}

// Nobody pays for what concerns others: an order of somebody whom nobody brought asks nothing about it.
func TestAnOrderOfSomebodyUnbroughtAsksNothing(t *testing.T) {
	p := open(t)
	ann, bo := p.person("ann"), p.person("bo")
	p.place(bo, "") // what is prepared once is
	count := func(token string) (n int) {
		var statements store.Counter
		in := p.input(token)
		_, err := p.Orders.Place(store.CountStatements(t.Context(), &statements), order.Buyer{ShopperID: bo, Channel: wechat, ClientIP: "203.0.113.7"}, in)
		p.Must(err)
		return statements.Count()
	}
	plain := count("")
	p.Orders.Refer(nil)
	without := count("")
	p.Orders.Refer(p.Referral)
	if plain != without {
		t.Errorf("%d statements, %d when nobody asks who brought a buyer", plain, without)
	}
	if bad := count("no token"); bad != without {
		t.Errorf("%d statements with what is no token, want %d", bad, without)
	}
	p.Must(p.bind(bo, ann))
	if bound := count(""); bound != without+4 { // his binding, that of who brought him, who they are today, and what is kept
		t.Errorf("%d statements of one who was brought, want %d", bound, without+4)
	}
}

func TestOrdersThatStandCount(t *testing.T) {
	p := open(t)
	ann, bo := p.person("ann"), p.person("bo")
	token := p.token(ann)
	linkID, _, err := p.Share.Sharer(t.Context(), token)
	p.Must(err)
	counted := func() (orders int64, invitee int) {
		p.Rewards()
		byLink, err := p.Referral.OrdersByLink(t.Context(), []string{linkID, "shl_none"})
		p.Must(err)
		page, err := p.Referral.Invitees(t.Context(), ann, pageOf(10), true)
		p.Must(err)
		if len(page.Invitees) != 1 || *page.Total != 1 {
			t.Fatalf("%+v", page)
		}
		return byLink[linkID], page.Invitees[0].PaidOrders
	}
	want := func(when string, n int64) {
		t.Helper()
		if orders, invitee := counted(); orders != n || invitee != int(n) {
			t.Errorf("%s: %d by the link, %d of the invitee, want %d", when, orders, invitee, n)
		}
	}
	one, two := p.place(bo, token), p.place(bo, "")
	want("placed", 0)
	p.Pay(one)
	p.Pay(two)
	want("paid", 2)
	refundID, err := p.AskBack(one)
	p.Must(err)
	want("asked back", 2)
	p.Must(p.Orders.DecideRefund(t.Context(), refundID, true, true, ""))
	p.Work()
	want("refunded", 1)
	if s := p.standing(ann); s != (referral.Standing{Tier: referral.Community, Credit: 100, Told: 100}) {
		t.Errorf("%+v", s)
	}
	shoptest.Refuses(t, p.bind(ann, bo), referral.ErrCycle, "input", "token")
}

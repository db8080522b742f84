package referral_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// brings binds n new shoppers to one.
func (p *party) brings(inviterID, prefix string, n int) (ids []string) {
	p.TB.Helper()
	token := p.token(inviterID)
	for _, b := range p.Crowd(prefix, n) {
		p.Must(p.Referral.Bind(context.Background(), b.ShopperID, wechat, token))
		ids = append(ids, b.ShopperID)
	}
	return ids
}

// named is how many live bindings name an account as their inviter.
func (p *party) named(inviterID string) int {
	p.TB.Helper()
	return p.Count("SELECT COUNT(*) FROM referral_bindings WHERE inviter_id = ? AND live_key IS NOT NULL", inviterID)
}

// A merge moves a piece of those whom somebody brought and leaves the rest to the worker, as do the merges after it; all along everybody is brought by the person of
// today, who is bound to nobody whom he has brought.
func TestAMergeInPieces(t *testing.T) {
	p := open(t)
	p.Referral.InPieces(2)
	c := p.person("c")
	p.Clock.Advance(time.Second)
	b := p.person("b")
	p.Clock.Advance(time.Second)
	a := p.person("a")
	p.Must(p.bind(c, a)) // the first of a's, and so the last to be moved
	p.Clock.Advance(time.Second)
	fans := append(p.brings(a, "fan", 7), p.brings(b, "friend", 3)...)
	reads := func(when, person string) {
		t.Helper()
		for i, fan := range fans {
			if want := person; i < 7 || person == c {
				if got := p.inviter(fan); got != want {
					t.Errorf("%s: %d is brought by %q, want %q", when, i, got, want)
				}
			}
		}
		shoptest.Refuses(t, p.bind(person, fans[0]), referral.ErrCycle, "input", "token")
		if got := p.snapshot(p.place(fans[0], "")); got != first(person) && got != first(person)+second(c) {
			t.Errorf("%s: an order pays %q", when, got)
		}
	}
	if person := p.merge(b, "a"); person != b {
		t.Fatalf("the person is %s", person)
	}
	if p.named(a) != 6 || p.named(b) != 5 {
		t.Errorf("after a merge %d are left, %d moved", p.named(a), p.named(b))
	}
	reads("after the first merge", b)
	if person := p.merge(c, "b"); person != c {
		t.Fatalf("the person is %s", person)
	}
	if p.inviter(c) != "" {
		t.Errorf("who became his own inviter's is brought by %q", p.inviter(c))
	}
	if p.named(a) == 0 || p.named(b) == 0 {
		t.Errorf("nothing is left of either: %d, %d", p.named(a), p.named(b))
	}
	reads("after the second merge", c)
	p.After(time.Minute)
	if p.named(a) != 0 || p.named(b) != 0 || p.named(c) != 10 || p.live() != 10 {
		t.Errorf("%d, %d and %d of %d", p.named(a), p.named(b), p.named(c), p.live())
	}
	reads("at the end", c)
	if n := p.Count("SELECT COUNT(*) FROM deadlines WHERE kind = 'referral.merged'"); n != 0 {
		t.Errorf("%d tasks are left", n)
	}
}

// An erasure ends a piece, and the worker the rest; until then nobody earns by it, nobody is seen to be bound, and each may be brought by another.
func TestAnErasureInPieces(t *testing.T) {
	p := open(t)
	p.Referral.InPieces(2)
	ann, bo := p.person("ann"), p.person("bo")
	fans := p.brings(ann, "fan", 7)
	p.Must(p.Members.Erase(t.Context(), ann, wechat))
	if n := p.named(ann); n != 5 {
		t.Errorf("%d are left", n)
	}
	for _, fan := range fans {
		if who := p.inviter(fan); who != "" {
			t.Errorf("brought by %q", who)
		}
	}
	if got := p.snapshot(p.place(fans[0], "")); got != "" {
		t.Errorf("an order pays %q", got)
	}
	p.Must(p.bind(fans[0], bo))
	p.After(time.Minute)
	if p.named(ann) != 0 || p.live() != 1 || p.inviter(fans[0]) != bo {
		t.Errorf("%d are left, %d live", p.named(ann), p.live())
	}
	if n := p.Count("SELECT COUNT(*) FROM deadlines WHERE kind = 'referral.erased'"); n != 0 {
		t.Errorf("%d tasks are left", n)
	}
}

// While pieces are moved others bind themselves to both halves, the person to those whom he has brought, and a second merge comes.
func TestBindingsMeetPieces(t *testing.T) {
	p := open(t)
	p.Referral.InPieces(2)
	shoptest.Rounds(t, p.Shop, 2, func(int) {
		n := shoptest.NewKey()[4:]
		c, b, a := p.person("c"+n), p.person("b"+n), p.person("a"+n)
		fans := p.brings(a, "fan"+n, 5)
		late := p.Crowd("late"+n, 4)
		toA, toB, toFan := p.token(a), p.token(b), p.token(fans[0])
		binds := func(who, token string) {
			err := p.Referral.Bind(context.Background(), who, wechat, token)
			if err != nil && !errors.Is(err, referral.ErrBound) && !errors.Is(err, referral.ErrCycle) && !errors.Is(err, identity.ErrMerged) && !errors.Is(err, fault.BusyRetry) {
				t.Error(err)
			}
		}
		shoptest.Together(9, func(i int) {
			shoptest.Stagger()
			switch {
			case i < 4:
				binds(late[i].ShopperID, []string{toA, toB}[i%2])
			case i == 4:
				binds(b, toFan)
			case i == 5:
				binds(fans[1], toB)
			case i == 6:
				p.Work()
			default:
				into, code := b, "demo:a"+n
				if i == 8 {
					into, code = c, "demo:b"+n
				}
				_, _, err := p.Members.ChannelLink(context.Background(), into, identity.SignIn{Channel: douyin, Credentials: identity.Credentials{Code: code}})
				if err != nil && !errors.Is(err, identity.ErrMerged) {
					t.Error(err)
				}
			}
		})
		p.After(time.Minute)
		for _, fan := range fans {
			if p.inviter(fan) == "" && p.inviter(c) != fan && p.inviter(b) != fan {
				t.Errorf("%s lost who brought him", fan)
			}
		}
		if left := p.Count("SELECT COUNT(*) FROM referral_bindings b JOIN shoppers s ON s.id = b.inviter_id WHERE b.live_key IS NOT NULL AND s.merged_into IS NOT NULL"); left != 0 {
			t.Errorf("%d bindings are of who became another", left)
		}
	})
}

package referral_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// Who began to bind himself before his inviter's erasure, and is done after it, is bound to nobody: not to be seen at once, and the worker ends it. Writers of the
// embedded engine take turns, so that there the binding is done first.
func TestABindingThatIsDoneAfterTheErasure(t *testing.T) {
	p := open(t)
	ann, bo, fan, other := p.person("ann"), p.person("bo"), p.person("fan"), p.person("other")
	toAnn, toBo := p.token(ann), p.token(bo)
	meets := !p.Store.SQLite()
	erase := func() { p.Must(p.Members.Erase(context.Background(), ann, wechat)) }
	p.Must(p.Store.InTx(t.Context(), func(ctx context.Context) error {
		for _, who := range []string{fan, other} {
			if err := p.Referral.Bind(ctx, who, wechat, toAnn); err != nil {
				return err
			}
		}
		if meets {
			erase()
		}
		return nil
	}))
	late := 2
	if !meets {
		erase()
		late = 0
	}
	p.Work() // too early: there may be others
	if n := p.named(ann); n != late {
		t.Fatalf("%d bindings came late, want %d", n, late)
	}
	if p.inviter(fan) != "" || p.snapshot(p.place(fan, "")) != "" {
		t.Error("somebody is bound to one who was erased")
	}
	p.Must(p.Referral.Bind(t.Context(), other, wechat, toBo))
	p.After(time.Minute)
	if p.named(ann) != 0 || p.inviter(other) != bo || p.live() != 1 {
		t.Errorf("%d are left, %d live", p.named(ann), p.live())
	}
	if n := p.Count("SELECT COUNT(*) FROM deadlines WHERE kind = 'referral.erased'"); n != 0 {
		t.Errorf("%d tasks are left", n)
	}
}

// Many bind themselves to somebody while he is erased: in the end nobody is.
func TestBindingsMeetAnErasure(t *testing.T) {
	p := open(t)
	shoptest.Rounds(t, p.Shop, 2, func(int) {
		n := shoptest.NewKey()[4:]
		ann := p.person("ann" + n)
		token := p.token(ann)
		fans := p.Crowd("fan"+n, 6)
		shoptest.Together(len(fans)+1, func(i int) {
			shoptest.Stagger()
			if i == len(fans) {
				p.Try(p.Members.Erase(context.Background(), ann, wechat))
				return
			}
			if err := p.Referral.Bind(context.Background(), fans[i].ShopperID, wechat, token); err != nil && !errors.Is(err, fault.Missing) {
				t.Error(err)
			}
		})
		for _, fan := range fans {
			if who := p.inviter(fan.ShopperID); who != "" {
				t.Errorf("brought by %q", who)
			}
		}
		p.After(time.Minute)
		if p.named(ann) != 0 {
			t.Errorf("%d are bound to one who was erased", p.named(ann))
		}
	})
}

// Of two bindings of one instant the one with the lower id stays, whichever half of the person has it.
func TestAMergeOfBindingsOfOneInstant(t *testing.T) {
	type pair struct{ invitee, inviter string }
	for _, tc := range []struct {
		name string
		two  [2]pair
	}{
		{"two inviters", [2]pair{{"into", "x"}, {"from", "y"}}},
		{"two who bring each other by it", [2]pair{{"from", "x"}, {"x", "into"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := open(t)
			stayed := map[string]bool{}
			for round := 0; len(stayed) < 2 && round < 64; round++ {
				n := shoptest.NewKey()[4:]
				ids := map[string]string{}
				for _, name := range []string{"into", "from", "x", "y"} {
					ids[name] = p.person(name + n)
					p.Clock.Advance(time.Second)
				}
				for i := range tc.two {
					b := tc.two[(round+i)%2]
					p.Must(p.bind(ids[b.invitee], ids[b.inviter]))
				}
				lowest, err := p.Store.Texts(t.Context(), "SELECT invitee_id FROM referral_bindings WHERE invitee_id IN (?, ?, ?) ORDER BY id LIMIT 1", ids["into"], ids["from"], ids["x"])
				p.Must(err)
				person := p.merge(ids["into"], "from"+n)
				for _, b := range tc.two {
					whose, inviter := ids[b.invitee], ids[b.inviter]
					stays := whose == lowest[0]
					if b.invitee == "from" {
						whose = person
					}
					if got := p.inviter(whose) == inviter; got != stays {
						t.Errorf("%s by %s stays: %v, want %v", b.invitee, b.inviter, got, stays)
					}
					if stays {
						stayed[b.invitee] = true
					}
				}
			}
			if len(stayed) < 2 {
				t.Errorf("only ever %v", stayed)
			}
		})
	}
}

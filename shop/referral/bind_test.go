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

const window = 15 * 24 * time.Hour

func TestBind(t *testing.T) {
	p := open(t)
	ann, bo, cai := p.person("ann"), p.person("bo"), p.person("cai")
	p.Must(p.bind(bo, ann))
	if who := p.inviter(bo); who != ann {
		t.Errorf("bo was brought by %q", who)
	}
	profile, err := p.Referral.Profile(t.Context(), bo)
	if p.Must(err); !profile.BoundUntil.Equal(p.Clock.Now().Add(window)) || profile.Tier != referral.Community || profile.CreditScore != 100 {
		t.Errorf("%+v", profile)
	}
	p.Clock.Advance(time.Hour)
	p.Must(p.bind(bo, ann)) // the same again: the window stays
	again, err := p.Referral.Profile(t.Context(), bo)
	if p.Must(err); !again.BoundUntil.Equal(*profile.BoundUntil) || p.live() != 1 {
		t.Errorf("bound again until %v, %d live", again.BoundUntil, p.live())
	}
	shoptest.Refuses(t, p.bind(bo, cai), referral.ErrBound, "input", "token")
	shoptest.Refuses(t, p.bind(ann, bo), referral.ErrCycle, "input", "token")
	shoptest.Refuses(t, p.bind(ann, ann), referral.ErrSelf, "input", "token")
	for _, token := range []string{"", "x", "0123456789abcdefghij"} {
		shoptest.Refuses(t, p.Referral.Bind(t.Context(), ann, wechat, token), fault.Missing, "input", "token")
	}
}

// A binding that has run out is as none, to the instant, and makes room for another, also in the other direction.
func TestABindingRunsOut(t *testing.T) {
	p := open(t)
	ann, bo, cai := p.person("ann"), p.person("bo"), p.person("cai")
	p.Must(p.bind(bo, ann))
	p.Clock.Advance(window - time.Microsecond)
	shoptest.Refuses(t, p.bind(bo, cai), referral.ErrBound, "input", "token")
	p.Clock.Advance(time.Microsecond)
	if who := p.inviter(bo); who != "" {
		t.Errorf("still brought by %q", who)
	}
	p.Must(p.bind(bo, cai))
	p.Must(p.bind(ann, bo))
	shoptest.Refuses(t, p.bind(cai, bo), referral.ErrCycle, "input", "token")
	if p.inviter(bo) != cai || p.inviter(ann) != bo || p.live() != 2 {
		t.Errorf("%d live", p.live())
	}
}

func TestASharerWhoIsNoMore(t *testing.T) {
	p := open(t)
	ann, bo := p.person("ann"), p.person("bo")
	token := p.token(ann)
	p.Must(p.Members.Erase(t.Context(), ann, wechat))
	shoptest.Refuses(t, p.Referral.Bind(t.Context(), bo, wechat, token), fault.Missing, "input", "token")
	if err := p.Referral.Bind(t.Context(), ann, wechat, p.token(bo)); !errors.Is(err, fault.Unauthenticated) {
		t.Errorf("one who was erased: %v", err)
	}
}

func TestTwoWhoBindEachOtherAtOnce(t *testing.T) {
	p := open(t)
	shoptest.Rounds(t, p.Shop, 5, func(round int) {
		two := p.Crowd("pair"+string(rune('a'+round%26))+shoptest.NewKey()[4:], 2)
		ids := []string{two[0].ShopperID, two[1].ShopperID}
		tokens := []string{p.token(ids[0]), p.token(ids[1])}
		before := p.live()
		errs := make([]error, 8)
		shoptest.Together(len(errs), func(i int) {
			shoptest.Stagger()
			errs[i] = p.Referral.Bind(context.Background(), ids[i%2], wechat, tokens[1-i%2])
		})
		won := 0
		for i, err := range errs {
			switch {
			case err == nil && p.inviter(ids[i%2]) == ids[1-i%2]:
				won++
			case !errors.Is(err, referral.ErrCycle):
				t.Errorf("round %d: %v", round, err)
			}
		}
		if won != 4 || p.live() != before+1 {
			t.Errorf("round %d: %d of one side went through, %d bindings", round, won, p.live()-before)
		}
	})
}

func TestOneOfFiveInvitersWins(t *testing.T) {
	p := open(t)
	five := p.Crowd("star", 5)
	tokens := make([]string, len(five))
	for i, b := range five {
		tokens[i] = p.token(b.ShopperID)
	}
	shoptest.Rounds(t, p.Shop, 1, func(round int) {
		fan := p.person("fan" + shoptest.NewKey()[4:])
		if round%2 == 1 { // one that has run out is replaced once
			p.Must(p.Referral.Bind(t.Context(), fan, wechat, tokens[0]))
			p.Clock.Advance(window)
		}
		errs := make([]error, 100)
		shoptest.Together(len(errs), func(i int) {
			errs[i] = p.Referral.Bind(context.Background(), fan, wechat, tokens[i%5])
		})
		won := map[int]bool{}
		for i, err := range errs {
			switch {
			case err == nil:
				won[i%5] = true
			case !errors.Is(err, referral.ErrBound):
				t.Errorf("round %d: %v", round, err)
			}
		}
		if live := p.Count("SELECT COUNT(*) FROM referral_bindings WHERE live_key = ?", fan); len(won) != 1 || live != 1 {
			t.Errorf("round %d: %d inviters, %d bindings", round, len(won), live)
		}
	})
}

// Whoever is first, the person is brought by one other person at the end, and nobody by himself.
func TestBindingsMeetMerges(t *testing.T) {
	p := open(t)
	shoptest.Rounds(t, p.Shop, 4, func(int) {
		n := shoptest.NewKey()[4:]
		a, b, c := p.person("a"+n), p.person("b"+n), p.person("c"+n)
		tokens := map[string]string{a: p.token(a), b: p.token(b), c: p.token(c)}
		binds := [][2]string{{c, b}, {a, c}, {b, c}, {c, a}, {b, a}}
		shoptest.Together(len(binds)+1, func(i int) {
			shoptest.Stagger()
			if i == len(binds) {
				_, _, err := p.Members.ChannelLink(context.Background(), a, identity.SignIn{Channel: douyin, Credentials: identity.Credentials{Code: "demo:b" + n}})
				p.Try(err)
				return
			}
			err := p.Referral.Bind(context.Background(), binds[i][0], wechat, tokens[binds[i][1]])
			if err != nil && !errors.Is(err, referral.ErrBound) && !errors.Is(err, referral.ErrCycle) && !errors.Is(err, referral.ErrSelf) && !errors.Is(err, identity.ErrMerged) {
				t.Error(err)
			}
		})
		p.After(time.Minute) // what came too late for the merge is joined
	})
}

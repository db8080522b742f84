package referral_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMergesOfBindings(t *testing.T) {
	type pair struct{ invitee, inviter string }
	for _, tc := range []struct {
		name string
		// binds in turn, an hour apart, among those who come in the order into, from, x, y; then from becomes into.
		binds []pair
		want  map[string]string // who is brought by whom afterwards
	}{
		{"a binding between the halves ends", []pair{{"into", "from"}}, nil},
		{"also the other way", []pair{{"from", "into"}}, nil},
		{"one half's binding is the person's", []pair{{"from", "x"}}, map[string]string{"into": "x"}},
		{"of two the older stays", []pair{{"from", "x"}, {"into", "y"}}, map[string]string{"into": "x"}},
		{"of two the older stays, the survivor's", []pair{{"into", "y"}, {"from", "x"}}, map[string]string{"into": "y"}},
		{"both by one", []pair{{"into", "x"}, {"from", "x"}}, map[string]string{"into": "x"}},
		{"between the halves, and another's", []pair{{"into", "from"}, {"from", "x"}}, map[string]string{"into": "x"}},
		{"invitees move", []pair{{"x", "from"}, {"y", "into"}}, map[string]string{"x": "into", "y": "into"}},
		{"two who bring each other by it: the older stays", []pair{{"from", "x"}, {"x", "into"}}, map[string]string{"into": "x"}},
		{"two who bring each other by it: the other way", []pair{{"x", "into"}, {"from", "x"}}, map[string]string{"x": "into"}},
		{"the survivor's with the other's invitee", []pair{{"x", "from"}, {"into", "x"}}, map[string]string{"x": "into"}},
		{"the older ends for a pair, the newer stays", []pair{{"x", "into"}, {"from", "x"}, {"into", "y"}}, map[string]string{"into": "y", "x": "into"}},
		{"brought by one, bringing another", []pair{{"into", "y"}, {"x", "from"}}, map[string]string{"into": "y", "x": "into"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := open(t)
			ids := map[string]string{}
			for _, name := range []string{"into", "from", "x", "y"} {
				ids[name] = p.person(name)
				p.Clock.Advance(time.Second)
			}
			for _, b := range tc.binds {
				p.Must(p.bind(ids[b.invitee], ids[b.inviter]))
				p.Clock.Advance(time.Hour)
			}
			if person := p.merge(ids["into"], "from"); person != ids["into"] {
				t.Fatalf("the person is %s", person)
			}
			for _, name := range []string{"into", "x", "y"} {
				if got := p.inviter(ids[name]); got != ids[tc.want[name]] {
					t.Errorf("%s is brought by %q, want %q", name, got, ids[tc.want[name]])
				}
			}
			if p.live() != len(tc.want) {
				t.Errorf("%d live", p.live())
			}
			p.After(time.Minute) // to look again changes nothing
			if p.live() != len(tc.want) {
				t.Errorf("%d live after another look", p.live())
			}
		})
	}
}

// What ran out does not stand in the way of a merge, nor is it brought back by one.
func TestAMergeLeavesWhatRanOut(t *testing.T) {
	p := open(t)
	into, from, x := p.person("into"), p.person("from"), p.person("x")
	p.Must(p.bind(x, from))
	p.Clock.Advance(window)
	p.Must(p.bind(into, x))
	p.merge(into, "from")
	if p.inviter(into) != x || p.inviter(x) != "" || p.live() != 1 {
		t.Errorf("%q %q, %d live", p.inviter(into), p.inviter(x), p.live())
	}
	page, err := p.Referral.Invitees(t.Context(), into, pageOf(5), true)
	if p.Must(err); len(page.Invitees) != 1 || *page.Total != 1 {
		t.Errorf("%+v", page)
	}
}

func TestErasureEndsBindings(t *testing.T) {
	p := open(t)
	ann, bo, cai, dong := p.person("ann"), p.person("bo"), p.person("cai"), p.person("dong")
	p.Must(p.bind(bo, ann))
	p.Must(p.bind(cai, bo))
	shown, err := p.Identity.Publics(t.Context(), []string{dong})
	p.Must(err)
	_, err = p.Referral.Report(t.Context(), bo, shown[dong].ID, "he spams")
	p.Must(err)
	p.Must(p.Members.Erase(t.Context(), bo, wechat))
	if p.live() != 0 || p.Count("SELECT COUNT(*) FROM promoter_reports WHERE reason <> ''") != 0 {
		t.Errorf("%d live", p.live())
	}
	p.Must(p.bind(cai, ann)) // free for another
	p.Rewards()
	if p.inviter(cai) != ann {
		t.Errorf("%q", p.inviter(cai))
	}
	page, err := p.Referral.Invitees(t.Context(), ann, pageOf(5), false)
	if p.Must(err); len(page.Invitees) != 2 || page.Invitees[1].Shopper.Nickname == "bo" {
		t.Errorf("%+v", page.Invitees)
	}
}

// Upheld reports are those about all of a person's accounts, and fade; a mark costs once, as long as it is there, and is not told.
func TestCredit(t *testing.T) {
	p := open(t)
	into := p.person("into")
	p.Clock.Advance(time.Second)
	from, bo := p.person("from"), p.person("bo")
	credit := func(id string, credit, told int) {
		t.Helper()
		if s := p.standing(id); s.Credit != credit || s.Told != told {
			t.Errorf("%+v, want %d, told %d", s, credit, told)
		}
		if profile, err := p.Referral.Profile(t.Context(), id); err != nil || profile.CreditScore != told {
			t.Errorf("%+v, %v", profile, err)
		}
	}
	p.upheld(bo, from)
	p.suspect(from, true)
	credit(from, 65, 90)
	credit(into, 100, 100)
	p.merge(into, "from")
	credit(into, 65, 90)
	p.suspect(into, false)
	credit(into, 90, 90)
	p.suspect(into, true)
	credit(into, 65, 90)
	p.Clock.Advance(90*24*time.Hour + time.Second)
	credit(into, 75, 100)
}

func TestReportsRace(t *testing.T) {
	p := open(t)
	ann, bo := p.person("ann"), p.person("bo")
	shown, err := p.Identity.Publics(t.Context(), []string{ann})
	p.Must(err)
	ids := make([]string, 16)
	shoptest.Together(len(ids), func(i int) {
		report, err := p.Referral.Report(context.Background(), bo, shown[ann].ID, "spam")
		if p.Try(err); err == nil {
			ids[i] = report.ID
		}
	})
	won := make([]bool, 16)
	shoptest.Together(len(won), func(i int) {
		_, err := p.Referral.Decide(context.Background(), ids[0], i%2 == 0)
		if won[i] = err == nil; err != nil && !errors.Is(err, fault.ConflictedEdit) {
			t.Error(err)
		}
	})
	for i := range won {
		if won[i] != won[i%2] || won[0] == won[1] {
			t.Errorf("decided both ways, or not for who decided the same: %v", won)
		}
		if ids[i] != ids[0] {
			t.Errorf("another report: %s", ids[i])
		}
	}
}

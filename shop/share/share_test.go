package share_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/share"
)

func TestALinkIsOneForPersonTargetAndChannel(t *testing.T) {
	s := open(t)
	ming, hong := s.person("ming"), s.person("hong")
	seen := map[string]bool{}
	for _, l := range []*share.Link{s.link(ming, h5, tea), s.link(ming, mini, tea), s.link(ming, h5, fruit), s.link(hong, h5, tea)} {
		if !regexp.MustCompile(`^[0-9A-Za-z]{20}$`).MatchString(l.Token) || seen[l.Token] {
			t.Errorf("token %q", l.Token)
		}
		seen[l.Token] = true
		again := s.link(l.SharerID, l.Channel, l.TargetID)
		known, err := s.ByToken(t.Context(), l.Token)
		if err != nil || again.Token != l.Token || known.SharerID != l.SharerID || known.TargetID != l.TargetID || known.Channel != l.Channel {
			t.Errorf("%+v, again %+v, by its token %+v, %v", l, again, known, err)
		}
	}
	if n := s.count(); n != 4 {
		t.Errorf("%d rows, want 4", n)
	}
}

func TestWhatALinkShows(t *testing.T) {
	s := open(t)
	ming := s.person("ming")
	l := s.link(ming, h5, tea)
	for got, want := range map[string]string{
		l.Title(): "明前龙井 250g", *l.ImageURL(): base + "/tea.png", l.URL(): base + "/s/" + l.Token, l.PosterURL(): base + "/posters/" + l.Token + ".png",
		l.MiniProgramPath(): "pages/group/index?t=" + l.Token,
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if scene := "t=" + l.Token; len(scene) > 32 {
		t.Errorf("a QR scene of %d characters", len(scene))
	}
	s.groups.drop(tea)
	l, err := s.ByToken(t.Context(), l.Token)
	if err != nil || l.Subject != nil || l.Title() != "" || l.ImageURL() != nil || l.MiniProgramPath() != "" {
		t.Errorf("a link to what is gone: %+v, %v", l, err)
	}
	if _, err := s.Link(t.Context(), ming, h5, tea); !errors.Is(err, fault.Missing) {
		t.Errorf("asked for again: %v", err)
	}
	if _, err := s.Poster(t.Context(), l.Token); !errors.Is(err, fault.Missing) {
		t.Errorf("its poster: %v", err)
	}
}

func TestWhatIsNotShared(t *testing.T) {
	s := open(t)
	ming := s.person("ming")
	for _, target := range []string{gone, note, "", "shop", "grp_", "tea", strings.ToLower(tea), "grp_" + strings.Repeat("Z", 40)} {
		_, err := s.Link(t.Context(), ming, h5, target)
		if !errors.Is(err, fault.Missing) || !slices.Equal(fault.Of(err).Field, []string{"input", "targetId"}) {
			t.Errorf("%q: %v", target, err)
		}
	}
	if _, err := s.Link(t.Context(), id.New("shp"), h5, tea); !errors.Is(err, fault.Unauthenticated) {
		t.Errorf("nobody's link: %v", err)
	}
	s.groups.fails = errors.New("down")
	if _, err := s.Link(t.Context(), ming, h5, tea); err == nil || fault.Of(err) != nil {
		t.Errorf("a describer that fails: %v", err)
	}
	if n := s.count(); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// A token's form is looked at before the database is: what is no token costs nothing.
func TestTokensThatAreNone(t *testing.T) {
	s := open(t)
	good := s.link(s.person("ming"), h5, tea).Token
	for _, tc := range []struct {
		name, token string
		statements  int
	}{
		{"unknown", strings.Repeat("0", 20), 1},
		{"another case", strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r - 'a' + 'A'
			}
			return r | 0x20
		}, good), -1},
		{"empty", "", 0},
		{"short", good[:19], 0},
		{"long", good + "A", 0},
		{"signs", "0123456789012345678'", 0},
		{"full width", "０1234567890123456", 0},
		{"padded", good[:19] + " ", 0},
	} {
		var statements store.Counter
		_, err := s.ByToken(store.CountStatements(t.Context(), &statements), tc.token)
		if !errors.Is(err, fault.Missing) || tc.statements >= 0 && statements.Count() != tc.statements {
			t.Errorf("%s: %v after %d statements", tc.name, err, statements.Count())
		}
	}
}

func TestLinksAreMadeAsASet(t *testing.T) {
	s := open(t)
	ming := s.person("ming")
	first := s.link(ming, h5, tea)
	s.groups.asked = 0
	targets := []string{tea, fruit, gone, note, fruit}
	links, err := s.Links(t.Context(), ming, h5, targets)
	if err != nil || len(links) != 2 || links[tea].Token != first.Token || len(links[fruit].Token) != 20 || s.groups.asked != 1 {
		t.Fatalf("%v, %v, asked %d times", links, err, s.groups.asked)
	}
	var statements store.Counter
	again, err := s.Links(store.CountStatements(t.Context(), &statements), ming, h5, targets)
	if err != nil || again[fruit].Token != links[fruit].Token || statements.Count() != 1 {
		t.Errorf("%v, %v after %d statements", again, err, statements.Count())
	}
	if none, err := s.Links(t.Context(), ming, h5, nil); err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
}

func TestARaceForOneLinkGivesOneRow(t *testing.T) {
	s := open(t)
	ming, hong := s.person("ming"), s.person("hong")
	tokens := make([]string, 32)
	together(len(tokens), func(i int) {
		l, err := s.Link(context.WithoutCancel(t.Context()), []string{ming, hong}[i%2], h5, tea)
		if err != nil {
			t.Error(err)
			return
		}
		tokens[i] = l.Token
	})
	for i := range tokens {
		if tokens[i] != tokens[i%2] {
			t.Errorf("a second token: %q", tokens[i])
		}
	}
	if n := s.count(); n != 2 || tokens[0] == tokens[1] {
		t.Errorf("%d rows for two people, tokens %q and %q", n, tokens[0], tokens[1])
	}
}

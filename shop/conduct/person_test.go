package conduct_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func (s *shop) becomes(who, name string) (person string, err error) {
	found, _, err := s.Members.ChannelLink(ctx, who, identity.SignIn{Channel: "WECHAT_MINI_PROGRAM", Credentials: identity.Credentials{Code: "demo:" + name}})
	if err != nil {
		return "", err
	}
	return found.ID, nil
}

// An operator who names either account of somebody who was two means the person.
func TestAnOperatorMarksWhoWasTwo(t *testing.T) {
	s := open(t)
	older := s.Shopper("older").ShopperID
	s.Clock.Advance(time.Minute)
	younger := s.Shopper("younger").ShopperID
	named := map[string]string{"older": s.public(older), "younger": s.public(younger)}
	if person, err := s.becomes(younger, "older"); err != nil || person != older {
		t.Fatalf("%s, %v", person, err)
	}
	for _, step := range []struct {
		name   string
		marked bool
	}{{"younger", true}, {"older", false}, {"older", true}, {"younger", false}} {
		c, err := s.Conduct.SetMark(ctx, named[step.name], step.marked, "as "+step.name)
		s.Must(err)
		if c.Marked != step.marked || c.Reason != "as "+step.name {
			t.Errorf("by %s: %+v", step.name, c)
		}
		s.marked(older, step.marked)
		s.markedNow(older, step.marked)
		for _, name := range []string{"older", "younger"} {
			shown, err := s.Conduct.Conduct(ctx, named[name])
			s.Must(err)
			if shown == nil || shown.Marked != step.marked || !shown.Decided {
				t.Errorf("read by %s: %+v", name, shown)
			}
		}
	}
	if n := s.count("SELECT COUNT(*) FROM conduct_marks WHERE shopper_id = ?", younger); n != 0 {
		t.Errorf("%d marks of an account that is no person", n)
	}
}

// Who was erased is nobody, by any account that he had, and is not written of any more.
func TestAnOperatorMarksNobodyWhoWasErased(t *testing.T) {
	s := open(t)
	older := s.Shopper("older").ShopperID
	s.Clock.Advance(time.Minute)
	younger := s.Shopper("younger").ShopperID
	named := []string{s.public(older), s.public(younger)}
	_, err := s.becomes(younger, "older")
	s.Must(err)
	_, err = s.Conduct.SetMark(ctx, named[0], true, "before")
	s.Must(err)
	s.Must(s.Members.Erase(ctx, older, "WECHAT_MINI_PROGRAM"))
	kept := s.count("SELECT COALESCE(SUM(ver), 0) FROM conduct_marks")
	for _, public := range named {
		_, err := s.Conduct.SetMark(ctx, public, false, "after")
		shoptest.Refuses(t, err, fault.Missing, "input", "publicShopperId")
		if c, err := s.Conduct.Conduct(ctx, public); c != nil || err != nil {
			t.Errorf("%+v, %v", c, err)
		}
	}
	if now := s.count("SELECT COALESCE(SUM(ver), 0) FROM conduct_marks"); now != kept {
		t.Errorf("marks were written %d times, %d before", now, kept)
	}
}

// An operator's word about either account, at the moment when two become one, is the person's; who is erased at that moment is marked, or not there.
func TestAnOperatorMeetsMergesAndErasures(t *testing.T) {
	s := open(t)
	shoptest.Rounds(t, s.Shop, 3, func(round int) {
		n := shoptest.NewKey()[4:]
		older := s.Shopper("older" + n).ShopperID
		s.Clock.Advance(time.Minute)
		younger := s.Shopper("younger" + n).ShopperID
		named := []string{s.public(older), s.public(younger)}
		shoptest.Together(2, func(i int) {
			shoptest.Stagger()
			if i == 0 {
				_, err := s.becomes(younger, "older"+n)
				s.Try(err)
				return
			}
			_, err := s.Conduct.SetMark(ctx, named[round%2], true, "seen")
			s.Try(err)
		})
		s.hear()
		s.marked(older, true)
		s.markedNow(older, true)
		shoptest.Together(2, func(i int) {
			shoptest.Stagger()
			if i == 0 {
				s.Try(s.Members.Erase(ctx, older, "WECHAT_MINI_PROGRAM"))
				return
			}
			if _, err := s.Conduct.SetMark(ctx, named[round%2], false, "wrong"); err != nil && !fault.Of(err).Is(fault.Missing) {
				t.Error(err)
			}
		})
		_, err := s.Conduct.SetMark(ctx, named[0], true, "late")
		shoptest.Refuses(t, err, fault.Missing, "input", "publicShopperId")
	})
}

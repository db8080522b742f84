package conduct_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// However many ask at once, one of them marks.
func TestAFarmIsMarkedOnce(t *testing.T) {
	s := open(t)
	members, _ := s.farm(12)
	shoptest.Together(50, func(int) {
		shoptest.Stagger()
		got, err := s.Conduct.Marked(ctx, members[0])
		s.Try(err)
		if err == nil && !got {
			t.Error("a farm's helper is not marked")
		}
	})
	if rows, ver := s.count("SELECT COUNT(*) FROM conduct_marks"), s.count("SELECT MAX(ver) FROM conduct_marks"); rows != 1 || ver != 1 {
		t.Errorf("%d marks, written %d times; want 1 and 1", rows, ver)
	}
	for _, member := range members {
		s.marked(member, true)
	}
}

func TestANewcomersHelpCounts(t *testing.T) {
	s := open(t)
	friend := s.Shopper("friend").ShopperID
	for _, tc := range []struct{ name, ip, device string }{
		{"alone", "36.1.2.3", "phone"}, {"nowhere", "", ""}, {"athome", "192.168.0.7", "tablet"}, {"second", "36.1.2.4", "other"}, {"proxied", "10.0.0.1", "another"},
	} {
		newcomer := s.Shopper(tc.name).ShopperID
		s.helps(newcomer, friend, tc.ip, tc.device)
		s.marked(newcomer, false)
	}
	if n := s.count("SELECT COUNT(*) FROM conduct_actions WHERE network <> ''"); n != 2 {
		t.Errorf("%d actions have a network, want 2: private addresses have none", n)
	}
	if n := s.count("SELECT COUNT(DISTINCT network) FROM conduct_actions WHERE network <> ''"); n != 1 {
		t.Errorf("36.1.2.3 and 36.1.2.4 are of %d networks", n)
	}
	if n := s.count("SELECT COUNT(*) FROM conduct_actions WHERE network LIKE '%36%1%2%' OR device = 'phone'"); n != 0 {
		t.Error("an address or a device is kept as it is")
	}
}

// Who was two is judged by what he did as both: neither of these two has a cohort, the person whom they become has one.
func TestAPersonIsJudgedWhole(t *testing.T) {
	s := open(t)
	_, clients := s.farm(16)
	douyin := identity.SignIn{Channel: "DOUYIN_MINI_PROGRAM", Credentials: identity.Credentials{Code: "demo:other"}}
	one := s.Shopper("one").ShopperID
	session, err := s.Identity.SessionCreate(ctx, douyin)
	s.Must(err)
	other := session.ShopperID
	s.helps(one, clients[0], "36.1.2.3", "phone")
	s.helps(other, clients[1], "58.1.2.3", "tablet")
	s.marked(one, false)
	s.marked(other, false)
	person, merged, err := s.Members.ChannelLink(ctx, one, douyin)
	s.Must(err)
	if !merged {
		t.Fatal("the two did not become one")
	}
	s.marked(person.ID, true)
	s.markedNow(person.ID, true)
}

// Who becomes part of somebody brings his mark along.
func TestAMarkComesAlong(t *testing.T) {
	s := open(t)
	older := s.Shopper("older").ShopperID
	s.Clock.Advance(time.Minute)
	members, _ := s.farm(12)
	s.marked(members[3], true)
	person, merged, err := s.Members.ChannelLink(ctx, older, identity.SignIn{Channel: "WECHAT_MINI_PROGRAM", Credentials: identity.Credentials{Code: "demo:farm3"}})
	s.Must(err)
	if !merged || person.ID != older {
		t.Fatalf("%s became %s", members[3], person.ID)
	}
	s.marked(older, true)
	s.markedNow(older, true)
	s.After(45 * 24 * time.Hour)
	s.marked(older, false)
}

// A mark stays as long as what it rests on, and is lifted by itself.
func TestAMarkIsLifted(t *testing.T) {
	s := open(t)
	members, _ := s.farm(12)
	member := members[0]
	s.marked(member, true)
	since := *s.conduct(member).Since
	s.After(21 * 24 * time.Hour)
	if c := s.conduct(member); !c.Marked || !c.Since.Equal(since) {
		t.Fatalf("after three weeks: %+v", c)
	}
	s.After(14 * 24 * time.Hour)
	if c := s.conduct(member); c.Marked || !c.Since.After(since) {
		t.Fatalf("after five weeks: %+v", c)
	}
	if n := s.count("SELECT COUNT(*) FROM deadlines WHERE kind = ?", conduct.LookDeadline); n != 0 {
		t.Errorf("%d persons are still looked at", n)
	}
	s.marked(member, false)
	s.markedNow(member, false)
}

// The first of a job is looked at again when the others have come.
func TestTheFirstOfAJobIsMarkedLater(t *testing.T) {
	s := open(t)
	client := id.New("shp")
	var members []string
	for i := range 20 {
		members = append(members, s.Shopper(fmt.Sprintf("m%d", i)).ShopperID)
	}
	for _, member := range members {
		s.helps(member, client, "45.9.1.7", "rack")
		_, err := s.Conduct.Marked(ctx, member)
		s.Must(err)
		s.Clock.Advance(time.Minute)
	}
	early := 0
	for _, member := range members {
		if !s.conduct(member).Marked {
			early++
		}
	}
	if early == 0 || early > 10 {
		t.Fatalf("%d of 20 helped before anything spoke against them", early)
	}
	s.After(7 * time.Hour)
	late := 0
	for _, member := range members {
		if !s.conduct(member).Marked {
			late++
		}
	}
	if late >= early || late > 3 {
		t.Errorf("%d are not marked after seven hours, %d were not at first", late, early)
	}
}

func TestAnOperatorsWordIsFinal(t *testing.T) {
	s := open(t)
	members, _ := s.farm(12)
	friend, honest := members[0], s.Shopper("honest").ShopperID
	s.marked(friend, true)
	c, err := s.Conduct.SetMark(ctx, s.public(friend), false, " a school class ")
	s.Must(err)
	if c.Marked || !c.Decided || c.Reason != "a school class" || c.Total < conduct.Threshold {
		t.Errorf("lifted: %+v", c)
	}
	s.marked(friend, false)
	c, err = s.Conduct.SetMark(ctx, s.public(honest), true, "sells helps in a forum")
	s.Must(err)
	since := c.Since
	s.Clock.Advance(time.Hour)
	c, err = s.Conduct.SetMark(ctx, s.public(honest), true, "sells helps in two forums")
	s.Must(err)
	if !c.Marked || !c.Since.Equal(*since) || c.Reason != "sells helps in two forums" {
		t.Errorf("the same again: %+v", c)
	}
	s.After(60 * 24 * time.Hour)
	s.marked(honest, true)
	s.marked(friend, false)

	for _, tc := range []struct {
		public, reason string
		refusal        error
		field          string
	}{
		{s.public(honest), " ", fault.Blank, "reason"},
		{s.public(honest), strings.Repeat("农", 256), fault.TooLong, "reason"},
		{s.public(honest), "two\nlines", fault.Invalid, "reason"},
		{"pub_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "nobody", fault.Missing, "publicShopperId"},
	} {
		_, err := s.Conduct.SetMark(ctx, tc.public, false, tc.reason)
		shoptest.Refuses(t, err, tc.refusal, "input", tc.field)
	}
	if c := s.conduct(honest); !c.Marked {
		t.Error("a refusal has changed a mark")
	}
}

// Operators and judgements at once: the operator's word is what stays.
func TestAnOperatorMeetsJudgements(t *testing.T) {
	s := open(t)
	members, _ := s.farm(12)
	shoptest.Together(20, func(i int) {
		shoptest.Stagger()
		var err error
		if i%5 == 0 {
			_, err = s.Conduct.SetMark(ctx, s.public(members[0]), false, "known to us")
		} else {
			_, err = s.Conduct.Marked(ctx, members[0])
		}
		s.Try(err)
	})
	if c := s.conduct(members[0]); c.Marked || !c.Decided {
		t.Errorf("%+v", c)
	}
	s.markedNow(members[0], false)
	s.marked(members[0], false)
}

package identity_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/identity"
)

const (
	second   = "139 0013-9000"
	secondIs = "+8613900139000"
)

// links links by a code; other domains have nothing to move.
func (s *shop) links(t testing.TB, shopperID, channel string, c identity.Credentials) identity.Link {
	t.Helper()
	done, err := s.ChannelLink(t.Context(), shopperID, identity.SignIn{Channel: channel, Credentials: c}, func(context.Context, identity.Merged) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// phoneSignsIn returns whom a phone signs in.
func (s *shop) phoneSignsIn(t testing.TB, phone, is string) string {
	t.Helper()
	s.clock.Advance(time.Minute)
	session, err := s.byPhone(t.Context(), phone, s.send(t, phone, is))
	if err != nil {
		t.Fatal(err)
	}
	return session.ShopperID
}

// A person who was two may have two phones: either signs him in, the survivor's is shown, and the next one that he binds takes the place of both.
func TestTwoPhonesOfOnePerson(t *testing.T) {
	s := open(t)
	elder, younger := s.phoneSignsIn(t, phone, phoneIs), s.phoneSignsIn(t, second, secondIs)
	s.clock.Advance(time.Minute)
	done := s.links(t, younger, "H5", identity.Credentials{Phone: phone, Code: s.send(t, phone, phoneIs)})
	if done.ShopperID != elder || !done.Merged {
		t.Fatalf("%+v; want the elder to stay", done)
	}
	for _, number := range [][2]string{{phone, phoneIs}, {second, secondIs}} {
		if who := s.phoneSignsIn(t, number[0], number[1]); who != elder {
			t.Errorf("%s signs %s in, want %s", number[0], who, elder)
		}
	}
	who, err := s.Me(t.Context(), elder)
	if err != nil || who.PhoneMasked == nil || *who.PhoneMasked != "138****8000" {
		t.Fatalf("%+v, %v", who, err)
	}
	if channels, err := s.Channels(t.Context(), elder); err != nil || len(channels) != 1 {
		t.Fatalf("%v, %v; want H5 once", channels, err)
	}
	const third, thirdIs = "137 0013-7000", "+8613700137000"
	if _, err := s.PhoneBind(t.Context(), elder, third, s.send(t, third, thirdIs)); err != nil {
		t.Fatal(err)
	}
	if who := s.phoneSignsIn(t, third, thirdIs); who != elder {
		t.Errorf("the phone bound last signs %s in", who)
	}
	for _, number := range [][2]string{{phone, phoneIs}, {second, secondIs}} {
		if who := s.phoneSignsIn(t, number[0], number[1]); who == elder || who == younger {
			t.Errorf("%s still signs %s in", number[0], who)
		}
	}
}

// The session of an account that was merged counts no more at once, the survivor's goes on; a refresh makes the one the other.
func TestASessionEndsWithAMerge(t *testing.T) {
	s := open(t)
	elder := s.signIn(t, wechat, "o-1")
	s.clock.Advance(time.Second)
	younger := s.signIn(t, douyin, "o-2")
	was := s.Authenticate(t.Context(), "Bearer "+younger.AccessToken)
	if was.Problem != nil || was.ShopperID != younger.ShopperID {
		t.Fatalf("%+v", was)
	}
	s.links(t, younger.ShopperID, wechat, identity.Credentials{Code: "o-1"})
	want(t, s.SessionEnded(was), identity.ErrMerged)
	want(t, s.Authenticate(t.Context(), "Bearer "+younger.AccessToken).Problem, identity.ErrMerged)
	if err := s.SessionEnded(&viewer.Viewer{ShopperID: elder.ShopperID}); err != nil {
		t.Fatal(err)
	}
	pair, err := s.SessionRefresh(t.Context(), younger.RefreshToken)
	if err != nil || pair.ShopperID != elder.ShopperID {
		t.Fatalf("%+v, %v", pair, err)
	}
	if v := s.Authenticate(t.Context(), "Bearer "+pair.AccessToken); v.Problem != nil || v.ShopperID != elder.ShopperID || v.Channel != douyin {
		t.Fatalf("%+v", v)
	}
}

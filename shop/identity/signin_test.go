package identity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/identity"
)

func TestFirstSignInsAtOnceGiveOneShopper(t *testing.T) {
	for _, tc := range []struct {
		name     string
		channels []string
		code     func(i int) string
		links    int
	}{
		{"one openid", []string{wechat}, func(int) string { return "o-1" }, 1},
		{"one openid with a union id", []string{wechat}, func(int) string { return "o-1/u-1" }, 1},
		{"two apps of one owner", []string{wechat}, func(i int) string { return []string{"o-1/u-1", "o-2/u-1"}[i%2] }, 2},
		{"a demo name on two channels", []string{wechat, douyin}, func(int) string { return "demo:小明" }, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := open(t)
			sessions := make([]*identity.Session, 16)
			errs := together(len(sessions), func(i int) (err error) {
				sessions[i], err = s.SessionCreate(t.Context(), identity.SignIn{
					Channel: tc.channels[i%len(tc.channels)], Credentials: identity.Credentials{Code: tc.code(i)},
				})
				return err
			})
			for i, err := range errs {
				if err != nil {
					t.Fatal(err)
				}
				if sessions[i].ShopperID != sessions[0].ShopperID {
					t.Fatal("two shoppers")
				}
			}
			if n, links := s.count(t, "shoppers"), s.count(t, "channel_identities"); n != 1 || links != tc.links {
				t.Fatalf("%d shoppers, %d identities; want 1 and %d", n, links, tc.links)
			}
			if n := s.count(t, "sessions"); n != len(sessions) {
				t.Fatalf("%d sessions; want %d", n, len(sessions))
			}
		})
	}
}

func TestWhatASignInCreates(t *testing.T) {
	s := open(t)
	first := s.signIn(t, wechat, "o-1")
	again := s.signIn(t, wechat, "o-1")
	if first.ShopperID != again.ShopperID || first.RefreshToken == again.RefreshToken {
		t.Fatal("want the same shopper and another session")
	}
	if got := first.ExpiresAt.Sub(s.clock.Now()); got != 15*time.Minute {
		t.Fatalf("the access token lives for %v", got)
	}
	who, err := s.Shopper(t.Context(), first.ShopperID)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(who.Nickname, "用户") || len([]rune(who.Nickname)) != 6 || !id.Is(who.PublicID, "pub") || who.PhoneMasked != nil || who.AvatarURL != nil {
		t.Fatalf("%+v", who)
	}
	if payer, err := s.PayerID(t.Context(), who.ID, wechat); err != nil || payer != "o-1" {
		t.Fatalf("payer %q, %v", payer, err)
	}
	if payer, err := s.PayerID(t.Context(), who.ID, "H5"); err != nil || payer != "" {
		t.Fatalf("payer %q, %v; want none", payer, err)
	}
	other := s.signIn(t, douyin, "o-1")
	if other.ShopperID == first.ShopperID {
		t.Fatal("the same openid of another platform is another person")
	}
}

func TestUnionIDs(t *testing.T) {
	s := open(t)
	plain := s.signIn(t, wechat, "o-1") // the platform gives the union id only later
	learnt := s.signIn(t, wechat, "o-1/u-1")
	second := s.signIn(t, wechat, "o-2/u-1")
	if plain.ShopperID != learnt.ShopperID || second.ShopperID != plain.ShopperID {
		t.Fatal("want one shopper")
	}
	if elsewhere := s.signIn(t, douyin, "o-9/u-1"); elsewhere.ShopperID == plain.ShopperID {
		t.Fatal("a union id of another owner's is somebody else's")
	}
	if payer, err := s.PayerID(t.Context(), plain.ShopperID, wechat); err != nil || payer == "" {
		t.Fatalf("payer %q, %v", payer, err)
	}
	channels, err := s.Channels(t.Context(), plain.ShopperID)
	if err != nil || len(channels) != 1 {
		t.Fatalf("%v, %v; want the one channel", channels, err)
	}
}

func TestSignInRefusals(t *testing.T) {
	s := open(t)
	for _, tc := range []struct {
		name, channel, code string
		want                error
		path                []string
	}{
		{"bad code", wechat, "x", identity.ErrCodeInvalid, []string{"input", "code"}},
		{"used code", wechat, "used", identity.ErrCodeUsed, []string{"input", "code"}},
		{"no code", wechat, "", fault.Blank, []string{"input", "code"}},
		{"endless code", wechat, "o" + strings.Repeat("x", 600), identity.ErrCodeInvalid, nil},
		{"platform down", wechat, "down", fault.Unavailable, nil},
		{"platform names nobody", wechat, "nobody", fault.Unavailable, nil},
		{"no such platform", "ALIPAY_MINI_PROGRAM", "o-1", fault.NotYet, []string{"input", "channel"}},
		{"a till", "STORE", "o-1", fault.NotYet, []string{"input", "channel"}},
		{"no phone", "H5", "123456", fault.Blank, []string{"input", "phone"}},
		{"demo name with a space", wechat, "demo:a b", identity.ErrCodeInvalid, nil},
		{"demo name too long", wechat, "demo:" + strings.Repeat("名", 33), identity.ErrCodeInvalid, nil},
		{"demo without a name", wechat, "demo:", identity.ErrCodeInvalid, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.SessionCreate(t.Context(), identity.SignIn{Channel: tc.channel, Credentials: identity.Credentials{Code: tc.code}})
			want(t, err, tc.want, tc.path...)
		})
	}
	if n := s.count(t, "shoppers") + s.count(t, "sessions"); n != 0 {
		t.Fatalf("refused sign-ins left %d rows", n)
	}
	s.cfg.Demo = false
	_, err := identity.New(s.cfg).SessionCreate(t.Context(), identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "demo:a"}})
	want(t, err, identity.ErrCodeInvalid)
}

func TestDemoHost(t *testing.T) {
	s := open(t)
	host := s.signIn(t, "H5", "demo:host")
	if !slices.Contains(host.Scopes, identity.ScopeHost) {
		t.Fatalf("scopes %v", host.Scopes)
	}
	guest := s.signIn(t, "APP", "demo:"+strings.Repeat("名", 32))
	if slices.Contains(guest.Scopes, identity.ScopeHost) {
		t.Fatalf("scopes %v", guest.Scopes)
	}
	for range 2 {
		if err := s.HostGrant(t.Context(), guest.ShopperID); err != nil {
			t.Fatal(err)
		}
	}
	if next, err := s.SessionRefresh(t.Context(), guest.RefreshToken); err != nil || !slices.Contains(next.Scopes, identity.ScopeHost) {
		t.Fatalf("%+v, %v; want HOST with the next pair", next, err)
	}
	want(t, s.HostGrant(t.Context(), id.New("shp")), fault.Missing)
}

func TestBannedErasedAndMergedShoppers(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	banned, merged, survivor := s.signIn(t, wechat, "o-1"), s.signIn(t, wechat, "o-2"), s.signIn(t, wechat, "o-3")
	s.exec(t, "UPDATE shoppers SET state = 'banned' WHERE id = ?", banned.ShopperID)
	s.exec(t, "UPDATE shoppers SET merged_into = ? WHERE id = ?", survivor.ShopperID, merged.ShopperID)

	_, err := s.SessionCreate(ctx, identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "o-1"}})
	want(t, err, identity.ErrClosed)
	_, err = s.SessionRefresh(ctx, banned.RefreshToken)
	want(t, err, identity.ErrTokenInvalid)
	name := "x"
	_, err = s.ProfileSet(ctx, banned.ShopperID, &name)
	want(t, err, fault.Unauthenticated)
	_, err = s.ProfileSet(ctx, merged.ShopperID, &name)
	want(t, err, identity.ErrMerged)
	if got := identity.Survivor(err); got != survivor.ShopperID {
		t.Fatalf("survivor %q", got)
	}
	if fault.Of(err).Code != "TOKEN_EXPIRED" || identity.Survivor(fault.Missing) != "" {
		t.Fatal("want TOKEN_EXPIRED, so that the client refreshes")
	}
	if pair, err := s.SessionRefresh(ctx, merged.RefreshToken); err != nil || pair.ShopperID != survivor.ShopperID {
		t.Fatalf("%+v, %v; want the survivor's", pair, err)
	}
	if again := s.signIn(t, wechat, "o-2"); again.ShopperID != survivor.ShopperID {
		t.Fatal("the merged shopper's channel signs the survivor in")
	}
	s.exec(t, "UPDATE shoppers SET merged_into = ? WHERE id = ?", merged.ShopperID, survivor.ShopperID)
	if _, err := s.SessionRefresh(ctx, survivor.RefreshToken); err == nil {
		t.Fatal("a circle of merges went through")
	}
	if err := s.Touch(ctx, survivor.ShopperID); err == nil {
		t.Fatal("Touch outside a transaction went through")
	}
}

package identity_test

import (
	"encoding/base64"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

func keysWith(t testing.TB, tokens string) *secret.Keys {
	t.Helper()
	env := func(name string) string {
		if name == secret.TokenKeys {
			return tokens
		}
		return ""
	}
	keys, err := secret.Load(env, filepath.Join(t.TempDir(), "secrets.json"), false)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestAuthenticate(t *testing.T) {
	s := open(t)
	session := s.signIn(t, wechat, "o-1")
	var statements store.Counter
	ctx := store.CountStatements(t.Context(), &statements)
	v := s.Authenticate(ctx, "bearer "+session.AccessToken)
	if v.Problem != nil || v.ShopperID != session.ShopperID || v.SessionID == "" || v.Channel != wechat || !slices.Equal(v.Scopes, []string{"SHOPPER"}) ||
		!v.Expires.Equal(session.ExpiresAt) {
		t.Fatalf("%+v", v)
	}
	if statements.Count() != 0 {
		t.Fatalf("%d statements; want none", statements.Count())
	}
	if v := s.Authenticate(t.Context(), ""); v.Problem != nil || v.ShopperID != "" {
		t.Fatalf("a visitor: %+v", v)
	}
	s.clock.Advance(15*time.Minute - time.Microsecond)
	if v := s.Authenticate(t.Context(), "Bearer "+session.AccessToken); v.Problem != nil {
		t.Fatalf("in its last moment: %v", v.Problem)
	}
	s.clock.Advance(time.Microsecond)
	v = s.Authenticate(t.Context(), "Bearer "+session.AccessToken)
	if !errors.Is(v.Problem, fault.TokenExpired) || v.ShopperID != "" || v.SessionID != "" || len(v.Scopes) > 0 {
		t.Fatalf("expired: %+v", v)
	}
}

func TestTokensThatDoNotCount(t *testing.T) {
	raw := []byte(strings.Repeat("k", 32))
	s := open(t)
	s.cfg.Keys = keysWith(t, "new:"+base64.StdEncoding.EncodeToString(raw))
	svc := identity.New(s.cfg)
	now := s.clock.Now()
	token := func(method jwt.SigningMethod, key any, kid string, change func(jwt.MapClaims)) string {
		c := jwt.MapClaims{"iss": "kaituan", "sub": "shp_1", "sid": "ses_1", "ch": wechat, "scp": []string{"SHOPPER"}, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
		change(c)
		t := jwt.NewWithClaims(method, c)
		t.Header["kid"] = kid
		signed, err := t.SignedString(key)
		if err != nil {
			panic(err)
		}
		return signed
	}
	same := func(jwt.MapClaims) {}
	without := func(name string) func(jwt.MapClaims) { return func(c jwt.MapClaims) { delete(c, name) } }
	good := token(jwt.SigningMethodHS256, raw, "new", same)
	if v := svc.Authenticate(t.Context(), "Bearer "+good); v.ShopperID != "shp_1" {
		t.Fatalf("the pattern itself: %+v", v)
	}
	header, _, _ := strings.Cut(good, ".")
	for name, bad := range map[string]string{
		"alg none":       token(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, "new", same),
		"HS512":          token(jwt.SigningMethodHS512, raw, "new", same),
		"other key":      token(jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), "new", same),
		"unknown kid":    token(jwt.SigningMethodHS256, raw, "old", same),
		"no kid":         token(jwt.SigningMethodHS256, raw, "", same),
		"future iat":     token(jwt.SigningMethodHS256, raw, "new", func(c jwt.MapClaims) { c["iat"] = now.Add(time.Minute).Unix() }),
		"no iat":         token(jwt.SigningMethodHS256, raw, "new", without("iat")),
		"no exp":         token(jwt.SigningMethodHS256, raw, "new", without("exp")),
		"no sub":         token(jwt.SigningMethodHS256, raw, "new", without("sub")),
		"no sid":         token(jwt.SigningMethodHS256, raw, "new", without("sid")),
		"other issuer":   token(jwt.SigningMethodHS256, raw, "new", func(c jwt.MapClaims) { c["iss"] = "else" }),
		"not yet":        token(jwt.SigningMethodHS256, raw, "new", func(c jwt.MapClaims) { c["nbf"] = now.Add(time.Minute).Unix() }),
		"header alone":   header,
		"cut":            good[:len(good)-1],
		"no signature":   good[:strings.LastIndex(good, ".")+1],
		"longer":         good + "A",
		"endless":        strings.Repeat("a", 5000),
		"empty":          "",
		"exp not number": token(jwt.SigningMethodHS256, raw, "new", func(c jwt.MapClaims) { c["exp"] = "soon" }),
	} {
		v := svc.Authenticate(t.Context(), "Bearer "+bad)
		if !errors.Is(v.Problem, fault.Unauthenticated) || v.ShopperID != "" {
			t.Errorf("%s: %+v", name, v)
		}
	}
	expired := token(jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), "new", func(c jwt.MapClaims) { c["exp"] = now.Unix() })
	if v := svc.Authenticate(t.Context(), "Bearer "+expired); !errors.Is(v.Problem, fault.Unauthenticated) {
		t.Errorf("expired and forged: %v", v.Problem)
	}
	for _, header := range []string{"Basic " + good, good, "Bearer", " "} {
		if v := svc.Authenticate(t.Context(), header); !errors.Is(v.Problem, fault.Unauthenticated) {
			t.Errorf("%.10q: %v", header, v.Problem)
		}
	}
}

func TestTokenKeysRotate(t *testing.T) {
	s := open(t)
	a, b := base64.StdEncoding.EncodeToString(secret.Random(32)), base64.StdEncoding.EncodeToString(secret.Random(32))
	serve := func(tokens string) *identity.Service {
		s.cfg.Keys = keysWith(t, tokens)
		return identity.New(s.cfg)
	}
	signIn := func(svc *identity.Service) string {
		session, err := svc.SessionCreate(t.Context(), identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "o-" + secretWord()}})
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + session.AccessToken
	}
	before, during, after := serve("a:"+a), serve("b:"+b+",a:"+a), serve("b:"+b)
	old, young := signIn(before), signIn(during)
	for _, tc := range []struct {
		name  string
		svc   *identity.Service
		token string
		good  bool
	}{
		{"old while rotating", during, old, true}, {"new after", after, young, true}, {"old after", after, old, false}, {"new before", before, young, false},
	} {
		if v := tc.svc.Authenticate(t.Context(), tc.token); (v.Problem == nil) != tc.good {
			t.Errorf("%s: %v", tc.name, v.Problem)
		}
	}
}

func secretWord() string { return base64.RawURLEncoding.EncodeToString(secret.Random(9)) }

func FuzzAuthenticate(f *testing.F) {
	s := open(f)
	session := s.signIn(f, wechat, "o-1")
	if err := s.EnsureDemoKeys(f.Context()); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"", "Bearer", "Bearer ", "Bearer " + session.AccessToken, "Bearer kt_demo_partner", "bearer kt_x", "Bearer a.b.c", "Basic eDp5", "Bearer eyJhbGciOiJub25lIn0.e30.",
	} {
		f.Add(seed)
	}
	ctx := f.Context()
	f.Fuzz(func(t *testing.T, header string) {
		v := s.Authenticate(ctx, header)
		_, token, _ := strings.Cut(header, " ")
		token = strings.TrimSpace(token)
		switch {
		case v.Problem != nil:
			if v.ShopperID != "" || v.PartnerID != "" || len(v.Scopes) > 0 {
				t.Fatalf("%q: a problem and yet %+v", header, v)
			}
		case v.ShopperID != "" && token != session.AccessToken:
			t.Fatalf("%q lets %s in", header, v.ShopperID)
		case v.PartnerID != "" && token != "kt_demo_partner" && token != "kt_demo_operator":
			t.Fatalf("%q lets %s in", header, v.PartnerID)
		case v.ShopperID == "" && v.PartnerID == "" && header != "":
			t.Fatalf("%q is nobody without a problem", header)
		}
	})
}

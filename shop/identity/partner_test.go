package identity_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

func TestPartnerKeys(t *testing.T) {
	s := open(t)
	var statements store.Counter
	ctx := store.CountStatements(t.Context(), &statements)
	key, err := s.KeyCreate(t.Context(), strings.Repeat("店", 100), []string{"ORDER_READ", "ORDER_FULFIL"})
	if err != nil || len(key) != 43 || !strings.HasPrefix(key, "kt_") {
		t.Fatalf("%q, %v", key, err)
	}
	v := s.Authenticate(ctx, "Bearer "+key)
	if v.Problem != nil || v.PartnerID == "" || v.ShopperID != "" || !slices.Equal(v.Scopes, []string{"ORDER_READ", "ORDER_FULFIL"}) || !v.Expires.IsZero() {
		t.Fatalf("%+v", v)
	}
	v.Scopes[0] = "MODERATION" // a caller's slice is his own
	if again := s.Authenticate(ctx, "Bearer "+key); again.Scopes[0] != "ORDER_READ" || statements.Count() != 1 {
		t.Fatalf("%+v after %d statements", again, statements.Count())
	}
	if ended, err := s.KeyRevoke(t.Context(), v.PartnerID); err != nil || !ended {
		t.Fatalf("%v, %v", ended, err)
	}
	if ended, err := s.KeyRevoke(t.Context(), v.PartnerID); err != nil || ended {
		t.Fatalf("twice: %v, %v", ended, err)
	}
	s.clock.Advance(10 * time.Second)
	if v := s.Authenticate(ctx, "Bearer "+key); !errors.Is(v.Problem, fault.Unauthenticated) || v.PartnerID != "" || len(v.Scopes) > 0 {
		t.Fatalf("revoked: %+v", v)
	}
	before := statements.Count()
	for range 5 {
		s.Authenticate(ctx, "Bearer kt_unknown")
		s.Authenticate(ctx, "Bearer kt_"+strings.Repeat("x", 100))
		s.Authenticate(ctx, "Bearer kt_é")
	}
	if n := statements.Count() - before; n != 1 {
		t.Fatalf("%d statements for one unknown key and two that are none; want 1", n)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	s := open(t)
	for _, tc := range []struct {
		name   string
		scopes []string
	}{
		{"", []string{"ORDER_READ"}},
		{strings.Repeat("x", 101), []string{"ORDER_READ"}},
		{"none", nil},
		{"unknown", []string{"ORDER_READ", "EVERYTHING"}},
		{"a shopper's", []string{"SHOPPER"}},
		{"a host's", []string{"HOST"}},
	} {
		if key, err := s.KeyCreate(t.Context(), tc.name, tc.scopes); err == nil || key != "" {
			t.Errorf("%s: made %q", tc.name, key)
		}
	}
	if err := s.KeyEnsure(t.Context(), "demo", "x", []string{"ORDER_READ"}); err == nil {
		t.Error("ensured a key without its prefix")
	}
	if n := s.count(t, "partner_keys"); n != 0 {
		t.Fatalf("%d keys", n)
	}
}

func TestDemoKeys(t *testing.T) {
	s := open(t)
	for _, err := range together(4, func(int) error { return s.EnsureDemoKeys(t.Context()) }) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := s.count(t, "partner_keys"); n != 2 {
		t.Fatalf("%d keys", n)
	}
	partner, operator := s.Authenticate(t.Context(), "Bearer kt_demo_partner"), s.Authenticate(t.Context(), "Bearer kt_demo_operator")
	if !partner.Has("WEBHOOK_WRITE") || partner.Has("MODERATION") || !operator.Has("MODERATION") || !operator.Has("INSIGHT_READ") || !operator.Has("POINTS_WRITE") {
		t.Fatalf("%v, %v", partner.Scopes, operator.Scopes)
	}
	if err := s.KeyEnsure(t.Context(), "kt_demo_partner", "fewer", []string{"ORDER_READ"}); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(10 * time.Second)
	if partner := s.Authenticate(t.Context(), "Bearer kt_demo_partner"); len(partner.Scopes) != 1 {
		t.Fatalf("%v", partner.Scopes)
	}
}

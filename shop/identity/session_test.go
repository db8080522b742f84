package identity_test

import (
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/identity"
)

func TestRefreshTokensRotate(t *testing.T) {
	s := open(t)
	session := s.signIn(t, wechat, "o-1")
	for range 3 {
		s.clock.Advance(29 * 24 * time.Hour) // each refresh prolongs the session
		next, err := s.SessionRefresh(t.Context(), session.RefreshToken)
		if err != nil {
			t.Fatal(err)
		}
		if next.RefreshToken == session.RefreshToken || next.AccessToken == session.AccessToken || next.ShopperID != session.ShopperID {
			t.Fatalf("%+v after %+v", next, session)
		}
		session = next
	}
	if n := s.count(t, "refresh_tokens"); n > 2 {
		t.Fatalf("%d tokens are kept; expired ones go", n)
	}
	s.clock.Advance(30 * 24 * time.Hour)
	_, err := s.SessionRefresh(t.Context(), session.RefreshToken)
	want(t, err, identity.ErrTokenInvalid, "input", "refreshToken")
	_, err = s.SessionRefresh(t.Context(), "rt_unknown")
	want(t, err, identity.ErrTokenInvalid)
	_, err = s.SessionRefresh(t.Context(), "")
	want(t, err, identity.ErrTokenInvalid)
}

func TestALostAnswerIsGivenAgain(t *testing.T) {
	s := open(t)
	session := s.signIn(t, wechat, "o-1")
	refresh := func(token string) *identity.Session {
		t.Helper()
		next, err := s.SessionRefresh(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	refresh(session.RefreshToken)
	s.clock.Advance(20 * time.Second)
	second := refresh(session.RefreshToken)
	s.clock.Advance(5 * time.Second)
	refresh(second.RefreshToken) // the successor is used: the first token may come no more
	_, err := s.SessionRefresh(t.Context(), session.RefreshToken)
	want(t, err, identity.ErrTokenInvalid)

	session = s.signIn(t, wechat, "o-1")
	lost := refresh(session.RefreshToken)
	second = refresh(session.RefreshToken)
	_, err = s.SessionRefresh(t.Context(), lost.RefreshToken) // was replaced: somebody else has it
	want(t, err, identity.ErrTokenInvalid)
	_, err = s.SessionRefresh(t.Context(), second.RefreshToken)
	want(t, err, identity.ErrTokenInvalid)
}

func TestATokenUsedTwiceRevokesTheFamily(t *testing.T) {
	s := open(t)
	other := s.signIn(t, wechat, "o-1")
	session := s.signIn(t, wechat, "o-1")
	next, err := s.SessionRefresh(t.Context(), session.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(30 * time.Second) // past the grace of a lost answer
	_, err = s.SessionRefresh(t.Context(), session.RefreshToken)
	want(t, err, identity.ErrTokenInvalid)
	_, err = s.SessionRefresh(t.Context(), next.RefreshToken)
	want(t, err, identity.ErrTokenInvalid)
	if _, err := s.SessionRefresh(t.Context(), other.RefreshToken); err != nil {
		t.Fatalf("another session of the same shopper: %v", err)
	}
	var reason string
	if err := s.store.DB().QueryRowContext(t.Context(), "SELECT revoked_for FROM sessions WHERE revoked_at IS NOT NULL").Scan(&reason); err != nil || reason != "token_reuse" {
		t.Fatalf("%q, %v", reason, err)
	}
}

func TestOfRefreshesAtOnceOnePairCounts(t *testing.T) {
	s := open(t)
	session := s.signIn(t, wechat, "o-1")
	for _, err := range together(50, func(int) error {
		_, err := s.SessionRefresh(t.Context(), session.RefreshToken)
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	var living int
	if err := s.store.DB().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM refresh_tokens WHERE used_at IS NULL").Scan(&living); err != nil || living != 1 || s.count(t, "refresh_tokens") != 51 {
		t.Fatalf("%d tokens count, %v", living, err)
	}
}

func TestSignOut(t *testing.T) {
	s := open(t)
	session := s.signIn(t, wechat, "o-1")
	s.clock.Advance(time.Hour) // the access token has run out
	for range 2 {
		if ended, err := s.SessionRevoke(t.Context(), session.RefreshToken); err != nil || !ended {
			t.Fatalf("%v, %v", ended, err)
		}
	}
	_, err := s.SessionRefresh(t.Context(), session.RefreshToken)
	want(t, err, identity.ErrTokenInvalid)
	if ended, err := s.SessionRevoke(t.Context(), "rt_unknown"); err != nil || ended {
		t.Fatalf("%v, %v", ended, err)
	}
}

func TestSignOutAgainstRefresh(t *testing.T) {
	s := open(t)
	for range 5 {
		session := s.signIn(t, wechat, "o-1")
		var next *identity.Session
		errs := together(2, func(i int) (err error) {
			if i == 0 {
				_, err = s.SessionRevoke(t.Context(), session.RefreshToken)
				return err
			}
			next, err = s.SessionRefresh(t.Context(), session.RefreshToken)
			return err
		})
		if errs[0] != nil || errs[1] != nil && !errors.Is(errs[1], identity.ErrTokenInvalid) {
			t.Fatal(errs)
		}
		if next != nil {
			_, err := s.SessionRefresh(t.Context(), next.RefreshToken)
			want(t, err, identity.ErrTokenInvalid)
		}
	}
}

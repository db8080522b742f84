package identity_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/shop/identity"
)

// erase makes a person unknown.
func (s *shop) erase(t testing.TB, ids ...string) {
	t.Helper()
	err := s.store.InTx(t.Context(), func(ctx context.Context) error {
		if err := s.Touch(ctx, ids[0]); err != nil {
			return err
		}
		_, err := s.Erase(ctx, ids, s.clock.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wantLeft fails unless the person was here before until then.
func (s *shop) wantLeft(t testing.TB, what, shopperID string, until time.Time) {
	t.Helper()
	if left, err := s.Left(t.Context(), shopperID); err != nil || !left.Equal(until) {
		t.Errorf("%s: here before until %v, %v; want %v", what, left, err, until)
	}
}

// The test's clock begins at 16:30 on the first of March in the shop's zone.
var (
	never    time.Time
	midnight = time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC)
)

// Whatever an erased person was known by says of an account that is given it, at its making or later, that its person was here before.
func TestWhoLeftIsNotNew(t *testing.T) {
	code := func(c string) identity.Credentials { return identity.Credentials{Code: c} }
	for name, tc := range map[string]struct {
		was, again func(t *testing.T, s *shop) string
		want       time.Time
	}{
		"the same account of a platform": {
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-1").ShopperID },
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-1").ShopperID }, midnight,
		},
		"another app of the platform's owner": {
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-1/u-1").ShopperID },
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-2/u-1").ShopperID }, midnight,
		},
		"a union id that is learned": {
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-1/u-1").ShopperID },
			func(t *testing.T, s *shop) string {
				s.wantLeft(t, "before it", s.signIn(t, wechat, "o-2").ShopperID, never)
				return s.signIn(t, wechat, "o-2/u-1").ShopperID
			}, midnight,
		},
		"an app that is joined by the union id": {
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-1").ShopperID },
			func(t *testing.T, s *shop) string {
				s.wantLeft(t, "before it", s.signIn(t, wechat, "o-2/u-1").ShopperID, never)
				return s.signIn(t, wechat, "o-1/u-1").ShopperID
			}, midnight,
		},
		"a channel that is linked": {
			func(t *testing.T, s *shop) string { return s.signIn(t, douyin, "o-1").ShopperID },
			func(t *testing.T, s *shop) string {
				who := s.signIn(t, wechat, "o-2").ShopperID
				s.wantLeft(t, "before it", who, never)
				return s.links(t, who, douyin, code("o-1")).ShopperID
			}, midnight,
		},
		"a phone signs in": {
			func(t *testing.T, s *shop) string { return s.phoneSignsIn(t, phone, phoneIs) },
			func(t *testing.T, s *shop) string { return s.phoneSignsIn(t, phone, phoneIs) }, midnight,
		},
		"a phone is bound": {
			func(t *testing.T, s *shop) string { return s.phoneSignsIn(t, phone, phoneIs) },
			func(t *testing.T, s *shop) string {
				who := s.signIn(t, wechat, "o-2").ShopperID
				s.clock.Advance(time.Minute)
				if _, err := s.PhoneBind(t.Context(), who, phone, s.send(t, phone, phoneIs)); err != nil {
					t.Fatal(err)
				}
				return who
			}, midnight,
		},
		"a phone is linked": {
			func(t *testing.T, s *shop) string { return s.phoneSignsIn(t, phone, phoneIs) },
			func(t *testing.T, s *shop) string {
				who := s.signIn(t, wechat, "o-2").ShopperID
				s.clock.Advance(time.Minute)
				return s.links(t, who, "H5", identity.Credentials{Phone: phone, Code: s.send(t, phone, phoneIs)}).ShopperID
			}, midnight,
		},
		"one that is merged with another": {
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-1").ShopperID },
			func(t *testing.T, s *shop) string {
				elder := s.signIn(t, douyin, "o-2").ShopperID
				s.clock.Advance(time.Second)
				s.signIn(t, wechat, "o-1")
				return s.links(t, elder, wechat, code("o-1")).ShopperID
			}, midnight,
		},
		"the same id of another platform": {
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-1").ShopperID },
			func(t *testing.T, s *shop) string { return s.signIn(t, douyin, "o-1").ShopperID }, never,
		},
		"the union id of another owner": {
			func(t *testing.T, s *shop) string { return s.signIn(t, wechat, "o-1/u-1").ShopperID },
			func(t *testing.T, s *shop) string { return s.signIn(t, douyin, "o-2/u-1").ShopperID }, never,
		},
		"somebody else": {
			func(t *testing.T, s *shop) string { return s.phoneSignsIn(t, phone, phoneIs) },
			func(t *testing.T, s *shop) string { return s.phoneSignsIn(t, second, secondIs) }, never,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			was := tc.was(t, s)
			s.wantLeft(t, "before an erasure", was, never)
			s.erase(t, was)
			s.clock.Advance(24 * time.Hour)
			who := tc.again(t, s)
			if who == was {
				t.Fatal("the erased account is back")
			}
			s.wantLeft(t, "afterwards", who, tc.want)
			if err := s.Touch(t.Context(), was); err == nil {
				t.Error("the erased account acts")
			}
		})
	}
}

// Of several erasures the last counts, of merged accounts the later one; what an account knew goes with it.
func TestErasedAgain(t *testing.T) {
	s := open(t)
	s.erase(t, s.signIn(t, wechat, "o-1").ShopperID)
	s.erase(t, s.signIn(t, douyin, "o-2").ShopperID)
	s.clock.Advance(24 * time.Hour)
	again := s.signIn(t, wechat, "o-1").ShopperID
	s.wantLeft(t, "once", again, midnight)
	s.erase(t, again)
	if left := s.row(t, "SELECT COUNT(*) FROM shoppers WHERE left_on IS NOT NULL"); left != 0 {
		t.Error("an erased row says that he was here before")
	}
	s.erase(t, s.signIn(t, wechat, "o-1").ShopperID) // twice on one day
	thrice := s.signIn(t, wechat, "o-1").ShopperID
	s.wantLeft(t, "the third time", thrice, midnight.AddDate(0, 0, 1))
	elder := s.signIn(t, douyin, "o-2").ShopperID
	s.wantLeft(t, "the other", elder, midnight)
	for _, reader := range []func(ctx context.Context) (time.Time, error){
		func(ctx context.Context) (time.Time, error) { return s.Left(identity.Remembering(ctx), elder) },
		func(ctx context.Context) (time.Time, error) { // beside his address
			ctx = identity.Remembering(ctx)
			s.save(t, elder, draft(nil))
			_, err := s.DefaultAddress(ctx, elder)
			left, lookErr := s.Left(ctx, elder)
			return left, errors.Join(err, lookErr)
		},
	} {
		if left, err := reader(t.Context()); err != nil || !left.Equal(midnight) {
			t.Errorf("remembered: %v, %v", left, err)
		}
	}
	person := s.links(t, elder, wechat, identity.Credentials{Code: "o-1"}).ShopperID
	s.wantLeft(t, "as one person", person, midnight.AddDate(0, 0, 1))
	s.erase(t, person, other(person, thrice, elder))
	s.wantLeft(t, "by either proof", s.signIn(t, douyin, "o-2").ShopperID, midnight.AddDate(0, 0, 1))
}

func other(not string, of ...string) string {
	return of[(slices.Index(of, not)+1)%2]
}

// A mark is none of the hashes by which anybody is found, one for each proof, and goes when it is old; one that was moved goes later.
func TestMarksOfDepartures(t *testing.T) {
	s := open(t)
	who := s.phoneSignsIn(t, phone, phoneIs)
	s.links(t, who, wechat, identity.Credentials{Code: "o-1/u-1"})
	stays := s.signIn(t, douyin, "o-2").ShopperID
	hashes, err := s.store.Texts(t.Context(), "SELECT subject_hash FROM channel_identities UNION SELECT union_hash FROM channel_identities WHERE union_hash IS NOT NULL UNION SELECT phone_hash FROM shoppers WHERE phone_hash IS NOT NULL")
	if err != nil || len(hashes) != 5 {
		t.Fatalf("%v, %v", hashes, err)
	}
	s.erase(t, who)
	marks, err := s.store.Texts(t.Context(), "SELECT hash FROM departures")
	if err != nil || len(marks) != 3 {
		t.Fatalf("%v, %v; want the phone, the platform's id and the union id", marks, err)
	}
	for _, mark := range marks {
		if slices.Contains(hashes, mark) {
			t.Errorf("%s is how somebody was found", mark)
		}
	}
	runner := deadline.NewRunner(s.cfg.Deadlines, s.clock.Now, deadline.Pool{Workers: 1, Handlers: s.Handlers()})
	left := func(want int) {
		t.Helper()
		if _, err := runner.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := s.count(t, "departures"); n != want {
			t.Fatalf("%d marks, want %d", n, want)
		}
	}
	s.clock.Advance(24 * time.Hour)
	s.erase(t, s.signIn(t, wechat, "o-1").ShopperID) // moves one
	s.clock.Advance(midnight.AddDate(0, 0, 180).Sub(s.clock.Now()) - time.Second)
	left(3)
	s.clock.Advance(time.Second)
	left(1)
	s.wantLeft(t, "by the phone", s.phoneSignsIn(t, phone, phoneIs), never)
	s.wantLeft(t, "by the platform", s.signIn(t, wechat, "o-1").ShopperID, midnight.AddDate(0, 0, 1))
	s.clock.Advance(24 * time.Hour)
	left(0)
	if n := s.row(t, "SELECT COUNT(*) FROM deadlines"); n != 0 {
		t.Errorf("%d deadlines are left", n)
	}
	s.wantLeft(t, "who stayed", stays, never)
}

// row is the number that a query counts.
func (s *shop) row(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	if err := s.store.DB().QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

package identity_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/identity"
)

const (
	till  = "pak_01JD8Q2M0V6T3C9E5K7R1XW4ZA"
	till2 = "pak_01JD8Q2M0V6T3C9E5K7R1XW4ZB"
)

func byCode(code string) identity.MemberRef { return identity.MemberRef{Code: &code} }

func byID(shopperID string) identity.MemberRef { return identity.MemberRef{ID: &shopperID} }

func byNumber(phone string) identity.MemberRef { return identity.MemberRef{Phone: &phone} }

func (s *shop) code(t testing.TB, shopperID string) string {
	t.Helper()
	code, err := s.MemberCode(t.Context(), shopperID)
	if err != nil {
		t.Fatal(err)
	}
	return code.Value
}

// misses are n codes with the member number of code, of which the shop takes none now.
func (s *shop) misses(t testing.TB, shopperID, code string, n int) []string {
	t.Helper()
	near := map[string]bool{}
	s.clock.Advance(-30 * time.Second)
	for range 3 {
		near[s.code(t, shopperID)[12:]] = true
		s.clock.Advance(30 * time.Second)
	}
	s.clock.Advance(-60 * time.Second)
	var codes []string
	for i := 0; len(codes) < n; i++ {
		if digits := fmt.Sprintf("%06d", i); !near[digits] {
			codes = append(codes, code[:12]+digits)
		}
	}
	return codes
}

func (s *shop) identified(t testing.TB, partner string, ref identity.MemberRef, want string) {
	t.Helper()
	if got, err := s.Identify(t.Context(), partner, ref); err != nil || got != want {
		t.Fatalf("%q, %v; want %s", got, err, want)
	}
}

func (s *shop) refused(t testing.TB, partner string, ref identity.MemberRef, target error, path ...string) error {
	t.Helper()
	got, err := s.Identify(t.Context(), partner, ref)
	want(t, err, target, path...)
	if got != "" {
		t.Fatalf("a refusal names %s", got)
	}
	return err
}

func TestMemberCode(t *testing.T) {
	s := open(t)
	a, b := s.signIn(t, wechat, "o-1").ShopperID, s.signIn(t, wechat, "o-2").ShopperID
	first, err := s.MemberCode(t.Context(), a)
	if err != nil || len(first.Value) != 18 || strings.Trim(first.Value, "0123456789") != "" || first.Value[0] == '0' ||
		!first.ValidUntil.Equal(s.clock.Now().Add(30*time.Second)) {
		t.Fatalf("%+v, %v", first, err)
	}
	s.clock.Advance(30*time.Second - time.Microsecond)
	if again, err := s.MemberCode(t.Context(), a); err != nil || *again != *first {
		t.Fatalf("%+v, %v; want the same for 30 seconds", again, err)
	}
	s.clock.Advance(time.Microsecond)
	next, other := s.code(t, a), s.code(t, b)
	if next[:12] != first.Value[:12] || next == first.Value || other[:12] == next[:12] || other[12:] == next[12:] {
		t.Fatalf("%s, then %s; another's %s", first.Value, next, other)
	}
	if got, err := identity.New(s.cfg).MemberCode(t.Context(), a); err != nil || got.Value != next {
		t.Fatalf("%+v, %v; want the same from another process", got, err)
	}
	s.identified(t, till, byCode(next), a)
	s.identified(t, till, byCode(other[:4]+" "+other[4:]), b)
	_, err = s.MemberCode(t.Context(), id.New("shp"))
	want(t, err, fault.Unauthenticated)
}

func TestANumberIsMadeOnceByRivals(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	codes := make([]string, 32)
	for _, err := range together(len(codes), func(i int) error {
		code, err := s.MemberCode(context.Background(), a)
		if err == nil {
			codes[i] = code.Value
		}
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, code := range codes {
		if code != codes[0] {
			t.Fatalf("%s and %s", code, codes[0])
		}
	}
	if n := s.count(t, "member_numbers"); n != 1 {
		t.Fatalf("%d numbers", n)
	}
}

func TestCodesCountOneStepBeforeAndAfter(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	for steps, good := range map[int]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		t.Run(fmt.Sprint(steps), func(t *testing.T) {
			s.clock.Advance(time.Hour)
			code := s.code(t, a)
			s.clock.Advance(time.Duration(steps) * 30 * time.Second)
			if good {
				s.identified(t, till, byCode(code), a)
			} else {
				s.refused(t, till, byCode(code), identity.ErrCodeInvalid, "code")
			}
		})
	}
}

func TestAMemberCodeIsTakenOncePerPartner(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	code := s.code(t, a)
	two := []*identity.Service{s.Service, identity.New(s.cfg)}
	good := 0
	for _, err := range together(64, func(i int) error {
		got, err := two[i%2].Identify(context.Background(), till, byCode(code))
		if err == nil && got != a {
			return fmt.Errorf("it names %s", got)
		}
		return err
	}) {
		switch {
		case err == nil:
			good++
		case !errors.Is(err, identity.ErrCodeUsed):
			t.Fatal(err)
		}
	}
	if good != 1 {
		t.Fatalf("taken %d times", good)
	}
	s.identified(t, till2, byCode(code), a)
	s.refused(t, till2, byCode(code), identity.ErrCodeUsed, "code")
	s.clock.Advance(30 * time.Second)
	s.refused(t, till, byCode(code), identity.ErrCodeUsed, "code") // while it would still count
	s.identified(t, till, byCode(s.code(t, a)), a)
	if n := s.count(t, "member_guesses"); n != 0 {
		t.Fatalf("%d counts of guesses, though nobody guessed", n)
	}
}

// An unknown number is answered like a known one, and nothing tells whether its digits were right.
func TestGuessesOfANumberAreLimited(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	for _, unknown := range []string{"", "100000000000"} {
		t.Run("number "+unknown, func(t *testing.T) {
			of := func() string { // the code of now
				code := s.code(t, a)
				if unknown != "" {
					code = unknown + code[12:]
				}
				return code
			}
			two, partners := []*identity.Service{s.Service, identity.New(s.cfg)}, []string{till, till2}
			wrong, codes := 0, s.misses(t, a, of(), 40)
			for _, err := range together(len(codes), func(i int) error {
				_, err := two[i%2].Identify(context.Background(), partners[i/2%2], byCode(codes[i]))
				return err
			}) {
				if errors.Is(err, identity.ErrCodeInvalid) {
					wrong++
				} else {
					want(t, err, fault.TooOften, "code")
				}
			}
			if wrong != 5 {
				t.Fatalf("%d guesses were answered; want 5", wrong)
			}
			s.clock.Advance(10 * time.Minute)
			uses := s.count(t, "member_code_uses")
			err := s.refused(t, till, byCode(of()), fault.TooOften, "code")
			if got := fault.Of(err).RetryAfter; got != 5*time.Minute || s.count(t, "member_code_uses") != uses {
				t.Fatalf("retry after %v; want 5m, and the code not used up", got)
			}
			s.clock.Advance(5 * time.Minute)
			if unknown == "" {
				s.identified(t, till, byCode(of()), a)
			} else {
				s.refused(t, till, byCode(of()), identity.ErrCodeInvalid, "code")
			}
		})
	}
}

// A burst that holds the right code finds it only when its turn is among the first, however many run at once.
func TestABurstIsAnsweredFiveTimes(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	code := s.code(t, a)
	codes := append(s.misses(t, a, code, 47), code)
	wrong, right := 0, 0
	for _, err := range together(len(codes), func(i int) error {
		_, err := s.Identify(context.Background(), till, byCode(codes[i]))
		return err
	}) {
		switch {
		case err == nil:
			right++
		case errors.Is(err, identity.ErrCodeInvalid):
			wrong++
		default:
			want(t, err, fault.TooOften)
		}
	}
	if wrong != 5 || right > 1 || right != s.count(t, "member_code_uses") {
		t.Fatalf("%d wrong and %d right ones were answered", wrong, right)
	}
}

func TestGuessesByAPartnerAreLimited(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	two := []*identity.Service{s.Service, identity.New(s.cfg)}
	wrong := 0
	for _, err := range together(80, func(i int) error {
		_, err := two[i%2].Identify(context.Background(), till, byCode(fmt.Sprintf("1000000%05d000000", i)))
		return err
	}) {
		if errors.Is(err, identity.ErrCodeInvalid) {
			wrong++
		} else {
			want(t, err, fault.TooOften, "code")
		}
	}
	if wrong != 50 {
		t.Fatalf("%d guesses were answered; want 50", wrong)
	}
	err := s.refused(t, till, byCode(s.code(t, a)), fault.TooOften, "code")
	if got := fault.Of(err).RetryAfter; got != time.Hour {
		t.Fatalf("retry after %v; want 1h", got)
	}
	s.identified(t, till2, byCode(s.code(t, a)), a) // the limit is the other's, and it kept no number shut
	s.identified(t, till, byID(a), a)
	s.clock.Advance(time.Hour)
	s.identified(t, till, byCode(s.code(t, a)), a)
}

func TestIdentifyByPhone(t *testing.T) {
	s := open(t)
	session, err := s.byPhone(t.Context(), phone, s.send(t, phone, phoneIs))
	if err != nil {
		t.Fatal(err)
	}
	a := session.ShopperID
	for _, written := range []string{phone, "13800138000", " +86 138 0013 8000"} {
		s.identified(t, till, byNumber(written), a)
	}
	s.refused(t, till, byNumber(""), fault.Blank, "phone")
	s.refused(t, till, byNumber("138"), fault.Invalid, "phone")
	two := []*identity.Service{s.Service, identity.New(s.cfg)}
	unknown := 0
	for _, err := range together(70, func(i int) error {
		_, err := two[i%2].Identify(context.Background(), till, byNumber(fmt.Sprintf("139%08d", i)))
		return err
	}) {
		if errors.Is(err, fault.Missing) {
			unknown++
		} else {
			want(t, err, fault.TooOften, "phone")
		}
	}
	if unknown != 50 {
		t.Fatalf("%d unknown phones were answered; want 50", unknown)
	}
	s.refused(t, till, byNumber(phone), fault.TooOften, "phone")
	s.identified(t, till2, byNumber(phone), a)
	s.identified(t, till, byCode(s.code(t, a)), a)
	s.clock.Advance(time.Hour)
	s.identified(t, till, byNumber(phone), a)
	s.exec(t, "UPDATE shoppers SET state = 'banned' WHERE id = ?", a)
	s.refused(t, till, byNumber(phone), fault.Missing, "phone")
}

func TestWhatIsNoReference(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	code, number := s.code(t, a), phone
	for _, ref := range []identity.MemberRef{
		{}, {ID: &a, Code: &code}, {ID: &a, Phone: &number}, {Code: &code, Phone: &number}, {ID: &a, Code: &code, Phone: &number},
	} {
		s.refused(t, till, ref, fault.Invalid)
	}
	who, err := s.Shopper(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "x", id.New("shp"), who.PublicID, strings.ToLower(a), a + " "} {
		s.refused(t, till, byID(bad), fault.Missing, "id")
	}
	for range 60 { // a till that scans something else guesses nothing
		s.refused(t, till, byCode("6901234567892"), identity.ErrCodeInvalid, "code")
	}
	if n := s.count(t, "member_guesses"); n != 0 {
		t.Fatalf("%d counts of guesses", n)
	}
	s.identified(t, till, byID(a), a)
	s.identified(t, till, byCode(code), a) // not used up
}

func TestMembersWhoAreMergedBannedOrErased(t *testing.T) {
	s := open(t)
	merged, survivor := s.signIn(t, wechat, "o-1").ShopperID, s.signIn(t, wechat, "o-2").ShopperID
	old := s.code(t, merged)
	s.exec(t, "UPDATE shoppers SET merged_into = ? WHERE id = ?", survivor, merged)
	s.identified(t, till, byCode(old), survivor)
	s.refused(t, till, byCode(old), identity.ErrCodeUsed)
	s.identified(t, till, byCode(s.code(t, survivor)), survivor)
	s.identified(t, till, byID(merged), survivor)

	s.exec(t, "UPDATE shoppers SET state = 'banned' WHERE id = ?", survivor)
	s.refused(t, till2, byCode(old), identity.ErrCodeInvalid, "code")
	s.refused(t, till2, byID(merged), fault.Missing, "id")
	s.refused(t, till2, byID(survivor), fault.Missing, "id")

	erased := s.signIn(t, wechat, "o-3").ShopperID
	code := s.code(t, erased)
	s.exec(t, "UPDATE shoppers SET data_key = NULL WHERE id = ?", erased)
	s.refused(t, till, byCode(code), identity.ErrCodeInvalid, "code") // the secret is gone, whatever the state says
	s.exec(t, "UPDATE shoppers SET state = 'erased' WHERE id = ?", erased)
	s.refused(t, till, byCode(code), identity.ErrCodeInvalid, "code")
	s.refused(t, till, byID(erased), fault.Missing, "id")
	_, err := s.MemberCode(t.Context(), erased)
	want(t, err, fault.Unauthenticated)

	s.exec(t, "UPDATE shoppers SET merged_into = ? WHERE id = ?", merged, survivor)
	if _, err := s.Identify(t.Context(), till, byID(merged)); err == nil {
		t.Fatal("a circle of merges went through")
	}
}

func TestCodesOfANewMemberWhoIsClosed(t *testing.T) {
	s := open(t)
	banned, merged, survivor := s.signIn(t, wechat, "o-1").ShopperID, s.signIn(t, wechat, "o-2").ShopperID, s.signIn(t, wechat, "o-3").ShopperID
	s.exec(t, "UPDATE shoppers SET state = 'banned' WHERE id = ?", banned)
	s.exec(t, "UPDATE shoppers SET merged_into = ? WHERE id = ?", survivor, merged)
	_, err := s.MemberCode(t.Context(), banned)
	want(t, err, fault.Unauthenticated)
	_, err = s.MemberCode(t.Context(), merged)
	want(t, err, identity.ErrMerged)
	if n := s.count(t, "member_numbers"); n != 0 {
		t.Fatalf("%d numbers", n)
	}
}

func TestOldUsesAndGuessesAreRemoved(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	for i := range 40 {
		s.identified(t, fmt.Sprint("pak_", i), byCode(s.code(t, a)), a)
		s.refused(t, fmt.Sprint("pak_", i), byCode(fmt.Sprintf("1000000%05d000000", i)), identity.ErrCodeInvalid)
	}
	if uses, guesses := s.count(t, "member_code_uses"), s.count(t, "member_guesses"); uses != 40 || guesses != 80 {
		t.Fatalf("%d uses, %d guesses", uses, guesses)
	}
	s.clock.Advance(10*time.Minute + time.Second)
	s.identified(t, till, byCode(s.code(t, a)), a)
	if uses, guesses := s.count(t, "member_code_uses"), s.count(t, "member_guesses"); uses != 9 || guesses != 80 {
		t.Fatalf("%d uses, %d guesses; want a batch of uses less", uses, guesses)
	}
	s.clock.Advance(2 * time.Hour)
	for range 5 {
		s.identified(t, till, byCode(s.code(t, a)), a)
		s.clock.Advance(30 * time.Second)
	}
	if uses, guesses := s.count(t, "member_code_uses"), s.count(t, "member_guesses"); uses > 32+5 || guesses > 31 {
		t.Fatalf("%d uses, %d guesses are left", uses, guesses)
	}
}

func TestLogsTellNoCode(t *testing.T) {
	s := open(t)
	var log bytes.Buffer
	s.cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	s.Service = identity.New(s.cfg)
	a := s.signIn(t, wechat, "o-1").ShopperID
	code := s.code(t, a)
	s.exec(t, "DROP TABLE member_guesses")
	errs := []error{s.refusedAnyhow(t, byCode(code)), s.refusedAnyhow(t, byNumber(phone))}
	text := log.String() + fmt.Sprint(errs)
	for _, secret := range []string{code, code[:12], code[12:], "13800138000", "0013-8000"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in %s", secret, text)
		}
	}
	if !strings.Contains(text, "count a guess") {
		t.Errorf("%s: nothing failed", text)
	}
}

func (s *shop) refusedAnyhow(t testing.TB, ref identity.MemberRef) error {
	t.Helper()
	_, err := s.Identify(t.Context(), till, ref)
	if err == nil {
		t.Fatal("it went through")
	}
	return err
}

package identity_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/identity"
)

const (
	phone   = "138 0013-8000"
	phoneIs = "+8613800138000"
)

// send asks for a code and returns it.
func (s *shop) send(t testing.TB, phone, is string) string {
	t.Helper()
	if _, err := s.PhoneCodeSend(t.Context(), phone, ""); err != nil {
		t.Fatal(err)
	}
	return s.phones.last(is)
}

// wrong is a code that is not code.
func wrong(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}

func TestSignInByPhone(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	code := s.send(t, phone, phoneIs)
	if len(code) != 6 {
		t.Fatalf("code %q", code)
	}
	_, err := s.byPhone(ctx, phone, wrong(code))
	want(t, err, identity.ErrCodeInvalid)
	_, err = s.byPhone(ctx, "13900139000", code)
	want(t, err, identity.ErrCodeInvalid)
	session, err := s.byPhone(ctx, "+86 13800138000", code)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.byPhone(ctx, phone, code)
	want(t, err, identity.ErrCodeUsed)
	who, err := s.Shopper(ctx, session.ShopperID)
	if err != nil || who.PhoneMasked == nil || *who.PhoneMasked != "138****8000" {
		t.Fatalf("%+v, %v", who, err)
	}
	s.clock.Advance(time.Minute)
	again, err := s.SessionCreate(ctx, identity.SignIn{Channel: "APP", Credentials: identity.Credentials{Phone: phone, Code: s.send(t, phone, phoneIs)}})
	if err != nil || again.ShopperID != session.ShopperID {
		t.Fatalf("%+v, %v; want the same shopper", again, err)
	}
	if channels, err := s.Channels(ctx, who.ID); err != nil || len(channels) != 2 {
		t.Fatalf("%v, %v; want H5 and APP", channels, err)
	}
}

func TestACodeIsUsedOnceByRivals(t *testing.T) {
	s := open(t)
	code := s.send(t, phone, phoneIs)
	good := 0
	for _, err := range together(5, func(int) error { _, err := s.byPhone(t.Context(), phone, code); return err }) {
		switch {
		case err == nil:
			good++
		case !errors.Is(err, identity.ErrCodeUsed):
			t.Fatal(err)
		}
	}
	if good != 1 || s.count(t, "sessions") != 1 || s.count(t, "shoppers") != 1 {
		t.Fatalf("%d sign-ins by one code", good)
	}
}

func TestTriesAreCountedAtOnce(t *testing.T) {
	s := open(t)
	code := s.send(t, phone, phoneIs)
	together(20, func(i int) error { _, err := s.byPhone(t.Context(), phone, fmt.Sprint("x", i)); return err })
	_, err := s.byPhone(t.Context(), phone, code)
	want(t, err, identity.ErrCodeInvalid)
	var tries int
	if err := s.store.DB().QueryRowContext(t.Context(), "SELECT tries FROM phone_codes").Scan(&tries); err != nil || tries != 5 {
		t.Fatalf("%d tries, %v", tries, err)
	}
	s.clock.Advance(time.Minute)
	if _, err := s.byPhone(t.Context(), phone, s.send(t, phone, phoneIs)); err != nil {
		t.Fatalf("a new code: %v", err)
	}
}

func TestACodeEnds(t *testing.T) {
	s := open(t)
	code := s.send(t, phone, phoneIs)
	s.clock.Advance(5 * time.Minute)
	_, err := s.byPhone(t.Context(), phone, code)
	want(t, err, identity.ErrCodeInvalid)
	next := s.send(t, phone, phoneIs)
	if next != code {
		_, err = s.byPhone(t.Context(), phone, code)
		want(t, err, identity.ErrCodeInvalid)
	}
	s.clock.Advance(5*time.Minute - time.Microsecond)
	if _, err := s.byPhone(t.Context(), phone, next); err != nil {
		t.Fatalf("in its last moment: %v", err)
	}
}

func TestCodesAreNotSentTooOften(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	sent := 0
	for _, err := range together(20, func(int) error { _, err := s.PhoneCodeSend(ctx, phone, ""); return err }) {
		switch {
		case err == nil:
			sent++
		default:
			want(t, err, fault.TooOften, "input", "phone")
		}
	}
	if sent != 1 || len(s.phones.sent[phoneIs]) != 1 {
		t.Fatalf("%d messages at once", sent)
	}
	s.clock.Advance(59 * time.Second)
	_, err := s.PhoneCodeSend(ctx, phone, "")
	want(t, err, fault.TooOften)
	if got := fault.Of(err).RetryAfter; got != time.Second {
		t.Fatalf("retry after %v; want 1s", got)
	}
	s.clock.Advance(time.Second)
	for range 9 {
		s.send(t, phone, phoneIs)
		s.clock.Advance(time.Minute)
	}
	_, err = s.PhoneCodeSend(ctx, phone, "")
	want(t, err, fault.TooOften)
	if got := fault.Of(err).RetryAfter; got != 24*time.Hour-10*time.Minute {
		t.Fatalf("retry after %v; want the rest of 24 hours", got)
	}
	s.clock.Advance(24*time.Hour - 10*time.Minute)
	if wait, err := s.PhoneCodeSend(ctx, phone, ""); err != nil || wait != time.Minute {
		t.Fatalf("the next day: %v, %v", wait, err)
	}
}

func TestCodesPerNetwork(t *testing.T) {
	s := open(t)
	for i := range 20 {
		if _, err := s.PhoneCodeSend(t.Context(), fmt.Sprintf("139%08d", i), fmt.Sprintf("2001:db8::%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.PhoneCodeSend(t.Context(), phone, "2001:db8::ffff")
	want(t, err, fault.TooOften)
	if wait := fault.Of(err).RetryAfter; wait <= 0 || wait > 15*time.Second {
		t.Fatalf("retry after %v", wait)
	}
	for _, elsewhere := range []string{"2001:db8:0:1::1", "192.0.2.1"} {
		if _, err := s.PhoneCodeSend(t.Context(), phone, elsewhere); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(time.Minute)
	}
}

func TestPhoneNumbers(t *testing.T) {
	s := open(t)
	for _, tc := range []struct {
		phone, is string
		err       error
	}{
		{"13800138000", "+8613800138000", nil},
		{" +86 (139) 0013-8000 ", "+8613900138000", nil},
		{"+14155550123", "+14155550123", nil},
		{"+85291234567", "+85291234567", nil},
		{"", "", fault.Blank},
		{"  ", "", fault.Blank},
		{"12800138000", "", fault.Invalid},
		{"1380013800", "", fault.Invalid},
		{"138001380000", "", fault.Invalid},
		{"+8612345678901", "", fault.Invalid},
		{"+86138001380", "", fault.Invalid},
		{"+0123456789", "", fault.Invalid},
		{"+1234567890123456", "", fault.Invalid},
		{"1380013800０", "", fault.Invalid},
		{"+86+8613800138000", "", fault.Invalid},
	} {
		t.Run(tc.phone, func(t *testing.T) {
			_, err := s.PhoneCodeSend(t.Context(), tc.phone, "")
			if tc.err != nil {
				want(t, err, tc.err, "input", "phone")
				return
			}
			if err != nil || s.phones.last(tc.is) == "" {
				t.Fatalf("%v; sent %v", err, s.phones.sent)
			}
		})
	}
}

func TestMessagesThatCannotBeSent(t *testing.T) {
	s := open(t)
	s.phones.fail = true
	_, err := s.PhoneCodeSend(t.Context(), phone, "")
	want(t, err, fault.Unavailable)
	s.cfg.SMS = nil
	_, err = identity.New(s.cfg).PhoneCodeSend(t.Context(), phone, "")
	want(t, err, fault.NotYet)
}

func TestPhoneBind(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	a, b := s.signIn(t, wechat, "o-1"), s.signIn(t, wechat, "o-2")
	_, err := s.PhoneBind(ctx, a.ShopperID, "", "platform-code")
	want(t, err, fault.NotYet, "input", "code")
	code := s.send(t, phone, phoneIs)
	_, err = s.PhoneBind(ctx, a.ShopperID, phone, wrong(code))
	want(t, err, identity.ErrCodeInvalid)
	bound, err := s.PhoneBind(ctx, a.ShopperID, phone, code)
	if err != nil || bound.PhoneMasked == nil || *bound.PhoneMasked != "138****8000" {
		t.Fatalf("%+v, %v", bound, err)
	}
	_, err = s.PhoneBind(ctx, a.ShopperID, phone, code)
	want(t, err, identity.ErrCodeUsed)

	s.clock.Advance(time.Minute)
	code = s.send(t, phone, phoneIs)
	_, err = s.PhoneBind(ctx, b.ShopperID, phone, code)
	want(t, err, identity.ErrIdentityTaken)
	if session, err := s.byPhone(ctx, phone, code); err != nil || session.ShopperID != a.ShopperID { // the refusal changed nothing, the code is still good
		t.Fatalf("%+v, %v; want the owner", session, err)
	}
	if _, err := s.PhoneBind(ctx, a.ShopperID, "13900139000", s.send(t, "13900139000", "+8613900139000")); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(time.Minute)
	if session, err := s.byPhone(ctx, phone, s.send(t, phone, phoneIs)); err != nil || session.ShopperID == a.ShopperID {
		t.Fatalf("%+v, %v; the phone given up is somebody new's", session, err)
	}
}

func TestBindingOnePhoneAtOnce(t *testing.T) {
	s := open(t)
	shoppers := []string{s.signIn(t, wechat, "o-1").ShopperID, s.signIn(t, wechat, "o-2").ShopperID}
	code := s.send(t, phone, phoneIs)
	good := 0
	for _, err := range together(4, func(i int) error { _, err := s.PhoneBind(context.Background(), shoppers[i%2], phone, code); return err }) {
		if err == nil {
			good++
		} else {
			want(t, err, identity.ErrCodeUsed)
		}
	}
	if good != 1 {
		t.Fatalf("%d bindings by one code", good)
	}
}

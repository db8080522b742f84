package sandbox_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

func TestNotice(t *testing.T) {
	ctx := context.Background()
	for _, tc := range []struct {
		name   string
		change func(http.Header, []byte, *clock.Fixed)
		ok     bool
	}{
		{"honest", func(http.Header, []byte, *clock.Fixed) {}, true},
		{"4 minutes 59 old", func(_ http.Header, _ []byte, at *clock.Fixed) { at.Advance(5*time.Minute - time.Second) }, true},
		{"5 minutes old", func(_ http.Header, _ []byte, at *clock.Fixed) { at.Advance(5 * time.Minute) }, false},
		{"no signature", func(h http.Header, _ []byte, _ *clock.Fixed) { h.Del(sandbox.SignatureHeader) }, false},
		{"a signature that is no hexadecimal", func(h http.Header, _ []byte, _ *clock.Fixed) { h.Set(sandbox.SignatureHeader, "zz") }, false},
		{"another time stamp", func(h http.Header, _ []byte, _ *clock.Fixed) { h.Set(sandbox.TimestampHeader, "1") }, false},
		{"altered", func(_ http.Header, body []byte, _ *clock.Fixed) { body[len(body)-3]++ }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, at := started(t)
			announce(t, p, "PAY1")
			notice, err := p.Decide(ctx, "PAY1", true)
			if err != nil {
				t.Fatal(err)
			}
			header, body, err := p.Sign(notice)
			if err != nil {
				t.Fatal(err)
			}
			tc.change(header, body, at)
			got, err := p.ParseNotice(ctx, header, body)
			if tc.ok && (err != nil || !reflect.DeepEqual(got, notice)) {
				t.Fatalf("%+v, %v, want %+v", got, err, notice)
			}
			if !tc.ok && !errors.Is(err, payment.ErrForged) {
				t.Fatal(err)
			}
		})
	}
	t.Run("signed with another key", func(t *testing.T) {
		p, at := started(t)
		other := open(t, sandbox.Config{Key: []byte("another key of 16 bytes"), Clock: at.Now})
		header, body, err := other.Sign(payment.Notice{Trade: &payment.Trade{}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.ParseNotice(ctx, header, body); !errors.Is(err, payment.ErrForged) {
			t.Fatal(err)
		}
	})
	t.Run("about nothing", func(t *testing.T) {
		p, _ := started(t)
		header, body, err := p.Sign(payment.Notice{ID: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.ParseNotice(ctx, header, body); !errors.Is(err, payment.ErrForged) {
			t.Fatal(err)
		}
	})
}

func TestAcknowledge(t *testing.T) {
	p, _ := started(t)
	for _, tc := range []struct {
		err  error
		want int
	}{{nil, http.StatusNoContent}, {errors.New("not recorded"), http.StatusInternalServerError}} {
		w := httptest.NewRecorder()
		p.Acknowledge(w, tc.err)
		if w.Code != tc.want || w.Body.Len() != 0 {
			t.Errorf("%d %q, want %d", w.Code, w.Body, tc.want)
		}
	}
	if p.Code() != "SANDBOX" {
		t.Error(p.Code())
	}
}

package platform_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/identity/platform"
	"github.com/kaituan/kaituan/shop/identity/platform/platformfake"
)

func TestErrorCodes(t *testing.T) {
	for _, tc := range []struct {
		platform, code string
		want           error // nil: the platform could not be asked
	}{
		{"WeChat", "40029", identity.ErrPlatformCodeInvalid},
		{"WeChat", "41008", identity.ErrPlatformCodeInvalid},
		{"WeChat", "40226", identity.ErrPlatformCodeInvalid},
		{"WeChat", "40163", identity.ErrPlatformCodeUsed},
		{"WeChat", "45011", nil},
		{"WeChat", "-1", nil},
		{"WeChat", "40013", nil},
		{"WeChat", "40125", nil},
		{"Douyin", "40018", identity.ErrPlatformCodeInvalid},
		{"Douyin", "40019", identity.ErrPlatformCodeInvalid},
		{"Douyin", "40015", nil},
		{"Douyin", "40017", nil},
		{"Douyin", "-1", nil},
		{"Alipay", "isv.code-invalid", identity.ErrPlatformCodeInvalid},
		{"Alipay", "isv.invalid-signature", nil},
		{"Alipay", "isp.unknow-error", nil},
	} {
		t.Run(tc.platform+" "+tc.code, func(t *testing.T) {
			fake := platformfake.New(platformfake.Options{})
			server := httptest.NewServer(fake)
			defer server.Close()
			p := open(t, tc.platform, fake, server.URL)
			fake.Fail(platformfake.Fault{Code: tc.code})
			c := identity.Credentials{Code: fake.Issue(identity.Subject{OpenID: "o1"})}
			_, err := p.Exchange(context.Background(), c)
			var said *platform.Error
			if !errors.As(err, &said) || said.Platform != tc.platform || !strings.Contains(said.Code, tc.code) {
				t.Fatalf("%v", err)
			}
			for _, meaning := range []error{identity.ErrPlatformCodeInvalid, identity.ErrPlatformCodeUsed} {
				if errors.Is(err, meaning) != (meaning == tc.want) {
					t.Errorf("%v: is %v is %t", err, meaning, errors.Is(err, meaning))
				}
			}
			if _, err := p.Exchange(context.Background(), c); err != nil {
				t.Errorf("the code may be tried again, but: %v", err)
			}
		})
	}
}

// An app that is wrongly configured blames no code, and uses none up.
func TestWrongApp(t *testing.T) {
	fake := platformfake.New(platformfake.Options{})
	server := httptest.NewServer(fake)
	defer server.Close()
	for name, wrong := range map[string]func() (identity.Platform, error){
		"WeChat secret": func() (identity.Platform, error) {
			c := fake.WeChat(server.URL)
			c.Secret += "x"
			return platform.NewWeChat(c)
		},
		"WeChat app": func() (identity.Platform, error) {
			c := fake.WeChat(server.URL)
			c.AppID += "x"
			return platform.NewWeChat(c)
		},
		"Douyin secret": func() (identity.Platform, error) {
			c := fake.Douyin(server.URL)
			c.Secret += "x"
			return platform.NewDouyin(c)
		},
		"Douyin app": func() (identity.Platform, error) {
			c := fake.Douyin(server.URL)
			c.AppID += "x"
			return platform.NewDouyin(c)
		},
		"Alipay app": func() (identity.Platform, error) {
			c := fake.Alipay(server.URL)
			c.AppID += "x"
			return platform.NewAlipay(c)
		},
		"Alipay's clock": func() (identity.Platform, error) {
			c := fake.Alipay(server.URL)
			c.Clock = clock.NewFixed(time.Now().Add(time.Hour)).Now
			return platform.NewAlipay(c)
		},
		"Alipay, another private key": func() (identity.Platform, error) {
			c := fake.Alipay(server.URL)
			c.PrivateKeyPEM = anotherKey(t)
			return platform.NewAlipay(c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := wrong()
			if err != nil {
				t.Fatal(err)
			}
			code := fake.Issue(identity.Subject{OpenID: "o1"})
			var said *platform.Error
			if _, err := p.Exchange(context.Background(), identity.Credentials{Code: code}); !errors.As(err, &said) || said.Unwrap() != nil {
				t.Fatalf("%v", err)
			}
			right := open(t, said.Platform, fake, server.URL)
			if _, err := right.Exchange(context.Background(), identity.Credentials{Code: code}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func anotherKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// What is no answer blames no code.
func TestNoAnswer(t *testing.T) {
	for _, tc := range []struct {
		name  string
		fault platformfake.Fault
	}{
		{"500", platformfake.Fault{Status: http.StatusInternalServerError, Body: `{"errcode":40029,"err_no":40018,"error_response":{"sub_code":"isv.code-invalid"}}`}},
		{"a redirect", platformfake.Fault{Status: http.StatusFound, Body: `{}`}},
		{"no JSON", platformfake.Fault{Body: `<html>`}},
		{"another JSON", platformfake.Fault{Body: `[]`}},
		{"nobody", platformfake.Fault{Body: `{}`}},
		{"endless", platformfake.Fault{Body: `{"openid":"o1","pad":"` + strings.Repeat("x", 1<<20) + `"}`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			each(t, platformfake.Options{}, func(t *testing.T, _ string, p identity.Platform, fake *platformfake.Fake) {
				fake.Fail(tc.fault)
				got, err := p.Exchange(context.Background(), identity.Credentials{Code: "0code"})
				if err == nil || got != (identity.Subject{}) || errors.Is(err, identity.ErrPlatformCodeInvalid) || errors.Is(err, identity.ErrPlatformCodeUsed) {
					t.Fatalf("%+v, %v", got, err)
				}
			})
		})
	}
}

func TestAlipaySignature(t *testing.T) {
	fake := platformfake.New(platformfake.Options{})
	server := httptest.NewServer(fake)
	defer server.Close()
	p := open(t, "Alipay", fake, server.URL)
	fake.Fail(
		platformfake.Fault{BadSignature: true},
		platformfake.Fault{Body: `{"alipay_system_oauth_token_response":{"open_id":"o1"}}`},
		platformfake.Fault{Body: `{"alipay_system_oauth_token_response":{"open_id":"o1"},"sign":"*"}`},
	)
	for range 3 {
		if got, err := p.Exchange(context.Background(), identity.Credentials{Code: fake.Issue(identity.Subject{OpenID: "o1"})}); err == nil || got.OpenID != "" {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestSlowPlatform(t *testing.T) {
	each(t, platformfake.Options{}, func(t *testing.T, _ string, p identity.Platform, fake *platformfake.Fake) {
		fake.SetLatency(time.Minute)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		if _, err := p.Exchange(ctx, identity.Credentials{Code: "0code"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the caller's deadline: %v", err)
		}
		if _, err := p.Exchange(context.Background(), identity.Credentials{Code: "0code"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the platform's own deadline: %v", err)
		}
	})
}

// Of many who bring the same code one signs in.
func TestOneCodeManyTimes(t *testing.T) {
	each(t, platformfake.Options{}, func(t *testing.T, _ string, p identity.Platform, fake *platformfake.Fake) {
		code := fake.Issue(identity.Subject{OpenID: "o1"})
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := p.Exchange(context.Background(), identity.Credentials{Code: code}); err == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Fatalf("%d signed in", in.Load())
		}
	})
}

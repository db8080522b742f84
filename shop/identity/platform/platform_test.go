package platform_test

import (
	"context"
	"errors"
	"fmt"
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

// names are the platforms that every promise is tested on.
var names = []string{"WeChat", "Douyin", "Alipay"}

// open is an app on one platform, with little patience.
func open(t *testing.T, name string, fake *platformfake.Fake, baseURL string) identity.Platform {
	t.Helper()
	wechat, douyin, alipay := fake.WeChat(baseURL), fake.Douyin(baseURL), fake.Alipay(baseURL)
	wechat.Timeout, douyin.Timeout, alipay.Timeout = time.Second, time.Second, time.Second
	var p identity.Platform
	var err error
	switch name {
	case "WeChat":
		p, err = platform.NewWeChat(wechat)
	case "Douyin":
		p, err = platform.NewDouyin(douyin)
	case "Alipay":
		p, err = platform.NewAlipay(alipay)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// each runs a test on every platform, with a fake of its own.
func each(t *testing.T, opts platformfake.Options, test func(t *testing.T, name string, p identity.Platform, fake *platformfake.Fake)) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			fake := platformfake.New(opts)
			server := httptest.NewServer(fake)
			defer server.Close()
			test(t, name, open(t, name, fake, server.URL), fake)
		})
	}
}

func TestExchange(t *testing.T) {
	at := clock.NewFixed(time.Now())
	each(t, platformfake.Options{Clock: at.Now}, func(t *testing.T, name string, p identity.Platform, fake *platformfake.Fake) {
		used := identity.ErrPlatformCodeUsed
		if name != "WeChat" {
			used = identity.ErrPlatformCodeInvalid // the others do not tell a used code from a bad one
		}
		full, alone := identity.Subject{OpenID: "o6zAJs-1", UnionID: "o6zAJs-union"}, identity.Subject{OpenID: "o6zAJs-2"}
		first := fake.Issue(full)
		for _, tc := range []struct {
			name   string
			code   string
			before func()
			want   identity.Subject
			err    error
		}{
			{"open id and union id", first, nil, full, nil},
			{"the same code again", first, nil, identity.Subject{}, used},
			{"without a union id", fake.Issue(alone), nil, alone, nil},
			{"nobody's code", "0nobody", nil, identity.Subject{}, identity.ErrPlatformCodeInvalid},
			{"a code with odd characters", "0&appid=x\n%\"", nil, identity.Subject{}, identity.ErrPlatformCodeInvalid},
			{"no code", "", nil, identity.Subject{}, identity.ErrPlatformCodeInvalid},
			{"an endless code", strings.Repeat("x", 10_000), nil, identity.Subject{}, identity.ErrPlatformCodeInvalid},
			{"an expired code", fake.Issue(alone), func() { at.Advance(6 * time.Minute) }, identity.Subject{}, identity.ErrPlatformCodeInvalid},
		} {
			t.Run(tc.name, func(t *testing.T) {
				if tc.before != nil {
					tc.before()
				}
				got, err := p.Exchange(context.Background(), identity.Credentials{Code: tc.code})
				if got != tc.want || !errors.Is(err, tc.err) || (err == nil) != (tc.err == nil) {
					t.Fatalf("%+v, %v, want %+v, %v", got, err, tc.want, tc.err)
				}
			})
		}
	})
}

func TestAlipayUserID(t *testing.T) {
	fake := platformfake.New(platformfake.Options{AlipayUserIDs: true})
	server := httptest.NewServer(fake)
	defer server.Close()
	want := identity.Subject{OpenID: "2088102150477652"}
	got, err := open(t, "Alipay", fake, server.URL).Exchange(context.Background(), identity.Credentials{Code: fake.Issue(want)})
	if err != nil || got != want {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestDouyinAnonymousCode(t *testing.T) {
	fake := platformfake.New(platformfake.Options{})
	server := httptest.NewServer(fake)
	defer server.Close()
	p := open(t, "Douyin", fake, server.URL)
	someone := identity.Subject{OpenID: "d1"}
	for _, tc := range []struct {
		name string
		c    identity.Credentials
		err  error
	}{
		{"beside a code", identity.Credentials{Code: fake.Issue(someone), AnonymousCode: fake.Issue(someone)}, nil},
		{"a bad one beside a code", identity.Credentials{Code: fake.Issue(someone), AnonymousCode: "0nobody"}, identity.ErrPlatformCodeInvalid},
		{"alone", identity.Credentials{AnonymousCode: fake.Issue(someone)}, identity.ErrPlatformCodeInvalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got, err := p.Exchange(context.Background(), tc.c); !errors.Is(err, tc.err) || (err == nil) != (got == someone) {
				t.Fatalf("%+v, %v", got, err)
			}
		})
	}
}

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

// Whatever goes wrong, no error and no printed configuration or platform shows a secret, a code, or a session key.
func TestSecretsStayInside(t *testing.T) {
	const code = "0a-code-of-somebody"
	each(t, platformfake.Options{}, func(t *testing.T, name string, p identity.Platform, fake *platformfake.Fake) {
		nobody := open(t, name, fake, "http://127.0.0.1:1")
		fake.Fail(
			platformfake.Fault{Status: 500, Body: platformfake.SessionKey},
			platformfake.Fault{Body: `"` + platformfake.SessionKey},
			platformfake.Fault{Body: `{"errcode":"` + platformfake.SessionKey + `","err_no":"` + code + `","error_response":5}`},
		)
		var said strings.Builder
		for i := range 5 {
			asked := p
			if i == 4 {
				asked = nobody
			}
			_, err := asked.Exchange(context.Background(), identity.Credentials{Code: code})
			if err == nil {
				t.Fatal("no error")
			}
			fmt.Fprintf(&said, "%v %+v\n", err, err)
		}
		for _, cfg := range []any{fake.WeChat(""), fake.Douyin(""), fake.Alipay("")} {
			fmt.Fprintf(&said, "%v %+v %#v\n", cfg, cfg, cfg)
		}
		for _, secret := range []string{platformfake.Secret, platformfake.SessionKey, code, "PRIVATE KEY"} {
			if strings.Contains(said.String(), secret) {
				t.Errorf("shows %q in:\n%s", secret, said.String())
			}
		}
	})
}

func TestConfigs(t *testing.T) {
	fake := platformfake.New(platformfake.Options{})
	good := fake.Alipay("")
	for name, open := range map[string]func() error{
		"WeChat without a secret": func() error { _, err := platform.NewWeChat(platform.WeChatConfig{AppID: "a"}); return err },
		"Douyin without an app":   func() error { _, err := platform.NewDouyin(platform.DouyinConfig{Secret: "s"}); return err },
		"WeChat under a relative URL": func() error {
			_, err := platform.NewWeChat(platform.WeChatConfig{AppID: "a", Secret: "s", BaseURL: "/x"})
			return err
		},
		"Alipay without an app":        func() error { c := good; c.AppID = ""; _, err := platform.NewAlipay(c); return err },
		"Alipay without a private key": func() error { c := good; c.PrivateKeyPEM = ""; _, err := platform.NewAlipay(c); return err },
		"Alipay with a public key for a private one": func() error {
			c := good
			c.PrivateKeyPEM = c.AlipayPublicKeyPEM
			_, err := platform.NewAlipay(c)
			return err
		},
		"Alipay without Alipay's key": func() error { c := good; c.AlipayPublicKeyPEM = ""; _, err := platform.NewAlipay(c); return err },
	} {
		if open() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := platform.NewAlipay(good); err != nil {
		t.Error(err)
	}
}

package platform_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
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

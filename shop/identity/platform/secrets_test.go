package platform_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/identity/platform"
	"github.com/kaituan/kaituan/shop/identity/platform/platformfake"
)

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

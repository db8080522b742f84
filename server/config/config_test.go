package config_test

import (
	"strings"
	"testing"

	"github.com/kaituan/kaituan/server/config"
)

func TestBaseURL(t *testing.T) {
	for _, tc := range []struct{ name, public, listen, want string }{
		{"public", "https://shop.example.com", "127.0.0.1:8080", "https://shop.example.com"},
		{"public with a slash", "https://shop.example.com/", "127.0.0.1:8080", "https://shop.example.com"},
		{"this machine", "", "127.0.0.1:9000", "http://127.0.0.1:9000"},
		{"every address", "", ":9000", "http://127.0.0.1:9000"},
		{"every address of IPv6", "", "[::]:9000", "http://127.0.0.1:9000"},
		{"one of IPv6", "", "[::1]:9000", "http://[::1]:9000"},
		{"a name", "", "shop.local:80", "http://shop.local:80"},
		{"unset", "", "", "http://127.0.0.1:8080"},
	} {
		if got := (&config.Config{PublicURL: tc.public, Listen: tc.listen}).BaseURL(); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestPublicURLIsChecked(t *testing.T) {
	for address, good := range map[string]bool{
		"": true, "https://shop.example.com": true, "https://shop.example.com:8443/kaituan/": true, "http://192.168.1.5:8080": true,
		"shop.example.com": false, "https://": false, "ftp://shop.example.com": false, "https://u:p@shop.example.com": false, "https://shop.example.com?a=b": false,
		"https://shop.example.com#a": false, "https://shop example.com": false, "https://" + strings.Repeat("a", 100) + ".com": false,
	} {
		c := config.Config{Env: "development", PublicURL: address, Currency: "CNY", TimeZone: "Asia/Shanghai", ShippingFlat: "0", ShippingFreeFrom: "0"}
		if err := c.Validate(func(string) string { return "" }); (err == nil) != good || err != nil && !strings.Contains(err.Error(), "--public-url") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestFreeText(t *testing.T) {
	for _, tc := range []struct{ env, set, want string }{
		{"development", "", "log"}, {"production", "", "only"}, {"development", "only", "only"}, {"production", "log", "log"}, {"production", "allow", "allow"},
	} {
		if got := (&config.Config{Env: tc.env, Documents: tc.set}).FreeText(); got != tc.want {
			t.Errorf("%s, %q: %s, want %s", tc.env, tc.set, got, tc.want)
		}
	}
}

// Production sends no webhooks into its own networks; development may.
func TestPrivateWebhooks(t *testing.T) {
	yes, no := true, false
	for _, tc := range []struct {
		env     string
		set     *bool
		has     bool
		refused bool
	}{{"development", nil, true, false}, {"development", &no, false, false}, {"production", nil, false, false}, {"production", &yes, true, true}} {
		c := config.Config{Env: tc.env, WebhookPrivate: tc.set, Currency: "CNY", TimeZone: "Asia/Shanghai", ShippingFlat: "0", ShippingFreeFrom: "0"}
		err := c.Validate(func(string) string { return "" })
		if refused := err != nil && strings.Contains(err.Error(), "--webhook-private"); refused != tc.refused || c.HasPrivateWebhooks() != tc.has {
			t.Errorf("%s, %v: %v, %v", tc.env, tc.set, c.HasPrivateWebhooks(), err)
		}
	}
	c := config.Config{StockLow: -1}
	if err := c.Validate(func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "--stock-low") {
		t.Errorf("fewer than none are few: %v", err)
	}
}

package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/server/config"
)

func TestLiveIsChecked(t *testing.T) {
	for _, tc := range []struct {
		name string
		cdn  config.LiveCDN
		tick time.Duration
		flag string // of what is wrong, "" for nothing
	}{
		{"no CDN", config.LiveCDN{App: "live", Valid: 12 * time.Hour}, 0, ""},
		{"both ends", config.LiveCDN{PushDomain: "push.example.com", PushKey: "a", PlayDomain: "play.example.com", PlayKey: "b"}, 250 * time.Millisecond, ""},
		{"playback only, at a port", config.LiveCDN{PlayDomain: "play.example.com:8443", PlayKey: "b"}, 0, ""},
		{"a domain without a key", config.LiveCDN{PlayDomain: "play.example.com"}, 0, "--live-cdn-play-key"},
		{"a key without a domain", config.LiveCDN{PushKey: "a"}, 0, "--live-cdn-push-domain"},
		{"an address for a domain", config.LiveCDN{PushDomain: "rtmp://push.example.com/live", PushKey: "a"}, 0, "--live-cdn-push-domain"},
		{"a path behind it", config.LiveCDN{PushDomain: "push.example.com/live", PushKey: "a"}, 0, "--live-cdn-push-domain"},
		{"addresses that end at once", config.LiveCDN{Valid: time.Second}, 0, "--live-cdn-valid"},
		{"a tick below zero", config.LiveCDN{}, -time.Millisecond, "--live-tick"},
		{"a tick that nobody waits for", config.LiveCDN{}, time.Minute, "--live-tick"},
	} {
		c := config.Config{Env: "development", Currency: "CNY", TimeZone: "Asia/Shanghai", ShippingFlat: "0", ShippingFreeFrom: "0", LiveCDN: tc.cdn, LiveTick: tc.tick}
		err := c.Validate(func(string) string { return "" })
		if (err == nil) != (tc.flag == "") || err != nil && !strings.HasPrefix(err.Error(), tc.flag+":") {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.flag)
		}
	}
}

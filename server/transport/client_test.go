package transport

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClientIP(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, tc := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "", "203.0.113.9"},
		{"203.0.113.9:1", "1.1.1.1", "203.0.113.9"},
		{"10.0.0.1:1", "1.1.1.1", "1.1.1.1"},
		{"10.0.0.1:1", "6.6.6.6, 1.1.1.1, 10.9.9.9", "1.1.1.1"},
		{"10.0.0.1:1", "6.6.6.6, nonsense", "10.0.0.1"},
		{"10.0.0.1:1", "10.0.0.7", "10.0.0.7"},
		{"[::ffff:203.0.113.9]:1", "", "203.0.113.9"},
		{"[fd00::1%eth0]:1", "2001:db8::5", "2001:db8::5"},
		{"@", "", ""},
	} {
		r := httptest.NewRequest("POST", "/graphql", nil)
		r.RemoteAddr = tc.peer
		r.Header.Set("X-Forwarded-For", tc.forwarded)
		if got := clientIP(r, trusted); got != tc.want {
			t.Errorf("%s, %s: got %s, want %s", tc.peer, tc.forwarded, got, tc.want)
		}
	}
}

func TestLocale(t *testing.T) {
	_, u := serve(t, nil)
	for accept, want := range map[string]string{
		"": "en", "zh": "zh-CN", "zh-Hant-TW,en;q=0.5": "zh-CN", "en,zh;q=0.9": "en", "fr,zh;q=0.1": "zh-CN", "de": "en", "en;q=0.5,zh-CN;q=0.8": "zh-CN", "zh;q=9": "en",
	} {
		if got := post(t, u, "{ locale }", "", "Accept-Language: "+accept); got.Data["locale"] != want {
			t.Errorf("%q: got %v, want %s", accept, got.Data["locale"], want)
		}
	}
	if got := post(t, u, "{ clientIp }", ""); got.Data["clientIp"] != "127.0.0.1" {
		t.Errorf("client is %v", got.Data["clientIp"])
	}
}

func TestRates(t *testing.T) {
	_, u := serve(t, func(c *Config) {
		slow := Rate{PerSecond: 0.1, Burst: 2}
		c.Rates = Rates{PerIP: slow, PerShopper: slow, PerPartner: slow}
	})
	for _, auth := range []string{"", "Bearer ann", "Bearer bob", "Key till"} {
		for i := range 3 {
			got := post(t, u, "{ hello }", "", "Authorization: "+auth)
			if i < 2 && got.code() != "OK" {
				t.Errorf("%q, request %d: %s", auth, i+1, got.raw)
			}
			if i == 2 && (got.status != 429 || got.code() != "RATE_LIMITED" || got.header.Get("Retry-After") != "10" || got.Errors[0].Extensions.RetryAfterSeconds != 10) {
				t.Errorf("%q, request %d: %d %v %s", auth, i+1, got.status, got.header, got.raw)
			}
		}
	}
	if got := post(t, u, "{ hello }", "", "Authorization: Bearer expired"); got.code() != "RATE_LIMITED" {
		t.Errorf("a bad token got its own bucket: %s", got.raw)
	}
}

func TestBucketsAreBounded(t *testing.T) {
	b := newBuckets(Rate{PerSecond: 1, Burst: 1})
	for i := range rateKeys + 10_000 {
		b.take(netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}).String())
	}
	if n := b.byKey.EstimatedSize(); n > rateKeys {
		t.Errorf("%d buckets", n)
	}
}

func TestOverload(t *testing.T) {
	release := make(chan struct{})
	s, u := serve(t, func(c *Config) { c.Schema, c.MaxInFlight = slowSchema(release), 2 })
	answers := make(chan reply, 2)
	for range 2 {
		go func() { answers <- post(t, u, "{ slow }", "") }()
	}
	eventually(t, func() bool { return len(s.inFlight) == 2 })
	if got := post(t, u, "{ hello }", ""); got.status != 503 || got.code() != "OVERLOADED" || got.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", got.status, got.raw)
	}
	close(release)
	for range 2 {
		if got := <-answers; got.Data["slow"] != "done" {
			t.Error(got.raw)
		}
	}
	if got := post(t, u, "{ hello }", ""); got.code() != "OK" {
		t.Error(got.raw)
	}
}

package webhook

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestCheckURL(t *testing.T) {
	for address, want := range map[string]error{
		"https://partner.example/in?x=1": nil, "https://partner.example:8443/": nil, "https://1.1.1.1/": nil, "https://[2606:4700:4700::1111]/": nil,
		"http://partner.example/": errNotHTTPS, "ftp://partner.example/": errNotHTTPS, "/in": errURL, "https://": errURL, "https:///in": errURL, "": errURL, "https://a b/": errURL,
		"https://u:p@partner.example/": errURLParts, "https://partner.example/#x": errURLParts,
		"https://partner.example:25/": errPort, "https://partner.example:0/": errURL, "https://partner.example:99999/": errURL, "https://partner.example:80/": errPort,
		"https://127.0.0.1/": errNotPublic, "https://169.254.169.254/latest": errNotPublic, "https://[::1]/": errNotPublic, "https://[::ffff:10.0.0.1]/": errNotPublic,
		"https://[64:ff9b::7f00:1]/": errNotPublic, "https://10.0.0.1:8443/": errNotPublic, "https://[fe80::1%25eth0]/": errNotPublic,
		"https://partner.example/" + strings.Repeat("a", 1024): errURL,
	} {
		if err := checkURL(address, false); !errors.Is(err, want) && (err != nil || want != nil) {
			t.Errorf("%s: %v, want %v", address, err, want)
		}
	}
	for _, address := range []string{"http://127.0.0.1:8080/in", "http://partner.example:81/", "https://10.0.0.1/"} {
		if err := checkURL(address, true); err != nil {
			t.Errorf("%s in development: %v", address, err)
		}
	}
	if checkURL("http://u@127.0.0.1/", true) == nil {
		t.Error("a user is allowed in development")
	}
}

// names answers every question for an address with these, as a name server of an attacker's would.
func names(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil {
				continue
			}
			m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
			for _, answer := range answers {
				ip, q := net.ParseIP(answer).To4(), m.Questions[0]
				if ip == nil || q.Type != dnsmessage.TypeA {
					continue
				}
				m.Answers = append(m.Answers, dnsmessage.Resource{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 0}, Body: &dnsmessage.AResource{A: [4]byte(ip)},
				})
			}
			packed, _ := m.Pack()
			_, _ = server.WriteTo(packed, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// A name that leads to this machine, alone or beside a public address, gets nobody in: the address that is dialled is what counts.
func TestRebinding(t *testing.T) {
	var connections atomic.Int64
	inner := httptest.NewUnstartedServer(http.NotFoundHandler())
	inner.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	inner.StartTLS()
	t.Cleanup(inner.Close)
	_, port, _ := net.SplitHostPort(inner.Listener.Addr().String())
	for name, answers := range map[string][]string{"inner": {"127.0.0.1"}, "both": {"192.0.2.1", "127.0.0.1"}, "public, which nobody answers, and inner": {"1.1.1.1", "127.0.0.1"}} {
		client := clientOver(&net.Dialer{Resolver: names(t, answers...)}, false)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://partner.example.com:"+port+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if response, err := client.Do(request); err == nil {
			response.Body.Close()
			t.Errorf("%s: answered %d", name, response.StatusCode)
		} else if name != "public, which nobody answers, and inner" && !errors.Is(err, errPrivateAddress) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
		client.CloseIdleConnections()
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections into this machine", n)
	}
	private := clientOver(&net.Dialer{Resolver: names(t, "127.0.0.1")}, true) // the same name does lead there
	if response, err := private.Post("https://partner.example.com:"+port+"/", "", nil); err == nil {
		response.Body.Close()
		t.Error("a certificate of another name was taken")
	}
	private.CloseIdleConnections()
	if connections.Load() != 1 {
		t.Error("the test's name leads nowhere, so it shows nothing")
	}
}

// The environment's proxy is not asked.
func TestNoProxy(t *testing.T) {
	if newClient(false).Transport.(*http.Transport).Proxy != nil {
		t.Error("a proxy would dial past the check")
	}
}

func TestSchedule(t *testing.T) {
	for draw, bounds := range map[float64][2]time.Duration{0: {60 * time.Hour, 72 * time.Hour}, 0.5: {72 * time.Hour, 74 * time.Hour}, 0.999: {74 * time.Hour, 84 * time.Hour}} {
		total, last := time.Duration(0), time.Duration(0)
		for failed := 1; ; failed++ {
			pause, again := retryAfter(failed, draw)
			if !again {
				if failed != 13 {
					t.Errorf("given up after %d attempts", failed)
				}
				break
			}
			if pause < last {
				t.Errorf("pause %d is %v, shorter than %v", failed, pause, last)
			}
			total, last = total+pause, pause
		}
		if total < bounds[0] || total > bounds[1] {
			t.Errorf("all pauses come to %v, want %v", total, bounds)
		}
	}
	for failures, want := range map[int]time.Duration{0: 0, 3: 0, 4: time.Second, 5: 2 * time.Second, 12: 256 * time.Second, 13: 5 * time.Minute, 1_000_000: 5 * time.Minute} {
		if got := slowedFor(failures); got != want {
			t.Errorf("after %d failures: %v, want %v", failures, got, want)
		}
	}
}

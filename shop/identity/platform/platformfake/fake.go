// Package platformfake is the sign-in of WeChat, Douyin and Alipay for tests, over real HTTP: one http.Handler that speaks the three protocols, checks what an
// app sends, and hands out codes that work once.
//
//	fake := platformfake.New(platformfake.Options{})
//	server := httptest.NewServer(fake)
//	wechat, err := platform.NewWeChat(fake.WeChat(server.URL))
//	code := fake.Issue(identity.Subject{OpenID: "o1"})
package platformfake

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/identity/platform"
)

// What the fake's only app is called, on each platform.
const (
	AppID  = "wx8888888888888888" // the same app as the fake merchant account's
	Secret = "secret-of-the-fake-app"
	// SessionKey is in every answer that has a person; it must never be seen again.
	SessionKey = "c2Vzc2lvbi1rZXktb2YtdGhlLWZha2U="
)

// Options of a Fake; the zero value is usable.
type Options struct {
	// Clock is for the end of codes and the age of Alipay's requests; nil: the machine's.
	Clock clock.Clock
	// CodeLife is how long a code can be exchanged; 0: 5 minutes.
	CodeLife time.Duration
	// AlipayUserIDs makes Alipay answer with the user_id of older apps.
	AlipayUserIDs bool
}

// Fake is the three platforms. It is safe for use by many goroutines.
type Fake struct {
	opts Options
	keys *keys
	mux  *http.ServeMux

	mu      sync.Mutex
	codes   map[string]*code
	latency time.Duration
	faults  []Fault
}

type code struct {
	subject identity.Subject
	endsAt  time.Time
	used    bool
}

// Fault is what one call gets instead of its answer.
type Fault struct {
	// Status is an HTTP status; 0: 200, with Code.
	Status int
	// Code is WeChat's errcode, Douyin's err_no (as numbers), or Alipay's sub_code.
	Code string
	// Body is sent as it is, if it is not empty; BadSignature spoils Alipay's.
	Body         string
	BadSignature bool
}

// New starts a fake that has issued no code.
func New(opts Options) *Fake {
	if opts.Clock == nil {
		opts.Clock = clock.System
	}
	if opts.CodeLife == 0 {
		opts.CodeLife = 5 * time.Minute
	}
	f := &Fake{opts: opts, keys: sharedKeys(), mux: http.NewServeMux(), codes: map[string]*code{}}
	f.mux.Handle("GET /sns/jscode2session", f.serve(f.wechat))
	f.mux.Handle("POST /api/apps/v2/jscode2session", f.serve(f.douyin))
	f.mux.Handle("POST /gateway.do", f.serve(f.alipay))
	return f
}

// WeChat is what an app of the fake's configures for WeChat; Douyin and Alipay are alike.
func (f *Fake) WeChat(baseURL string) platform.WeChatConfig {
	return platform.WeChatConfig{AppID: AppID, Secret: Secret, BaseURL: baseURL}
}

// Douyin configures for Douyin.
func (f *Fake) Douyin(baseURL string) platform.DouyinConfig {
	return platform.DouyinConfig{AppID: AppID, Secret: Secret, BaseURL: baseURL}
}

// Alipay configures for Alipay, on the fake's clock.
func (f *Fake) Alipay(baseURL string) platform.AlipayConfig {
	return platform.AlipayConfig{
		AppID: AppID, PrivateKeyPEM: f.keys.appPEM, AlipayPublicKeyPEM: f.keys.alipayPublicPEM, BaseURL: baseURL, Clock: f.opts.Clock,
	}
}

// Issue is a person who starts the app: it returns a code that tells who it is, once.
func (f *Fake) Issue(s identity.Subject) string {
	name := "0" + rand.Text()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.codes[name] = &code{subject: s, endsAt: f.opts.Clock().Add(f.opts.CodeLife)}
	return name
}

// Fail plans what the next calls get, one each.
func (f *Fake) Fail(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, faults...)
}

// SetLatency makes every answer take that long.
func (f *Fake) SetLatency(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.latency = d
}

// ServeHTTP implements http.Handler.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.mux.ServeHTTP(w, r) }

// serve adds latency and planned faults to a protocol.
func (f *Fake) serve(answer func(http.ResponseWriter, *http.Request, Fault)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10)) // first, since only then the server notices a caller who hangs up
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		fault, latency := f.next()
		select {
		case <-time.After(latency):
		case <-r.Context().Done():
			return
		}
		if fault.Status != 0 || fault.Body != "" {
			w.WriteHeader(max(fault.Status, http.StatusOK))
			_, _ = w.Write([]byte(fault.Body))
			return
		}
		answer(w, r, fault)
	})
}

func (f *Fake) next() (Fault, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.faults) == 0 {
		return Fault{}, f.latency
	}
	fault := f.faults[0]
	f.faults = f.faults[1:]
	return fault, f.latency
}

type verdict int

const (
	known verdict = iota
	unknown
	usedBefore
)

// redeem takes a code, once.
func (f *Fake) redeem(name string) (identity.Subject, verdict) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.codes[name]
	switch {
	case c == nil || !f.opts.Clock().Before(c.endsAt):
		return identity.Subject{}, unknown
	case c.used:
		return identity.Subject{}, usedBefore
	}
	c.used = true
	return c.subject, known
}

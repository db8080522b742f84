package identity_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/identity"
)

// platform answers "<openid>" or "<openid>/<unionid>", "used", "down", and refuses other codes.
type platform struct{}

func (platform) Exchange(_ context.Context, c identity.Credentials) (identity.Subject, error) {
	switch {
	case c.Code == "used":
		return identity.Subject{}, identity.ErrPlatformCodeUsed
	case c.Code == "down":
		return identity.Subject{}, errors.New("connection refused")
	case c.Code == "nobody":
		return identity.Subject{}, nil
	case !strings.HasPrefix(c.Code, "o"):
		return identity.Subject{}, identity.ErrPlatformCodeInvalid
	}
	open, union, _ := strings.Cut(c.Code, "/")
	return identity.Subject{OpenID: open, UnionID: union}, nil
}

// phones remembers the last code of each phone.
type phones struct {
	mu   sync.Mutex
	sent map[string][]string
	fail bool
}

func (p *phones) Send(_ context.Context, phone, code string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail {
		return errors.New("gateway down")
	}
	p.sent[phone] = append(p.sent[phone], code)
	return nil
}

func (p *phones) last(phone string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	codes := p.sent[phone]
	if len(codes) == 0 {
		return ""
	}
	return codes[len(codes)-1]
}

type shop struct {
	*identity.Service
	store  *store.Store
	clock  *clock.Fixed
	keys   *secret.Keys
	phones *phones
	cfg    identity.Config
}

const (
	wechat = "WECHAT_MINI_PROGRAM"
	douyin = "DOUYIN_MINI_PROGRAM"
)

func newKeys(t testing.TB) *secret.Keys {
	t.Helper()
	keys, err := secret.Load(func(string) string { return "" }, filepath.Join(t.TempDir(), "secrets.json"), false)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func open(t testing.TB) *shop {
	t.Helper()
	return on(t, testdb.Open(t))
}

func on(t testing.TB, s *store.Store) *shop {
	t.Helper()
	c := clock.NewFixed(time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC))
	sms := &phones{sent: map[string][]string{}}
	cfg := identity.Config{
		Store: s, Clock: c.Now, Keys: newKeys(t), Deadlines: deadline.New(s), Zone: time.FixedZone("CST", 8*60*60), SMS: sms, Demo: true, Platforms: map[string]identity.Platform{wechat: platform{}, douyin: platform{}},
	}
	return &shop{Service: identity.New(cfg), store: s, clock: c, keys: cfg.Keys, phones: sms, cfg: cfg}
}

func (s *shop) signIn(t testing.TB, channel, code string) *identity.Session {
	t.Helper()
	session, err := s.SessionCreate(t.Context(), identity.SignIn{Channel: channel, Credentials: identity.Credentials{Code: code}})
	if err != nil {
		t.Fatalf("sign in on %s with %q: %v", channel, code, err)
	}
	return session
}

func (s *shop) byPhone(ctx context.Context, phone, code string) (*identity.Session, error) {
	return s.SessionCreate(ctx, identity.SignIn{Channel: "H5", Credentials: identity.Credentials{Code: code, Phone: phone}})
}

// exec changes the database behind the service's back.
func (s *shop) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	err := s.store.InTx(t.Context(), func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *shop) count(t testing.TB, table string) int {
	t.Helper()
	var n int
	if err := s.store.DB().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// want fails unless err is target, with that path when one is given.
func want(t testing.TB, err, target error, path ...string) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("err = %v; want %v", err, target)
	}
	if len(path) > 0 && !slices.Equal(fault.Of(err).Field, path) {
		t.Fatalf("field = %v; want %v", fault.Of(err).Field, path)
	}
}

// together runs f n times at once and returns the errors.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

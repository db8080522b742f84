package app_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/server/app"
	"github.com/kaituan/kaituan/server/config"
)

// shop is a whole server on a database of its own, and where it listens.
type shop struct {
	*app.App
	t testing.TB
	// URL has no path; GraphQL is at /graphql.
	URL string
	// counting, when set, counts the statements of every request.
	counting atomic.Pointer[store.Counter]
}

// settings are those of a server without configuration, on a fresh database.
func settings(t testing.TB) *config.Config {
	return &config.Config{
		Env: "development", DatabaseURL: testdb.URL(t), Dir: t.TempDir(), ShopName: "开团", Currency: "CNY", TimeZone: "Asia/Shanghai", ShippingFlat: "0", ShippingFreeFrom: "0",
	}
}

// openShop opens an empty shop with the demo's keys and its workers at work; what the tests end with holds: no promise is broken.
func openShop(t testing.TB) *shop {
	t.Helper()
	s := openOn(t, settings(t))
	t.Cleanup(func() { s.check() })
	return s
}

// openOn opens a shop as c says. Two may stand on one database.
func openOn(t testing.TB, c *config.Config) *shop {
	t.Helper()
	a, err := app.Open(t.Context(), c, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{App: a, t: t}
	if err := a.Identity.EnsureDemoKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	working, stop := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { a.Work(working) })
	server := httptest.NewServer(s.counted(app.Traced(a.Handler())))
	s.URL = server.URL
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Drain(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		stop()
		work.Wait()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// counted puts the counter into the context of each request.
func (s *shop) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := s.counting.Load(); c != nil {
			r = r.WithContext(store.CountStatements(r.Context(), c))
		}
		next.ServeHTTP(w, r)
	})
}

// check fails the test when a promise of the shop is broken.
func (s *shop) check() {
	s.t.Helper()
	results, err := invariant.Run(context.Background(), s.Store, clock.Trim(s.Clock.Now()), app.Invariants())
	if err == nil {
		err = invariant.Broken(results)
	}
	if err != nil {
		s.t.Error(err)
	}
}

// eventually waits up to ten seconds for ok.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("it did not come to be: " + what)
}

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"go.uber.org/goleak"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/server/transport/internal/testgraph"
)

// logged keeps what the transport logs, which tests look at and which would only be noise on a terminal.
var logged logBuffer

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// take returns what was logged since the last take.
func (l *logBuffer) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.buf.Reset()
	return l.buf.String()
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(WithTrace(slog.NewTextHandler(&logged, nil))))
	goleak.VerifyTestMain(m)
}

// serve starts a server on a real port; change, which may be nil, adjusts its configuration first.
func serve(t *testing.T, change func(*Config)) (s *Server, url string) {
	t.Helper()
	return serveTimed(t, change, standardTiming)
}

// serveTimed is serve with other times, for peers in processes of their own, whom nothing synchronises with the test.
func serveTimed(t *testing.T, change func(*Config), times timing) (s *Server, url string) {
	t.Helper()
	cfg := Config{Schema: testgraph.New(nil), Authenticate: authenticate, Development: true}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.timing = times
	h := httptest.NewServer(s)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		h.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return s, h.URL + "/graphql"
}

// authenticate knows "Bearer <shopper>", "Bearer expired", "Bearer soon" (which ends in 300 ms) and "Key <partner>".
func authenticate(_ context.Context, authorization string) *viewer.Viewer {
	kind, name, _ := strings.Cut(authorization, " ")
	switch {
	case name == "expired":
		return &viewer.Viewer{Problem: fault.TokenExpired}
	case name == "soon":
		return &viewer.Viewer{ShopperID: "ann", Scopes: []string{"SHOPPER"}, Expires: time.Now().Add(300 * time.Millisecond)}
	case kind == "Bearer" && name != "":
		return &viewer.Viewer{ShopperID: name, Scopes: []string{"SHOPPER"}, Expires: time.Now().Add(time.Hour)}
	case kind == "Key":
		return &viewer.Viewer{PartnerID: name, Scopes: []string{"CATALOG_WRITE"}}
	default:
		return &viewer.Viewer{Problem: fault.Unauthenticated}
	}
}

// reply is an answer as a client reads it.
type reply struct {
	status int
	header http.Header
	raw    string
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Locations  []struct{ Line, Column int }
		Extensions struct {
			Code, TraceID     string
			RetryAfterSeconds int
		}
	}
}

// code is the first error's, "OK" without errors.
func (r reply) code() string {
	if len(r.Errors) == 0 {
		return "OK"
	}
	return r.Errors[0].Extensions.Code
}

// send sends a request with headers given as "Name: value" lines and reads the answer.
func send(t *testing.T, method, url, body string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if req.Header.Set(name, value); value == "" {
			req.Header.Del(name)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := reply{status: res.StatusCode, header: res.Header, raw: string(raw)}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
	}
	return out
}

// post sends a document with variables ("" for none).
func post(t *testing.T, url, query, variables string, headers ...string) reply {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(orNull(variables))})
	return send(t, http.MethodPost, url, string(body), headers...)
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}

func slowSchema(release <-chan struct{}) graphql.ExecutableSchema { return testgraph.New(release) }

// eventually waits up to five seconds for ok.
func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("it did not come to be")
}

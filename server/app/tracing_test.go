package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/kaituan/kaituan/server/app"
)

// Spans go to the collector that OpenTelemetry's variables name, over OTLP, as children of the caller's span, and hold nothing that a user sent.
func TestTracesReachACollector(t *testing.T) {
	var mu sync.Mutex
	var received string
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		received += r.URL.Path + string(body)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	stop, err := app.StartTracing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := openShop(t)
	req, err := http.NewRequest(http.MethodPost, s.URL+"/graphql", strings.NewReader(`{"query":"query Secret { serverTime }"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got := res.Header.Get("X-Trace-Id"); got != "0af7651916cd43dd8448eb211c80319c" {
		t.Errorf("the trace is %s, not the caller's", got)
	}
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"/v1/traces", "POST /graphql", "query", "kaituan"} {
		if !strings.Contains(received, want) {
			t.Errorf("the collector never heard %q", want)
		}
	}
	if strings.Contains(received, "Secret") {
		t.Error("a span holds what the user sent")
	}
}

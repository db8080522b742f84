package transport

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// listener reads an event stream.
type listener struct {
	t      *testing.T
	res    *http.Response
	lines  *bufio.Scanner
	cancel context.CancelFunc
}

// listen posts a document and asks for events.
func listen(t *testing.T, url, query, variables string, headers ...string) *listener {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(orNull(variables))})
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{t: t, res: res, lines: bufio.NewScanner(res.Body), cancel: cancel}
	l.lines.Buffer(nil, 1<<20)
	t.Cleanup(l.close)
	return l
}

func (l *listener) close() {
	l.cancel()
	_ = l.res.Body.Close()
}

// hear reads one event, "" for the end of the stream.
func (l *listener) hear() (event, data string) {
	l.t.Helper()
	guard := time.AfterFunc(10*time.Second, l.cancel)
	defer guard.Stop()
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ":")
		switch value = strings.TrimPrefix(value, " "); {
		case name == "event":
			event = value
		case name == "data":
			data = value
		case l.lines.Text() == "" && event != "":
			return event, data
		}
	}
	return "", ""
}

func (l *listener) want(event, data string) {
	l.t.Helper()
	if e, d := l.hear(); e != event || d != data {
		l.t.Fatalf("heard %q %q, want %q %q", e, d, event, data)
	}
}

func (l *listener) wantError(code string) {
	l.t.Helper()
	event, data := l.hear()
	var answer struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if event != "next" || json.Unmarshal([]byte(data), &answer) != nil || len(answer.Errors) == 0 || answer.Errors[0].Extensions.Code != code {
		l.t.Fatalf("heard %q %q, want %s", event, data, code)
	}
	l.want("complete", "")
}

func TestEvents(t *testing.T) {
	s, u, _ := serveLogs(t, nil)
	l := listen(t, u, "subscription { count(to: 2) }", "")
	if l.res.StatusCode != 200 || l.res.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" || !strings.Contains(l.res.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%d %v", l.res.StatusCode, l.res.Header)
	}
	l.want("next", `{"data":{"count":1}}`)
	l.want("next", `{"data":{"count":2}}`)
	l.want("complete", "")
	if event, _ := l.hear(); event != "" {
		t.Error("the stream goes on after its end")
	}
	q := listen(t, u, "{ me { name } }", "", "Authorization: Bearer ann")
	q.want("next", `{"data":{"me":{"name":"ann"}}}`)
	q.want("complete", "")
	for query, code := range map[string]string{
		"{":                        "GRAPHQL_PARSE_FAILED",
		"{ nothing }":              "GRAPHQL_VALIDATION_FAILED",
		"subscription { nowhere }": "NOT_FOUND",
		"subscription { panics }":  "INTERNAL",
		"subscription { mine }":    "UNAUTHENTICATED",
		`subscription { events(log: "nowhere") { seq } }`: "NOT_FOUND",
	} {
		listen(t, u, query, "").wantError(code)
	}
	// What is no request of GraphQL's is refused before there is a stream.
	if got := send(t, http.MethodPost, u, "[]", "Accept: text/event-stream"); got.status != 400 || got.code() != "BAD_REQUEST" {
		t.Errorf("%d %s", got.status, got.raw)
	}
	if got := post(t, u, "subscription { ticks }", "", "Accept: application/json, text/event-stream;q=0.5"); got.code() != "BAD_REQUEST" {
		t.Errorf("%s", got.raw)
	}
	eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.ips) == 0 && len(s.inFlight) == 0 })
}

// A stream of events shares its execution with sockets, and resumes as they do.
func TestEventsShare(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	record(log, 1, 3)
	p := connect(t, u, "")
	p.watch("1", saidDoc, "1:3")
	whole := listen(t, u, saidDoc, "")
	whole.want("next", `{"data":{"events":{"__typename":"Whole","seq":3,"texts":["t1","t2","t3"]}}}`)
	late := listen(t, u, saidDoc, `{"after":"1:1"}`)
	for seq := 2; seq <= 3; seq++ {
		late.want("next", fmt.Sprintf(`{"data":{"events":{"__typename":"Said","seq":%d,"text":"t%d"}}}`, seq, seq))
	}
	made := s.executed("events")
	record(log, 4, 8)
	for seq := 4; seq <= 8; seq++ {
		p.wantSaid(seq)
		for _, l := range []*listener{whole, late} {
			l.want("next", fmt.Sprintf(`{"data":{"events":{"__typename":"Said","seq":%d,"text":"t%d"}}}`, seq, seq))
		}
	}
	if n := s.executed("events") - made; n != 5 {
		t.Errorf("%d executions of 5 events", n)
	}
	whole.close()
	late.close()
	eventually(t, func() bool { return log.Watched.Load() == 1 })
}

func TestEventsEndWithTheirSession(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	s.timing.beat = 20 * time.Millisecond
	own := listen(t, u, "subscription { mine }", "", "Authorization: Bearer soon")
	all := listen(t, u, saidDoc, `{"after":"1:0"}`, "Authorization: Bearer soon")
	own.wantError("TOKEN_EXPIRED")
	record(logs.Named("a"), 1, 1)
	all.want("next", `{"data":{"events":{"__typename":"Said","seq":1,"text":"t1"}}}`)
}

// A shopper's streams count as his sockets do.
func TestEventsPerShopper(t *testing.T) {
	_, u := serve(t, nil)
	for range maxShopperSockets {
		listen(t, u, "subscription { mine }", "", "Authorization: Bearer ann")
	}
	if got := post(t, u, "subscription { mine }", "", "Authorization: Bearer ann", "Accept: text/event-stream"); got.status != 429 || got.code() != "RATE_LIMITED" {
		t.Errorf("%d %s", got.status, got.raw)
	}
}

// The end of the server ends a stream without a word of completion: the client comes back.
func TestEventsAndShutdown(t *testing.T) {
	s, u := serve(t, nil)
	l := listen(t, u, "subscription { mine }", "", "Authorization: Bearer ann")
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if event, _ := l.hear(); event != "" {
		t.Errorf("heard %s", event)
	}
	if _, err := io.ReadAll(l.res.Body); err != nil && !strings.Contains(err.Error(), "closed") {
		t.Log(err)
	}
}

// One who stops reading is dropped, and keeps nobody waiting.
func TestEventsTooSlow(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	s.timing.stall = 200 * time.Millisecond
	log := logs.Named("a")
	log.Keep = 50
	_ = listen(t, u, saidDoc, `{"after":"1:0"}`)
	eventually(t, func() bool { return log.Watched.Load() == 1 })
	text := strings.Repeat("x", 100_000)
	for range 300 {
		log.Append(text)
		time.Sleep(time.Millisecond)
	}
	eventually(t, func() bool { return log.Watched.Load() == 0 })
}

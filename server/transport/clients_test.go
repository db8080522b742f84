package transport

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// nodeCommand is one of testdata/clients' scripts, with a minute to run.
func nodeCommand(t *testing.T, script string, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := os.Stat("testdata/clients/node_modules/graphql-sse"); err != nil {
		t.Fatal("the JavaScript clients are not installed: run `npm ci --ignore-scripts` in server/transport/testdata/clients")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "node", append([]string{script}, args...)...)
	cmd.Dir = "testdata/clients"
	return cmd
}

// node runs a script and returns what it printed.
func node(t *testing.T, script string, args ...string) string {
	t.Helper()
	out, err := nodeCommand(t, script, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestGraphQLOverHTTPAudits(t *testing.T) {
	_, url := serve(t, nil)
	if out := node(t, "audits.mjs", url); out != "61 of 61 ok" {
		t.Fatal(out)
	}
}

func TestGraphQLWSClient(t *testing.T) {
	_, url := serve(t, nil)
	got := node(t, "socket.mjs", "ws"+strings.TrimPrefix(url, "http"))
	want := strings.TrimSpace(`
{"step":"query","value":[{"data":{"hello":"hello world","me":{"name":"ann"}}}]}
{"step":"mutation","value":[{"data":{"rename":{"name":"Eve"}}}]}
{"step":"subscription","value":[{"data":{"count":1}},{"data":{"count":2}},{"data":{"count":3}}]}
{"step":"many","value":[50,50,50,50,50,50,50,50,50,50]}
{"step":"invalid","value":["GRAPHQL_VALIDATION_FAILED"]}
{"step":"first tick","value":{"data":{"ticks":1}}}
{"step":"stopped","value":true}
{"step":"after","value":[{"data":{"hello":"hello world"}}]}
{"step":"bad token","value":[4403,"TOKEN_EXPIRED"]}
`)
	if got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
}

// Each close code as the real client meets it: what it did wrong ends its operations, and what the server ends lets it come back by itself.
func TestCloseCodesForGraphQLWS(t *testing.T) {
	for _, tc := range []struct {
		name, code string
		comesBack  bool
	}{
		{"4400", "4400", false},
		{"4401", "4401", false},
		{"4403", "4403", true},
		{"4406", "4406", false},
		{"4408", "4408", true},
		{"4409", "4409", false},
		{"4429", "4429", false},
		{"1008", "1008", false},
		{"1009", "1009", false},
		{"slow", "4490", true},
		{"shutdown", "4491", false}, // it tries, and finds nobody: this server does not start again
	} {
		t.Run(tc.name, func(t *testing.T) {
			times := standardTiming
			times.init, times.stall, times.goodbye = 300*time.Millisecond, 200*time.Millisecond, 5*time.Second
			s, url := serveTimed(t, nil, times)
			cmd := nodeCommand(t, "closes.mjs", "ws"+strings.TrimPrefix(url, "http"), tc.name)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			last := ""
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if last = lines.Text(); last == "ready" && tc.name == "shutdown" {
					if err := s.Shutdown(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf(`{"code":%s,"cameBack":%v,`, tc.code, tc.comesBack)
			if !strings.HasPrefix(last, want) {
				t.Errorf("got %s, want %s…", last, want)
			}
		})
	}
}

// The real graphql-sse client: what it asks, what it follows, what it is refused, and that it goes on where it was.
func TestGraphQLSSEClient(t *testing.T) {
	_, url, logs := serveLogs(t, nil)
	record(logs.Named("a"), 1, 6)
	got := node(t, "events.mjs", url)
	want := strings.TrimSpace(`
{"step":"query","value":[{"data":{"hello":"hello world","me":{"name":"ann"}}}]}
{"step":"mutation","value":[{"data":{"rename":{"name":"Eve"}}}]}
{"step":"subscription","value":[{"data":{"count":1}},{"data":{"count":2}},{"data":{"count":3}}]}
{"step":"many","value":[50,50,50,50]}
{"step":"invalid","value":["GRAPHQL_VALIDATION_FAILED"]}
{"step":"nowhere","value":["NOT_FOUND"]}
{"step":"malformed","value":400}
{"step":"first","value":[3,4]}
{"step":"stopped","value":true}
{"step":"resumed","value":[5,6]}
`)
	if got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
}

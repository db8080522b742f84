package transport

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// node runs one of testdata/clients' scripts and returns what it printed.
func node(t *testing.T, script string, args ...string) string {
	t.Helper()
	if _, err := os.Stat("testdata/clients/node_modules/graphql-ws"); err != nil {
		t.Fatal("the JavaScript clients are not installed: run `npm ci --ignore-scripts` in server/transport/testdata/clients")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{script}, args...)...)
	cmd.Dir = "testdata/clients"
	out, err := cmd.CombinedOutput()
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

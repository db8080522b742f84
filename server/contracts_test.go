package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Real GraphQL clients and ours, on every platform's adapter, pass one list of what a client of the shop does, by text and by ids.
func TestClientsPassOneScenario(t *testing.T) {
	script := contractsTest(t, "scenario.mjs")
	out, err := exec.CommandContext(t.Context(), "node", script, "http://"+startDemo(t)).CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "all pass") {
		t.Fatalf("%v (npm ci in frontend-contracts installs what it needs)\n%s", err, out)
	}
}

// The client's own tests, and its adapters against the typings that the platforms publish.
func TestClient(t *testing.T) {
	for _, args := range [][]string{{"--test", "--test-force-exit", contractsTest(t, "client.test.mjs"), contractsTest(t, "recover.test.mjs")}, {contractsTest(t, "typings.mjs")}} {
		if out, err := exec.CommandContext(t.Context(), "node", args...).CombinedOutput(); err != nil {
			t.Errorf("%v (npm ci in frontend-contracts installs what it needs)\n%s", err, out)
		}
	}
}

// A frontend developer follows the README of frontend-contracts from an empty folder: it compiles, a misspelt field does not, and a browser shows the room's events.
func TestContractsReadme(t *testing.T) {
	readme, err := os.ReadFile("../frontend-contracts/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, begun := strings.Cut(string(readme), "<!-- walk-through -->")
	part, _, ended := strings.Cut(part, "<!-- End of the walk-through -->")
	if !begun || !ended {
		t.Fatal("the walk-through is not marked")
	}
	contracts, err := filepath.Abs("../frontend-contracts")
	if err != nil {
		t.Fatal(err)
	}
	script := "set -eu -o pipefail\n"
	for i, block := range regexp.MustCompile("(?s)```bash\n(.*?)```").FindAllStringSubmatch(part, -1) {
		script += "cd '" + []string{contracts, t.TempDir()}[min(i, 1)] + "'\n" + block[1]
	}
	chromium, err := exec.CommandContext(t.Context(), "../scripts/chromium").Output()
	if err != nil {
		t.Fatalf("scripts/chromium: %v", err)
	}
	look := contractsTest(t, "walk.mjs")
	page := freeAddress(t)
	for _, change := range [][2]string{
		{"npm ci --ignore-scripts && ", ""},                                                                         // it would take away what other tests run with
		{"127.0.0.1:8080", startDemo(t)}, {"npx esbuild main.ts", "mkfifo held; exec 9<>held; npx esbuild main.ts"}, // which serves until its input ends: with the shell
		{"--serve=127.0.0.1:5173", "--serve=" + page + " <held 9>&- &"},
	} {
		if !strings.Contains(script, change[0]) {
			t.Fatalf("the walk-through says nothing of %q", change[0])
		}
		script = strings.ReplaceAll(script, change[0], change[1])
	}
	script += "node '" + look + "' '" + strings.TrimSpace(string(chromium)) + "' http://" + page + "/\n" +
		"sed -i 's/event.cursor/event.curser/' main.ts\nif npx tsc --noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --lib es2022,dom main.ts; then exit 3; fi\n"
	out, err := exec.CommandContext(t.Context(), "bash", "-c", script).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Property 'curser' does not exist") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func contractsTest(t *testing.T, script string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../frontend-contracts/test", script))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

package main

import (
	"os/exec"
	"path/filepath"
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
	for _, args := range [][]string{{"--test", "--test-force-exit", contractsTest(t, "client.test.mjs")}, {contractsTest(t, "typings.mjs")}} {
		if out, err := exec.CommandContext(t.Context(), "node", args...).CombinedOutput(); err != nil {
			t.Errorf("%v (npm ci in frontend-contracts installs what it needs)\n%s", err, out)
		}
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

// Package gates keeps changes of the contract from breaking who builds on it. The rules are in JavaScript, where GraphQL's own tools are; these tests run them.
package gates

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/frontend-contracts/manifest"
	"github.com/kaituan/kaituan/internal/contract"
)

// node runs one of the scripts and returns the line that says that all is well.
func node(t *testing.T, script string, args ...string) string {
	t.Helper()
	if _, err := os.Stat("../node_modules/@graphql-inspector/core"); err != nil {
		t.Fatal("the gates' tools are not installed: run `make clients`")
	}
	readAll(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "node", append([]string{script}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, out)
	}
	return strings.TrimSpace(string(out))
}

// readAll opens what the scripts read, so that go test does not take a result from its cache that was found with other files.
func readAll(t *testing.T) {
	t.Helper()
	for _, pattern := range []string{"*.mjs", "../package-lock.json", "../schema/*", "../schema/released/*", "../manifest/*.json", "../operations/*/*.graphql"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				if _, err := os.ReadFile(file); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// A change that breaks a client needs another way; one that may needs a reason in schema/changes.json. `make release` moves what is compared with.
func TestPublishedSchemasKeepWhatWasReleased(t *testing.T) {
	t.Parallel()
	if out := node(t, "schemas.mjs"); out != "the published schemas keep what was released" {
		t.Error(out)
	}
}

func TestOperationsFitTheirSchemas(t *testing.T) {
	t.Parallel()
	if out := node(t, "operations.mjs", strings.Join(manifest.Pages, ",")); !strings.HasSuffix(out, "are good") {
		t.Error(out)
	}
}

func TestPublishedSchemasSayWhatEverythingIs(t *testing.T) {
	t.Parallel()
	if out := node(t, "lint.mjs"); out != "4 schemas say what everything is" {
		t.Error(out)
	}
}

func TestPlantedChangesAreCaught(t *testing.T) {
	t.Parallel()
	if out := node(t, "planted.mjs"); out != "71 planted faults are caught, 16 harmless changes pass" {
		t.Error(out)
	}
}

// Each reason names an audience and says something, once.
func TestReasonsAreReasons(t *testing.T) {
	raw, err := os.ReadFile("../schema/changes.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ Audience, Path, Reason string }
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, entry := range list {
		if _, err := contract.Parse(strings.ToUpper(entry.Audience)); err != nil || entry.Path == "" || len(entry.Reason) <= 10 || seen[entry.Audience+entry.Path] {
			t.Errorf("%+v", entry)
		}
		seen[entry.Audience+entry.Path] = true
	}
}

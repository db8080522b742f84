package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/frontend-contracts/manifest"
	"github.com/kaituan/kaituan/graph/exec"
	"github.com/kaituan/kaituan/internal/contract"
)

var schema = gqlparser.MustLoadSchema(&ast.Source{Input: `
directive @scope(anyOf: [Scope!]!) on FIELD_DEFINITION
enum Scope { SHOPPER HOST }
type Query { people(first: Int = 20): [Person!]! room: Person @scope(anyOf: [HOST]) }
type Person { name: String! }
`})

// folder is a place to release in, with operations of two pages and what codegen made of them.
func folder(t *testing.T, bodies ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	hashes := map[string]string{}
	for _, body := range bodies {
		sum := sha256.Sum256([]byte(body))
		hashes[hex.EncodeToString(sum[:])] = body
	}
	raw, err := json.Marshal(hashes)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"persisted.json": string(raw), "operations/home/Home.graphql": "query Home($n: Int) { people(first: $n) { ...P } }",
		"operations/host-console/Room.graphql": "query Room { room { ...P } }", "operations/fragments/P.graphql": "fragment P on Person { name }",
	} {
		if err := write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	home = "fragment P on Person { name } query Home($n: Int) { people(first: $n) { ...P } }"
	room = "fragment P on Person { name } query Room { room { ...P } }"
)

func TestManifest(t *testing.T) {
	folder(t, home, room)
	if err := release(schema, "persisted.json", "operations", "wx", "1.0"); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(manifests, "wx@1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Parse("wx@1.0.json", content)
	if err != nil {
		t.Fatal(err)
	}
	want := []manifest.Operation{
		{ID: manifest.ID(home), Name: "Home", Kind: "query", Page: "home", Audience: "SHOPPER", Cost: 100, Body: home},
		{ID: manifest.ID(room), Name: "Room", Kind: "query", Page: "host-console", Audience: "HOST", Cost: 1, Body: room},
	}
	for i, op := range want {
		if m.Operations[i] != op {
			t.Errorf("%+v, want %+v", m.Operations[i], op)
		}
	}
	if err := release(schema, "persisted.json", "operations", "wx", "1.0"); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if sums, err := os.ReadFile(filepath.Join(manifests, manifest.Sums)); err != nil || string(sums) != manifest.Sum("wx@1.0.json", content)+"\n" {
		t.Errorf("the sums are %q, %v", sums, err)
	}
}

func TestAReleaseNeverChanges(t *testing.T) {
	folder(t, home)
	again := func(version, body string) error {
		raw, _ := json.Marshal(map[string]string{manifest.ID(body): body})
		if err := write("persisted.json", raw); err != nil {
			t.Fatal(err)
		}
		return release(schema, "persisted.json", "operations", "wx", version)
	}
	for _, version := range []string{"1.0", "1.1-dev"} {
		if err := again(version, home); err != nil {
			t.Fatal(err)
		}
	}
	if err := again("1.0", room); err == nil || !strings.Contains(err.Error(), "is released") {
		t.Error(err)
	}
	if err := again("1.1-dev", room); err != nil {
		t.Error(err)
	}
}

func TestManifestRefuses(t *testing.T) {
	for _, tc := range []struct{ name, body, want string }{
		{"an operation of no page", "query Attic { people { name } }", "no page's folder"},
		{"an invalid one", "query Home { nothing }", "nothing"},
		{"two in one document", home + " query Other { people { name } }", "one operation"},
	} {
		folder(t, tc.body)
		if err := release(schema, "persisted.json", "operations", "wx", "1"); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	folder(t)
	if err := write("persisted.json", []byte(`{"`+strings.Repeat("0", 64)+`": "`+room+`"}`)); err != nil {
		t.Fatal(err)
	}
	if err := release(schema, "persisted.json", "operations", "wx", "1"); err == nil || !strings.Contains(err.Error(), "not its body's") {
		t.Errorf("a hash of another body: %v", err)
	}
}

// The real contracts are schemas, and each audience has its own of what the domains offer.
func TestContracts(t *testing.T) {
	whole := exec.NewExecutableSchema(exec.Config{}).Schema()
	for audience, want := range map[contract.Audience]struct{ has, hasNot []string }{
		contract.Shopper:  {[]string{"orderPlace(", "liveRoomEvents(", "@shared"}, []string{"inventory:", "ingestUrl", "counted: Boolean @scope", "productsUpsert", "liveConsole", "liveRoomBan", "@audience"}},
		contract.Host:     {[]string{"orderPlace(", "liveConsole(", "ingestUrl"}, []string{"inventory:", "counted: Boolean @scope", "productsUpsert", "liveRoomBan"}},
		contract.Partner:  {[]string{"productsUpsert(", "inventory:", "orders("}, []string{"orderPlace(", "liveConsole", "liveRoomBan", "counted: Boolean @scope", "ingestUrl"}},
		contract.Operator: {[]string{"productsUpsert(", "liveRoomBan(", "spread(", "counted: Boolean @scope"}, []string{"orderPlace(", "liveConsole", "ingestUrl"}},
	} {
		printed := string(contract.Print(contract.Of(whole, audience)))
		if _, err := gqlparser.LoadSchema(&ast.Source{Input: printed}); err != nil {
			t.Errorf("%s: %v", audience, err)
		}
		for _, part := range want.has {
			if !strings.Contains(printed, part) {
				t.Errorf("%s lacks %s", audience, part)
			}
		}
		for _, part := range want.hasNot {
			if strings.Contains(printed, part) {
				t.Errorf("%s has %s", audience, part)
			}
		}
	}
}

package documents_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/frontend-contracts/manifest"
	"github.com/kaituan/kaituan/server/documents"
)

var schema = gqlparser.MustLoadSchema(&ast.Source{Input: `
directive @scope(anyOf: [Scope!]!) on FIELD_DEFINITION
enum Scope { SHOPPER HOST }
type Query { hello: String! people(first: Int = 20): [Person!]! room: String @scope(anyOf: [HOST]) }
type Person { name: String! friends(first: Int): [Person!]! }
`})

func operation(name, body, audience string) manifest.Operation {
	return manifest.Operation{ID: manifest.ID(body), Name: name, Kind: "query", Page: "home", Audience: audience, Cost: 0, Body: body}
}

func hello(name string) manifest.Operation {
	return operation(name, "query "+name+" { hello }", "SHOPPER")
}

// put writes a manifest as one that is copied there, and makes its time another than what was there before.
func put(t *testing.T, folder, app, version string, at int, ops ...manifest.Operation) {
	t.Helper()
	m := &manifest.Manifest{App: app, Version: version, Operations: ops}
	putText(t, filepath.Join(folder, m.File()), string(m.Bytes()), at)
}

func putText(t *testing.T, path, text string, at int) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	when := time.Unix(1_800_000_000+int64(at), 0)
	if err := os.Chtimes(path, when, when); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, embedded map[string][]byte, folder string) *documents.Documents {
	t.Helper()
	d, err := documents.Open(schema, embedded, folder)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// knows lists which of the operations are answered by id and by text alike.
func knows(t *testing.T, d *documents.Documents, ops ...manifest.Operation) (names string) {
	t.Helper()
	for _, op := range ops {
		body, ok := d.ByID(op.ID)
		if ok != (d.Parsed(op.Body) != nil) || ok && body != op.Body {
			t.Errorf("%s: by id %v %q, by text %v", op.Name, ok, body, d.Parsed(op.Body) != nil)
		}
		if ok {
			names += op.Name
		}
	}
	return names
}

func look(t *testing.T, d *documents.Documents, want string, ops ...manifest.Operation) {
	t.Helper()
	if err := d.Look(); err != nil {
		t.Fatal(err)
	}
	if got := knows(t, d, ops...); got != want {
		t.Fatalf("it knows %q, want %q", got, want)
	}
}

func TestReleasesComeAndGo(t *testing.T) {
	folder := t.TempDir()
	a, b, c := hello("A"), hello("B"), hello("C")
	own := &manifest.Manifest{App: "h5", Version: "1", Operations: []manifest.Operation{c}}
	d := open(t, map[string][]byte{own.File(): own.Bytes()}, folder)
	look(t, d, "C", a, b, c)
	put(t, folder, "wx", "1.0", 0, a, b)
	look(t, d, "ABC", a, b, c)
	parsed := d.Parsed(a.Body)
	put(t, folder, "wx", "1.1", 0, b)
	putText(t, filepath.Join(folder, "notes.txt"), "not a manifest", 0)
	look(t, d, "ABC", a, b, c)
	if d.Parsed(a.Body) != parsed {
		t.Error("a document was parsed again because another release came")
	}
	if err := os.Remove(filepath.Join(folder, "wx@1.0.json")); err != nil {
		t.Fatal(err)
	}
	look(t, d, "BC", a, b, c) // 1.1 has B, too
	put(t, folder, "wx", "1.1", 1, a)
	look(t, d, "AC", a, b, c)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := d.Look(); err == nil {
		t.Error("a folder that is gone is no matter")
	}
	if got := knows(t, d, a, b, c); got != "AC" {
		t.Errorf("without the folder it knows %q", got)
	}
}

func TestABrokenFileKeepsWhatWasThere(t *testing.T) {
	folder := t.TempDir()
	a, b := hello("A"), hello("B")
	put(t, folder, "wx", "1.0", 0, a)
	d := open(t, nil, folder)
	putText(t, filepath.Join(folder, "wx@1.0.json"), `{"app": "wx"`, 1)
	put(t, folder, "tt", "1.0", 0, b)
	look(t, d, "AB", a, b)
	if got := broken(t, d); got != 1 {
		t.Errorf("%v are broken", got)
	}
	put(t, folder, "wx", "1.0", 2, b)
	look(t, d, "B", a, b)
	if got := broken(t, d); got != 0 {
		t.Errorf("%v are broken", got)
	}
}

// A broken file is told of once, with what is wrong and without the documents' text.
func TestABrokenFileIsToldOfOnce(t *testing.T) {
	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	folder := t.TempDir()
	put(t, folder, "wx", "1.0", 0, hello("Good"), operation("Bad", "query Bad { room }", "SHOPPER"))
	d := open(t, nil, folder)
	for range 3 {
		look(t, d, "", hello("Good"))
	}
	text := logged.String()
	if strings.Count(text, "refused") != 1 || !strings.Contains(text, "wx@1.0.json: operation Bad") || strings.Contains(text, "query Bad") {
		t.Error(text)
	}
}

// Whoever asks while releases come and go gets the old state or the new one.
func TestAskingWhileReleasesComeAndGo(t *testing.T) {
	folder := t.TempDir()
	always, sometimes := hello("Always"), hello("Sometimes")
	put(t, folder, "wx", "1", 0, always)
	d := open(t, nil, folder)
	var asking sync.WaitGroup
	stop := make(chan struct{})
	for range 8 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, ok := d.ByID(always.ID); !ok || d.Parsed(always.Body) == nil {
					t.Error("a document that every release has was away")
					return
				}
				d.ByID(sometimes.ID)
			}
		})
	}
	for i := range 50 {
		ops := []manifest.Operation{always}
		if i%2 == 0 {
			ops = append(ops, sometimes)
		}
		put(t, folder, "wx", "1", i+1, ops...)
		if err := d.Look(); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	asking.Wait()
}

func broken(t *testing.T, d *documents.Documents) float64 {
	t.Helper()
	return testutil.ToFloat64(d.Metrics()[1])
}

func TestWhatIsRefused(t *testing.T) {
	good := hello("Good")
	change := func(f func(*manifest.Operation)) manifest.Operation {
		op := hello("Bad")
		f(&op)
		return op
	}
	for _, tc := range []struct {
		name string
		op   manifest.Operation
		want string
	}{
		{"an id of another body", change(func(o *manifest.Operation) { o.ID = good.ID }), "not its body's"},
		{"a field that is not there", operation("Bad", "query Bad { nothing }", "SHOPPER"), "nothing"},
		{"too dear", operation("Bad", "query Bad { people(first: 100) { friends(first: 100) { name } } }", "SHOPPER"), "QUERY_TOO_COMPLEX"},
		{"too dear by a variable", operation("Bad", "query Bad($n: Int) { people(first: $n) { friends(first: $n) { name } } }", "SHOPPER"), "QUERY_TOO_COMPLEX"},
		{"another's contract", operation("Bad", "query Bad { room }", "SHOPPER"), "contract of SHOPPER"},
		{"no audience", operation("Bad", "query Bad { hello }", "EVERYBODY"), "EVERYBODY"},
		{"another name", operation("Bad", "query Other { hello }", "SHOPPER"), "called Other"},
		{"another kind", change(func(o *manifest.Operation) { o.Kind = "mutation" }), "says mutation"},
		{"a page that is none", change(func(o *manifest.Operation) { o.Page = "nowhere" }), "no page"},
		{"introspection", operation("Bad", "query Bad { __schema { types { name } } }", "SHOPPER"), "INTROSPECTION_DISABLED"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := &manifest.Manifest{App: "wx", Version: "1", Operations: []manifest.Operation{good, tc.op}}
			_, err := documents.Open(schema, map[string][]byte{m.File(): m.Bytes()}, "")
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), "Bad") {
				t.Errorf("%v, want %s of Bad", err, tc.want)
			}
			folder := t.TempDir()
			put(t, folder, "wx", "1", 0, good, tc.op)
			look(t, open(t, nil, folder), "", good) // the file as a whole
		})
	}
	host := operation("Room", "query Room { room }", "HOST")
	folder := t.TempDir()
	put(t, folder, "console", "1", 0, host)
	look(t, open(t, nil, folder), "Room", host)
	put(t, folder, "console", "2", 0, hello("A"))
	if err := os.Rename(filepath.Join(folder, "console@2.json"), filepath.Join(folder, "console@3.json")); err != nil {
		t.Fatal(err)
	}
	look(t, open(t, nil, folder), "Room", host, hello("A"))
}

func TestOwnManifestsAreGood(t *testing.T) {
	for name, content := range manifest.Embedded() {
		m, err := manifest.Parse(name, content)
		if err != nil {
			t.Error(err)
		} else if string(m.Bytes()) != string(content) {
			t.Errorf("%s is not as the release command writes it", name)
		}
	}
}

// A file that cannot be looked at is not gone: what it held stays, others come, and it is read once it can be.
func TestAFileThatCannotBeLookedAtKeepsWhatWasThere(t *testing.T) {
	folder := t.TempDir()
	a, b := hello("A"), hello("B")
	put(t, folder, "wx", "1.0", 0, a)
	d := open(t, nil, folder)
	path := filepath.Join(folder, "wx@1.0.json")
	if err := errors.Join(os.Remove(path), os.Symlink(path, path)); err != nil { // to itself
		t.Fatal(err)
	}
	look(t, d, "A", a, b)
	put(t, folder, "tt", "1.0", 0, b)
	look(t, d, "AB", a, b)
	if got := broken(t, d); got != 1 {
		t.Errorf("%v are broken", got)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	put(t, folder, "wx", "1.0", 0, a)
	look(t, d, "AB", a, b)
	if got := broken(t, d); got != 0 {
		t.Errorf("%v are broken", got)
	}
}

package reference_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/graph/exec"
	"github.com/kaituan/kaituan/internal/contract"
	"github.com/kaituan/kaituan/server/reference"
)

func get(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Every page of the real schema: links lead somewhere, nothing comes from elsewhere, nothing is written that the policy would stop.
func TestPages(t *testing.T) {
	h := reference.Handler(exec.NewExecutableSchema(exec.Config{}).Schema(), contract.All)
	for _, name := range []string{"shopper", "host", "partner", "operator"} {
		w := get(t, h, "/docs/"+name)
		html := w.Body.String()
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'") || len(html) < 50_000 {
			t.Fatalf("%s: %d, %v, %d bytes", name, w.Code, w.Header(), len(html))
		}
		ids := map[string]bool{}
		for _, found := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(html, -1) {
			if ids[found[1]] {
				t.Errorf("%s: two places are called %s", name, found[1])
			}
			ids[found[1]] = true
		}
		for _, found := range regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(html, -1) {
			anchor, here := strings.CutPrefix(found[1], "#")
			if here && !ids[anchor] || !here && get(t, h, found[1]).Code != 200 {
				t.Errorf("%s: %s leads nowhere", name, found[1])
			}
		}
		if bad := regexp.MustCompile(`(?i)<script>|<style|\sstyle=|\son\w+=|(href|src)="(https?:)?//`).FindString(html); bad != "" {
			t.Errorf("%s: %q", name, bad)
		}
		packed := get(t, h, "/docs/"+name, "Accept-Encoding", "gzip")
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(z); err != nil || string(plain) != html || packed.Header().Get("ETag") == w.Header().Get("ETag") {
			t.Errorf("%s: the compressed page is another, or has the same name: %v", name, err)
		}
		if again := get(t, h, "/docs/"+name, "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
			t.Errorf("%s: asked again: %d", name, again.Code)
		}
	}
	if get(t, h, "/docs/").Body.String() != get(t, h, "/docs/shopper").Body.String() {
		t.Error("the front page is not the shoppers'")
	}
	if sdl := get(t, h, "/docs/host.graphql").Body.String(); !strings.Contains(sdl, "liveConsole") {
		t.Error("the SDL is not there")
	}
	for _, path := range []string{"/docs/nobody", "/docs/reference.css", "/docs/../page.html", "/docs/shopper/"} {
		if code := get(t, h, path).Code; code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestWhatIsToldOfAThing(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
directive @scope(anyOf: [Scope!]!) on FIELD_DEFINITION
directive @perViewer on FIELD_DEFINITION
directive @shared on FIELD_DEFINITION
enum Scope { SHOPPER "Runs <rooms>." HOST }
type Query { named: Named "One ` + "`things`" + ` & more." things(first: Int = 20, "Old." of: ID @deprecated(reason: "gone")): [Thing!]! @scope(anyOf: [SHOPPER, HOST]) @perViewer }
type Subscription { thing: Thing @shared }
interface Named { name: String! }
type Thing implements Named { name: String! was: String @deprecated(reason: "Use name; gone from 2099-01-01.") }
`})
	html := get(t, reference.Handler(schema, []contract.Audience{contract.Shopper}), "/docs/").Body.String()
	for _, part := range []string{
		`id="Query.things"`, "One <code>things</code> &amp; more.", `[<a href="#Thing">Thing</a>!]!`, `= 20`, "needs SHOPPER or HOST", "depends on who asks", "shared by all subscribers",
		"Deprecated: Use name; gone from 2099-01-01.", "Deprecated: gone", "Runs &lt;rooms&gt;.", `implements <code class="type"><a href="#Named">`,
	} {
		if !strings.Contains(html, part) {
			t.Errorf("%q is missing in\n%s", part, html)
		}
	}
	if strings.Contains(html, "operator") {
		t.Error("it names an audience that it does not describe")
	}
}

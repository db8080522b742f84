package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func get(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestFilesAreServed(t *testing.T) {
	for _, tc := range []struct {
		name    string
		handler http.Handler
		path    string
		kind    string
		atLeast int
	}{
		{"storefront", Storefront(), "/", "text/html", 500},
		{"its script", Storefront(), named(t, "index-", ".js"), "text/javascript", 20_000},
		{"its style", Storefront(), named(t, "index-", ".css"), "text/css", 5_000},
		{"its mark", Storefront(), named(t, "mark-", ".svg"), "image/svg+xml", 100},
		{"a page that is loaded later", Storefront(), named(t, "live-", ".js"), "text/javascript", 2_000},
		{"GraphiQL", IDE(), "/graphiql", "text/html", 500},
		{"GraphiQL with a slash", IDE(), "/graphiql/", "text/html", 500},
		{"the big script, unpacked", IDE(), "/graphiql/graphiql.min.js", "text/javascript", 900_000},
		{"React", IDE(), "/graphiql/react.production.min.js", "text/javascript", 9_000},
		{"React DOM", IDE(), "/graphiql/react-dom.production.min.js", "text/javascript", 100_000},
		{"the socket client", IDE(), "/graphiql/graphql-ws.min.js", "text/javascript", 5_000},
		{"its style, unpacked", IDE(), "/graphiql/graphiql.min.css", "text/css", 40_000},
		{"notice", IDE(), "/graphiql/NOTICE.txt", "text/plain", 500},
		{"licence", IDE(), "/graphiql/licences/react.txt", "text/plain", 500},
	} {
		w := get(tc.handler, "GET", tc.path)
		h := w.Header()
		if w.Code != 200 || !strings.HasPrefix(h.Get("Content-Type"), tc.kind) || w.Body.Len() < tc.atLeast {
			t.Errorf("%s: %d, %s, %d bytes", tc.name, w.Code, h.Get("Content-Type"), w.Body.Len())
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'self'") {
			t.Errorf("%s: headers %v", tc.name, h)
		}
		if again := get(tc.handler, "GET", tc.path, "If-None-Match", h.Get("ETag")); again.Code != 304 {
			t.Errorf("%s: asked again with its ETag: %d", tc.name, again.Code)
		}
	}
}

func TestWhatIsNotServed(t *testing.T) {
	for _, tc := range []struct {
		name         string
		handler      http.Handler
		method, path string
		want         int
	}{
		{"another page", Storefront(), "GET", "/nowhere", 404},
		{"a folder", Storefront(), "GET", "/assets/", 404},
		{"up and away", Storefront(), "GET", "/assets/../h5.go", 404},
		{"the page by its file name", Storefront(), "GET", "/index.html", 404},
		{"a file of an earlier build", Storefront(), "GET", "/assets/index-00000000.js", 404},
		{"a write", Storefront(), "POST", "/", 405},
		{"head of the storefront", Storefront(), "HEAD", "/", 200},
		{"the packed name", IDE(), "GET", "/graphiql/graphiql.min.js.gz", 404},
		{"head", IDE(), "HEAD", "/graphiql", 200},
	} {
		if got := get(tc.handler, tc.method, tc.path).Code; got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

// named is the address of the one file of the storefront's build whose name begins and ends so.
func named(t *testing.T, begins, ends string) string {
	t.Helper()
	for path := range Storefront().(*site).files {
		if name, found := strings.CutPrefix(path, "/assets/"); found && strings.HasPrefix(name, begins) && strings.HasSuffix(name, ends) {
			return path
		}
	}
	t.Fatalf("the build has no %s…%s", begins, ends)
	return ""
}

// What has its content in its name is kept for good, and travels packed; the page is asked for each time.
func TestStorefrontIsCached(t *testing.T) {
	shop := Storefront()
	for path, want := range map[string]string{"/": "no-cache", named(t, "index-", ".js"): "public, max-age=31536000, immutable"} {
		plain, packed := get(shop, "GET", path), get(shop, "GET", path, "Accept-Encoding", "gzip")
		if got := packed.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("Vary") == "" || string(unzip(packed.Body.Bytes())) != plain.Body.String() {
			t.Errorf("%s: it does not travel packed: %v", path, packed.Header())
		}
		if packed.Header().Get("ETag") == plain.Header().Get("ETag") {
			t.Errorf("%s: a cache cannot tell packed from plain", path)
		}
	}
}

// The script in the page is named by its hash: nothing else runs there.
func TestStorefrontPolicy(t *testing.T) {
	page := get(Storefront(), "GET", "/")
	policy := page.Header().Get("Content-Security-Policy")
	scripts := inlineScript.FindAllStringSubmatch(page.Body.String(), -1)
	if len(scripts) != 1 || strings.Count(policy, "'sha256-") != 1 || strings.Contains(policy, "unsafe") {
		t.Errorf("%d scripts in the page, policy %s", len(scripts), policy)
	}
	other := inlineScripts([]byte("<script>" + scripts[0][1] + " </script>"))
	if strings.Contains(policy, strings.TrimSpace(other)) {
		t.Error("another script has the same name")
	}
}

func TestBigFilesTravelPacked(t *testing.T) {
	ide, total := IDE(), 0
	for _, name := range []string{"graphiql.min.js", "graphiql.min.css", "react.production.min.js", "react-dom.production.min.js", "graphql-ws.min.js"} {
		plain := get(ide, "GET", "/graphiql/"+name, "Accept-Encoding", "br, gzip;q=0")
		packed := get(ide, "GET", "/graphiql/"+name, "Accept-Encoding", "br, gzip;q=0.8")
		if plain.Header().Get("Content-Encoding") != "" || packed.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: encodings %q and %q", name, plain.Header().Get("Content-Encoding"), packed.Header().Get("Content-Encoding"))
		}
		if plain.Header().Get("ETag") == packed.Header().Get("ETag") || packed.Header().Get("Vary") == "" {
			t.Errorf("%s: a cache cannot tell packed from plain", name)
		}
		if string(unzip(packed.Body.Bytes())) != plain.Body.String() {
			t.Errorf("%s: packed and plain differ", name)
		}
		total += packed.Body.Len()
	}
	if total > 420_000 {
		t.Errorf("GraphiQL weighs %d bytes packed", total)
	}
}

// A page that works on a plane: neither it nor its scripts and styles load anything by a foreign address. Links that a person may follow are no loads; the
// published GraphiQL has some, and names of XML namespaces.
func TestNothingComesFromElsewhere(t *testing.T) {
	load := regexp.MustCompile(`(?i)(src|href)\s*=\s*["']?(https?:)?//|@import|url\(\s*["']?(https?:)?//|(from|import\()\s*['"](https?:)?//|importScripts|sourceMappingURL`)
	inline := regexp.MustCompile(`(?i)<script[^>]+>[^<]+|<style|\sstyle=|\son\w+=`) // a script without attributes is named by its hash
	namespace := regexp.MustCompile(`http://www\.w3\.org/[\w/]+`)
	sites := map[string]*site{"storefront": Storefront().(*site), "graphiql": IDE().(*site)}
	for name, s := range sites {
		for path, f := range s.files {
			content := f.plain
			if content == nil {
				content = unzip(f.gzipped)
			}
			own := f.plain != nil && !strings.HasPrefix(f.contentType, "text/plain") && !strings.HasSuffix(path, ".svg")
			content = namespace.ReplaceAll(content, nil) // a name, not an address
			if own && regexp.MustCompile(`https?://\w`).Match(content) {
				t.Errorf("%s %s: names a foreign address", name, path)
			}
			if strings.HasPrefix(f.contentType, "text/html") && inline.Match(content) {
				t.Errorf("%s %s: %q would be stopped by the policy", name, path, inline.Find(content))
			}
			if strings.HasPrefix(f.contentType, "text/html") || strings.HasPrefix(f.contentType, "text/css") || own {
				if found := load.Find(content); found != nil {
					t.Errorf("%s %s: loads %q", name, path, found)
				}
			}
		}
	}
}

// Every file that a page or module names is there.
func TestReferencesResolve(t *testing.T) {
	reference := regexp.MustCompile("(?:src|href)=\"(/[^\"#]+)\"|[\"'`](?:\\./|assets/)([\\w-]+-[\\w-]{8}\\.\\w+)[\"'`]")
	for _, s := range []*site{Storefront().(*site), IDE().(*site)} {
		named := 0
		for path, f := range s.files {
			if strings.HasSuffix(path, ".map") {
				t.Errorf("%s travels, too", path)
			}
			for _, found := range reference.FindAllSubmatch(f.plain, -1) {
				target := string(found[1])
				if target == "" {
					target = "/assets/" + string(found[2])
				}
				if _, mine := s.files[target]; !mine && target != "/graphiql" {
					t.Errorf("%s names %s, which is not there", path, target)
				}
				named++
			}
		}
		if named < 3 {
			t.Errorf("only %d references were found", named)
		}
	}
}

// What a phone loads before the first feed is there: the page, its script and its style, as they travel.
func TestStorefrontIsSmall(t *testing.T) {
	const most = 40_000
	s := Storefront().(*site)
	total := len(s.files["/"].gzipped)
	for _, found := range regexp.MustCompile(`(?:src|href)="(/assets/[^"]+\.(?:js|css))"`).FindAllSubmatch(s.files["/"].plain, -1) {
		total += len(s.files[string(found[1])].gzipped)
	}
	if total < 5_000 || total > most {
		t.Errorf("the first page weighs %d bytes packed, of %d", total, most)
	}
	t.Logf("the first page weighs %d bytes packed", total)
}

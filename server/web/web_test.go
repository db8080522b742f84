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
		{"storefront", Home(), "/", "text/html", 500},
		{"its script", Home(), "/assets/main.js", "text/javascript", 500},
		{"its style", Home(), "/assets/app.css", "text/css", 500},
		{"its mark", Home(), "/assets/mark.svg", "image/svg+xml", 100},
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
		{"another page", Home(), "GET", "/nowhere", 404},
		{"a folder", Home(), "GET", "/assets/", 404},
		{"up and away", Home(), "GET", "/assets/../web.go", 404},
		{"the page by its file name", Home(), "GET", "/assets/index.html", 404},
		{"a write", Home(), "POST", "/", 405},
		{"the packed name", IDE(), "GET", "/graphiql/graphiql.min.js.gz", 404},
		{"head", IDE(), "HEAD", "/graphiql", 200},
	} {
		if got := get(tc.handler, tc.method, tc.path).Code; got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
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
	inline := regexp.MustCompile(`(?i)<script>|<script[^>]*>[^<]+|<style|\sstyle=|\son\w+=`)
	sites := map[string]*site{"home": Home().(*site), "graphiql": IDE().(*site)}
	for name, s := range sites {
		for path, f := range s.files {
			content := f.plain
			if content == nil {
				content = unzip(f.gzipped)
			}
			own := f.plain != nil && !strings.HasPrefix(f.contentType, "text/plain") && !strings.HasSuffix(path, ".svg")
			if own && regexp.MustCompile(`https?://`).Match(content) {
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
	home, ide := Home().(*site), IDE().(*site)
	reference := regexp.MustCompile(`(?:src|href)="(/[^"#]+)"|from '\./([^']+)'`)
	for _, s := range []*site{home, ide} {
		for path, f := range s.files {
			for _, found := range reference.FindAllSubmatch(f.plain, -1) {
				target := string(found[1])
				if target == "" {
					target = "/assets/" + string(found[2])
				}
				if _, mine := s.files[target]; !mine && target != "/graphiql" {
					t.Errorf("%s names %s, which is not there", path, target)
				}
			}
		}
	}
}

// The last 3,000 bytes are the sheet of who is asked for help, where a shared link may lead.
func TestStorefrontIsSmall(t *testing.T) {
	total := 0
	for _, f := range Home().(*site).files {
		total += len(f.plain)
	}
	if total > 95_000 {
		t.Errorf("the storefront weighs %d bytes", total)
	}
}

// Package reference is the API reference under /docs/: a page for each audience, made of its contract when somebody first asks for it, so that it always describes
// the server that serves it. It loads nothing from elsewhere.
package reference

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/asset"
	"github.com/kaituan/kaituan/internal/contract"
)

// Path is where the reference is; its front page leads to the audiences'.
const Path = "/docs/"

// policy lets a page load its own style and script and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

var (
	//go:embed page.html
	pageText string
	//go:embed reference.css
	style []byte
	//go:embed reference.js
	script []byte
)

// Files with a hash in their names never change.
var (
	styleName  = named("reference", style, ".css")
	scriptName = named("reference", script, ".js")
)

func named(name string, content []byte, ending string) string {
	sum := sha256.Sum256(content)
	return name + "." + hex.EncodeToString(sum[:6]) + ending
}

// file is one answer, as it is and compressed.
type file struct{ plain, gzipped asset.Asset }

// site serves the pages; each is made once.
type site struct{ files map[string]func() file }

// Handler serves the reference of a whole schema to the audiences given.
func Handler(schema *ast.Schema, audiences []contract.Audience) http.Handler {
	s := &site{files: map[string]func() file{
		Path + styleName: sync.OnceValue(func() file { return packed("text/css; charset=utf-8", "public, max-age=31536000, immutable", style) }),
		Path + scriptName: sync.OnceValue(func() file {
			return packed("text/javascript; charset=utf-8", "public, max-age=31536000, immutable", script)
		}),
	}}
	page := func(path string, of contract.Audience) {
		s.files[path] = sync.OnceValue(func() file {
			return packed("text/html; charset=utf-8", "no-cache", render(contract.Of(schema, of), of, audiences))
		})
	}
	page(Path, audiences[0])
	for _, a := range audiences {
		page(Path+strings.ToLower(string(a)), a)
		s.files[Path+a.File()] = sync.OnceValue(func() file {
			return packed("text/plain; charset=utf-8", "no-cache", contract.Print(contract.Of(schema, a)))
		})
	}
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	find, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Vary", "Accept-Encoding")
	f := find()
	if asset.TakesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		f.gzipped.ServeHTTP(w, r)
		return
	}
	f.plain.ServeHTTP(w, r)
}

func packed(contentType, cache string, content []byte) file {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is one that there is
	_, _ = z.Write(content)                                 // a buffer takes everything
	_ = z.Close()
	plain := asset.Asset{ContentType: contentType, CacheControl: cache, ETag: asset.ETag(content), Body: content}
	gzipped := plain
	gzipped.Body, gzipped.ETag = out.Bytes(), asset.ETag(out.Bytes())
	return file{plain, gzipped}
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"prose": prose, "lower": func(a contract.Audience) string { return strings.ToLower(string(a)) }}).Parse(pageText))

// render makes the page of a contract.
func render(schema *ast.Schema, of contract.Audience, all []contract.Audience) []byte {
	p := page{Audience: of, Audiences: all, Style: Path + styleName, Script: Path + scriptName, Groups: groups(schema)}
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, p); err != nil {
		panic("reference: " + err.Error()) // a fault of the template's; the tests render every page
	}
	return out.Bytes()
}

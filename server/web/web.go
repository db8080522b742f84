// Package web serves what a browser sees: the storefront, the console of live hosts, and GraphiQL during development. All are embedded and load nothing from elsewhere.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/kaituan/kaituan/frontend-contracts/h5"
	hostconsole "github.com/kaituan/kaituan/frontend-contracts/host-console"
	"github.com/kaituan/kaituan/internal/asset"
)

//go:embed graphiql/*.html graphiql/*.js graphiql/*.css graphiql/*.gz graphiql/NOTICE.txt graphiql/licences/*.txt
var ideFiles embed.FS

// Storefront serves the built storefront: its page at /, and its files under /assets/, whose names change with their content so that a browser keeps them.
//
// Its pictures may come from the shop's own server under any name, and from merchants. Of scripts inside the page only those run that are in it now.
func Storefront() http.Handler {
	return built(h5.Files, "/")
}

// Host serves the built console of live hosts: its page at /host/, and its files below, to the same rules as the storefront's.
func Host() http.Handler {
	return built(hostconsole.Files, "/host/")
}

// built serves the dist of a frontend: its page at prefix, its files below.
func built(files embed.FS, prefix string) http.Handler {
	page, err := files.ReadFile("dist/index.html")
	if err != nil {
		panic(fmt.Errorf("embedded page of %s: %w", prefix, err))
	}
	s := load(files, "dist", prefix, []string{prefix},
		"default-src 'self'; script-src 'self'"+inlineScripts(page)+"; img-src 'self' http: https: data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	for path, f := range s.files {
		f.gzipped = zip(f.plain)
		f.named = strings.HasPrefix(path, prefix+"assets/")
		s.files[path] = f
	}
	return s
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// inlineScripts are the sources, for a policy, of the scripts that stand in a page.
func inlineScripts(page []byte) (sources string) {
	for _, found := range inlineScript.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(found[1])
		sources += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return sources
}

// IDE serves GraphiQL at /graphiql and its files below. It asks /graphql, over HTTP and over a websocket.
//
// GraphiQL's editor writes style elements, and its icons are data: addresses.
func IDE() http.Handler {
	return load(ideFiles, "graphiql", "/graphiql/", []string{"/graphiql", "/graphiql/"},
		"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
}

// file is one embedded file. Big ones are kept compressed only.
type file struct {
	contentType, etag string
	plain, gzipped    []byte // one of them at least
	// named: other content would have another name.
	named bool
}

type site struct {
	files  map[string]file // by URL path
	policy string
}

// load reads dir: index.html answers at each of pages, everything else below prefix. What is embedded is part of the program, so an unreadable file panics.
func load(files embed.FS, dir, prefix string, pages []string, policy string) *site {
	s := &site{files: make(map[string]file), policy: policy}
	err := fs.WalkDir(files, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		f := file{etag: asset.ETag(content), plain: content}
		name = strings.TrimPrefix(name, dir+"/")
		if bare, ok := strings.CutSuffix(name, ".gz"); ok {
			name, f.plain, f.gzipped = bare, nil, content
		}
		f.contentType = contentType(name)
		if name != "index.html" {
			s.files[prefix+name] = f
			return nil
		}
		for _, page := range pages {
			s.files[page] = f
		}
		return nil
	})
	if err != nil {
		panic(fmt.Errorf("embedded %s: %w", dir, err))
	}
	return s
}

// contentType does not ask the machine's own table for what browsers refuse when it is wrong.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		return mime.TypeByExtension(ext)
	}
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if !asset.Reads(w, r) {
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", s.policy)
	h.Set("Referrer-Policy", "same-origin")
	answer := asset.Asset{ContentType: f.contentType, ETag: f.etag, Body: f.plain}
	answer.CacheControl = "no-cache" // ask each time: the ETag makes that cheap, and a new build shows at once
	if f.named {
		answer.CacheControl = "public, max-age=31536000, immutable"
	}
	if f.gzipped != nil {
		h.Set("Vary", "Accept-Encoding")
		answer.Body = f.gzipped
		if asset.TakesGzip(r) {
			h.Set("Content-Encoding", "gzip")
		} else if answer.Body = unzip(f.gzipped); answer.Body == nil {
			http.Error(w, "cannot unpack", http.StatusInternalServerError)
			return
		} else {
			answer.ETag = "W/" + f.etag // other bytes, the same thing
		}
	}
	answer.ServeHTTP(w, r)
}

// zip packs content as small as gzip can; it is done once, when the program starts.
func zip(content []byte) []byte {
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // a level that there is
	_, _ = z.Write(content)                                    // a buffer takes everything
	_ = z.Close()
	return packed.Bytes()
}

// unzip returns what was packed when the program was built; the tests unpack every file.
func unzip(content []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		panic(fmt.Errorf("embedded file: %w", err))
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		panic(fmt.Errorf("embedded file: %w", err))
	}
	return plain
}

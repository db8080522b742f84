// Package web is what a browser sees during development: a small storefront that buys in three requests, and GraphiQL. Both are embedded and load nothing
// from elsewhere.
package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/kaituan/kaituan/internal/asset"
)

//go:embed home
var homeFiles embed.FS

//go:embed graphiql/*.html graphiql/*.js graphiql/*.css graphiql/*.gz graphiql/NOTICE.txt graphiql/licences/*.txt
var ideFiles embed.FS

// Home serves the storefront at / and its files under /assets/.
//
// Its pictures may come from the shop's own server under any name, and from merchants.
func Home() http.Handler {
	s := load(homeFiles, "home", "/assets/", []string{"/"},
		"default-src 'self'; img-src 'self' http: https: data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	for path, f := range s.files {
		f.plain = squeezed(path, f.plain)
		f.etag = asset.ETag(f.plain)
		s.files[path] = f
	}
	return s
}

// IDE serves GraphiQL at /graphiql and its files below. It asks /graphql, over HTTP and over a websocket.
//
// GraphiQL's editor writes style elements, and its icons are data: addresses.
func IDE() http.Handler {
	return load(ideFiles, "graphiql", "/graphiql/", []string{"/graphiql", "/graphiql/"},
		"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
}

// What only readers of the source need: a script's indentation, comments and spaces around signs, and a style's. Text between quotes stays as it is.
var (
	scriptIndent = regexp.MustCompile(`(?m)^\s*(//.*\s+)*`)
	scriptAir    = regexp.MustCompile("('[^'\n]*'|`[^`]*`)| *//.*|\\s*([)}]) ?| ?([=({,;:?<>|&+*])\\s*")
	styleAir     = regexp.MustCompile(`/\*[^*]*\*/|;?\s*(})\s*|\s*([{;,>])\s*|(:)\s+`)
)

// squeezed is a file of the storefront as it travels. It knows no grammar: a script's regular expressions have no space beside a sign, nor have templates within
// templates, and no quoted line begins with //. A line's end stays where it may end a statement.
func squeezed(name string, content []byte) []byte {
	switch path.Ext(name) {
	case ".js":
		return scriptAir.ReplaceAll(scriptIndent.ReplaceAll(content, nil), []byte("$1$2$3"))
	case ".css":
		return styleAir.ReplaceAll(content, []byte("$1$2$3"))
	default:
		return content
	}
}

// file is one embedded file. Big ones are kept compressed only.
type file struct {
	contentType, etag string
	plain, gzipped    []byte // one of them
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
	if f.gzipped != nil {
		h.Set("Vary", "Accept-Encoding")
		answer.Body = f.gzipped
		if acceptsGzip(r) {
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

// acceptsGzip is enough for browsers and command lines: it knows "gzip" and its refusal, not every weight.
func acceptsGzip(r *http.Request) bool {
	for _, coding := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";q=")
		if strings.EqualFold(name, "gzip") {
			return strings.Trim(weight, "0.") != "" || weight == ""
		}
	}
	return false
}

// unzip returns nil for what gzip does not understand; the tests unpack every file.
func unzip(content []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return nil
	}
	return plain
}

// Package asset answers requests with bytes that are at hand: ETag, If-None-Match, HEAD and ranges are the same wherever the program serves a file.
package asset

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"
)

// Asset is what to answer with.
type Asset struct {
	// ContentType is never guessed, by the server or by the browser.
	ContentType string
	// CacheControl is the header's value; empty: none is sent.
	CacheControl string
	// ETag, quoted, names these bytes; empty: it is made of them.
	ETag string
	Body []byte
}

// ETag returns the quoted name of content, the same in every process.
func ETag(content []byte) string {
	sum := fnv.New64a()
	sum.Write(content)
	return fmt.Sprintf(`"%x"`, sum.Sum64())
}

// ServeHTTP answers GET and HEAD, with 304 when the caller has the bytes already; any other method gets 405. Headers that are set before stay.
func (a Asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !Reads(w, r) {
		return
	}
	if a.ETag == "" {
		a.ETag = ETag(a.Body)
	}
	header := w.Header()
	header.Set("Content-Type", a.ContentType)
	header.Set("X-Content-Type-Options", "nosniff")
	if a.CacheControl != "" {
		header.Set("Cache-Control", a.CacheControl)
	}
	header.Set("ETag", a.ETag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.Body))
}

// Reads reports whether the request is GET or HEAD; if not, it has answered 405.
func Reads(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	return false
}

// TakesGzip reports whether the caller accepts compressed answers. It is enough for browsers and command lines: it knows "gzip" and its refusal, not every weight.
func TakesGzip(r *http.Request) bool {
	for _, coding := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";q=")
		if strings.EqualFold(name, "gzip") {
			return strings.Trim(weight, "0.") != "" || weight == ""
		}
	}
	return false
}

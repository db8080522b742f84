package asset_test

import (
	"net/http/httptest"
	"testing"

	"github.com/kaituan/kaituan/internal/asset"
)

func TestServe(t *testing.T) {
	a := asset.Asset{ContentType: "text/plain", CacheControl: "no-cache", Body: []byte("tea")}
	tag := asset.ETag(a.Body)
	for _, tc := range []struct {
		name, method, known string
		status              int
		body                string
	}{
		{"read", "GET", "", 200, "tea"},
		{"headers only", "HEAD", "", 200, ""},
		{"known", "GET", tag, 304, ""},
		{"known, by a cache that compressed it", "GET", `"x", W/` + tag, 304, ""},
		{"changed", "GET", `"other"`, 200, "tea"},
		{"written", "POST", "", 405, "method not allowed\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, w := httptest.NewRequest(tc.method, "/", nil), httptest.NewRecorder()
			if tc.known != "" {
				r.Header.Set("If-None-Match", tc.known)
			}
			a.ServeHTTP(w, r)
			if w.Code != tc.status || w.Body.String() != tc.body {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, tc.status, tc.body)
			}
			if w.Code != 405 && (w.Header().Get("ETag") != tag || w.Header().Get("Cache-Control") != "no-cache") {
				t.Errorf("headers %v", w.Header())
			}
		})
	}
}

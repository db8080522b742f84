package app

import (
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
)

func TestShareErrorsAsStatus(t *testing.T) {
	for _, tc := range []struct {
		err        error
		status     int
		retryAfter string
	}{
		{fault.Missing.At("token"), 404, ""},
		{fault.Overloaded.WithRetryAfter(2 * time.Second), 503, "2"},
		{fault.Overloaded, 503, "1"},
		{errors.New("the database is away"), 500, ""},
	} {
		w := httptest.NewRecorder()
		shareFailed(w, httptest.NewRequest("GET", "/s/x", nil), tc.err)
		if w.Code != tc.status || w.Header().Get("Retry-After") != tc.retryAfter || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v: %d %v", tc.err, w.Code, w.Header())
		}
	}
}

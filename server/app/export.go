package app

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
)

// exportTime bounds how long an export may take to be written and fetched; other answers have less.
const exportTime = 10 * time.Minute

// export answers with what is kept of the shopper whom the link is for. It is made while it is sent: no copy of it is kept anywhere.
func (a *App) export(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	export, err := a.Member.OpenExport(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, fault.Missing):
		http.NotFound(w, r)
		return
	case errors.Is(err, fault.RateLimited):
		h.Set("Retry-After", strconv.Itoa(int(fault.Of(err).RetryAfter.Round(time.Second).Seconds())))
		http.Error(w, "too often", http.StatusTooManyRequests)
		return
	case err != nil:
		slog.ErrorContext(r.Context(), "an export could not be begun", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="kaituan-export.json"`)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(exportTime)) // a server in a test may not know deadlines
	if err := export.Write(r.Context(), w); err != nil {
		if r.Context().Err() == nil {
			slog.ErrorContext(r.Context(), "an export could not be finished", "error", err)
		}
		panic(http.ErrAbortHandler) // the answer has begun: only a broken connection says that it is not whole
	}
}

package app

import (
	"encoding/csv"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/points"
)

// pointsSettlement answers with the settlement of [since, until) as CSV (RFC 4180), for a partner's key in the Authorization header: a line per pair of channels,
// then one per channel, issued_by NET, with what it gets or, below zero, pays; these sum to zero. since and until are local dates of the shop, or RFC 3339 times.
//
// There is nothing but ASCII in it, so it needs no byte order mark; nobody's own words are in it, so no cell can be a formula.
func (a *App) pointsSettlement(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	viewer := a.Identity.Authenticate(r.Context(), r.Header.Get("Authorization"))
	if err := viewer.Require("POINTS_WRITE", "INSIGHT_READ"); err != nil {
		settlementFailed(w, r, err)
		return
	}
	since, ok := a.moment(r.URL.Query().Get("since"))
	until, ok2 := a.moment(r.URL.Query().Get("until"))
	if !ok || !ok2 {
		http.Error(w, "since and until: want 2026-05-01, or 2026-05-01T00:00:00Z", http.StatusBadRequest)
		return
	}
	list, err := a.Points.Settlement(r.Context(), since, until)
	if err != nil {
		settlementFailed(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="points-settlement.csv"`)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if err := writeSettlement(w, list, a.Config.Currency); err != nil && r.Context().Err() == nil {
		slog.WarnContext(r.Context(), "a settlement was not sent to its end", "error", err)
	}
}

// moment reads a local date's midnight, or a time. A "+" that was not escaped has come as a space.
func (a *App) moment(text string) (time.Time, bool) {
	if date, err := time.ParseInLocation(time.DateOnly, text, a.Config.Zone()); err == nil {
		return date, true
	}
	at, err := time.Parse(time.RFC3339Nano, strings.ReplaceAll(text, " ", "+"))
	return at, err == nil
}

func writeSettlement(w io.Writer, list []points.ChannelSettlement, currency string) error {
	lines := [][]string{{"issued_by", "redeemed_at", "points", "cost", "currency"}}
	add := func(issuedBy, redeemedAt string, points, cost int64) {
		lines = append(lines, []string{issuedBy, redeemedAt, strconv.FormatInt(points, 10), money.Format(cost, currency), currency})
	}
	for _, c := range list {
		add(c.IssuedBy, c.RedeemedAt, c.Points, c.CostMinor)
	}
	for _, n := range points.Net(list) {
		add("NET", n.Channel, n.Points, n.CostMinor)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return out.WriteAll(lines)
}

// settlementFailed answers with a status and a few words.
func settlementFailed(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, fault.Forbidden):
		http.Error(w, "this key lacks the scope", http.StatusForbidden)
	case errors.Is(err, fault.Unauthenticated), errors.Is(err, fault.TokenExpired):
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "send a partner's key", http.StatusUnauthorized)
	case errors.Is(err, fault.InvalidInput):
		http.Error(w, fault.Of(err).Message.En, http.StatusBadRequest)
	case r.Context().Err() != nil: // nobody reads the answer
	default:
		slog.ErrorContext(r.Context(), "a settlement could not be made", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/kaituan/kaituan/internal/contract"
	"github.com/kaituan/kaituan/server/demo"
	"github.com/kaituan/kaituan/server/reference"
	"github.com/kaituan/kaituan/server/web"
	"github.com/kaituan/kaituan/shop/member"
	"github.com/kaituan/kaituan/shop/payment"
)

// NoticePath is where providers send their notices, followed by the provider's code.
const NoticePath = "/payments/notices/"

// maxNotice bounds a notice's body; providers' have a few kilobytes.
const maxNotice = 64 << 10

// Handler serves everything that this server has: GraphQL, its reference, notices, health, metrics, and in development the pages to try it.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", a.endpoint())
	mux.HandleFunc("POST "+NoticePath+"{provider}", a.notice)
	mux.HandleFunc("GET /s/{token}", a.sharedLink)
	mux.HandleFunc("GET /posters/{file}", a.poster)
	mux.HandleFunc("GET /partner/points-settlement.csv", a.pointsSettlement)
	mux.HandleFunc("GET "+member.ExportPath+"{token}", a.export)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET "+reference.Path, reference.Handler(a.schema.Schema(), a.documented()))
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{}))
	if a.Config.HasIDE() {
		ide := web.IDE()
		mux.Handle("GET /graphiql", ide)
		mux.Handle("GET /graphiql/", ide)
	}
	if a.Config.HasDemo() {
		mux.Handle("GET /demo/pictures/", demo.Pictures())
	}
	if a.Config.HasStorefront() {
		storefront := web.Storefront()
		mux.Handle("GET /{$}", storefront)
		mux.Handle("GET /assets/", storefront)
		mux.Handle("GET /host/", web.Host())
	}
	if !a.Config.Production() {
		mux.HandleFunc("POST /dev/clock", a.moveClock)
	}
	return mux
}

// documented are the audiences whose contract anybody may read. The operators' is the shop's own business.
func (a *App) documented() []contract.Audience {
	if a.Config.Production() {
		return []contract.Audience{contract.Shopper, contract.Host, contract.Partner}
	}
	return contract.All
}

// notice takes a provider's word. It is answered with success once it is recorded, whatever it meant for the shop.
func (a *App) notice(w http.ResponseWriter, r *http.Request) {
	var provider payment.Provider
	for _, p := range a.providers {
		if p.Code() == r.PathValue("provider") {
			provider = p
		}
	}
	if provider == nil {
		http.NotFound(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxNotice))
	if err != nil {
		http.Error(w, "body", http.StatusRequestEntityTooLarge)
		return
	}
	notice, err := provider.ParseNotice(r.Context(), r.Header, body)
	if err != nil {
		slog.WarnContext(r.Context(), "a payment notice was refused", "provider", provider.Code(), "error", err)
		provider.Acknowledge(w, err)
		return
	}
	// The provider's patience is not the money's: recording goes on when it hangs up.
	if err := a.Order.OnNotice(context.WithoutCancel(r.Context()), provider, notice); err != nil {
		slog.ErrorContext(r.Context(), "a payment notice could not be recorded; it will come again", "provider", provider.Code(), "error", err)
		provider.Acknowledge(w, err)
		return
	}
	provider.Acknowledge(w, nil)
}

// ready tells a load balancer whether to send requests here.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	err := a.Store.Ping(ctx)
	if err == nil && !a.hub.Ready() {
		err = errors.New("no signals: NATS is away")
	}
	if err != nil {
		slog.WarnContext(ctx, "not ready", "error", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ready\n")
}

// moveClock moves the shop's clock forward, so that deadlines can be watched. Development only.
func (a *App) moveClock(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Advance string `json:"advance"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&in)
	by, parseErr := time.ParseDuration(in.Advance)
	if err != nil || parseErr != nil || by < 0 || by > 10*365*24*time.Hour {
		http.Error(w, `want {"advance":"24h"}`, http.StatusBadRequest)
		return
	}
	now := a.Clock.Advance(by)
	a.Wake()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"now": now.Format(time.RFC3339Nano)})
}

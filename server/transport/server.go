// Package transport is the GraphQL endpoint: POST, GET, server-sent events and graphql-transport-ws on one path, in front of gqlgen's executor. It decides who asks, what
// a request may cost, how often it may come, and what of an error may leave; it knows no business and no concrete schema.
//
// A request goes: client.go (address, language) → rates.go → request.go (body or query string) → run.go (parse, validate, limits.go, execute) → http.go
// (answer). A socket's message goes: socket.go → message.go (close codes) → operation.go → run.go.
//
// A subscription joins a group (groups.go): one execution (execution.go) for all who ask for the same and may be sent the same (share.go, privacy.go). The group makes
// frames, of a source's own stream or of numbered items (group.go, numbered.go); shards send them to sockets (shard.go, deliver.go, wire.go), and a request over
// server-sent events takes them itself (events.go).
package transport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/gorilla/websocket"
	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/viewer"
)

// Server is the http.Handler of the GraphQL endpoint; mount it at one path. It is safe for concurrent use.
type Server struct {
	cfg      Config
	exec     *executor.Executor
	rates    *rates
	metrics  *metrics
	inFlight chan struct{}
	upgrader websocket.Upgrader
	timing   timing
	shards   shards
	groups   groups
	// alone and together are places for events that are executed, for one subscriber and for all who share: a flood of the first does not keep the others waiting.
	alone, together chan struct{}
	sharings        *otter.Cache[*ast.OperationDefinition, sharing]
	audiences       audiences
	// foreign says when a name of a document that no manifest has is logged, foreignLines when any is.
	foreign, foreignLines *pace.Pace

	// stop is cancelled by Shutdown with errShuttingDown as its cause; every socket's context descends from it.
	stop    context.Context
	cancel  context.CancelCauseFunc
	mu      sync.Mutex // guards ips, shoppers and executions, and, with cancel, Add on sockets and groups against Wait
	sockets sync.WaitGroup
	// ips and shoppers count the open sockets of each, executions the groups by who started them; a name leaves with its last one.
	ips, shoppers, executions map[string]int
}

// New returns a Server, or an error that names what is missing or wrong in cfg. Metrics are registered here, so a Registerer takes one Server.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, fmt.Errorf("transport: %w", err)
	}
	m, err := newMetrics(cfg.Metrics)
	if err != nil {
		return nil, fmt.Errorf("transport: register metrics: %w", err)
	}
	s := &Server{
		cfg:          cfg,
		rates:        newRates(cfg.Rates),
		metrics:      m,
		inFlight:     make(chan struct{}, cfg.MaxInFlight),
		timing:       standardTiming,
		alone:        make(chan struct{}, maxExecuting),
		together:     make(chan struct{}, maxExecuting),
		groups:       groups{byKey: map[groupKey]*group{}, byField: map[string]int{}},
		sharings:     bounded[*ast.OperationDefinition, sharing](cfg.CachedDocuments),
		audiences:    newAudiences(cfg),
		foreign:      pace.New(time.Minute, 1, 1000),
		foreignLines: pace.New(time.Second, 60, 1),
		ips:          map[string]int{},
		shoppers:     map[string]int{},
		executions:   map[string]int{},
	}
	if s.exec, err = newExecutor(cfg); err != nil {
		return nil, fmt.Errorf("transport: %w", err)
	}
	s.upgrader = newUpgrader()
	s.stop, s.cancel = context.WithCancelCause(context.Background())
	return s, nil
}

// ServeHTTP answers one request, or upgrades it to a socket that outlives the call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, traceID := withRequestID(r.Context())
	v := &viewer.Viewer{Locale: locale(r.Header.Get("Accept-Language")), ClientIP: clientIP(r, s.cfg.TrustedProxies), Robot: isRobot(r.UserAgent())}
	r = r.WithContext(viewer.With(ctx, v))
	w.Header().Set("X-Trace-Id", traceID)
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(ctx, "panic in the GraphQL endpoint", "panic", p, "stack", string(debug.Stack()))
			s.refuse(w, r, mediaJSON, fault.Internal)
		}
	}()
	if websocket.IsWebSocketUpgrade(r) {
		s.serveSocket(w, r)
		return
	}
	s.serveHTTP(w, r)
}

// authenticate returns a context with the caller that header names, keeping what ctx's caller has from the connection: address, language, and whether anybody looks.
func (s *Server) authenticate(ctx context.Context, header string) (context.Context, *viewer.Viewer) {
	was := viewer.From(ctx)
	v := viewer.Viewer{}
	if header != "" {
		if known := s.cfg.Authenticate(ctx, header); known != nil {
			v = *known
		}
	}
	v.Locale, v.ClientIP, v.Robot = was.Locale, was.ClientIP, was.Robot
	return viewer.With(ctx, &v), &v
}

var errShuttingDown = errors.New("the server is shutting down")

// Shutdown refuses new sockets, closes the open ones with 4491 and waits until the last operation on them has returned. HTTP requests are http.Server.Shutdown's
// to wait for. It returns ctx's error when ctx ends first; calling it again only waits.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.cancel(errShuttingDown)
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.eachSocket((*socket).shutDown)
		s.sockets.Wait()
		s.groups.end()
		s.stopShards()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("transport: waiting for sockets: %w", ctx.Err())
	}
}

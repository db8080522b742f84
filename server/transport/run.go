package transport

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// call is what a client asks for, by HTTP or by socket.
type call struct {
	query, documentID, operationName string
	variables, extensions            map[string]any
}

// prepared is an operation that is valid, within its limits and not yet started.
type prepared struct {
	facts
	op *graphql.OperationContext
	// guarded: guardRoot has been put around it.
	guarded bool
}

func (p *prepared) kind() ast.Operation { return p.op.Operation.Operation }

func newExecutor(cfg Config) (*executor.Executor, error) {
	exec := executor.New(cfg.Schema)
	exec.SetParserTokenLimit(maxTokens)
	exec.SetDisableSuggestion(true)
	exec.SetErrorPresenter(present)
	exec.SetRecoverFunc(recovered)
	exec.SetQueryCache(newDocumentCache(cfg.Documents, cfg.CachedDocuments))
	for _, extension := range cfg.Extensions {
		if err := extension.Validate(cfg.Schema); err != nil {
			return nil, fmt.Errorf("extension %s: %w", extension.ExtensionName(), err)
		}
		exec.Use(extension)
	}
	return exec, nil
}

// prepare finds the document, parses and validates it, and checks its limits for the caller in ctx. Either the operation is returned, or the errors that say
// why not.
func (s *Server) prepare(ctx context.Context, c call) (ready *prepared, refused gqlerror.List) {
	defer func() {
		if p := recover(); p != nil {
			ready, refused = nil, gqlerror.List{present(ctx, recovered(ctx, p))}
		}
	}()
	query, f := s.document(c, viewer.From(ctx))
	if f != nil {
		return nil, gqlerror.List{presentFault(ctx, f)}
	}
	start := graphql.Now()
	op, list := s.exec.CreateOperationContext(graphql.StartOperationTrace(ctx), &graphql.RawParams{
		Query: query, OperationName: c.operationName, Variables: c.variables, Extensions: c.extensions,
		ReadTime: graphql.TraceTiming{Start: start, End: start},
	})
	if len(list) > 0 {
		return nil, presentRequest(ctx, op, list)
	}
	if c.documentID == "" {
		s.countForeign(ctx, query, op.Operation.Name)
	}
	describes := s.cfg.Development || hasKey(viewer.From(ctx))
	known, f := check(s.cfg.Schema.Schema(), op, describes)
	if f == nil {
		f = s.promised(ctx, op)
	}
	if f != nil {
		return nil, gqlerror.List{presentFault(ctx, f)}
	}
	// gqlparser's rule lets through one field under two names, and one that is skipped.
	if op.Operation.Operation == ast.Subscription && len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})) != 1 {
		return nil, gqlerror.List{presentFault(ctx, brokenRule("SingleFieldSubscriptions"))}
	}
	op.DisableIntrospection = !describes
	return &prepared{facts: known, op: op}, nil
}

// document returns the text to run: what was sent where free text is allowed, else the trusted document of that id.
func (s *Server) document(c call, v *viewer.Viewer) (string, *fault.Error) {
	switch {
	case c.documentID != "" && c.query != "":
		return "", errBadRequest.Saying("Send either query or documentId.", "query 与 documentId 只能提供一个。")
	case c.documentID != "":
		body, ok := s.cfg.Documents.ByID(c.documentID)
		if !ok {
			return "", errNotTrusted
		}
		return body, nil
	case c.query == "":
		return "", errBadRequest.Saying("The request has no query and no documentId.", "缺少 query 或 documentId。")
	case hasKey(v):
		return c.query, nil
	case s.cfg.FreeText == FreeTextRefused, s.cfg.FreeText == FreeTextKnown && s.cfg.Documents.Parsed(c.query) == nil:
		return "", errNotTrusted
	default:
		return c.query, nil
	}
}

// countForeign counts a document that came as text and is in no release's manifest, so that a shop sees what would be refused. Its name, and never its text, is
// logged once a minute; an anonymous one has none.
func (s *Server) countForeign(ctx context.Context, text, name string) {
	if hasKey(viewer.From(ctx)) || s.cfg.Documents.Parsed(text) != nil {
		return
	}
	s.metrics.foreign.Inc()
	if name = name[:min(len(name), maxLoggedName)]; s.foreign.Take(name, time.Now()) == 0 && s.foreignLines.Take("", time.Now()) == 0 {
		slog.InfoContext(ctx, "a document that no manifest has", "operation", name)
	}
}

// hasKey reports whether the caller holds a partner's or operator's key, who may send more and anything, and ask for his schema.
func hasKey(v *viewer.Viewer) bool { return v.PartnerID != "" && v.Problem == nil }

// run is a started operation: next returns each answer, and nil after the last or when ctx ended. Data of an answer is valid until the following next.
type run struct {
	ctx     context.Context
	handler graphql.ResponseHandler
}

// start runs an operation for the caller in ctx; a subscription's resolver runs here, a query's fields at the first next.
func (s *Server) start(ctx context.Context, p *prepared) (st run, failed *graphql.Response) {
	defer func() {
		if r := recover(); r != nil {
			failed = &graphql.Response{Errors: gqlerror.List{present(ctx, recovered(ctx, r))}}
		}
	}()
	if v := viewer.From(ctx); v.Problem != nil && !p.guarded {
		p.guarded = true // a subscription starts for each of its events
		guardRoot(s.cfg.Schema.Schema(), p.op, v)
	}
	handler, inner := s.exec.DispatchOperation(ctx, p.op)
	return run{ctx: inner, handler: handler}, nil
}

func (st run) next() (answer *graphql.Response) {
	defer func() {
		if r := recover(); r != nil {
			answer = &graphql.Response{Errors: gqlerror.List{present(st.ctx, recovered(st.ctx, r))}}
		}
	}()
	answer = st.handler(st.ctx)
	if answer != nil && len(answer.Errors) > maxErrors {
		answer.Errors = answer.Errors[:maxErrors]
	}
	return answer
}

// once runs a query or mutation to its end, within Config.Timeout and the bound on operations in flight.
func (s *Server) once(ctx context.Context, p *prepared) *graphql.Response {
	began := time.Now()
	defer func() { s.metrics.took(p.kind(), time.Since(began)) }()
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	st, answer := s.start(ctx, p)
	if answer == nil {
		answer = st.next()
	}
	if answer == nil { // ctx ended before the first field
		answer = &graphql.Response{Errors: gqlerror.List{presentFault(ctx, fault.Unavailable)}}
	}
	return answer
}

// enter takes a place among the operations in flight; ok is false when all are taken, and then leave is nil.
func (s *Server) enter() (leave func(), ok bool) {
	select {
	case s.inFlight <- struct{}{}:
		s.metrics.inFlight.Inc()
		return func() {
			s.metrics.inFlight.Dec()
			<-s.inFlight
		}, true
	default:
		return nil, false
	}
}

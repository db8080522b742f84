package transport

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/viewer"
)

// execution runs a subscription for a group, one event after the other.
type execution struct {
	s *Server
	p *prepared
	// field is the root field's name, root the key that it answers under.
	field, root string
	// turns are the places for its events.
	turns chan struct{}
}

// rootField is a subscription's one root field.
func rootField(op *graphql.OperationContext) *ast.Field {
	return graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})[0].Field
}

// start begins the subscription's own stream.
func (x *execution) start(ctx context.Context) (run, *graphql.Response) { return x.s.start(ctx, x.p) }

// one executes the subscription for one item of its topic and returns the payload of the message. What fails altogether is tried once more, since all who watch
// would be ended by it.
func (x *execution) one(ctx context.Context, item stream.Item) (payload []byte, errs gqlerror.List) {
	for try := range 2 {
		if try > 0 {
			select {
			case <-time.After(onceMore):
			case <-ctx.Done():
				return nil, x.ending(ctx)
			}
		}
		if payload, errs = x.try(ctx, item); errs == nil {
			return payload, nil
		}
	}
	return nil, errs
}

// onceMore is the pause before a failed execution is tried again.
const onceMore = 200 * time.Millisecond

func (x *execution) try(ctx context.Context, item stream.Item) ([]byte, gqlerror.List) {
	x.s.metrics.executions.WithLabelValues(x.field).Inc()
	ctx, cancel := context.WithTimeout(stream.With(ctx, item), x.s.cfg.Timeout)
	defer cancel()
	ctx, _ = withRequestID(ctx)
	select {
	case x.turns <- struct{}{}:
		defer func() { <-x.turns }()
	case <-ctx.Done():
		return nil, x.failed(ctx, fault.Unavailable)
	}
	st, answer := x.start(ctx)
	if answer == nil {
		answer = st.next()
	}
	switch {
	case answer == nil:
		return nil, x.failed(ctx, fault.Unavailable)
	case answer.Data == nil:
		return nil, answer.Errors
	}
	return x.encode(answer), nil
}

// encode makes the payload of a next message. gqlgen leaves the root field out of the paths of an event's errors.
func (x *execution) encode(answer *graphql.Response) []byte {
	for _, err := range answer.Errors {
		err.Path = append(ast.Path{ast.PathName(x.root)}, err.Path...)
	}
	return encode(answer)
}

// ending is what a subscriber is told when the execution's context has ended: an error when a session did, nothing when it was the operation.
func (x *execution) ending(ctx context.Context) gqlerror.List {
	if ended := fault.Of(context.Cause(ctx)); ended != nil {
		return gqlerror.List{presentFault(ctx, ended)}
	}
	return nil
}

func (x *execution) failed(ctx context.Context, err error) gqlerror.List {
	return gqlerror.List{present(ctx, err)}
}

// forAudience makes the execution one that has no viewer, for all who ask for the same in the same language. That no field depends on who asks was found out before it
// is shared; a field that does is an error all the same, never the first subscriber's value.
func (x *execution) forAudience(ctx context.Context, locale string) context.Context {
	next := x.p.op.ResolverMiddleware
	x.p.op.ResolverMiddleware = func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if f := graphql.GetFieldContext(ctx); f.Field.Field != nil && needsSession(f.Field.Definition) {
			return nil, viewer.ErrAudience
		}
		return next(ctx, resolve)
	}
	return viewer.With(ctx, &viewer.Viewer{Audience: true, Locale: locale})
}

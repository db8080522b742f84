package transport

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.opentelemetry.io/otel/trace"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// requestNote travels with one request's or operation's context.
type requestNote struct {
	id string
	// logged counts the errors written to the log: a list of which every element fails must not flood it.
	logged atomic.Int32
}

type requestKey struct{}

// withRequestID returns a context with a name of its own for the log, and that name: the span's trace id, or 32 random hex digits.
func withRequestID(ctx context.Context) (context.Context, string) {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails: it ends the program instead
	ctx = context.WithValue(ctx, requestKey{}, &requestNote{id: hex.EncodeToString(raw[:])})
	return ctx, TraceID(ctx)
}

// TraceID returns what errors and the log call the request by: 32 hex digits, the OpenTelemetry trace's when there is one; "" outside a request.
func TraceID(ctx context.Context) string {
	if span := trace.SpanContextFromContext(ctx); span.HasTraceID() {
		return span.TraceID().String()
	}
	if note, ok := ctx.Value(requestKey{}).(*requestNote); ok {
		return note.id
	}
	return ""
}

// present turns an error of a resolver into what may leave. It is the executor's ErrorPresenterFunc.
func present(ctx context.Context, err error) *gqlerror.Error {
	out := &gqlerror.Error{Err: err}
	var placed *gqlerror.Error
	if errors.As(err, &placed) {
		out.Path, out.Locations = placed.Path, placed.Locations
	}
	return fill(ctx, out, classify(ctx, err))
}

// presentFault is the error of a request that no field stands for.
func presentFault(ctx context.Context, f *fault.Error) *gqlerror.Error {
	return fill(ctx, &gqlerror.Error{Err: f}, f)
}

func fill(ctx context.Context, out *gqlerror.Error, f *fault.Error) *gqlerror.Error {
	out.Message = f.Message.In(viewer.From(ctx).Locale)
	out.Extensions = map[string]any{"code": f.Code, "traceId": TraceID(ctx)}
	if f.RetryAfter > 0 {
		out.Extensions["retryAfterSeconds"] = wholeSeconds(f.RetryAfter)
	}
	return out
}

// classify finds the fault that err may be shown as, and logs what is nobody's business but ours.
func classify(ctx context.Context, err error) *fault.Error {
	if f := fault.Of(err); f != nil && shown[f.Code] {
		return f
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		if ctx.Err() == nil { // the request still stands: something inside ran out of time
			logError(ctx, slog.LevelWarn, "a field ran out of time", err)
		}
		return fault.Unavailable
	}
	if fault.Of(err) == nil && inArguments(ctx) {
		return fault.InvalidInput
	}
	logError(ctx, slog.LevelError, "a field failed", err)
	return fault.Internal
}

// inArguments reports whether the field's arguments could not be read. gqlgen sets Args, never to nil, once they were, and gives their errors no type.
func inArguments(ctx context.Context) bool {
	f := graphql.GetFieldContext(ctx)
	return f != nil && f.Args == nil && f.Field.Field != nil && f.Field.Definition != nil && len(f.Field.Definition.Arguments) > 0
}

func logError(ctx context.Context, level slog.Level, message string, err error) {
	if note, ok := ctx.Value(requestKey{}).(*requestNote); ok && note.logged.Add(1) > maxErrors {
		return
	}
	slog.Log(ctx, level, message, "path", graphql.GetPath(ctx).String(), "error", err)
}

// recovered logs a panic with its stack and returns what it is shown as. It is the executor's RecoverFunc.
func recovered(ctx context.Context, p any) error {
	slog.ErrorContext(ctx, "panic in an operation", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	return fault.Internal
}

// presentRequest turns what CreateOperationContext found wrong into errors that echo nothing of the request but the names of its variables: gqlparser's own
// messages quote literals and values.
func presentRequest(ctx context.Context, op *graphql.OperationContext, list gqlerror.List) gqlerror.List {
	out := make(gqlerror.List, 0, min(len(list), maxErrors))
	for _, err := range list[:min(len(list), maxErrors)] {
		var f *fault.Error
		switch {
		case op.Doc == nil && err.Extensions["code"] == errcode.ValidationFailed:
			f = brokenRule(err.Rule)
		case op.Doc == nil && strings.HasPrefix(err.Message, "exceeded token limit"):
			f = errParse.Saying("The document is longer than 1,000 tokens.", "文档超过 1000 个词元。")
		case op.Doc == nil:
			f = errParse
		case op.Operation == nil:
			f = errNoOperation
		default:
			f = badVariable(err.Path)
		}
		out = append(out, fill(ctx, &gqlerror.Error{Err: err, Locations: err.Locations}, f))
	}
	return out
}

// badVariable names the variable that a path as ["variable","input","name"] begins with.
func badVariable(path ast.Path) *fault.Error {
	if len(path) > 1 {
		if name, ok := path[1].(ast.PathName); ok {
			return fault.InvalidInput.Saying(fmt.Sprintf("The variable $%s has a value that its type does not allow.", name), fmt.Sprintf("变量 $%s 的值与其类型不符。", name))
		}
	}
	return fault.InvalidInput
}

// wholeSeconds rounds up, so that nobody comes back too early.
func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/99designs/gqlgen/graphql"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const tracer = "github.com/kaituan/kaituan"

// StartTracing sends spans to the endpoint that OpenTelemetry's own variables name (OTEL_EXPORTER_OTLP_ENDPOINT or …_TRACES_ENDPOINT); without one it does
// nothing. The returned function sends what is left.
func StartTracing(ctx context.Context) (stop func(context.Context) error, err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	named, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "kaituan")), resource.WithFromEnv())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("trace: %w", err), exporter.Shutdown(ctx))
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(named))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return provider.Shutdown, nil
}

// Traced makes each request a span, a child of its caller's when it says so. The span's name is the route, never what a user sent.
func Traced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := otel.Tracer(tracer).Start(ctx, r.Method+" "+route(r.URL.Path), trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func route(path string) string {
	switch path {
	case "/graphql", "/healthz", "/readyz", "/metrics":
		return path
	}
	return "/…"
}

// tracing is the GraphQL part: a span per operation, named by its kind.
func tracing() []graphql.HandlerExtension { return []graphql.HandlerExtension{operationSpans{}} }

type operationSpans struct{}

func (operationSpans) ExtensionName() string                   { return "OperationSpans" }
func (operationSpans) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements gqlgen's ResponseInterceptor: for a subscription each event is a span of its own.
func (operationSpans) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) || graphql.GetOperationContext(ctx).Operation == nil {
		return next(ctx)
	}
	ctx, span := otel.Tracer(tracer).Start(ctx, string(graphql.GetOperationContext(ctx).Operation.Operation))
	defer span.End()
	response := next(ctx)
	if response != nil && len(response.Errors) > 0 {
		span.SetStatus(codes.Error, "errors")
	}
	return response
}

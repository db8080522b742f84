package transport

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"go.opentelemetry.io/otel/trace"
)

// codes are all that may leave.
var codes = strings.Fields(`BAD_REQUEST BODY_TOO_LARGE UNSUPPORTED_MEDIA_TYPE GRAPHQL_PARSE_FAILED GRAPHQL_VALIDATION_FAILED OPERATION_NOT_FOUND QUERY_TOO_DEEP
	QUERY_TOO_COMPLEX TOO_MANY_ALIASES DOCUMENT_NOT_TRUSTED INTROSPECTION_DISABLED INVALID_INPUT INVALID_ID INVALID_CURSOR UNAUTHENTICATED TOKEN_EXPIRED FORBIDDEN
	NOT_FOUND RATE_LIMITED BUSY_RETRY UNAVAILABLE OVERLOADED INTERNAL`)

func TestOnlyTheseCodesLeave(t *testing.T) {
	if got, want := slices.Sorted(maps.Keys(shown)), slices.Sorted(slices.Values(codes)); !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	_, u := serve(t, nil)
	for _, code := range codes {
		if got := post(t, u, `query($how: String!) { fail(how: $how) }`, `{"how":"`+code+`"}`); got.code() != code {
			t.Errorf("%s is shown as %s", code, got.raw)
		}
	}
}

func TestErrorsOfOperations(t *testing.T) {
	_, u := serve(t, nil)
	for _, tc := range []struct{ name, query, variables, auth, want string }{
		{"no GraphQL", `{`, "", "", "GRAPHQL_PARSE_FAILED"},
		{"no operation", `fragment F on Person { name }`, "", "", "GRAPHQL_VALIDATION_FAILED"},
		{"an unknown field", `{ nothing }`, "", "", "GRAPHQL_VALIDATION_FAILED"},
		{"two operations and no name", `query A { hello } query B { hello }`, "", "", "OPERATION_NOT_FOUND"},
		{"a null for a non-null variable", `query($c: Colour!) { paint(colour: $c) }`, `{"c":null}`, "", "INVALID_INPUT"},
		{"a missing variable", `query($c: Colour!) { paint(colour: $c) }`, `{}`, "", "INVALID_INPUT"},
		{"no such enum value", `query($c: Colour!) { paint(colour: $c) }`, `{"c":"BLUE"}`, "", "INVALID_INPUT"},
		{"an enum value that only gqlparser takes", `query($c: Colour!) { paint(colour: $c) }`, `{"c":"red"}`, "", "INVALID_INPUT"},
		{"an unknown input field", `mutation($i: NameInput!) { rename(input: $i) { name } }`, `{"i":{"name":"x","age":1}}`, "", "INVALID_INPUT"},
		{"a number that is no Int", `mutation($i: NameInput!) { rename(input: $i) { name } }`, `{"i":{"name":"x","times":1e30}}`, "", "INVALID_INPUT"},
		{"a code of our own", `{ fail(how: "INVALID_ID") }`, "", "", "INVALID_ID"},
		{"a code that is not in the list", `{ fail(how: "TEAPOT") }`, "", "", "INTERNAL"},
		{"a refusal that is no payload", `{ fail(how: "refusal") }`, "", "", "INTERNAL"},
		{"any other error", `{ fail(how: "plain") }`, "", "", "INTERNAL"},
		{"a panic", `{ fail(how: "panic") }`, "", "", "INTERNAL"},
		{"a cancelled query", `{ fail(how: "canceled") }`, "", "", "UNAVAILABLE"},
		{"a query that ran out of time", `{ fail(how: "deadline") }`, "", "", "UNAVAILABLE"},
		{"a wrapped fault", `{ fail(how: "busy") }`, "", "", "BUSY_RETRY"},
		{"no session", `{ secret }`, "", "", "UNAUTHENTICATED"},
		{"no scope", `{ secret }`, "", "Key till", "FORBIDDEN"},
		{"a session", `{ secret me { name } }`, "", "Bearer ann", "OK"},
		{"an expired token and a public field", `{ hello }`, "", "Bearer expired", "OK"},
		{"an expired token and @scope", `{ secret }`, "", "Bearer expired", "TOKEN_EXPIRED"},
		{"an expired token and @perViewer", `{ me { name } }`, "", "Bearer expired", "TOKEN_EXPIRED"},
		{"a bad token and @perViewer", `{ me { name } }`, "", "Basic x", "UNAUTHENTICATED"},
		{"an expired token and introspection", `{ __schema { queryType { name } } }`, "", "Bearer expired", "OK"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := post(t, u, tc.query, tc.variables, "Authorization: "+tc.auth)
			if got.code() != tc.want {
				t.Fatalf("got %s, want %s", got.raw, tc.want)
			}
			for _, e := range got.Errors {
				if e.Extensions.TraceID != got.header.Get("X-Trace-Id") || len(e.Extensions.TraceID) != 32 {
					t.Errorf("trace id %q, header %q", e.Extensions.TraceID, got.header.Get("X-Trace-Id"))
				}
			}
		})
	}
}

// An expired token takes away what needs a session and leaves the rest; a non-null field takes its parent along.
func TestPublicFieldsOutliveTheToken(t *testing.T) {
	_, u := serve(t, nil)
	got := post(t, u, "{ hello me { name } }", "", "Authorization: Bearer expired")
	if got.Data["hello"] != "hello world" || got.Data["me"] != nil || len(got.Errors) != 1 || got.Errors[0].Path[0] != "me" {
		t.Error(got.raw)
	}
	if got := post(t, u, "{ hello secret }", "", "Authorization: Bearer expired"); got.Data != nil || got.code() != "TOKEN_EXPIRED" {
		t.Error(got.raw)
	}
}

func TestNothingIsEchoed(t *testing.T) {
	_, u := serve(t, nil)
	const mark = "sesame4711"
	for _, body := range []string{
		mark, `"` + mark + `"`, `{"query":1,"` + mark + `":2}`, `{"operationName":"` + mark + `","query":"{ hello }"}`, `{"documentId":"` + mark + `"}`,
		`{"query":"{ ` + mark + ` }"}`, `{"query":"{ hello(name: {a: \"` + mark + `\"}) }"}`, `{"query":"{ hello(` + mark + `: 1) }"}`, `{"query":"{ hello \"` + mark + `\" }"}`,
		`{"query":"{ hello @` + mark + ` }"}`, `{"query":"{ ...` + mark + ` }"}`, `{"query":"{ paint(colour: ` + mark + `) }"}`,
		`{"query":"query($c: Colour!) { paint(colour: $c) }","variables":{"c":"` + mark + `"}}`,
		`{"query":"mutation($i: NameInput!) { rename(input: $i) { name } }","variables":{"i":{"` + mark + `":1}}}`,
		`{"query":"mutation($i: NameInput!) { rename(input: $i) { name } }","variables":{"i":{"name":"x","times":"` + mark + `"}}}`,
		`{"query":"{ fail(how: \"plain ` + mark + `\") person { broken } }"}`,
	} {
		got := send(t, "POST", u, body, newForm)
		if len(got.Errors) == 0 || strings.Contains(got.raw, mark) || strings.Contains(got.raw, "SELECT") {
			t.Errorf("%s: %s", body, got.raw)
		}
	}
	// A variable's name is the one thing that is named.
	got := post(t, u, `query($colour: Colour!) { paint(colour: $colour) }`, `{}`)
	if !strings.Contains(got.Errors[0].Message, "$colour") || got.Errors[0].Path != nil {
		t.Error(got.raw)
	}
}

func TestMessages(t *testing.T) {
	_, u := serve(t, nil)
	for _, query := range []string{`{`, `{ nothing }`, `{ secret }`, `{ fail(how: "plain") }`} {
		en, zh := post(t, u, query, ""), post(t, u, query, "", "Accept-Language: zh-CN,zh;q=0.9")
		if en.code() != zh.code() || en.Errors[0].Message == zh.Errors[0].Message || zh.Errors[0].Message == "" {
			t.Errorf("%s: %s, %s", query, en.raw, zh.raw)
		}
		if len(en.Errors[0].Locations) == 0 {
			t.Errorf("no location: %s", en.raw)
		}
	}
	for rule, text := range ruleTexts {
		if text.En == "" || text.Zh == "" {
			t.Errorf("%s says nothing", rule)
		}
	}
	if got := post(t, u, `{ fail(how: "busy") }`, ""); got.Errors[0].Extensions.RetryAfterSeconds != 2 {
		t.Errorf("1.2 s is %s", got.raw)
	}
}

func TestAtMostFiveErrors(t *testing.T) {
	_, u := serve(t, nil)
	logged.take()
	if got := post(t, u, "{ failures(n: 50) { broken } }", ""); len(got.Errors) != 5 {
		t.Errorf("%d errors", len(got.Errors))
	}
	if n := strings.Count(logged.take(), "a field failed"); n != 5 {
		t.Errorf("%d lines in the log", n)
	}
	if got := post(t, u, "{ "+numbered(20, "x%d ")+"}", ""); len(got.Errors) != 5 {
		t.Errorf("%d errors of validation", len(got.Errors))
	}
}

func TestInternalErrorsAreLogged(t *testing.T) {
	_, u := serve(t, nil)
	logged.take()
	id := post(t, u, `{ fail(how: "plain") }`, "").header.Get("X-Trace-Id")
	if log := logged.take(); !strings.Contains(log, "SELECT secret") || !strings.Contains(log, id) {
		t.Error(log)
	}
	id = post(t, u, `{ fail(how: "panic") }`, "").header.Get("X-Trace-Id")
	if log := logged.take(); !strings.Contains(log, "stack=") || !strings.Contains(log, "testgraph.go") || !strings.Contains(log, id) {
		t.Error(log)
	}
}

func TestTimeout(t *testing.T) {
	_, u := serve(t, func(c *Config) { c.Timeout = 50 * time.Millisecond })
	if got := post(t, u, "{ slow }", ""); got.code() != "UNAVAILABLE" {
		t.Error(got.raw)
	}
}

// A panic outside every resolver is an answer too.
func TestPanicsOfTheSchema(t *testing.T) {
	for name, exec := range map[string]func(context.Context) graphql.ResponseHandler{
		"at the start": func(context.Context) graphql.ResponseHandler { panic("SELECT") },
		"in an answer": func(context.Context) graphql.ResponseHandler {
			return func(context.Context) *graphql.Response { panic("SELECT") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, u := serve(t, func(c *Config) { c.Schema = panicking{c.Schema, exec} })
			if got := post(t, u, "{ hello }", ""); got.status != 500 || got.code() != "INTERNAL" || strings.Contains(got.raw, "SELECT") {
				t.Errorf("%d %s", got.status, got.raw)
			}
		})
	}
}

type panicking struct {
	graphql.ExecutableSchema
	exec func(context.Context) graphql.ResponseHandler
}

func (p panicking) Exec(ctx context.Context) graphql.ResponseHandler { return p.exec(ctx) }

// Where requests are traced, errors carry the trace's own id.
func TestTraceID(t *testing.T) {
	s, _ := serve(t, nil)
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{1}})
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ nothing }"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r.WithContext(trace.ContextWithSpanContext(r.Context(), span)))
	var got reply
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if id := span.TraceID().String(); got.Errors[0].Extensions.TraceID != id || w.Header().Get("X-Trace-Id") != id {
		t.Errorf("want %s: %s", id, w.Body)
	}
}

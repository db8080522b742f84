package transport

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/kaituan/kaituan/server/transport/internal/testgraph"
)

var testSchema = testgraph.New(nil).Schema()

// operationOf parses query, fills in its definitions and applies only the validation rules given.
func operationOf(t testing.TB, query string, variables map[string]any, r *rules.Rules) *graphql.OperationContext {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if errs := validator.ValidateWithRules(testSchema, doc, r); len(errs) > 0 {
		t.Fatalf("%s: %v", query, errs)
	}
	return &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0], Variables: variables}
}

func TestCost(t *testing.T) {
	for _, tc := range []struct {
		name, query string
		variables   map[string]any
		want        int
	}{
		{"scalars are free", `{ hello locale }`, nil, 0},
		{"an object counts one", `{ person { name } }`, nil, 1},
		{"a plain list counts three", `{ person { friends { name } } }`, nil, 4},
		{"lists multiply", `{ person { friends { friends { name } } } }`, nil, 1 + 3*(1+3)},
		{"a connection hands its page to edges", `{ people(first: 10) { edges { node { name } } } }`, nil, 1 + 10*2},
		{"and to nodes", `{ people(first: 10) { nodes { name } } }`, nil, 1 + 10},
		{"and not to what is below them", `{ people(first: 10) { nodes { friends { name } } } }`, nil, 1 + 10*(1+3)},
		{"through fragments", `{ people(first: 10) { ...C } } fragment C on PersonConnection { nodes { name } pageInfo { hasNextPage } }`, nil, 1 + 10 + 1},
		{"one fragment under two pages", `{ a: people(first: 10) { ...C } b: people(first: 2) { ...C } } fragment C on PersonConnection { nodes { name } }`, nil, 11 + 3},
		{"the default page", `{ people { nodes { name } } }`, nil, 21},
		{"null is the default page", `{ people(first: null) { nodes { name } } }`, nil, 21},
		{"a variable", `query($n: Int) { people(first: $n) { nodes { name } } }`, map[string]any{"n": int64(7)}, 8},
		{"a variable that holds digits", `query($n: Int) { people(first: $n) { nodes { name } } }`, map[string]any{"n": "7"}, 8},
		{"a variable as it was written", `query($n: Int) { people(first: $n) { nodes { name } } }`, map[string]any{"n": json.Number("7")}, 8},
		{"an absent variable is the default page", `query($n: Int) { people(first: $n) { nodes { name } } }`, map[string]any{}, 21},
		{"a connection without a page", `{ person { group { nodes { name } } } }`, nil, 1 + 1 + 3},
		{"last counts like first", `{ recent(last: 9) { name } }`, nil, 9},
		{"a negative page is none", `{ recent(last: -9) { name } }`, nil, 0},
		{"no last where there is no default", `{ recent { name } }`, nil, 3},
		{"a union is its dearest member", `{ being { ... on Person { friend { name } } ... on Robot { owners { name } } } }`, nil, 1 + 10},
		{"an interface too", `{ named { name ... on Person { friends { name } } ... on Robot { maker { name } } } }`, nil, 3 * (1 + 3)},
		{"a huge page saturates", `{ people(first: 2147483647) { nodes { friends { friends { name } } } } }`, nil, saturated},
	} {
		t.Run(tc.name, func(t *testing.T) {
			op := operationOf(t, tc.query, tc.variables, rules.NewDefaultRules())
			if got := newCoster(testSchema, op.Doc.Fragments, op.Variables).operation(op.Operation); got != tc.want {
				t.Errorf("got %d, want %d", got, tc.want)
			}
		})
	}
}

func TestPrivacy(t *testing.T) {
	for _, tc := range []struct {
		name, query string
		want        facts
	}{
		{"public", `{ person { name } }`, facts{}},
		{"a root @perViewer", `{ me { name } }`, facts{private: true, session: true}},
		{"a root @scope", `{ hello secret }`, facts{private: true, session: true}},
		{"further down", `{ person { friend { private } } }`, facts{private: true}},
		{"in a fragment", `{ being { ...P } } fragment P on Person { private }`, facts{private: true}},
		{"on another member only", `{ being { ... on Robot { name } } }`, facts{}},
		{"a subscription", `subscription { mine }`, facts{private: true, session: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, f := check(testSchema, operationOf(t, tc.query, nil, rules.NewDefaultRules()), true)
			got.cost = 0 // is TestCost's
			if f != nil || got != tc.want {
				t.Errorf("got %+v, %v, want %+v", got, f, tc.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	_, url := serve(t, nil)
	_, production := serve(t, func(c *Config) { c.Development = false })
	nested := func(n int) string {
		return "{ person " + strings.Repeat("{ friend ", n-2) + "{ name }" + strings.Repeat("}", n-2) + "}"
	}
	for _, tc := range []struct{ name, url, query, want string }{
		{"depth 12", url, nested(12), "OK"},
		{"depth 13", url, nested(13), "QUERY_TOO_DEEP"},
		{"15 aliases", url, "{ " + numbered(15, "a%d: hello ") + "}", "OK"},
		{"16 aliases", url, "{ " + numbered(16, "a%d: hello ") + "}", "TOO_MANY_ALIASES"},
		{"aliases in fragments count each time", url, "{ person { ...F friend { ...F } } } fragment F on Person { " + numbered(8, "a%d: name ") + "}", "TOO_MANY_ALIASES"},
		{"20 directives", url, "{ " + strings.Repeat("hello @include(if: true) ", 20) + "}", "OK"},
		{"21 directives", url, "{ " + strings.Repeat("hello @include(if: true) ", 21) + "}", "QUERY_TOO_COMPLEX"},
		{"@defer", url, "{ ... @defer { hello } }", "GRAPHQL_VALIDATION_FAILED"},
		{"cost 1,996", url, "{ people(first: 665) { nodes { friend { friend { name } } } } }", "OK"},
		{"cost 2,002", url, "{ people(first: 667) { nodes { friend { friend { name } } } } }", "QUERY_TOO_COMPLEX"},
		{"1,000 tokens", url, "{ " + strings.Repeat("hello ", 998) + "}", "OK"},
		{"1,001 tokens", url, "{ " + strings.Repeat("hello ", 999) + "}", "GRAPHQL_PARSE_FAILED"},
		{"introspection in development", url, deepIntrospection, "OK"},
		{"introspection in production", production, "{ __schema { queryType { name } } }", "INTROSPECTION_DISABLED"},
		{"hidden in a fragment", production, "{ hello ...F } fragment F on Query { t: __type(name: \"Query\") { name } }", "INTROSPECTION_DISABLED"},
		{"__typename in production", production, "{ __typename }", "OK"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := post(t, tc.url, tc.query, ""); got.code() != tc.want {
				t.Errorf("got %s, want %s", got.raw, tc.want)
			}
		})
	}
}

// deepIntrospection is deeper than 12, as the query of every GraphQL tool is.
const deepIntrospection = `{ __type(name: "Query") { fields { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } } } }`

func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Documents whose naive expansion has 2^25 parts and more must cost no more than their length.
func TestAdversarialDocuments(t *testing.T) {
	_, url := serve(t, nil)
	doubling := func(levels int, body string) string {
		var b strings.Builder
		for i := range levels {
			fmt.Fprintf(&b, "fragment a%d on Person { "+body+" } ", i, i+1, i+1)
		}
		fmt.Fprintf(&b, "fragment a%d on Person { name }", levels)
		return "{ person { ...a0 } } " + b.String()
	}
	for _, tc := range []struct{ name, query, want string }{
		{"fragments that spread the next one twice", doubling(25, "...a%d ...a%d"), "OK"},
		{"each time through a field", doubling(25, "friend { ...a%d } x: friend { ...a%d }"), "TOO_MANY_ALIASES"},
		{"each time through inline fragments", doubling(25, "... on Named { ...a%d } ... on Person { ...a%d }"), "OK"},
		{"lists in lists", doubling(11, "friends { ...a%d } group { nodes { ...a%d } }"), "QUERY_TOO_DEEP"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			began := time.Now()
			got := post(t, url, tc.query, "")
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			if got.code() != tc.want {
				t.Errorf("got %s, want %s", got.raw, tc.want)
			}
			op := operationOf(t, tc.query, nil, rules.NewDefaultRules())
			began = time.Now()
			_, _ = check(testSchema, op, true)
			newCoster(testSchema, op.Doc.Fragments, nil).operation(op.Operation)
			if took := time.Since(began); took > 250*time.Millisecond {
				t.Errorf("the limits alone took %v", took)
			}
		})
	}
}

package app_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/graph"
)

// poison is a value that a field of that type may be sent, and what the answer may be called.
type poison struct {
	name  string
	value any
}

// poisons are bad values by scalar, and values of another type for everything.
func poisons(of string) []poison {
	long := strings.Repeat("长", 30_000)
	common := []poison{{"an object", vars{"a": 1}}, {"a list of lists", [][]int{{1}}}, {"true", true}}
	text := []poison{
		{"empty", ""},
		{"blank", " \t "},
		{"too long", long},
		{"a NUL", "a\x00b"},
		{"an escape", "\x1b[31m"},
		{"a line break", "a\nb"},
		{"direction", "a\u202eb"},
		{"quotes", `'; DROP TABLE orders; -- "`},
		{"percent", "100%_\\"},
		{"an emoji", "👩‍👩‍👧‍👦"},
		{"a template", "{{.}} %s %n ${x}"},
	}
	switch of {
	case "ID":
		return append(common, append(text, poison{"lower case", "ord_01jd8q2m0v6t3c9e5k7r1xw4zb"}, poison{"no prefix", "01JD8Q2M0V6T3C9E5K7R1XW4ZB"}, poison{"another kind", "shp_01JD8Q2M0V6T3C9E5K7R1XW4ZB"},
			poison{"nobody's", "ord_01JD8Q2M0V6T3C9E5K7R1XW4ZB"}, poison{"a number", 7}, poison{"an overflow", "ord_ZZZZZZZZZZZZZZZZZZZZZZZZZZ"})...)
	case "Int", "Int64":
		return append(common, poison{"negative", -1}, poison{"zero", 0}, poison{"huge", 2147483647}, poison{"beyond Int", 2147483648}, poison{"beyond Int64", json.Number("9223372036854775808")},
			poison{"beyond JavaScript", json.Number("9007199254740992")}, poison{"a fraction", 1.5}, poison{"an exponent", json.Number("1e400")}, poison{"text", "1"})
	case "Decimal":
		return append(common, poison{"empty", ""}, poison{"a number", 9.9}, poison{"words", "ten"}, poison{"an exponent", "1e9"}, poison{"infinite", "Infinity"}, poison{"NaN", "NaN"}, poison{"negative", "-1.00"},
			poison{"three places", "1.005"}, poison{"huge", strings.Repeat("9", 32)}, poison{"very long", strings.Repeat("9", 3000)}, poison{"full width", "１２.00"}, poison{"a comma", "1,00"})
	case "DateTime":
		return append(common, poison{"words", "tomorrow"}, poison{"no zone", "2026-01-01T00:00:00"}, poison{"month 13", "2026-13-01T00:00:00Z"}, poison{"year 10000", "10000-01-01T00:00:00Z"},
			poison{"year 1", "0001-01-01T00:00:00Z"}, poison{"year 9999", "9999-12-31T23:59:59Z"}, poison{"a number", 1767225600})
	case "URL":
		return append(common, append(text, poison{"a script", "javascript:alert(1)"}, poison{"a file", "file:///etc/passwd"}, poison{"a password", "https://u:p@example.com"}, poison{"protocol relative", "//example.com/x"})...)
	case "Boolean":
		return []poison{{"text", "true"}, {"a number", 1}}
	case "String":
		return append(common, append(text, poison{"a number", 7})...)
	}
	return []poison{{"an unknown value", "NOT_A_VALUE"}, {"a number", 1}} // an enum
}

// walk calls visit with good input in which one value at a time is bad.
func walkInput(schema *ast.Schema, of *ast.Type, good any, visit func(path string, bad any)) {
	if of.Elem != nil {
		list, _ := good.([]any)
		visit("[]", []any{})
		if len(list) > 0 {
			many := make([]any, 200)
			for i := range many {
				many[i] = list[0]
			}
			visit("[200]", many)
			walkInput(schema, of.Elem, list[0], func(path string, bad any) { visit("0."+path, append([]any{bad}, list[1:]...)) })
		}
		return
	}
	def := schema.Types[of.NamedType]
	if def.Kind != ast.InputObject {
		for _, p := range poisons(def.Name) {
			visit(p.name, p.value)
		}
		return
	}
	object, _ := good.(map[string]any)
	for _, field := range def.Fields {
		child, given := object[field.Name]
		if !given {
			child = sample(schema, field.Type)
		}
		walkInput(schema, field.Type, child, func(path string, bad any) {
			with := map[string]any{}
			for k, v := range object {
				with[k] = v
			}
			with[field.Name] = bad
			visit(field.Name+"."+path, with)
		})
	}
}

// sample is input that has every required field.
func sample(schema *ast.Schema, of *ast.Type) any {
	if of.Elem != nil {
		return []any{sample(schema, of.Elem)}
	}
	def := schema.Types[of.NamedType]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Kind == ast.InputObject:
		object := map[string]any{}
		for _, f := range def.Fields {
			if f.Type.NonNull {
				object[f.Name] = sample(schema, f.Type)
			}
		}
		return object
	}
	return map[string]any{"ID": "ord_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "String": "x", "Int": 1, "Int64": 1, "Boolean": true, "Decimal": "1.00", "DateTime": "2026-01-01T00:00:00Z", "URL": "https://example.com/x"}[def.Name]
}

// requestCodes are the GraphQL errors that bad values may bring; everything else is a user error, or nothing wrong at all. A plain list, which is no connection, costs
// as many objects as `first` says.
var requestCodes = map[string]bool{"OK": true, "QUERY_TOO_COMPLEX": true, "INVALID_INPUT": true, "INVALID_ID": true, "INVALID_CURSOR": true, "GRAPHQL_VALIDATION_FAILED": true, "BODY_TOO_LARGE": true, "NOT_FOUND": true}

// leaks are what an answer never shows: SQL, Go, a stack, a file.
var leaks = regexp.MustCompile(`(?i)select |insert into|update .* set|constraint|sqlite|mysql|json:|strconv|goroutine|\.go:|runtime error|map\[|interface \{|model\.|order\.\w+Input|<nil>|DROP TABLE|invalid memory`)

// Every input of every mutation and query, with one value at a time that is bad, by a caller with the right scopes: nothing is INTERNAL, nothing leaks, and
// every user error points into the input.
func TestBadInput(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 1_000_000)[0]
	ming, partner, host := s.shopper("ming"), s.partner(), s.host("lin")
	p := ming.place(g)
	room := host.onAir(g)
	address := ming.do(`{ me { addresses { id } } }`, nil).str("me.addresses.0.id")
	schema := graph.Schema(&graph.Resolver{}).Schema()
	lines := []any{map[string]any{"skuId": g.sku, "quantity": 1}}
	checkout := map[string]any{"lines": lines, "addressId": address}
	member := map[string]any{"id": ming.shopperID}
	good := map[string]map[string]any{
		"orderPlace":    {"idempotencyKey": "", "checkout": checkout, "expectedTotal": "10.00", "note": "n", "provider": "SANDBOX"},
		"checkoutQuote": checkout,
		"cartLinesSet":  {"lines": lines},
		"orderPay":      {"orderId": p.order}, "sandboxPay": {"paymentId": p.payment, "succeed": false},
		"productsUpsert": {"products": []any{map[string]any{
			"handle": "bad", "title": "Bad", "category": []any{"Kind"}, "tags": []any{"t"}, "media": []any{map[string]any{"url": "https://cdn.example/p.jpg"}},
			"skus": []any{map[string]any{"code": "BAD", "price": "1.00", "options": []any{map[string]any{"name": "Size", "value": "M"}}}},
		}}},
		"inventoryAdjust":      {"idempotencyKey": "", "reason": "count", "changes": []any{map[string]any{"skuCode": "SKU-0", "delta": 1}}},
		"sessionCreate":        {"channel": "H5", "code": "demo:bad"},
		"couponTemplateCreate": {"idempotencyKey": "", "title": "t", "percentOff": "10", "cap": "5.00", "minSpend": "1.00", "validDays": 1, "quantity": 1, "perShopperLimit": 1},
		"memberIdentify":       {"id": ming.shopperID},
		"pointsEarn":           {"idempotencyKey": "", "member": member, "channel": "STORE", "points": 1, "reason": "r", "reference": "r"},
		"pointsHold":           {"idempotencyKey": "", "member": member, "channel": "STORE", "points": 1, "reference": "r", "holdSeconds": 1},
		"pointsBatch": {"rows": []any{map[string]any{
			"idempotencyKey": "row", "member": member, "channel": "STORE", "points": 1, "occurredAt": s.Clock.Now().Format(time.RFC3339), "reason": "r", "reference": "r",
		}}},
		"liveRoomCreate":      {"idempotencyKey": "", "title": "t", "productIds": []any{g.product}},
		"liveRoomUpdate":      {"roomId": room, "title": "t"},
		"liveStaffSet":        {"roomId": room, "publicShopperId": ming.shopperID, "role": "MODERATOR"},
		"liveShelfSet":        {"roomId": room, "productIds": []any{g.product}},
		"liveProductPin":      {"roomId": room, "productId": g.product, "note": "n"},
		"liveSlowModeSet":     {"roomId": room, "seconds": 0},
		"liveOfferStart":      {"idempotencyKey": "", "roomId": room, "skuId": g.sku, "price": "6.00", "quota": 1, "seconds": 60},
		"liveCouponDrop":      {"idempotencyKey": "", "roomId": room, "couponTemplateId": s.template(nil), "quantity": 1, "seconds": 60},
		"liveLotteryStart":    {"idempotencyKey": "", "roomId": room, "prize": "p", "winners": 1, "seconds": 60},
		"liveCommentSend":     {"roomId": room, "text": "hi", "clientId": "c"},
		"liveQuestionAsk":     {"roomId": room, "text": "why?", "clientId": "c"},
		"liveLike":            {"roomId": room, "count": 1, "clientId": "c"},
		"liveViewerMute":      {"roomId": room, "publicShopperId": ming.shopperID, "seconds": 60},
		"liveCommentHide":     {"roomId": room, "commentId": nobodys},
		"webhookEndpointSave": {"idempotencyKey": "", "url": "https://partner.example/in", "topics": []any{"ORDER_PAID"}},
		"addressSave":         {"recipient": "r", "phone": "13800138000", "region": []any{"r"}, "street": "s"},
	}
	tried := 0
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		operation := map[*ast.Definition]string{schema.Query: "query", schema.Mutation: "mutation"}[root]
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			caller := ming
			if d := field.Directives.ForName("scope"); d != nil {
				switch scopes := d.Arguments[0].Value.String(); {
				case strings.Contains(scopes, "HOST"):
					caller = host
				case strings.Contains(scopes, "MODERATION"):
					caller = s.operator()
				case !strings.Contains(scopes, "SHOPPER"):
					caller = partner
				}
			}
			for _, argument := range field.Arguments {
				base := any(good[field.Name])
				if good[field.Name] == nil {
					base = sample(schema, argument.Type)
				}
				query := fmt.Sprintf("%s($in: %s) { %s(%s: $in) %s }", operation, argument.Type, field.Name, argument.Name, selection(schema, field))
				walkInput(schema, argument.Type, base, func(path string, bad any) {
					in := withKey(bad)
					tried++
					a := caller.send(query, vars{"in": in})
					wantDecent(t, field.Name+"("+argument.Name+"): "+path, a, in)
				})
			}
		}
	}
	if tried < 600 {
		t.Errorf("only %d bad inputs were tried", tried)
	}
	ming.do(`query($id: ID!) { order(id: $id) { state } }`, vars{"id": p.order}).want("order.state", "PENDING_PAYMENT")
}

// selection asks for what tells what became of the request.
func selection(schema *ast.Schema, field *ast.FieldDefinition) string {
	def := schema.Types[field.Type.Name()]
	switch {
	case def.Kind == ast.Scalar || def.Kind == ast.Enum:
		return ""
	case def.Name == "ProductsUpsertPayload" || def.Name == "PointsBatchPayload":
		return "{ userErrors { code field message } results { userErrors { code field message } } }"
	case def.Fields.ForName("userErrors") != nil:
		return "{ userErrors { code field message } }"
	}
	return "{ __typename }"
}

// withKey gives input that has a good idempotency key one of its own.
func withKey(in any) any {
	object, ok := in.(map[string]any)
	if ok && object["idempotencyKey"] == "" {
		with := map[string]any{}
		for k, v := range object {
			with[k] = v
		}
		with["idempotencyKey"] = key()
		return with
	}
	return in
}

func wantDecent(t *testing.T, what string, a answer, in any) {
	t.Helper()
	if !requestCodes[a.code()] || leaks.MatchString(a.raw) || len(a.raw) > 50_000 {
		t.Errorf("%s: %.300s", what, a.raw)
	}
	for _, e := range a.Errors {
		if len(e.Extensions.TraceID) != 32 || e.Message == "" {
			t.Errorf("%s: an error without trace or words: %.300s", what, a.raw)
		}
	}
	for _, r := range a.refusals() {
		if r.Message == "" || len(r.Field) > 0 && !pointsInto(r.Field, map[string]any{"input": in}) {
			t.Errorf("%s: %v is not in the input: %.300s", what, r.Field, a.raw)
		}
	}
}

// pointsInto reports whether a path leads into input: the last step may be missing there, when a value is asked for that was not sent.
func pointsInto(path []string, v any) bool {
	for i, step := range path {
		switch here := v.(type) {
		case map[string]any:
			next, ok := here[step]
			if !ok {
				return i == len(path)-1 && regexp.MustCompile(`^[a-zA-Z]+$`).MatchString(step)
			}
			v = next
		case []any:
			var n int
			if _, err := fmt.Sscan(step, &n); err != nil || n < 0 || n >= len(here) {
				return false
			}
			v = here[n]
		default:
			return false
		}
	}
	return true
}

func TestBadBytes(t *testing.T) {
	s := openShop(t)
	ming := s.shopper("ming")
	for name, body := range map[string]string{
		"invalid UTF-8 in a variable": "{\"query\":\"mutation($n: String) { profileSet(input: {nickname: $n}) { userErrors { code } } }\",\"variables\":{\"n\":\"\xff\xfe\"}}",
		"invalid UTF-8 in a document": "{\"query\":\"{ product(handle: \\\"\xc3\x28\\\") { id } }\"}",
		"a lone surrogate":            `{"query":"mutation($n: String) { profileSet(input: {nickname: $n}) { userErrors { code } } }","variables":{"n":"\ud800"}}`,
		"deep variables":              `{"query":"{ serverTime }","variables":` + strings.Repeat(`{"a":`, 20000) + `1` + strings.Repeat(`}`, 20000) + `}`,
		"not JSON":                    `query { serverTime }`,
		"an array":                    `[{"query":"{ serverTime }"}]`,
		"a number":                    `7`,
		"variables that are a list":   `{"query":"{ serverTime }","variables":[1]}`,
	} {
		a := ming.post([]byte(body))
		if c := a.code(); c == "INTERNAL" || leaks.MatchString(a.raw) || strings.Contains(a.raw, "\xff") {
			t.Errorf("%s: %.300s", name, a.raw)
		}
	}
}

package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/graph"
)

// scoped is a field of the schema that wants a scope.
type scoped struct {
	object *ast.Definition
	field  *ast.FieldDefinition
	scopes []string
}

func scopedFields() (list []scoped) {
	for _, object := range graph.Schema(&graph.Resolver{}).Schema().Types {
		if object.Kind != ast.Object {
			continue
		}
		for _, field := range object.Fields {
			for _, holder := range []ast.DirectiveList{field.Directives, object.Directives} {
				if d := holder.ForName("scope"); d != nil {
					var scopes []string
					for _, child := range d.Arguments.ForName("anyOf").Value.Children {
						scopes = append(scopes, child.Value.Raw)
					}
					list = append(list, scoped{object, field, scopes})
				}
			}
		}
	}
	return list
}

// example writes a literal that a type takes; what it says does not matter, since nobody gets that far.
func example(t testing.TB, schema *ast.Schema, of *ast.Type) string {
	t.Helper()
	if of.Elem != nil {
		return "[" + example(t, schema, of.Elem) + "]"
	}
	def := schema.Types[of.NamedType]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Kind == ast.InputObject:
		var fields []string
		for _, f := range def.Fields {
			if f.Type.NonNull {
				fields = append(fields, f.Name+": "+example(t, schema, f.Type))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	literal, ok := map[string]string{
		"ID": `"ord_01JD8Q2M0V6T3C9E5K7R1XW4ZB"`, "String": `"x"`, "Int": "1", "Int64": "1", "Boolean": "true", "Decimal": `"1.00"`, "DateTime": `"2026-01-01T00:00:00Z"`, "URL": `"https://example.com"`,
	}[def.Name]
	if !ok {
		t.Fatalf("no example of a %s", def.Name)
	}
	return literal
}

// root writes an operation that asks for a field of a root type.
func (f scoped) root(t testing.TB, schema *ast.Schema, operation string) string {
	var arguments []string
	for _, a := range f.field.Arguments {
		if a.Type.NonNull {
			arguments = append(arguments, a.Name+": "+example(t, schema, a.Type))
		}
	}
	call := f.field.Name
	if len(arguments) > 0 {
		call += "(" + strings.Join(arguments, ", ") + ")"
	}
	return operation + " { " + call + " { __typename } }"
}

// Fields below the root are asked for here by hand: each must be named, so that a new one is not forgotten.
var nestedScopes = map[string]string{
	"Sku.inventory":      `{ node(id: "%sku%") { ... on Sku { inventory { received } } } }`,
	"Payment.parameters": `{ node(id: "%payment%") { ... on Payment { parameters { name } } } }`,
	"Order.address":      `{ node(id: "%order%") { ... on Order { address { recipient } } } }`,
	"LiveRoom.ingestUrl": `{ node(id: "%room%") { ... on LiveRoom { ingestUrl } } }`,
	"AssistHelp.counted": `{ node(id: "%assist%") { ... on Assist { helpers { nodes { counted } } } } }`,
}

// onPublic are those of nestedScopes that stand under objects which a visitor sees.
var onPublic = map[string]bool{"Sku.inventory": true, "LiveRoom.ingestUrl": true, "AssistHelp.counted": true}

// Who may see an object at all is another test's; here the caller is one who sees it.
func TestScopes(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming, host := s.shopper("ming"), s.host("lin")
	p := ming.paid(g) // a paid order stands in the way of erasure, which else would end the session in the middle
	host.paid(g)
	room := host.room()
	assist := ming.asks(s.helpMe("LIKES", vars{"points": 1}, nil))
	host.helps(assist)
	schema := graph.Schema(&graph.Resolver{}).Schema()
	operations := map[*ast.Definition]string{schema.Query: "query", schema.Mutation: "mutation"}
	keys := map[string]*client{}
	for _, scope := range []string{"CATALOG_WRITE", "CAMPAIGN_WRITE", "ORDER_READ", "ORDER_FULFIL", "POINTS_WRITE", "MODERATION", "INSIGHT_READ", "WEBHOOK_WRITE"} {
		k, err := s.Identity.KeyCreate(t.Context(), scope, []string{scope})
		if err != nil {
			t.Fatal(err)
		}
		keys[scope] = s.visitor().with("Bearer " + k)
	}
	expired := s.signedIn("late")
	s.Clock.Advance(time.Hour)
	keys["SHOPPER"], keys["SHOPPER HOST"] = s.signedIn("ming"), s.signedIn("lin")

	list := scopedFields()
	if len(list) < 50 {
		t.Fatalf("only %d fields want a scope: are the directives read?", len(list))
	}
	for _, f := range list {
		name := f.object.Name + "." + f.field.Name
		if f.object == schema.Subscription {
			continue // TestSubscriptionNeedsSession
		}
		operation, isRoot := operations[f.object]
		query, known := "", true
		if isRoot {
			query = f.root(t, schema, operation)
		} else if query, known = nestedScopes[name]; !known {
			t.Errorf("%s wants a scope and has no operation in nestedScopes", name)
			continue
		}
		query = strings.NewReplacer("%sku%", g.sku, "%payment%", p.payment, "%order%", p.order, "%room%", room, "%assist%", assist).Replace(query)
		if isRoot || onPublic[name] { // the others stand under objects that a visitor does not see
			wantEqual(t, name+" "+s.visitor().send(query, nil).code(), name+" UNAUTHENTICATED")
			wantEqual(t, name+" "+s.visitor().with("Bearer rubbish").send(query, nil).code(), name+" UNAUTHENTICATED")
			wantEqual(t, name+" "+expired.send(query, nil).code(), name+" TOKEN_EXPIRED")
		}
		for scopes, c := range keys {
			a := c.send(query, nil)
			held := false
			for _, s := range f.scopes {
				held = held || slices.Contains(strings.Fields(scopes), s)
			}
			seen := isRoot || onPublic[name] || a.at("node") != nil && a.raw != `{"data":{"node":null}}`
			switch {
			case held && a.code() == "FORBIDDEN", !held && seen && a.code() != "FORBIDDEN":
				t.Errorf("%s with %s: %s", name, scopes, a.raw)
			}
		}
	}
}

// What a partner reads of an order depends on the key.
func TestWhatPartnersSeeOfAnOrder(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	p := s.shopper("ming").place(g)
	key := func(scopes ...string) *client {
		k, err := s.Identity.KeyCreate(t.Context(), "a partner", scopes)
		if err != nil {
			t.Fatal(err)
		}
		return s.visitor().with("Bearer " + k)
	}
	const address = `query($id: ID!) { order(id: $id) { id address { recipient } } }`
	s.Clock.Advance(time.Minute) // on a server a change is listed once none before it can still come
	reader, fulfiller := key("ORDER_READ"), key("ORDER_READ", "ORDER_FULFIL")
	a := reader.send(address, vars{"id": p.order})
	wantEqual(t, a.code(), "FORBIDDEN")
	a.want("order.id", p.order, "order.address", "<nil>")
	fulfiller.do(address, vars{"id": p.order}).want("order.address.recipient", "ming")

	for _, query := range []string{
		`query($id: ID!) { order(id: $id) { payment { id parameters { name value } } } }`,
		`query($id: ID!) { node(id: $id) { ... on Order { payment { parameters { name value } } } } }`,
		`query { orders { edges { node { payment { parameters { name value } } } } } }`,
	} {
		v := vars{"id": p.order}
		if !strings.Contains(query, "$id") {
			v = nil
		}
		if a := fulfiller.send(query, v); a.code() != "FORBIDDEN" || strings.Contains(a.raw, `"value"`) {
			t.Errorf("a partner reads how to pay: %s", a.raw)
		}
	}
	if a := fulfiller.send(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": p.payment}); a.at("node") != nil {
		t.Errorf("a partner reads a payment: %s", a.raw)
	}
	if a := key("ORDER_FULFIL").send(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": p.order}); a.at("node") != nil {
		t.Errorf("a key without ORDER_READ reads an order: %s", a.raw)
	}
}

package contract_test

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/contract"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

const sdl = `
enum Audience { SHOPPER HOST PARTNER OPERATOR }
directive @audience(of: [Audience!]!) on OBJECT | INTERFACE | UNION | ENUM | SCALAR | INPUT_OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
directive @scope(anyOf: [Scope!]!) on FIELD_DEFINITION
directive @perViewer on FIELD_DEFINITION
enum Scope { SHOPPER HOST ORDER_READ MODERATION }
type Query {
  "Anybody's."
  shop: Shop!
  mine: Order @scope(anyOf: [SHOPPER]) @perViewer
  orders(book: Book @audience(of: [OPERATOR])): [Order!]! @scope(anyOf: [SHOPPER, ORDER_READ])
  room: Room @scope(anyOf: [HOST])
  report: Report @scope(anyOf: [MODERATION])
  till: Till @scope(anyOf: [SHOPPER]) @audience(of: [PARTNER])
  node: Node
  pet: Pet
  odd: Odd
}
type Mutation { ban(input: BanInput!): Report @scope(anyOf: [MODERATION]) }
interface Node { id: ID! }
interface Named { name: String! }
type Shop implements Node & Named { id: ID! name: String! owner: Owner @audience(of: [PARTNER, OPERATOR]) secret: Ledger }
type Owner implements Named { name: String! }
type Order implements Node { id: ID! kind(of: Kind = PLAIN): Kind }
enum Kind { PLAIN ODD @audience(of: OPERATOR) }
enum Book { A B }
type Room implements Node { id: ID! }
type Report implements Node { id: ID! }
type Till implements Node { id: ID! }
type Ledger @audience(of: [OPERATOR]) { rows: Int! }
union Pet = Cat | Dog
type Cat { name: String! }
type Dog @audience(of: [HOST]) { name: String! }
interface Odd { n: Int! }
type One implements Odd { n: Int! only: Only }
type Only { n: Int! }
input BanInput { reason: String! note: String @audience(of: [OPERATOR]) }
`

func cut(t *testing.T, a contract.Audience) (*ast.Schema, string) {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: sdl})
	if err != nil {
		t.Fatal(err)
	}
	printed := string(contract.Print(contract.Of(schema, a)))
	again, err := gqlparser.LoadSchema(&ast.Source{Input: printed})
	if err != nil {
		t.Fatalf("%s: %v\n%s", a, err, printed)
	}
	if second := string(contract.Print(again)); second != printed {
		t.Errorf("%s: what is printed is not what is read:\n%s\n%s", a, printed, second)
	}
	return again, printed
}

func TestOf(t *testing.T) {
	for _, tc := range []struct {
		audience    contract.Audience
		has, hasNot []string
	}{
		{contract.Shopper, []string{"mine", "orders", "type Order", "type Cat", "type One", "type Only", "@perViewer", "enum Scope", "Anybody's.", "interface Node"}, []string{"room", "report", "till", "type Till", "type Owner", "owner", "Ledger", "secret", "book", "ODD", "Dog", "Mutation", "BanInput", "audience", "Audience", "Named"}},
		{contract.Host, []string{"mine", "orders", "room", "type Room", "type Dog"}, []string{"report", "till", "Owner", "BanInput"}},
		{contract.Partner, []string{"orders", "till", "type Till", "owner", "type Owner"}, []string{"mine", "room", "report", "Ledger", "book", "ODD", "Dog"}},
		{contract.Operator, []string{"orders", "report", "owner", "type Ledger", "secret", "book", "ODD", "type Mutation", "input BanInput", "note"}, []string{"mine", "room", "till", "Dog", "audience"}},
	} {
		_, printed := cut(t, tc.audience)
		for _, part := range tc.has {
			if !strings.Contains(printed, part) {
				t.Errorf("%s lacks %q", tc.audience, part)
			}
		}
		for _, part := range tc.hasNot {
			if strings.Contains(printed, part) {
				t.Errorf("%s has %q", tc.audience, part)
			}
		}
		if t.Failed() {
			t.Fatal(printed)
		}
	}
}

func TestOfLeavesTheSchemaAlone(t *testing.T) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: sdl})
	if err != nil {
		t.Fatal(err)
	}
	before := string(contract.Print(schema))
	for _, a := range contract.All {
		contract.Of(schema, a)
	}
	if after := string(contract.Print(schema)); after != before {
		t.Error(after)
	}
}

func TestFor(t *testing.T) {
	for _, tc := range []struct {
		name string
		v    viewer.Viewer
		want contract.Audience
	}{
		{"a visitor", viewer.Viewer{}, contract.Shopper},
		{"a shopper", viewer.Viewer{ShopperID: "s", Scopes: []string{"SHOPPER"}}, contract.Shopper},
		{"a host", viewer.Viewer{ShopperID: "s", Scopes: []string{"SHOPPER", "HOST"}}, contract.Host},
		{"a key", viewer.Viewer{PartnerID: "p", Scopes: []string{"ORDER_READ"}}, contract.Partner},
		{"a key that moderates", viewer.Viewer{PartnerID: "p", Scopes: []string{"ORDER_READ", "MODERATION"}}, contract.Operator},
		{"a key that reads reports", viewer.Viewer{PartnerID: "p", Scopes: []string{"INSIGHT_READ"}}, contract.Operator},
		{"a key that has ended", viewer.Viewer{PartnerID: "p", Scopes: []string{"MODERATION"}, Problem: fault.Unauthenticated}, contract.Shopper},
	} {
		if got := contract.For(&tc.v); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

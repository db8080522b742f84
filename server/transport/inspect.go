package transport

import (
	"errors"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/kaituan/kaituan/internal/contract"
)

// MaxPage is the longest page that the shop's lists have; an unknown one counts as it.
const MaxPage = 100

// Inspection is what a document is found to be, before anybody sends it.
type Inspection struct {
	Name string
	Kind ast.Operation
	// Cost is the most that it can cost: variables count as their defaults, pages without one as MaxPage.
	Cost int
	// Audiences are those whose contracts have everything that the document selects, at least one; the first is the one who may least.
	Audiences []contract.Audience
	// Document is parsed and valid for the schema that it was inspected for.
	Document *ast.QueryDocument
}

// For reports whether the audience's contract has everything that the document selects.
func (i *Inspection) For(a contract.Audience) bool { return slices.Contains(i.Audiences, a) }

// Inspector inspects documents for one schema. It is safe for concurrent use.
type Inspector struct {
	schema    *ast.Schema
	contracts map[contract.Audience]*ast.Schema
}

// NewInspector returns an inspector of documents for a whole schema.
func NewInspector(schema *ast.Schema) *Inspector {
	i := &Inspector{schema: schema, contracts: map[contract.Audience]*ast.Schema{}}
	for _, a := range contract.All {
		i.contracts[a] = contract.Of(schema, a)
	}
	return i
}

// Inspect says what a document is that a release may register.
//
// Errors, for people: it is not exactly one named operation, it is invalid, no audience has all that it selects, or it breaks a limit that every caller has.
func (i *Inspector) Inspect(body string) (*Inspection, error) {
	doc, err := valid(i.schema, body)
	if err != nil {
		return nil, err
	}
	if len(doc.Operations) != 1 || doc.Operations[0].Name == "" {
		return nil, errors.New("a document holds one operation, with a name")
	}
	operation := doc.Operations[0]
	found := &Inspection{Name: operation.Name, Kind: operation.Operation, Document: doc}
	for _, a := range contract.All {
		if _, refused := valid(i.contracts[a], body); refused != nil {
			err = refused
		} else {
			found.Audiences = append(found.Audiences, a)
		}
	}
	if len(found.Audiences) == 0 {
		return nil, fmt.Errorf("no audience has all that it selects: %w", err)
	}
	op := &graphql.OperationContext{Doc: doc, Operation: operation, Variables: pages(operation)}
	known, f := check(i.schema, op, false)
	if f != nil {
		return nil, f
	}
	found.Cost = known.cost
	return found, nil
}

// valid parses a document as the executor does, and validates it.
func valid(schema *ast.Schema, body string) (*ast.QueryDocument, error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: body}, maxTokens)
	if err != nil {
		return nil, err
	}
	if errs := validator.ValidateWithRules(schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
		return nil, errs
	}
	return doc, nil
}

// pages are the values of an operation's variables that decide what it costs: numbers, as by default, else the largest.
func pages(op *ast.OperationDefinition) map[string]any {
	values := map[string]any{}
	for _, v := range op.VariableDefinitions {
		if v.Type.NamedType != "Int" {
			continue
		}
		values[v.Variable] = int64(MaxPage)
		if v.DefaultValue == nil {
			continue
		}
		if value, err := v.DefaultValue.Value(nil); err == nil && value != nil {
			values[v.Variable] = value
		}
	}
	return values
}

package transport

import (
	"crypto/sha256"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/kaituan/kaituan/internal/stream"
)

// groupKey is the same for operations whose events are the same: the operation with the fragments that it uses, its variables, its language and its topic.
type groupKey [sha256.Size]byte

// keyOf is the key of a subscription that may be shared. The cursor that a subscriber goes on from is left out: it says where he begins, not what he is sent.
func (s *Server) keyOf(p *prepared, args map[string]any, topic, locale string) groupKey {
	shape := s.shapeOf(p.op)
	variables := make(map[string]any, len(p.op.Variables))
	for name, value := range p.op.Variables {
		if name != shape.cursor {
			variables[name] = value
		}
	}
	known := make(map[string]any, len(args))
	for name, value := range args {
		if name != stream.Cursor {
			known[name] = value
		}
	}
	rest, err := json.Marshal([]any{topic, locale, variables, known})
	if err != nil { // values that came as JSON, or defaults of the schema
		panic("transport: marshal variables: " + err.Error())
	}
	h := sha256.New()
	h.Write(shape.canonical[:])
	h.Write(rest)
	return groupKey(h.Sum(nil))
}

// sharing is what a document's operation is found to be, once.
type sharing struct {
	// canonical is the hash of the operation and the fragments it uses, printed without its layout and its cursor.
	canonical [sha256.Size]byte
	// cursor is the variable that only says where to go on, "" without one.
	cursor string
}

// shapeOf returns an operation's sharing, from memory when its document was seen before.
func (s *Server) shapeOf(op *graphql.OperationContext) sharing {
	if known, ok := s.sharings.GetIfPresent(op.Operation); ok {
		return known
	}
	found := sharingOf(op)
	s.sharings.Set(op.Operation, found)
	return found
}

func sharingOf(op *graphql.OperationContext) sharing {
	var found sharing
	var used ast.FragmentDefinitionList
	seen := map[string]bool{}
	uses := map[string]int{} // how often a variable stands somewhere
	var walk func(set ast.SelectionSet)
	countIn := func(list ast.ArgumentList) {
		for _, arg := range list {
			countVariables(arg.Value, uses)
		}
	}
	countDirectives := func(list ast.DirectiveList) {
		for _, d := range list {
			countIn(d.Arguments)
		}
	}
	walk = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch n := selection.(type) {
			case *ast.Field:
				countIn(n.Arguments)
				countDirectives(n.Directives)
				walk(n.SelectionSet)
			case *ast.InlineFragment:
				countDirectives(n.Directives)
				walk(n.SelectionSet)
			case *ast.FragmentSpread:
				countDirectives(n.Directives)
				if !seen[n.Name] {
					seen[n.Name] = true
					if f := op.Doc.Fragments.ForName(n.Name); f != nil {
						used = append(used, f)
						walk(f.SelectionSet)
					}
				}
			}
		}
	}
	walk(op.Operation.SelectionSet)
	printed := *op.Operation
	if len(printed.SelectionSet) == 1 {
		if root, ok := printed.SelectionSet[0].(*ast.Field); ok {
			bare := *root
			bare.Arguments = nil // their coerced values are part of the key; literals and variables of the same value are the same
			for _, arg := range root.Arguments {
				if arg.Name == stream.Cursor && arg.Value.Kind == ast.Variable && uses[arg.Value.Raw] == 1 {
					found.cursor = arg.Value.Raw
				}
			}
			printed.SelectionSet = ast.SelectionSet{&bare}
		}
	}
	printed.Name, printed.VariableDefinitions = "", nil
	h := sha256.New()
	formatter.NewFormatter(h, formatter.WithCompacted()).FormatQueryDocument(&ast.QueryDocument{Operations: ast.OperationList{&printed}, Fragments: used})
	copy(found.canonical[:], h.Sum(nil))
	return found
}

func countVariables(v *ast.Value, uses map[string]int) {
	if v == nil {
		return
	}
	if v.Kind == ast.Variable {
		uses[v.Raw]++
	}
	for _, child := range v.Children {
		countVariables(child.Value, uses)
	}
}

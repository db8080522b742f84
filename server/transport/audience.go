package transport

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/contract"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// audiences knows which operations an audience may not send, although they are valid, because of @audience. What has @scope, too, is @scope's to refuse, field
// by field: it tells an expired session from a missing one.
type audiences struct {
	schema *ast.Schema
	// any: @audience alone keeps something from somebody; else nothing is looked at.
	any   bool
	known *otter.Cache[*ast.OperationDefinition, []contract.Audience]
}

func newAudiences(cfg Config) audiences {
	a := audiences{schema: cfg.Schema.Schema(), known: bounded[*ast.OperationDefinition, []contract.Audience](cfg.CachedDocuments)}
	for _, def := range a.schema.Types {
		a.any = a.any || keeps(def.Directives)
		for _, f := range def.Fields {
			a.any = a.any || keeps(f.Directives)
			for _, arg := range f.Arguments {
				a.any = a.any || keeps(arg.Directives)
			}
		}
		for _, v := range def.EnumValues {
			a.any = a.any || keeps(v.Directives)
		}
	}
	return a
}

func keeps(list ast.DirectiveList) bool {
	return list.ForName("audience") != nil && list.ForName("scope") == nil
}

// promised returns what the caller is told who may not send op: his session's problem, which may be why, or FORBIDDEN.
func (s *Server) promised(ctx context.Context, op *graphql.OperationContext) *fault.Error {
	v := viewer.From(ctx)
	if !s.audiences.any || s.audiences.may(op, contract.For(v)) {
		return nil
	}
	if problem := fault.Of(v.Problem); problem != nil {
		return problem
	}
	return errNotPromised
}

// may reports whether all that op names is for a. What the document names is found out once; the values of variables are looked at each time.
func (a audiences) may(op *graphql.OperationContext, who contract.Audience) bool {
	allowed, ok := a.known.GetIfPresent(op.Operation)
	if !ok {
		for _, each := range contract.All {
			if (&naming{schema: a.schema, fragments: op.Doc.Fragments, audience: each, seen: map[string]bool{}}).operation(op.Operation) {
				allowed = append(allowed, each)
			}
		}
		a.known.Set(op.Operation, allowed)
	}
	for _, each := range allowed {
		if each == who {
			return (&naming{schema: a.schema, audience: who}).variables(op.Operation, op.Variables)
		}
	}
	return false
}

// naming looks for what a document names and an audience does not have.
type naming struct {
	schema    *ast.Schema
	fragments ast.FragmentDefinitionList
	audience  contract.Audience
	seen      map[string]bool // fragments
}

func (n *naming) has(list ast.DirectiveList) bool {
	return !keeps(list) || contract.Promised(list, n.audience)
}

func (n *naming) hasType(name string) bool {
	def := n.schema.Types[name]
	return def == nil || n.has(def.Directives)
}

func (n *naming) operation(op *ast.OperationDefinition) bool {
	for _, v := range op.VariableDefinitions {
		if !n.hasType(v.Type.Name()) || v.DefaultValue != nil && !n.value(v.DefaultValue) {
			return false
		}
	}
	return n.set(op.SelectionSet)
}

func (n *naming) set(set ast.SelectionSet) bool {
	for _, selection := range set {
		ok := true
		switch s := selection.(type) {
		case *ast.Field:
			ok = n.field(s)
		case *ast.InlineFragment:
			ok = n.hasType(s.TypeCondition) && n.set(s.SelectionSet)
		case *ast.FragmentSpread:
			if f := n.fragments.ForName(s.Name); !n.seen[s.Name] {
				n.seen[s.Name] = true
				ok = n.hasType(f.TypeCondition) && n.set(f.SelectionSet)
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

func (n *naming) field(f *ast.Field) bool {
	if !n.has(f.Definition.Directives) || !n.hasType(f.Definition.Type.Name()) {
		return false
	}
	for _, arg := range f.Arguments {
		def := f.Definition.Arguments.ForName(arg.Name)
		if def != nil && (!n.has(def.Directives) || !n.hasType(def.Type.Name())) || !n.value(arg.Value) {
			return false
		}
	}
	return n.set(f.SelectionSet)
}

// value looks at a literal.
func (n *naming) value(v *ast.Value) bool {
	if v.Definition != nil {
		switch v.Kind {
		case ast.EnumValue:
			if named := v.Definition.EnumValues.ForName(v.Raw); named != nil && !n.has(named.Directives) {
				return false
			}
		case ast.ObjectValue:
			for _, child := range v.Children {
				if f := v.Definition.Fields.ForName(child.Name); f != nil && (!n.has(f.Directives) || !n.hasType(f.Type.Name())) {
					return false
				}
			}
		}
	}
	for _, child := range v.Children {
		if !n.value(child.Value) {
			return false
		}
	}
	return true
}

// variables looks at the values that were sent.
func (n *naming) variables(op *ast.OperationDefinition, values map[string]any) bool {
	for _, v := range op.VariableDefinitions {
		if value, sent := values[v.Variable]; sent && !n.sent(n.schema.Types[v.Type.Name()], value) {
			return false
		}
	}
	return true
}

func (n *naming) sent(def *ast.Definition, value any) bool {
	switch x := value.(type) {
	case []any:
		for _, each := range x {
			if !n.sent(def, each) {
				return false
			}
		}
	case map[string]any:
		for name, each := range x {
			f := def.Fields.ForName(name)
			if f != nil && (!n.has(f.Directives) || !n.hasType(f.Type.Name()) || !n.sent(n.schema.Types[f.Type.Name()], each)) {
				return false
			}
		}
	case string:
		if named := def.EnumValues.ForName(x); def.Kind == ast.Enum && named != nil {
			return n.has(named.Directives)
		}
	}
	return true
}

package transport

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/viewer"
)

// privacy finds out whether a selection reaches a field that depends on who asks. It looks at every object type that a field may belong to, because an
// interface's field does not carry the directives of those who implement it.
type privacy struct {
	schema    *ast.Schema
	fragments ast.FragmentDefinitionList
	// seen are the fragments and types looked at; one that is being looked at counts as harmless, the answer comes from where it began.
	seen map[setKey]bool
}

func newPrivacy(schema *ast.Schema, fragments ast.FragmentDefinitionList) *privacy {
	return &privacy{schema: schema, fragments: fragments, seen: map[setKey]bool{}}
}

func (p *privacy) reaches(op *ast.OperationDefinition) bool {
	return p.set(op.SelectionSet, []*ast.Definition{rootType(p.schema, op)})
}

// set looks at a selection made on any of objects.
func (p *privacy) set(set ast.SelectionSet, objects []*ast.Definition) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if p.field(s, objects) {
				return true
			}
		case *ast.InlineFragment:
			if p.set(s.SelectionSet, p.narrow(s.TypeCondition, objects)) {
				return true
			}
		case *ast.FragmentSpread:
			if p.fragment(p.fragments.ForName(s.Name), objects) {
				return true
			}
		}
	}
	return false
}

func (p *privacy) field(f *ast.Field, objects []*ast.Definition) bool {
	if len(objects) == 0 {
		return false
	}
	if needsSession(f.Definition) {
		return true
	}
	for _, object := range objects {
		if own := object.Fields.ForName(f.Name); own != nil && needsSession(own) {
			return true
		}
	}
	if len(f.SelectionSet) == 0 {
		return false
	}
	possible := p.schema.GetPossibleTypes(p.schema.Types[f.Definition.Type.Name()])
	for _, object := range possible {
		if object.Directives.ForName("scope") != nil {
			return true
		}
	}
	return p.set(f.SelectionSet, possible)
}

func (p *privacy) fragment(f *ast.FragmentDefinition, objects []*ast.Definition) bool {
	var fresh []*ast.Definition
	for _, object := range p.narrow(f.TypeCondition, objects) {
		key := setKey{fragment: f.Name, onType: object.Name}
		if !p.seen[key] {
			p.seen[key] = true
			fresh = append(fresh, object)
		}
	}
	return len(fresh) > 0 && p.set(f.SelectionSet, fresh)
}

func (p *privacy) narrow(condition string, objects []*ast.Definition) []*ast.Definition {
	var kept []*ast.Definition
	for _, object := range objects {
		if applies(p.schema, condition, object) {
			kept = append(kept, object)
		}
	}
	return kept
}

// needsSession reports whether a field's definition says that its value depends on who asks.
func needsSession(def *ast.FieldDefinition) bool {
	return def != nil && (def.Directives.ForName("scope") != nil || def.Directives.ForName("perViewer") != nil)
}

// guardRoot makes root fields that need a session fail with the caller's Problem, while public ones go on: a feed must not vanish because a token ran out.
// It is put around an operation only when there is a Problem, so that nobody else's fields pay for the question; as a field's middleware its error empties
// the parent of a non-null field, as GraphQL asks for.
func guardRoot(schema *ast.Schema, op *graphql.OperationContext, v *viewer.Viewer) {
	root := rootType(schema, op.Operation).Name
	next := op.ResolverMiddleware
	op.ResolverMiddleware = func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if f := graphql.GetFieldContext(ctx); f.Object == root && needsSession(f.Field.Definition) {
			return nil, v.Problem
		}
		return next(ctx, resolve)
	}
}

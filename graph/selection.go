package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// asked is one or several fields of the operation with what the client asked for beneath them. It follows fragments, @skip and @include, so that a resolver
// of a list loads just what is asked for, in one set query per relation. Fields of one name under several aliases are taken together.
type asked struct {
	op     *graphql.OperationContext
	fields []graphql.CollectedField
}

// here is the field being resolved; without one nothing is asked for.
func here(ctx context.Context) asked {
	field := graphql.GetFieldContext(ctx)
	if field == nil {
		return asked{}
	}
	return asked{graphql.GetOperationContext(ctx), []graphql.CollectedField{field.Field}}
}

// any reports whether there is such a field.
func (a asked) any() bool { return len(a.fields) > 0 }

func (a asked) children() (list []graphql.CollectedField) {
	for _, field := range a.fields {
		list = append(list, graphql.CollectFields(a.op, field.Selections, nil)...)
	}
	return list
}

// at are the fields at any of the paths beneath, e.g. "edges.node".
func (a asked) at(paths ...string) asked {
	found := asked{op: a.op}
	for _, path := range paths {
		on := a
		for step := range strings.SplitSeq(path, ".") {
			next := asked{op: a.op}
			for _, child := range on.children() {
				if child.Name == step {
					next.fields = append(next.fields, child)
				}
			}
			on = next
		}
		found.fields = append(found.fields, on.fields...)
	}
	return found
}

// nearest are the fields of that name anywhere beneath: for a relation that can be reached by several paths. It does not look into fields named in but.
func (a asked) nearest(name string, but ...string) asked {
	found := asked{op: a.op}
	for _, child := range a.children() {
		switch {
		case child.Name == name:
			found.fields = append(found.fields, child)
		case !slices.Contains(but, child.Name):
			found.fields = append(found.fields, asked{a.op, []graphql.CollectedField{child}}.nearest(name, but...).fields...)
		}
	}
	return found
}

// of are those fields that were selected of the type, where the path to them may lead to several: loading may make what was not asked for of the others.
func (a asked) of(typeName string) asked {
	found := asked{op: a.op}
	for _, field := range a.fields {
		if field.ObjectDefinition != nil && field.ObjectDefinition.Name == typeName {
			found.fields = append(found.fields, field)
		}
	}
	return found
}

// has reports whether a field of that name stands anywhere beneath.
func (a asked) has(name string) bool { return a.nearest(name).any() }

package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// selects reports whether the client asked for the field at path under the field being resolved, e.g. "nodes.category" or "edges.node.proof". A "*" step
// stands for any field. It follows fragments, type conditions, @skip and @include, so that a resolver of a list loads
// just what is asked for, in one set query per relation.
func selects(ctx context.Context, path string) bool {
	field := graphql.GetFieldContext(ctx)
	if field == nil {
		return false
	}
	return selectsIn(graphql.GetOperationContext(ctx), []graphql.CollectedField{field.Field}, strings.Split(path, "."))
}

func selectsIn(op *graphql.OperationContext, fields []graphql.CollectedField, steps []string) bool {
	if len(steps) == 0 {
		return len(fields) > 0
	}
	var next []graphql.CollectedField
	for _, f := range fields {
		for _, child := range graphql.CollectFields(op, f.Selections, nil) {
			if steps[0] == "*" || child.Name == steps[0] {
				next = append(next, child)
			}
		}
	}
	return len(next) > 0 && selectsIn(op, next, steps[1:])
}

package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/shop/catalog"
)

// selects reports whether the client asked for the field at path under the field being resolved, e.g. "nodes.category". It follows fragments, @skip and
// @include, so that a resolver of a list loads just what is asked for, in one set query per relation.
func selects(ctx context.Context, path string) bool {
	field := graphql.GetFieldContext(ctx)
	return field != nil && selectsIn(graphql.GetOperationContext(ctx), field.Field, strings.Split(path, "."))
}

func selectsIn(op *graphql.OperationContext, field graphql.CollectedField, steps []string) bool {
	if len(steps) == 0 {
		return true
	}
	for _, child := range graphql.CollectFields(op, field.Selections, nil) {
		if child.Name == steps[0] && selectsIn(op, child, steps[1:]) {
			return true
		}
	}
	return false
}

// asks reports whether a field of that name stands anywhere under the field being resolved: for relations that can be reached by several paths.
func asks(ctx context.Context, name string) bool {
	field := graphql.GetFieldContext(ctx)
	return field != nil && asksIn(graphql.GetOperationContext(ctx), field.Field, name)
}

func asksIn(op *graphql.OperationContext, field graphql.CollectedField, name string) bool {
	for _, child := range graphql.CollectFields(op, field.Selections, nil) {
		if child.Name == name || asksIn(op, child, name) {
			return true
		}
	}
	return false
}

// productNeed is what the products under the field being resolved must be loaded with.
func productNeed(ctx context.Context) loaders.Need {
	need := loaders.Need{Need: catalog.Need{Category: asks(ctx, "category"), Scarcity: asks(ctx, "scarcity")}}
	if asks(ctx, "proof") {
		need.Proof = asks(ctx, "buyingNow") || asks(ctx, "recentBuyers")
		if asks(ctx, "recentBuyers") {
			need.Buyers = loaders.MostBuyers
		}
	}
	return need
}

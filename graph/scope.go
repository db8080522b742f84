package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/kaituan/kaituan/graph/exec"
	"github.com/kaituan/kaituan/internal/viewer"
)

// Schema is the executable schema over the resolvers.
func Schema(r *Resolver) graphql.ExecutableSchema {
	return exec.NewExecutableSchema(exec.Config{Resolvers: r, Directives: exec.DirectiveRoot{Scope: scope}})
}

// scope lets a field be resolved only for a caller that holds one of the scopes.
func scope(ctx context.Context, _ any, next graphql.Resolver, anyOf []string) (any, error) {
	if err := viewer.From(ctx).Require(anyOf...); err != nil {
		return nil, err
	}
	return next(ctx)
}

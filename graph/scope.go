package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/graph/exec"
	"github.com/kaituan/kaituan/internal/contract"
	"github.com/kaituan/kaituan/internal/viewer"
)

// Schema is the executable schema over the resolvers. It describes itself to each caller as the contract of his audience.
func Schema(r *Resolver) graphql.ExecutableSchema {
	return contract.PerAudience(func(seen *ast.Schema) graphql.ExecutableSchema {
		return exec.NewExecutableSchema(exec.Config{Schema: seen, Resolvers: r, Directives: exec.DirectiveRoot{Scope: scope}})
	})
}

// scope lets a field be resolved only for a caller that holds one of the scopes.
func scope(ctx context.Context, _ any, next graphql.Resolver, anyOf []string) (any, error) {
	if err := viewer.From(ctx).Require(anyOf...); err != nil {
		return nil, err
	}
	return next(ctx)
}

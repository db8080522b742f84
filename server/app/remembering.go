package app

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/points"
)

// remembering has each answer to a query, and each event of a subscription, read once who a shopper is, with the ids that he had before, and his tier, however
// many fields want them. A mutation may change them, and reads them each time.
type remembering struct{}

func (remembering) ExtensionName() string                   { return "Remembering" }
func (remembering) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements gqlgen's ResponseInterceptor.
func (remembering) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		if op := graphql.GetOperationContext(ctx).Operation; op != nil && op.Operation != ast.Mutation {
			ctx = identity.Remembering(points.Remembering(ctx))
		}
	}
	return next(ctx)
}

package graph

import (
	"context"
	"math"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// refused turns a service's error into a payload's userErrors when it is a refusal of the shop's; any other error stays one, for the transport to present.
// A nil error gives an empty list, which the schema wants in place of null.
func refused(ctx context.Context, err error) ([]*model.UserError, error) {
	if err == nil {
		return []*model.UserError{}, nil
	}
	refusal := fault.Of(err)
	if refusal == nil || refusal.Kind != fault.Refusal {
		return nil, err
	}
	return []*model.UserError{userError(ctx, refusal)}, nil
}

func userError(ctx context.Context, e *fault.Error) *model.UserError {
	shown := &model.UserError{Code: e.Code, Message: e.Message.In(viewer.From(ctx).Locale), Field: e.Field, Available: e.Available}
	if e.RetryAfter > 0 {
		seconds := int(math.Ceil(e.RetryAfter.Seconds()))
		shown.RetryAfterSeconds = &seconds
	}
	return shown
}

// orInt is what an optional argument means when the client sent null.
func orInt(p *int, otherwise int) int {
	if p == nil {
		return otherwise
	}
	return *p
}

func orString(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// orNone is the empty word for an optional argument that the client left out.
func orNone[T ~string](p *T) T {
	if p == nil {
		return ""
	}
	return *p
}

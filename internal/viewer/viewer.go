// Package viewer says who makes a request. It is set once by the transport and read by resolvers; services get what they need as arguments.
package viewer

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
)

// Viewer is the caller of one request. The zero value is an anonymous visitor.
type Viewer struct {
	// ShopperID is set with a shopper's session.
	ShopperID string
	// SessionID names the family of tokens that the session's pair belongs to.
	SessionID string
	// Channel is where the session was made.
	Channel string
	// PartnerID is set with a partner's or operator's key.
	PartnerID string
	Scopes    []string
	// Audience: the execution is shared by all who watch, and nobody is its viewer. Asking for one is an error; who looks at the fields finds an anonymous visitor.
	Audience bool
	// Problem is why a token that was sent does not count (TOKEN_EXPIRED, UNAUTHENTICATED); nil without a token or with a good one.
	Problem error
	// Expires is when the session's access token ends, UTC; zero for a key or a visitor, which do not end. A socket outlives its token and looks here.
	Expires time.Time
	// Locale is "zh-CN" or "en".
	Locale string
	// ClientIP is for rates and the payment provider; it is never logged.
	ClientIP string
	// Robot: the caller's User-Agent says that nobody looks. It decides what is counted, never what may be done.
	Robot bool
}

// ErrAudience: a shared execution asked who its viewer is. Its code is INTERNAL, since the selection should never have been shared.
var ErrAudience = errors.New("viewer: asked for in an execution that is shared")

type key struct{}

// With returns a context that carries v.
func With(ctx context.Context, v *Viewer) context.Context { return context.WithValue(ctx, key{}, v) }

// From returns the caller, an anonymous one when nobody set it.
func From(ctx context.Context) *Viewer {
	if v, ok := ctx.Value(key{}).(*Viewer); ok {
		return v
	}
	return &Viewer{Locale: "en"}
}

// Has reports whether the caller holds any of scopes.
func (v *Viewer) Has(scopes ...string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(v.Scopes, s) })
}

// Require returns nil when the caller holds any of scopes, else TOKEN_EXPIRED, UNAUTHENTICATED or FORBIDDEN.
func (v *Viewer) Require(scopes ...string) error {
	switch {
	case v.Audience:
		return ErrAudience
	case v.Problem != nil:
		return v.Problem
	case v.Has(scopes...):
		return nil
	case v.ShopperID == "" && v.PartnerID == "":
		return fault.Unauthenticated
	default:
		return fault.Forbidden
	}
}

// Shopper returns the shopper behind the session, or why there is none.
func Shopper(ctx context.Context) (*Viewer, error) {
	v := From(ctx)
	if v.Audience {
		return nil, ErrAudience
	}
	if v.Problem != nil {
		return nil, v.Problem
	}
	if v.ShopperID == "" {
		return nil, fault.Unauthenticated
	}
	return v, nil
}

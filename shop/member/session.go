package member

import (
	"context"
	"errors"
	"log/slog"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/identity"
)

// bindTries bounds how often a sign-in tries to bind while others are in its way.
const bindTries = 3

// SessionCreate signs in, and binds who did to the sharer of the link that a token names, "" without one. The session stands whatever becomes of the binding: a
// token that is bad, the shopper's own, or comes too late changes nothing.
//
// Errors: those of identity.SessionCreate.
func (s *Service) SessionCreate(ctx context.Context, in identity.SignIn, referralToken string) (*identity.Session, error) {
	session, err := s.identity.SessionCreate(ctx, in)
	if err != nil || referralToken == "" {
		return session, err
	}
	for range bindTries { // the token is not told again
		if err = s.referral.Bind(ctx, session.ShopperID, in.Channel, referralToken); !errors.Is(err, fault.BusyRetry) {
			break
		}
	}
	if refusal := fault.Of(err); err != nil && (refusal == nil || refusal.Kind != fault.Refusal) {
		slog.ErrorContext(ctx, "a sign-in by a link was not bound", "shopper", session.ShopperID, "error", err)
	}
	return session, nil
}

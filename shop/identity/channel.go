package identity

import (
	"context"
	"errors"
)

// Platform turns a channel's one-time code into who signed in, by the platform's own protocol.
//
// Errors: ErrPlatformCodeInvalid (the platform says so: unknown, expired or malformed), ErrPlatformCodeUsed; anything else means that the platform could not be asked
// (UNAVAILABLE to the client, the code may be tried again).
type Platform interface {
	Exchange(ctx context.Context, c Credentials) (Subject, error)
}

// Credentials are what the client got from its platform.
type Credentials struct {
	Code          string
	AnonymousCode string
	// Phone is set on APP and H5, where the code came by text message.
	Phone string
}

// Subject is a person as one platform knows him.
type Subject struct {
	// OpenID is unique within our app on that platform.
	OpenID string
	// UnionID is the same over our apps of one owner; "" when the platform gave none.
	UnionID string
}

// Errors a Platform returns.
var (
	ErrPlatformCodeInvalid = errors.New("identity: the platform does not accept the code")
	ErrPlatformCodeUsed    = errors.New("identity: the code was used before")
)

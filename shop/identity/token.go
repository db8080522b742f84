package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

const (
	issuer = "kaituan"
	// maxClockSkew is how far ahead the clock of the process that issued a token may be.
	maxClockSkew = 30 * time.Second
	// maxAuthorization bounds the header; our longest token has about 500 bytes.
	maxAuthorization = 4096
)

// claims are what an access token says. It is believed without the database until it expires, or SessionEnded knows better: so a ban or an erasure reaches readers
// in every process within seconds; a writer at once, by Touch.
type claims struct {
	jwt.RegisteredClaims
	SessionID string   `json:"sid"`
	Channel   string   `json:"ch"`
	Scopes    []string `json:"scp"`
}

// access makes an access token, and says when it ends.
func (s *Service) access(shopperID, sessionID, channel string, scopes []string, now time.Time) (token string, ends time.Time, err error) {
	issued := now.Truncate(time.Second) // what a JWT keeps
	ends = issued.Add(s.accessTTL)
	token, err = s.keys.Sign(claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Subject: shopperID, IssuedAt: jwt.NewNumericDate(issued), ExpiresAt: jwt.NewNumericDate(ends),
		},
		SessionID: sessionID, Channel: channel, Scopes: scopes,
	})
	return token, ends, err
}

// Authenticate says who sends an Authorization header: "Bearer" with an access token, which needs no database, or with a partner's key. Without a header it
// is a visitor; with one that does not count, a visitor whose Problem says why: TOKEN_EXPIRED, UNAUTHENTICATED, or UNAVAILABLE when a key cannot be looked up.
func (s *Service) Authenticate(ctx context.Context, authorization string) *viewer.Viewer {
	if authorization == "" {
		return &viewer.Viewer{}
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	token = strings.TrimSpace(token)
	switch {
	case !strings.EqualFold(scheme, "Bearer") || len(authorization) > maxAuthorization:
		return &viewer.Viewer{Problem: fault.Unauthenticated}
	case strings.HasPrefix(token, keyPrefix):
		return s.byKey(ctx, token)
	default:
		return s.byAccessToken(token)
	}
}

func (s *Service) byAccessToken(token string) *viewer.Viewer {
	var c claims
	now := s.clock()
	err := s.keys.Verify(token, &c, jwt.WithTimeFunc(func() time.Time { return now }), jwt.WithExpirationRequired())
	expired := errors.Is(err, jwt.ErrTokenExpired)
	switch {
	case err != nil && !expired,
		c.Issuer != issuer || c.Subject == "" || c.SessionID == "",
		c.IssuedAt == nil || c.IssuedAt.After(now.Add(maxClockSkew)):
		return &viewer.Viewer{Problem: fault.Unauthenticated}
	case expired:
		return &viewer.Viewer{Problem: fault.TokenExpired}
	}
	v := &viewer.Viewer{ShopperID: c.Subject, SessionID: c.SessionID, Channel: c.Channel, Scopes: c.Scopes, Expires: c.ExpiresAt.UTC()}
	if err := s.SessionEnded(v); err != nil {
		return &viewer.Viewer{Problem: err}
	}
	return v
}

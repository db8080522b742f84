package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/hostgrant"
	"github.com/kaituan/kaituan/ent/db/refreshtoken"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/secret"
)

// ErrTokenInvalid: the refresh token is unknown, expired, revoked or used; the shopper signs in again.
var ErrTokenInvalid = fault.Refuse("TOKEN_INVALID", "This session has ended; sign in again.", "登录已失效，请重新登录。").At("input", "refreshToken")

// Why a session was revoked.
const (
	forSignOut = "signed_out"
	forReuse   = "token_reuse"
)

// refreshGrace is how long after its first use a refresh token may come again, as it does from a client whose answer was lost.
const refreshGrace = 30 * time.Second

// open starts a session of a shopper who was touched in this transaction.
func (s *Service) open(ctx context.Context, shopperID, channel string, now time.Time) (*Session, error) {
	sessionID := id.New("ses")
	err := s.store.Client(ctx).Session.Create().SetID(sessionID).SetShopperID(shopperID).SetChannel(channel).
		SetCreatedAt(now).SetExpiresAt(now.Add(s.refreshTTL)).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("open a session: %w", err)
	}
	return s.issue(ctx, shopperID, sessionID, channel, now, now)
}

// issue makes the next pair of tokens of a session; the refresh token is created at the moment when the one before it was first used. Scopes are read anew each time, so that a grant, or its end, reaches a session with its next pair.
func (s *Service) issue(ctx context.Context, shopperID, sessionID, channel string, now, created time.Time) (*Session, error) {
	scopes := []string{ScopeShopper}
	host, err := s.store.Client(ctx).HostGrant.Query().Where(hostgrant.ShopperID(shopperID)).Exist(ctx)
	if err != nil {
		return nil, fmt.Errorf("read host grants: %w", err)
	}
	if host {
		scopes = append(scopes, ScopeHost)
	}
	access, ends, err := s.access(shopperID, sessionID, channel, scopes, now)
	if err != nil {
		return nil, fmt.Errorf("sign an access token: %w", err)
	}
	refresh := "rt_" + base64.RawURLEncoding.EncodeToString(secret.Random(32))
	until := now.Add(s.refreshTTL)
	err = s.store.Client(ctx).RefreshToken.Create().SetSessionID(sessionID).SetHash(tokenHash(refresh)).SetCreatedAt(created).SetExpiresAt(until).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("keep a refresh token: %w", err)
	}
	return &Session{AccessToken: access, RefreshToken: refresh, ExpiresAt: ends, RefreshExpiresAt: until, Scopes: scopes, ShopperID: shopperID}, nil
}

// tokenHash is how a random token is kept; it needs no key, since nobody can try 2^256 of them.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// SessionRefresh trades a refresh token for a new pair. A token that comes again within 30 seconds of its first use, while what that
// gave is unused, gives another pair in its place, since the answer may have been lost: one refresh token of a session counts at any time. Any other token that
// comes twice was copied by somebody: the whole session is revoked, with the pair that counts. A session of somebody who was merged goes on as the survivor's.
//
// Errors: ErrTokenInvalid.
func (s *Service) SessionRefresh(ctx context.Context, refreshToken string) (*Session, error) {
	token, session, err := s.family(ctx, refreshToken)
	if err != nil {
		return nil, err
	}
	if session == nil {
		return nil, ErrTokenInvalid
	}
	var pair *Session
	err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
		pair, err = s.rotate(ctx, token.ID, session)
		return err
	})
	if err == nil && pair == nil { // the revocation had to be committed before it is refused
		err = ErrTokenInvalid
	}
	return pair, err
}

// family finds a refresh token and its session, nil when there is none.
func (s *Service) family(ctx context.Context, refreshToken string) (*db.RefreshToken, *db.Session, error) {
	token, err := s.store.Client(ctx).RefreshToken.Query().Where(refreshtoken.Hash(tokenHash(refreshToken))).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find a refresh token: %w", err)
	}
	session, err := s.store.Client(ctx).Session.Get(ctx, token.SessionID)
	if err != nil {
		return nil, nil, fmt.Errorf("find session %s: %w", token.SessionID, err)
	}
	return token, session, nil
}

// rotate uses the token up and returns the next pair, or no pair after it has revoked the session, since the token had been used.
func (s *Service) rotate(ctx context.Context, tokenID string, session *db.Session) (*Session, error) {
	now := s.clock()
	person, err := s.TouchPerson(ctx, session.ShopperID)
	if errors.Is(err, fault.Unauthenticated) {
		return nil, ErrTokenInvalid
	}
	if err != nil {
		return nil, err
	}
	took, err := s.store.Guard(ctx, "UPDATE refresh_tokens SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ?", now, tokenID, now)
	if err != nil {
		return nil, fmt.Errorf("use a refresh token: %w", err)
	}
	used := now
	if !took {
		used, took, err = s.replaced(ctx, tokenID, session.ID, now)
		if err != nil || !took {
			return nil, err
		}
	}
	lives, err := s.store.Guard(ctx, "UPDATE sessions SET expires_at = ? WHERE id = ? AND revoked_at IS NULL", now.Add(s.refreshTTL), session.ID)
	if err != nil {
		return nil, fmt.Errorf("prolong session %s: %w", session.ID, err)
	}
	if !lives {
		return nil, ErrTokenInvalid
	}
	if _, err := s.store.Exec(ctx, "DELETE FROM refresh_tokens WHERE session_id = ? AND expires_at <= ?", session.ID, now); err != nil {
		return nil, fmt.Errorf("forget expired refresh tokens: %w", err)
	}
	return s.issue(ctx, person, session.ID, session.Channel, now, used)
}

// replaced takes back the unused successor of a token that was used within the grace, and tells when that was; it revokes the session when there is none.
// What is taken back counts as used before the grace, so that it has none itself. A token that only expired is ErrTokenInvalid.
func (s *Service) replaced(ctx context.Context, tokenID, sessionID string, now time.Time) (used time.Time, took bool, err error) {
	token, err := s.store.Client(ctx).RefreshToken.Get(ctx, tokenID)
	if db.IsNotFound(err) || err == nil && token.UsedAt == nil {
		return used, false, ErrTokenInvalid
	}
	if err != nil {
		return used, false, fmt.Errorf("read a refresh token: %w", err)
	}
	used = *token.UsedAt
	if now.Sub(used) < refreshGrace {
		took, err = s.store.Guard(ctx, "UPDATE refresh_tokens SET used_at = ? WHERE session_id = ? AND created_at = ? AND used_at IS NULL", used.Add(-refreshGrace), sessionID, used)
		if err != nil {
			return used, false, fmt.Errorf("take back a refresh token: %w", err)
		}
	}
	if took {
		return used, true, nil
	}
	return used, false, s.revoke(ctx, sessionID, forReuse, now)
}

// revoke ends a session; one that has ended stays as it is.
func (s *Service) revoke(ctx context.Context, sessionID, reason string, now time.Time) error {
	_, err := s.store.Guard(ctx, "UPDATE sessions SET revoked_at = ?, revoked_for = ? WHERE id = ? AND revoked_at IS NULL", now, reason, sessionID)
	if err != nil {
		return fmt.Errorf("revoke session %s: %w", sessionID, err)
	}
	return nil
}

// SessionRevoke signs out: no refresh token of the session counts from now on; its access token runs out by itself. It reports whether the session is ended,
// by this call or an earlier one; false: the token is unknown. It touches no shopper: the session's row decides against a refresh at the same time.
func (s *Service) SessionRevoke(ctx context.Context, refreshToken string) (bool, error) {
	_, session, err := s.family(ctx, refreshToken)
	if err != nil || session == nil {
		return false, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error { return s.revoke(ctx, session.ID, forSignOut, s.clock()) })
	return err == nil, err
}

package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/maypok86/otter/v2"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/partnerkey"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/viewer"
)

// What a caller may do: the contract's Scope. SHOPPER and HOST come with a shopper's session, the others with a partner's or operator's key.
const (
	ScopeShopper = "SHOPPER"
	ScopeHost    = "HOST"
)

var keyScopes = []string{"CATALOG_WRITE", "CAMPAIGN_WRITE", "ORDER_READ", "ORDER_FULFIL", "POINTS_WRITE", "MODERATION", "INSIGHT_READ", "WEBHOOK_WRITE"}

const (
	keyPrefix = "kt_"
	keyLength = 40 // random characters after the prefix: 238 bits
	maxKey    = 64
	base62    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// KeyCreate makes a key for a partner, a till or an operator. It is returned once and kept as a hash. name (1 to 100 characters) is for people.
func (s *Service) KeyCreate(ctx context.Context, name string, scopes []string) (string, error) {
	key := keyPrefix + randomBase62(keyLength)
	if err := checkKey(name, scopes); err != nil {
		return "", err
	}
	err := s.store.InTx(ctx, func(ctx context.Context) error { return s.createKey(ctx, key, name, scopes).Exec(ctx) })
	if err != nil {
		return "", fmt.Errorf("create a key: %w", err)
	}
	return key, nil
}

// KeyEnsure keeps a key that is known beforehand, for the demo; one that is there already gets the name and scopes.
func (s *Service) KeyEnsure(ctx context.Context, key, name string, scopes []string) error {
	if !wellFormedKey(key) {
		return errors.New("a key is kt_ and letters, digits or _")
	}
	if err := checkKey(name, scopes); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		went, err := s.store.Unique(ctx, func(ctx context.Context) error { return s.createKey(ctx, key, name, scopes).Exec(ctx) })
		if err != nil || went {
			return wrapped("ensure a key", err)
		}
		_, err = s.store.Client(ctx).PartnerKey.Update().Where(partnerkey.Hash(tokenHash(key))).SetName(name).SetScopes(scopes).Save(ctx)
		return wrapped("ensure a key", err)
	})
}

// KeyRevoke ends a key by its id (a viewer's PartnerID), within partnerTTL in every process. It reports whether there was one to end.
func (s *Service) KeyRevoke(ctx context.Context, keyID string) (ended bool, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
		ended, err = s.store.Guard(ctx, "UPDATE partner_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", s.clock(), keyID)
		return err
	})
	return ended, wrapped("revoke a key", err)
}

const demoPartner, demoOperator = demoPrefix + "partner", demoPrefix + "operator"

// EnsureDemoKeys keeps the two keys of the demo.
func (s *Service) EnsureDemoKeys(ctx context.Context) error {
	partner := []string{"CATALOG_WRITE", "CAMPAIGN_WRITE", "ORDER_READ", "ORDER_FULFIL", "POINTS_WRITE", "WEBHOOK_WRITE"}
	if err := s.KeyEnsure(ctx, demoPartner, "Demo partner", partner); err != nil {
		return err
	}
	return s.KeyEnsure(ctx, demoOperator, "Demo operator", append(partner, "MODERATION", "INSIGHT_READ"))
}

func (s *Service) createKey(ctx context.Context, key, name string, scopes []string) *db.PartnerKeyCreate {
	return s.store.Client(ctx).PartnerKey.Create().SetID(id.New("pak")).SetName(name).SetHash(tokenHash(key)).SetScopes(scopes).SetCreatedAt(s.clock())
}

func checkKey(name string, scopes []string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > 100 {
		return errors.New("a key's name has 1 to 100 characters")
	}
	if len(scopes) == 0 {
		return errors.New("a key needs a scope")
	}
	for _, scope := range scopes {
		if !slices.Contains(keyScopes, scope) {
			return fmt.Errorf("%q is not a scope of keys: %s", scope, strings.Join(keyScopes, ", "))
		}
	}
	return nil
}

func wellFormedKey(key string) bool {
	rest, found := strings.CutPrefix(key, keyPrefix)
	return found && len(key) <= maxKey && rest != "" && strings.Trim(rest, base62+"_") == ""
}

// randomBase62 draws n characters, each of 62 with the same chance.
func randomBase62(n int) string {
	drawn := make([]byte, 0, n)
	for len(drawn) < n {
		var b [1]byte
		_, _ = rand.Read(b[:]) // never fails
		if b[0] < 4*62 {       // above, some characters would come more often
			drawn = append(drawn, base62[b[0]%62])
		}
	}
	return string(drawn)
}

// partnerTTL is how long a key's look-up is believed, so how long a revoked key may go on.
const partnerTTL = 10 * time.Second

// keyCache remembers look-ups of keys. Unknown keys have a cache of their own, so that guessing drives no real key out.
type keyCache struct {
	known, unknown *otter.Cache[string, keyEntry]
}

type keyEntry struct {
	partnerID string
	scopes    []string
	until     time.Time
}

func newKeyCache() *keyCache {
	return &keyCache{known: bounded[string, keyEntry](2_000), unknown: bounded[string, keyEntry](2_000)}
}

func (c *keyCache) get(hash string, now time.Time) (keyEntry, bool) {
	for _, cache := range []*otter.Cache[string, keyEntry]{c.known, c.unknown} {
		if e, found := cache.GetIfPresent(hash); found && now.Before(e.until) {
			return e, true
		}
	}
	return keyEntry{}, false
}

func (c *keyCache) put(hash string, e keyEntry) {
	if e.partnerID == "" {
		c.known.Invalidate(hash)
		c.unknown.Set(hash, e)
		return
	}
	c.unknown.Invalidate(hash)
	c.known.Set(hash, e)
}

// demoPrefix begins the demo's keys, which everybody knows: a database may have been a demo's once, so without the demo they never count.
const demoPrefix = "kt_demo_"

// byKey is the viewer behind a partner's key.
func (s *Service) byKey(ctx context.Context, key string) *viewer.Viewer {
	if !wellFormedKey(key) || strings.HasPrefix(key, demoPrefix) && !s.demo {
		return &viewer.Viewer{Problem: fault.Unauthenticated}
	}
	now, hash := s.clock(), tokenHash(key)
	entry, cached := s.partners.get(hash, now)
	if !cached {
		var err error
		if entry, err = s.lookUpKey(ctx, hash); err != nil {
			s.log.ErrorContext(ctx, "a partner's key could not be looked up", "error", err)
			return &viewer.Viewer{Problem: fault.Unavailable}
		}
		entry.until = now.Add(partnerTTL)
		s.partners.put(hash, entry)
	}
	if entry.partnerID == "" {
		return &viewer.Viewer{Problem: fault.Unauthenticated}
	}
	return &viewer.Viewer{PartnerID: entry.partnerID, Scopes: slices.Clone(entry.scopes)}
}

// lookUpKey reads a key by its hash; an unknown or revoked one has no partnerID.
func (s *Service) lookUpKey(ctx context.Context, hash string) (keyEntry, error) {
	row, err := s.store.Client(ctx).PartnerKey.Query().Where(partnerkey.Hash(hash), partnerkey.RevokedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return keyEntry{}, nil
	}
	if err != nil {
		return keyEntry{}, err
	}
	return keyEntry{partnerID: row.ID, scopes: row.Scopes}, nil
}

// PartnerScopes are what partners may do now, by their ids, for what is done for them without their key: as it stands in the rows, with nothing remembered. Who is
// not in it may do nothing: his key was revoked, or is the demo's where there is none.
func (s *Service) PartnerScopes(ctx context.Context, partnerIDs []string) (map[string][]string, error) {
	query := s.store.Client(ctx).PartnerKey.Query().Where(partnerkey.IDIn(partnerIDs...), partnerkey.RevokedAtIsNil())
	if !s.demo {
		query.Where(partnerkey.HashNotIn(tokenHash(demoPartner), tokenHash(demoOperator)))
	}
	rows, err := query.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("scopes of partners: %w", err)
	}
	scopes := make(map[string][]string, len(rows))
	for _, row := range rows {
		scopes[row.ID] = row.Scopes
	}
	return scopes, nil
}

// Key is what may be known of a partner's key: everything but the key.
type Key struct {
	ID, Name  string
	Scopes    []string
	CreatedAt time.Time
	RevokedAt *time.Time
}

// KeyList lists all keys, the newest first.
func (s *Service) KeyList(ctx context.Context) ([]Key, error) {
	rows, err := s.store.Client(ctx).PartnerKey.Query().Order(db.Desc(partnerkey.FieldCreatedAt, partnerkey.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	keys := make([]Key, len(rows))
	for i, row := range rows {
		keys[i] = Key{ID: row.ID, Name: row.Name, Scopes: row.Scopes, CreatedAt: row.CreatedAt, RevokedAt: row.RevokedAt}
	}
	return keys, nil
}

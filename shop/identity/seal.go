package identity

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/secret"
)

// Personal data is encrypted (AES-256-GCM) by a key per person, which the master key wraps; erasing a person destroys that key. Unwrapped keys are not
// cached: an erasure counts at once in every process, and a read by primary key is all that a cache would save.

// ErrErased: the person's data key is destroyed, and with it all that was sealed by it.
var ErrErased = errors.New("identity: the person's data key has been destroyed")

// What a sealed value is for; a value sealed for one purpose or person opens for no other.
const (
	purposeOther   = "sealed"
	purposePhone   = "phone"
	purposeSubject = "subject"
	purposeMember  = "member code"
	purposeAddress = "address:" // followed by the address's id
)

// Seal encrypts personal data of the shopper for storage by another domain. Errors: ErrErased.
func (s *Service) Seal(ctx context.Context, shopperID string, plain []byte) ([]byte, error) {
	key, err := s.dataKey(ctx, shopperID)
	if err != nil {
		return nil, fmt.Errorf("seal for %s: %w", shopperID, err)
	}
	return key.seal(purposeOther, plain), nil
}

// Unseal decrypts what Seal made for the same shopper. Errors: ErrErased.
func (s *Service) Unseal(ctx context.Context, shopperID string, sealed []byte) ([]byte, error) {
	key, err := s.dataKey(ctx, shopperID)
	if err != nil {
		return nil, fmt.Errorf("unseal for %s: %w", shopperID, err)
	}
	return key.open(purposeOther, sealed)
}

// Sealed is one value that Seal made, and whose it is.
type Sealed struct {
	ShopperID string
	Cipher    []byte
}

// UnsealMany decrypts values of many shoppers, in their order, by one statement. An erased person's values are nil.
func (s *Service) UnsealMany(ctx context.Context, values []Sealed) ([][]byte, error) {
	ids := make([]string, len(values))
	for i, v := range values {
		ids[i] = v.ShopperID
	}
	rows, err := s.rows(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("unseal: %w", err)
	}
	plain := make([][]byte, len(values))
	for i, v := range values {
		key, err := s.keyOf(rows[v.ShopperID])
		if errors.Is(err, ErrErased) {
			continue
		}
		if err == nil {
			plain[i], err = key.open(purposeOther, v.Cipher)
		}
		if err != nil {
			return nil, fmt.Errorf("unseal for %s: %w", v.ShopperID, err)
		}
	}
	return plain, nil
}

// personKey is one person's unwrapped data key.
type personKey struct {
	shopperID string
	aead      cipher.AEAD
	aliased   bool   // others have become part of him
	referred  bool   // somebody has brought him, once at least
	person    string // who he has become part of, "" when nobody
	left      time.Time
}

func (k personKey) seal(purpose string, plain []byte) []byte {
	return secret.Encrypt(k.aead, nil, plain, []byte(k.shopperID+" "+purpose))
}

func (k personKey) open(purpose string, sealed []byte) ([]byte, error) {
	plain, err := secret.Decrypt(k.aead, sealed, []byte(k.shopperID+" "+purpose))
	if err != nil {
		return nil, fmt.Errorf("open %s of %s: %w", purpose, k.shopperID, err)
	}
	return plain, nil
}

// Remembering returns a context under which a person's data key is read once: for one call that seals and unseals several things. It must not outlive the
// call, so that an erasure counts from the next one on.
func Remembering(ctx context.Context) context.Context {
	return context.WithValue(ctx, ringKey{}, &ring{keys: map[string]personKey{}})
}

type ringKey struct{}

// ring holds the keys that one call has read.
type ring struct {
	mu   sync.Mutex
	keys map[string]personKey
}

func remember(ctx context.Context, key personKey) {
	r, _ := ctx.Value(ringKey{}).(*ring)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys[key.shopperID] = key
}

// forget has the key of somebody who was touched read again: he may have become more than he was when an earlier try of the transaction read it.
func forget(ctx context.Context, shopperID string) {
	r, _ := ctx.Value(ringKey{}).(*ring)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, shopperID)
}

func (s *Service) dataKey(ctx context.Context, shopperID string) (personKey, error) {
	r, _ := ctx.Value(ringKey{}).(*ring)
	if r == nil {
		return s.readDataKey(ctx, shopperID)
	}
	r.mu.Lock() // while it reads, too: who asks at the same time waits for the answer
	defer r.mu.Unlock()
	if key, ok := r.keys[shopperID]; ok {
		return key, nil
	}
	key, err := s.readDataKey(ctx, shopperID)
	if err == nil {
		r.keys[shopperID] = key
	}
	return key, err
}

func (s *Service) readDataKey(ctx context.Context, shopperID string) (personKey, error) {
	row, err := s.store.Client(ctx).Shopper.Query().Where(shopper.ID(shopperID)).Select(shopper.FieldDataKey, shopper.FieldAliased, shopper.FieldReferred, shopper.FieldLeftOn, shopper.FieldMergedInto).Only(ctx)
	if err != nil && !db.IsNotFound(err) {
		return personKey{}, fmt.Errorf("read the data key: %w", err)
	}
	return s.keyOf(row)
}

// keyOf unwraps the data key of a shopper's row; nil means that there is no such shopper.
func (s *Service) keyOf(row *db.Shopper) (personKey, error) {
	if row == nil || len(row.DataKey) == 0 {
		return personKey{}, ErrErased
	}
	raw, err := s.keys.UnwrapDataKey(row.ID, row.DataKey)
	if err != nil {
		return personKey{}, err
	}
	aead, err := secret.NewAEAD(raw)
	key := personKey{shopperID: row.ID, aead: aead, aliased: row.Aliased, referred: row.Referred}
	if row.MergedInto != nil {
		key.person = *row.MergedInto
	}
	if row.LeftOn != nil {
		key.left = *row.LeftOn
	}
	return key, err
}

// newKey makes a data key for a new shopper, and what to store of it.
func (s *Service) newKey(shopperID string) (key personKey, wrapped []byte, err error) {
	raw := secret.Random(32)
	if wrapped, err = s.keys.WrapDataKey(shopperID, raw); err != nil {
		return personKey{}, nil, fmt.Errorf("wrap a data key: %w", err)
	}
	aead, err := secret.NewAEAD(raw)
	return personKey{shopperID: shopperID, aead: aead}, wrapped, err
}

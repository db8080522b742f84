package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/address"
	"github.com/kaituan/kaituan/ent/db/channelidentity"
	"github.com/kaituan/kaituan/internal/fault"
)

// Merged says that one account has become part of another. Both are touched in the transaction that it is told in.
type Merged struct {
	From, Into string
	// Version is From's row's, after it.
	Version int64
	// Channel is where the person asked for it.
	Channel string
	At      time.Time
}

// merge makes two accounts one and returns the one that stays: it was made first. What others made of the one that goes, orders and seats, keeps its id and is
// sealed with its key, which therefore stays; what is kept for the person moves.
func (s *Service) merge(ctx context.Context, his, other, channel string, now time.Time, join func(ctx context.Context, m Merged) error) (string, error) {
	if err := s.touchBoth(ctx, his, other); err != nil {
		return "", err
	}
	rows, err := s.rows(ctx, []string{his, other})
	if err != nil {
		return "", err
	}
	into, from := rows[his], rows[other]
	if from.CreatedAt.Before(into.CreatedAt) || from.CreatedAt.Equal(into.CreatedAt) && from.ID < into.ID {
		into, from = from, into
	}
	if err := s.unite(ctx, from, into, now); err != nil {
		return "", fmt.Errorf("merge %s into %s: %w", from.ID, into.ID, err)
	}
	return into.ID, join(ctx, Merged{From: from.ID, Into: into.ID, Version: from.Ver + 1, Channel: channel, At: now})
}

// touchBoth touches two shoppers in the order of their ids, so that two merges at once wait for each other, never crosswise.
func (s *Service) touchBoth(ctx context.Context, his, other string) error {
	for _, id := range []string{min(his, other), max(his, other)} {
		err := s.Touch(ctx, id)
		if id == other && errors.Is(err, fault.Unauthenticated) {
			return ErrTakenForGood
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) unite(ctx context.Context, from, into *db.Shopper, now time.Time) error {
	fromKey, err := s.keyOf(from)
	if err != nil {
		return err
	}
	intoKey, err := s.keyOf(into)
	if err != nil {
		return err
	}
	// Who had become part of from is part of into: a person is never more than one step away.
	for _, step := range []struct {
		set  string
		args []any
	}{
		{"merged_into = ?, updated_at = ?, ver = ver + 1 WHERE id = ?", []any{into.ID, now, from.ID}},
		{"merged_into = ?, ver = ver + 1 WHERE merged_into = ?", []any{into.ID, from.ID}},
		{"aliased = ?, referred = ?, left_on = ?, updated_at = ?, ver = ver + 1 WHERE id = ?", []any{true, from.Referred || into.Referred, later(from.LeftOn, into.LeftOn), now, into.ID}},
	} {
		if _, err := s.store.Exec(ctx, "UPDATE shoppers SET "+step.set, step.args...); err != nil {
			return err
		}
	}
	s.store.AfterCommit(ctx, func() { s.closed.add(ErrMerged, from.ID) })
	if into.PhoneHash == nil && from.PhoneHash != nil {
		if err := s.movePhone(ctx, from, fromKey, intoKey); err != nil {
			return err
		}
	}
	if err := s.moveIdentities(ctx, fromKey, intoKey); err != nil {
		return err
	}
	if err := s.moveAddresses(ctx, fromKey, intoKey); err != nil {
		return err
	}
	return s.moveHostGrant(ctx, from.ID, into.ID, now)
}

// later is the later of two times, either of which may be nil.
func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

// movePhone makes from's phone the phone of the person, who had none. When both had one, each stays with its account: the person signs in by either, shows the
// survivor's, and the next that he binds takes the place of both.
func (s *Service) movePhone(ctx context.Context, from *db.Shopper, fromKey, intoKey personKey) error {
	number, err := fromKey.open(purposePhone, from.PhoneCipher)
	if err != nil {
		return err
	}
	const set = "UPDATE shoppers SET phone_hash = ?, phone_cipher = ? WHERE id = ?"
	if _, err := s.store.Exec(ctx, set, nil, nil, from.ID); err != nil { // first: it is unique
		return err
	}
	_, err = s.store.Exec(ctx, set, *from.PhoneHash, intoKey.seal(purposePhone, number), intoKey.shopperID)
	return err
}

// moveIdentities makes from's channels into's. Both may have signed in by phone on one channel, which names its shopper instead of a subject: that is one then.
func (s *Service) moveIdentities(ctx context.Context, from, into personKey) error {
	rows, err := s.store.Client(ctx).ChannelIdentity.Query().Where(channelidentity.ShopperID(from.shopperID)).Order(channelidentity.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("channels of %s: %w", from.shopperID, err)
	}
	byPhone := s.keys.Lookup("shopper", from.shopperID)
	for _, row := range rows {
		subject, err := from.open(purposeSubject, row.SubjectCipher)
		if err != nil {
			return err
		}
		hash := row.SubjectHash
		if hash == byPhone {
			hash = s.keys.Lookup("shopper", into.shopperID)
		}
		moved, err := s.store.Unique(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, "UPDATE channel_identities SET shopper_id = ?, subject_hash = ?, subject_cipher = ? WHERE id = ?",
				into.shopperID, hash, into.seal(purposeSubject, subject), row.ID)
			return err
		})
		if err == nil && !moved {
			err = s.store.Client(ctx).ChannelIdentity.DeleteOne(row).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("move channel %s: %w", row.ID, err)
		}
	}
	return nil
}

// moveAddresses makes from's addresses into's, sealed anew. Together they may be more than MaxAddresses, which counts from then on. into's default stays.
func (s *Service) moveAddresses(ctx context.Context, from, into personKey) error {
	rows, err := s.store.Client(ctx).Address.Query().Where(address.ShopperID(from.shopperID)).Order(address.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("addresses of %s: %w", from.shopperID, err)
	}
	for _, row := range rows {
		plain, err := from.open(purposeAddress+row.ID, row.Cipher)
		if err != nil {
			return err
		}
		_, err = s.store.Exec(ctx, "UPDATE addresses SET shopper_id = ?, cipher = ?, ver = ver + 1 WHERE id = ?", into.shopperID, into.seal(purposeAddress+row.ID, plain), row.ID)
		if err != nil {
			return fmt.Errorf("move address %s: %w", row.ID, err)
		}
		if row.DefaultKey == nil {
			continue
		}
		first, err := s.store.Unique(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, "UPDATE addresses SET default_key = ? WHERE id = ?", into.shopperID, row.ID)
			return err
		})
		if err == nil && !first {
			_, err = s.store.Exec(ctx, "UPDATE addresses SET default_key = ? WHERE id = ?", nil, row.ID)
		}
		if err != nil {
			return fmt.Errorf("move the default address: %w", err)
		}
	}
	return nil
}

func (s *Service) moveHostGrant(ctx context.Context, from, into string, now time.Time) error {
	n, err := s.store.Exec(ctx, "DELETE FROM host_grants WHERE shopper_id = ?", from)
	if err != nil || n == 0 {
		return wrapped("move a host's grant", err)
	}
	return s.grantHost(ctx, into, now)
}

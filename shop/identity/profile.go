package identity

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/internal/fault"
)

// ErrIdentityTaken: the phone is another shopper's.
var ErrIdentityTaken = fault.Refuse("IDENTITY_TAKEN", "This phone belongs to another account.", "该手机号已绑定其他账号。").At("input", "phone")

// maxNickname bounds a nickname, in characters.
const maxNickname = 20

// ProfileSet changes the nickname; nil leaves it as it is. Errors: fault.Blank, fault.TooLong, fault.Invalid.
func (s *Service) ProfileSet(ctx context.Context, shopperID string, nickname *string) (*Shopper, error) {
	if nickname == nil {
		return s.Shopper(ctx, shopperID)
	}
	name, err := tidy(*nickname, maxNickname)
	if err != nil {
		return nil, at(err, "nickname")
	}
	var changed *Shopper
	err = s.acting(ctx, shopperID, func(ctx context.Context) (err error) {
		err = s.store.Client(ctx).Shopper.UpdateOneID(shopperID).SetNickname(name).SetUpdatedAt(s.clock()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("set the nickname of %s: %w", shopperID, err)
		}
		changed, err = s.Shopper(ctx, shopperID)
		return err
	})
	return changed, err
}

// PhoneBind binds a phone whose owner shows the code that was sent to it; it takes the place of the phone bound before. A platform's phone code, which comes
// without a phone, is not taken yet.
//
// Errors: fault.NotYet, fault.Invalid (phone), ErrCodeInvalid, ErrCodeUsed, ErrIdentityTaken.
func (s *Service) PhoneBind(ctx context.Context, shopperID, phone, code string) (*Shopper, error) {
	if phone == "" {
		return nil, fault.NotYet.At("input", "code")
	}
	proof, err := s.provePhone(ctx, phone, code)
	if err != nil {
		return nil, err
	}
	var bound *Shopper
	err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
		if err := s.useCode(ctx, proof, s.clock()); err != nil { // before the shopper, as at sign-in: one order of locks
			return err
		}
		if err := s.Touch(ctx, shopperID); err != nil {
			return err
		}
		if err := s.setPhone(ctx, shopperID, proof); err != nil {
			return err
		}
		bound, err = s.Shopper(ctx, shopperID)
		return err
	})
	return bound, err
}

// setPhone makes a phone the person's only one.
func (s *Service) setPhone(ctx context.Context, shopperID string, p *phoneProof) error {
	key, err := s.dataKey(ctx, shopperID)
	if err != nil {
		return fmt.Errorf("bind a phone: %w", err)
	}
	if key.aliased { // those of accounts that have become part of his go, too: no second way in is left
		_, err := s.store.Exec(ctx, "UPDATE shoppers SET phone_hash = NULL, phone_cipher = NULL, ver = ver + 1 WHERE merged_into = ? AND phone_hash IS NOT NULL", shopperID)
		if err != nil {
			return fmt.Errorf("bind a phone to %s: %w", shopperID, err)
		}
	}
	free, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "UPDATE shoppers SET phone_hash = ?, phone_cipher = ?, updated_at = ? WHERE id = ?",
			p.hash, key.seal(purposePhone, []byte(p.number)), s.clock(), shopperID)
		return err
	})
	if err != nil {
		return fmt.Errorf("bind a phone to %s: %w", shopperID, err)
	}
	if !free {
		return ErrIdentityTaken
	}
	return s.noteDeparture(ctx, shopperID, s.departureOfPhone(p.hash))
}

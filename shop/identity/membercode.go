package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/membernumber"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/secret"
)

// MemberCode is what a shopper shows to a till, as digits for a bar code.
type MemberCode struct {
	// Value is the member number (memberNumberLen digits), then six digits that change every 30 seconds.
	Value string
	// ValidUntil is when the next one takes its place; a till takes it for 30 seconds more.
	ValidUntil time.Time
}

// memberNumberLen is even with the six digits after it: Code 128 packs pairs of digits. The first digit is never 0, which readers of numbers would drop.
const memberNumberLen = 12

var (
	firstNumber = big.NewInt(100_000_000_000)
	numbers     = big.NewInt(900_000_000_000)
)

// MemberCode returns the shopper's code of this moment. The number is made at the first time and stays.
//
// Errors: ErrMerged, fault.Unauthenticated (banned, erased, or never there).
func (s *Service) MemberCode(ctx context.Context, shopperID string) (*MemberCode, error) {
	own, err := s.memberNumber(ctx, membernumber.ShopperID(shopperID))
	if err == nil && own == nil {
		own, err = s.newMemberNumber(ctx, shopperID)
	}
	if err != nil {
		return nil, err
	}
	key, err := s.dataKey(ctx, shopperID)
	if errors.Is(err, ErrErased) {
		return nil, fault.Unauthenticated
	}
	if err != nil {
		return nil, fmt.Errorf("member code: %w", err)
	}
	shared, err := key.open(purposeMember, own.SecretCipher)
	if err != nil {
		return nil, err
	}
	step := stepAt(s.clock())
	return &MemberCode{Value: own.Number + memberDigits(shared, step), ValidUntil: stepEnd(step)}, nil
}

// newMemberNumber draws a number for the shopper, unless somebody has done so meanwhile.
func (s *Service) newMemberNumber(ctx context.Context, shopperID string) (own *db.MemberNumber, err error) {
	err = s.acting(ctx, shopperID, func(ctx context.Context) error {
		if own, err = s.memberNumber(ctx, membernumber.ShopperID(shopperID)); err != nil || own != nil {
			return err
		}
		key, err := s.readDataKey(ctx, shopperID)
		if err != nil {
			return fmt.Errorf("make a member number: %w", err)
		}
		for range 3 { // a number that another has comes about once in thousands of times, even with a hundred million members
			number, err := drawNumber()
			if err != nil {
				return err
			}
			row := s.store.Client(ctx).MemberNumber.Create().SetShopperID(shopperID).SetNumber(number).
				SetSecretCipher(key.seal(purposeMember, secret.Random(totpSecret))).SetCreatedAt(s.clock())
			free, err := s.store.Unique(ctx, func(ctx context.Context) (err error) {
				own, err = row.Save(ctx)
				return err
			})
			if err != nil || free {
				return wrapped("make a member number", err)
			}
		}
		return fmt.Errorf("make a member number: %w", fault.BusyRetry)
	})
	return own, err
}

func drawNumber() (string, error) {
	n, err := rand.Int(rand.Reader, numbers)
	if err != nil {
		return "", fmt.Errorf("draw a member number: %w", err)
	}
	return n.Add(n, firstNumber).String(), nil
}

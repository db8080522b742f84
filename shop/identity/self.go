package identity

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/fault"
)

// Self is a shopper who acts, as far as others may know him.
type Self struct {
	// IDs are all that the person has had, the one of today first.
	IDs []string
	*PublicShopper
}

// Self reads who a shopper is that the transaction has touched, in one statement unless he was merged: for what happens often. Errors: fault.Unauthenticated.
func (s *Service) Self(ctx context.Context, shopperID string) (*Self, error) {
	row, err := s.store.Client(ctx).Shopper.Query().Where(shopper.ID(shopperID)).
		Select(shopper.FieldPublicID, shopper.FieldNickname, shopper.FieldAvatarURL, shopper.FieldAliased).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fault.Unauthenticated
	}
	if err != nil {
		return nil, fmt.Errorf("who %s is: %w", shopperID, err)
	}
	self := &Self{IDs: []string{shopperID}, PublicShopper: &PublicShopper{ID: row.PublicID, Nickname: Mask(row.Nickname), AvatarURL: avatar(row)}}
	if !row.Aliased {
		return self, nil
	}
	others, err := s.store.Client(ctx).Shopper.Query().Where(shopper.MergedInto(shopperID)).Order(shopper.ByID()).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("aliases of %s: %w", shopperID, err)
	}
	self.IDs = append(self.IDs, others...)
	return self, nil
}

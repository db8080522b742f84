package share

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/sharelink"
	"github.com/kaituan/kaituan/internal/fault"
)

// Sharer returns the id of the link that a token names, and of the shopper who made it, without what is behind it. What is no token costs nothing.
//
// Errors: fault.Missing at token (unknown or malformed).
func (s *Service) Sharer(ctx context.Context, token string) (linkID, sharerID string, err error) {
	if !isToken(token) {
		return "", "", fault.Missing.At("token")
	}
	row, err := s.store.Client(ctx).ShareLink.Query().Where(sharelink.Token(token)).Select(sharelink.FieldID, sharelink.FieldShopperID).Only(ctx)
	switch {
	case db.IsNotFound(err):
		return "", "", fault.Missing.At("token")
	case err != nil:
		return "", "", fmt.Errorf("whose share link it is: %w", err)
	}
	return row.ID, row.ShopperID, nil
}

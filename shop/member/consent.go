package member

import (
	"context"

	"github.com/kaituan/kaituan/shop/identity"
)

// ConsentSet keeps a shopper's decision, and does at once what follows from it: who refuses personalisation is forgotten as far as his taste was learned.
//
// Errors: those of identity.ConsentSet.
func (s *Service) ConsentSet(ctx context.Context, shopperID string, c identity.Consent) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.ConsentSet(ctx, shopperID, c); err != nil {
			return err
		}
		if c.Purpose != identity.Personalisation || c.Granted {
			return nil
		}
		return s.taste.Refuse(ctx, shopperID)
	})
}

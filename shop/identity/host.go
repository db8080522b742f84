package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
)

// HostGrant lets a shopper run live rooms: the pairs of tokens made from now on hold HOST. Granting twice changes nothing.
//
// Errors: fault.Missing (no such shopper, or one who may not act), ErrMerged.
func (s *Service) HostGrant(ctx context.Context, shopperID string) error {
	err := s.acting(ctx, shopperID, func(ctx context.Context) error { return s.grantHost(ctx, shopperID, s.clock()) })
	if errors.Is(err, fault.Unauthenticated) {
		return fault.Missing
	}
	return err
}

func (s *Service) grantHost(ctx context.Context, shopperID string, now time.Time) error {
	_, err := s.store.Unique(ctx, func(ctx context.Context) error {
		return s.store.Client(ctx).HostGrant.Create().SetShopperID(shopperID).SetCreatedAt(now).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("grant HOST to %s: %w", shopperID, err)
	}
	return nil
}

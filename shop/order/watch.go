package order

import (
	"context"

	"github.com/kaituan/kaituan/internal/hub"
)

// Watch sends a shopper's own order as it is now, then after each change, until ctx ends. States may be skipped, never sent back: what is sent has a higher
// version than what was. fault.Missing when the order is not his.
func (s *Service) Watch(ctx context.Context, shopperID, orderID string) (<-chan *Order, error) {
	return hub.Follow(ctx, s.hub, "order."+orderID, func(ctx context.Context) (*Order, int64, error) {
		o, err := s.Own(ctx, shopperID, orderID)
		if err != nil {
			return nil, 0, err
		}
		return o, o.Version, nil
	})
}

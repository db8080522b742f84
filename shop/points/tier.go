package points

import "context"

// Tier is the tier of a shopper; the lowest one of nobody (shopperID "").
func (s *Service) Tier(ctx context.Context, shopperID string) (*Tier, error) {
	return &s.programme.Tiers[0], nil
}

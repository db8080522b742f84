package points

import "github.com/kaituan/kaituan/internal/money"

// Programme is the shop's.
func (s *Service) Programme() *Programme { return &s.programme }

// Worth is what points take off a price, in minor units, rounded down.
//
// Errors: money.ErrOverflow.
func (s *Service) Worth(points int64) (int64, error) { return money.MulDiv(points, s.rate, 100) }

// Cost is the fewest points whose worth is amount minor units.
//
// Errors: money.ErrOverflow.
func (s *Service) Cost(amount int64) (int64, error) {
	n, err := money.MulDiv(amount, 100, s.rate)
	if err != nil {
		return 0, err
	}
	worth, err := s.Worth(n)
	if err == nil && worth < amount {
		n++
	}
	return n, err
}

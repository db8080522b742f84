package points

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/internal/hub"
)

// Account reads a shopper's points as they are now: what has run out is not available, booked or not. A shopper who never had any has an account of zeros.
func (s *Service) Account(ctx context.Context, shopperID string) (*Account, error) {
	row, _, err := s.account(ctx, shopperID) // one that is fresh is all zeros
	if err != nil {
		return nil, err
	}
	a := &Account{ShopperID: shopperID, Version: row.Ver + 1, Available: row.Available, Held: row.Held, Debt: row.Debt, Entries: row.Seq}
	now := s.clock()
	if row.ExpireDue != nil && !row.ExpireDue.After(now) {
		over, err := s.ending(ctx, shopperID, time.Time{}, now)
		if err != nil {
			return nil, err
		}
		a.Available -= over
	}
	return a, nil
}

// Expiring is how many available points run out within days from now.
func (s *Service) Expiring(ctx context.Context, shopperID string, days int) (int64, error) {
	now := s.clock()
	return s.ending(ctx, shopperID, now, now.In(s.zone).AddDate(0, 0, days).UTC())
}

// NextExpiry is when available points run out next and how many do, nil when none will.
func (s *Service) NextExpiry(ctx context.Context, shopperID string) (*Expiry, error) {
	b := &book{Service: s, shopperID: shopperID}
	at, err := b.firstEnd(ctx, s.clock())
	if err != nil || at == nil {
		return nil, err
	}
	points, err := s.ending(ctx, shopperID, at.Add(-time.Microsecond), *at)
	return &Expiry{Points: points, At: *at}, err
}

// ending sums what runs out within (after, until].
func (s *Service) ending(ctx context.Context, shopperID string, after, until time.Time) (int64, error) {
	query, args := "SELECT COALESCE(SUM(remaining), 0) FROM point_lots WHERE shopper_id = ? AND open = ? AND expires_at <= ?", []any{shopperID, true, until}
	if !after.IsZero() {
		query, args = query+" AND expires_at > ?", append(args, after)
	}
	n, err := s.number(ctx, query, args...)
	return n, wrap(err, "points of %s that run out", shopperID)
}

func (s *Service) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = s.store.Each(ctx, query, args, func(scan scan) error { return scan(&n) })
	return n, err
}

// Watch sends a shopper's account as it is now, then after each change, until ctx ends. States may be skipped, never sent back.
func (s *Service) Watch(ctx context.Context, shopperID string) (<-chan *Account, error) {
	return hub.Follow(ctx, s.hub, subject(shopperID), func(ctx context.Context) (*Account, int64, error) {
		a, err := s.Account(ctx, shopperID)
		if err != nil {
			return nil, 0, err
		}
		return a, a.Version, nil
	})
}

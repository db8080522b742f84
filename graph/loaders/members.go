package loaders

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/points"
)

// Member is what a till may know of a shopper.
type Member struct {
	ID, Nickname string
	Points       *points.Account
}

// Member reads a shopper as a till may know him, nil when there is none.
func (l *Loaders) Member(ctx context.Context, shopperID string) (*Member, error) {
	shopper, err := l.Identity.Shopper(ctx, shopperID)
	if err != nil || shopper == nil {
		return nil, err
	}
	account, err := l.Points.Account(ctx, shopper.ID)
	if err != nil {
		return nil, fmt.Errorf("load a member: %w", err)
	}
	return &Member{ID: shopper.ID, Nickname: shopper.Nickname, Points: account}, nil
}

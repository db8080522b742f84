package member

import (
	"context"

	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/identity"
)

// ChannelLink gives a shopper the identity, or the phone, that a channel's one-time code proves. When it is another shopper's, the two become one person, with
// everything that either has; the account made first stays.
//
// It returns the person as he is then, whose id may be the other one's, and whether two became one.
//
// Errors: those of identity.ChannelLink.
func (s *Service) ChannelLink(ctx context.Context, shopperID string, in identity.SignIn) (person *identity.Shopper, merged bool, err error) {
	link, err := s.identity.ChannelLink(ctx, shopperID, in, s.merge)
	if err != nil {
		return nil, false, err
	}
	person, err = s.identity.Shopper(ctx, link.ShopperID)
	return person, link.Merged, err
}

// merge moves what the other domains keep for a person. What was made under one of the ids, orders, seats, claims and keys, keeps that id, and is found through
// identity.Aliases.
func (s *Service) merge(ctx context.Context, m identity.Merged) error {
	if err := s.order.MergeCarts(ctx, m.From, m.Into); err != nil {
		return err
	}
	if err := s.coupon.Merge(ctx, m.From, m.Into); err != nil {
		return err
	}
	if err := s.points.Merge(ctx, m.From, m.Into, m.Channel); err != nil {
		return err
	}
	if err := s.points.MergeVisits(ctx, m.From, m.Into); err != nil {
		return err
	}
	if err := s.referral.Merge(ctx, m.From, m.Into); err != nil {
		return err
	}
	if err := s.commission.Merge(ctx, m.From, m.Into, m.At); err != nil {
		return err
	}
	return s.outbox.Emit(ctx, m.From, m.Version, fact.ShoppersMerged{From: m.From, Into: m.Into, Channel: m.Channel, At: m.At}, m.At)
}

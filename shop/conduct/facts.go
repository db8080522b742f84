package conduct

import (
	"context"
	"errors"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/fact"
)

// Consumers are what is learned from facts: that somebody lives. They come from no request, so nothing is known of network and device. Who completes a group by
// joining it is known by his order. A consumer's name is kept in its receipts and never changes.
func (s *Service) Consumers() []outbox.Consumer {
	return []outbox.Consumer{
		outbox.On("conduct.order_paid", func(ctx context.Context, f fact.OrderPaid) error {
			if len(f.Lines) == 0 {
				return nil
			}
			return s.learn(ctx, f.ShopperID, Order, f.Lines[0].ProductID, f.At) // one order is one action, however much is in it
		}),
		outbox.On("conduct.group_opened", func(ctx context.Context, f fact.GroupBuyOpened) error {
			return s.learn(ctx, f.LeaderID, Group, f.CampaignID, f.At)
		}),
		outbox.On("conduct.group_joined", func(ctx context.Context, f fact.GroupBuyJoined) error {
			return s.learn(ctx, f.ShopperID, Group, f.CampaignID, f.At)
		}),
	}
}

// learn records what a fact says of somebody, unless he has been erased or banned since: touching him, it comes before an erasure or not at all.
func (s *Service) learn(ctx context.Context, shopperID string, kind Kind, target string, at time.Time) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		personID, err := s.identity.TouchPerson(ctx, shopperID)
		if errors.Is(err, fault.Unauthenticated) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.Record(ctx, Action{ShopperID: personID, Kind: kind, Target: target, At: at.UTC()})
	})
}

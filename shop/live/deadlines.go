package live

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/internal/deadline"
)

// OfferDeadline is the kind of the deadline at which an offer's time is up; ref: offer.
const OfferDeadline = "live.offer"

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{OfferDeadline: s.offerOver, deadlineDrop: s.dropDue, deadlineLottery: s.lotteryDue}
}

// offerOver tells viewers that an offer's time is up. Its row says so by itself: nothing is sold from it any more, whenever this comes.
func (s *Service) offerOver(ctx context.Context, t *deadline.Task) error {
	offer, err := s.store.Client(ctx).LiveOffer.Get(ctx, t.Ref)
	if err != nil {
		return fmt.Errorf("offer %s: %w", t.Ref, err)
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if s.clock().Before(offer.EndsAt) { // by this process's clock its time is not up
			return t.Again(ctx, offer.EndsAt)
		}
		if err := s.tell(ctx, offer.RoomID, kindOffer, offer.ID, nil); err != nil {
			return err
		}
		return t.Done(ctx)
	})
}

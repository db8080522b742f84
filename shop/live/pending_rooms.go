package live

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
)

// Not written yet; each leaves this file when it is.

// OfferStart, OfferEnd: see OfferDraft.
func (s *Service) OfferStart(ctx context.Context, actorID string, d *OfferDraft) (*Offer, error) {
	return nil, fault.NotYet
}

func (s *Service) OfferEnd(ctx context.Context, actorID, offerID string) (*Offer, error) {
	return nil, fault.NotYet
}

// Offers reads offers by id in one statement.
func (s *Service) Offers(ctx context.Context, ids []string) (map[string]*Offer, error) {
	return nil, fault.NotYet
}

// OffersOf are rooms' offers that have not ended, newest first, by room, in one statement.
func (s *Service) OffersOf(ctx context.Context, roomIDs []string) (map[string][]*Offer, error) {
	return nil, fault.NotYet
}

var _ order.Activity = (*Service)(nil)

func (s *Service) Kind() string { return "live" }
func (s *Service) Wanted(ctx context.Context, shopperID string, c *order.Checkout) (*order.Wanted, error) {
	return nil, nil
}
func (s *Service) Reserve(ctx context.Context, p order.Placing) error { return fault.NotYet }
func (s *Service) Paid(ctx context.Context, p order.Placing) (order.Verdict, error) {
	return order.Verdict{}, fault.NotYet
}

func (s *Service) Verdict(ctx context.Context, p order.Placing) (order.Verdict, error) {
	return order.Verdict{}, fault.NotYet
}

func (s *Service) Leave(ctx context.Context, p order.Placing) (bool, error) {
	return false, fault.NotYet
}
func (s *Service) Release(ctx context.Context, p order.Placing) error { return fault.NotYet }
func (s *Service) Refund(ctx context.Context, p order.Placing, units int64, whole bool) error {
	return fault.NotYet
}

func (s *Service) RefundMoved(ctx context.Context, orderID string, to order.RefundState) error {
	return nil
}

func (s *Service) Anchors(ctx context.Context, viewerID string, skuIDs []string) (map[string]order.Anchor, error) {
	return nil, nil
}

func (s *Service) endOffers(context.Context, *db.LiveRoom, time.Time) error { return nil }
func (s *Service) offersChanged(context.Context)                            {}

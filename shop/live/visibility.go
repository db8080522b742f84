package live

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/liveoffer"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/shop/fact"
)

// onVisibility takes a product that was taken down out of the rooms that have not ended: its offers end, it is unpinned, and viewers are told a shelf without it. On
// the shelf it stays for the time when it comes back, which viewers are told, too; its offers stay ended. What was ordered runs on. A fact that comes when the product is
// back already ends only what there was before.
func (s *Service) onVisibility(ctx context.Context, f fact.ProductVisibilitySet) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		rooms, err := s.roomsWith(ctx, f.ProductID)
		if err != nil {
			return err
		}
		for _, roomID := range rooms {
			if !f.Visible {
				if err := s.takeDown(ctx, roomID, f.ProductID, f.At.UTC()); err != nil {
					return err
				}
			}
		}
		return s.tellAll(ctx, rooms, kindShelf, "", nil)
	})
}

// roomsWith are the rooms that have not ended and have a product on their shelf, or an open offer of it from before it left the shelf.
func (s *Service) roomsWith(ctx context.Context, productID string) ([]string, error) {
	rooms, err := s.store.Texts(ctx, `SELECT r.id FROM live_shelves f JOIN live_rooms r ON r.id = f.room_id WHERE f.product_id = ? AND r.active = ?
		UNION SELECT o.room_id FROM live_offers o WHERE o.product_id = ? AND o.ends_at > ? AND o.ended_at IS NULL ORDER BY 1`, productID, true, productID, s.clock())
	if err != nil {
		return nil, fmt.Errorf("rooms that show %s: %w", productID, err)
	}
	return rooms, nil
}

// takeDown guards the room's row first: whoever started an offer or pinned the product before has committed, whoever does later sees that it was taken down. Of a product
// that is on show again it leaves what has begun since at.
func (s *Service) takeDown(ctx context.Context, roomID, productID string, at time.Time) error {
	now := s.clock()
	changed, err := s.guardRoom(ctx, roomID, running, now, "")
	if err != nil || !changed { // it has ended meanwhile, with all its offers
		return err
	}
	shown, err := s.catalog.OnShow(ctx, []string{productID})
	if err != nil {
		return err
	}
	offers, pin, args := []predicate.LiveOffer{liveoffer.ProductID(productID)}, " AND pinned_id = ?", []any{productID}
	if shown[productID] {
		offers, pin, args = append(offers, liveoffer.StartsAtLTE(at)), pin+" AND pinned_at <= ?", append(args, at)
	}
	if err := s.unpin(ctx, roomID, pin, args...); err != nil {
		return err
	}
	return s.endOffers(ctx, roomID, now, offers...)
}

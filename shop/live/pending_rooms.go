package live

import (
	"context"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
)

// Not written yet; each leaves this file when it is.

func (s *Service) Create(ctx context.Context, hostID string, d *RoomDraft) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) Update(ctx context.Context, actorID string, c *RoomChange) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) Start(ctx context.Context, actorID, roomID string) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) Pause(ctx context.Context, actorID, roomID string) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) End(ctx context.Context, actorID, roomID string) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) Ban(ctx context.Context, roomID, reason string) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) StaffSet(ctx context.Context, actorID, roomID, publicShopperID string, role Role) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) ShelfSet(ctx context.Context, actorID, roomID string, productIDs []string) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) Pin(ctx context.Context, actorID, roomID, productID string, note *string) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) Unpin(ctx context.Context, actorID, roomID string) (*Room, error) {
	return nil, fault.NotYet
}
func (s *Service) SlowModeSet(ctx context.Context, actorID, roomID string, seconds int) (*Room, error) {
	return nil, fault.NotYet
}

// Room reads a room, nil when there is none. BANNED rooms are there, without streams.
func (s *Service) Room(ctx context.Context, roomID string) (*Room, error) { return nil, fault.NotYet }

// Rooms reads rooms by id in one statement; what does not exist is left out.
func (s *Service) Rooms(ctx context.Context, ids []string) (map[string]*Room, error) {
	return nil, fault.NotYet
}

// List is a page of rooms.
func (s *Service) List(ctx context.Context, a RoomListArgs) (*RoomPage, error) {
	return nil, fault.NotYet
}

// Shelves are the ids of the products on rooms' shelves, in their order, by room.
func (s *Service) Shelves(ctx context.Context, roomIDs []string) (map[string][]string, error) {
	return nil, fault.NotYet
}

// Parts are what rooms know of a viewer, by room.
func (s *Service) Parts(ctx context.Context, viewerID string, rooms []*Room) (map[string]Part, error) {
	return nil, fault.NotYet
}

// IngestURL is where the room's encoder pushes to, nil unless the viewer runs the room and a CDN is configured.
func (s *Service) IngestURL(ctx context.Context, viewerID string, room *Room) (*string, error) {
	return nil, fault.NotYet
}

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

package shoptest

import (
	"context"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/live"
)

// Room makes a room of a host, SCHEDULED, with these products on its shelf.
func (s *Shop) Room(hostID string, productIDs ...string) *live.Room {
	s.TB.Helper()
	room, err := s.Live.Create(context.Background(), hostID, &live.RoomDraft{IdempotencyKey: NewKey(), Title: "茶会", ProductIDs: productIDs})
	s.Must(err)
	return room
}

// OnAir is a room of a host that is LIVE, with these products on its shelf.
func (s *Shop) OnAir(hostID string, productIDs ...string) *live.Room {
	s.TB.Helper()
	room, err := s.Live.Start(context.Background(), hostID, s.Room(hostID, productIDs...).ID)
	s.Must(err)
	return room
}

// ProductOf is the id of the product that SKUs are of.
func ProductOf(skus []*catalog.Sku) string { return skus[0].Product.ID }

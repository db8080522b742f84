package live

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/share"
)

// roomPage is where a mini-program shows a room.
const roomPage = "pages/live/index"

// SharedRooms describes rooms to who is sent a link; a share.Describer. BANNED ones are left out.
func (s *Service) SharedRooms(ctx context.Context, ids []string) (map[string]*share.Subject, error) {
	rooms, err := s.Rooms(ctx, ids)
	if err != nil {
		return nil, err
	}
	pictures, err := s.shelfPictures(ctx, rooms)
	if err != nil {
		return nil, err
	}
	subjects := make(map[string]*share.Subject, len(rooms))
	for _, r := range rooms {
		if r.State == Banned {
			continue
		}
		subject := &share.Subject{Title: r.Title, MiniProgramPage: roomPage, Line: "直播间", Ended: r.State == Ended, ImageURL: pictures[r.ID]}
		if r.CoverURL != nil {
			subject.ImageURL = *r.CoverURL
		}
		subjects[r.ID] = subject
	}
	return subjects, nil
}

// shelfPictures are the pictures of the first products on the shelves of rooms without a cover, by room.
func (s *Service) shelfPictures(ctx context.Context, rooms map[string]*Room) (map[string]string, error) {
	var bare []string
	for _, r := range rooms {
		if r.CoverURL == nil {
			bare = append(bare, r.ID)
		}
	}
	if len(bare) == 0 {
		return nil, nil
	}
	shelves, err := s.Shelves(ctx, bare)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, shelf := range shelves {
		ids = append(ids, shelf...)
	}
	products, err := s.catalog.Products(ctx, ids, catalog.Need{})
	if err != nil {
		return nil, fmt.Errorf("products on shelves: %w", err)
	}
	byID := make(map[string]string, len(products))
	for _, p := range products {
		if p.Visible {
			byID[p.ID] = p.Picture()
		}
	}
	pictures := make(map[string]string, len(shelves))
	for roomID, shelf := range shelves {
		for _, productID := range shelf {
			if pictures[roomID] == "" {
				pictures[roomID] = byID[productID]
			}
		}
	}
	return pictures, nil
}

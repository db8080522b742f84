package live

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveshelf"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/text"
)

// running are the states of a room that has not ended.
var running = []State{Scheduled, OnAir, Paused}

// ShelfSet puts these products on a room's shelf, in this order, and takes all others off it. A pinned product that leaves the shelf is unpinned.
//
// Errors, under input: fault.OutOfRange and fault.Invalid (productIds), fault.Missing (a product, the room), ErrRole, ErrRoomState.
func (s *Service) ShelfSet(ctx context.Context, actorID, roomID string, productIDs []string) (*Room, error) {
	if err := checkShelf(productIDs); err != nil {
		return nil, err
	}
	return s.drive(ctx, actorID, roomID, CoHost, func(ctx context.Context, now time.Time) error {
		if err := s.onShow(ctx, productIDs); err != nil {
			return err
		}
		if err := s.changeRoom(ctx, roomID, running, now, ""); err != nil { // two shelves at once take turns here
			return err
		}
		if err := s.unpinGone(ctx, roomID, productIDs); err != nil {
			return err
		}
		if _, err := s.store.Exec(ctx, "DELETE FROM live_shelves WHERE room_id = ?", roomID); err != nil {
			return fmt.Errorf("clear the shelf of %s: %w", roomID, err)
		}
		if err := s.shelve(ctx, roomID, productIDs); err != nil {
			return err
		}
		return s.tell(ctx, roomID, kindShelf, "", nil)
	})
}

// unpinGone unpins a product that is none of these.
func (s *Service) unpinGone(ctx context.Context, roomID string, productIDs []string) error {
	if len(productIDs) == 0 {
		return s.unpin(ctx, roomID, "")
	}
	in, ids := store.In(productIDs)
	return s.unpin(ctx, roomID, " AND pinned_id NOT IN "+in, ids...)
}

// unpin takes the pinned product down, if there is one and it fits; also is more of the condition.
func (s *Service) unpin(ctx context.Context, roomID, also string, args ...any) error {
	gone, err := s.store.Guard(ctx, "UPDATE live_rooms SET pinned_id = NULL, pinned_at = NULL, pin_note = NULL, ver = ver + 1 WHERE id = ? AND pinned_id IS NOT NULL"+also,
		append([]any{roomID}, args...)...)
	if err != nil {
		return fmt.Errorf("unpin in %s: %w", roomID, err)
	}
	if !gone {
		return nil
	}
	return s.tell(ctx, roomID, kindPin, "", nil)
}

// shelve inserts a shelf that is empty.
func (s *Service) shelve(ctx context.Context, roomID string, productIDs []string) error {
	if len(productIDs) == 0 {
		return nil
	}
	client := s.store.Client(ctx)
	rows := make([]*db.LiveShelfCreate, len(productIDs))
	for i, productID := range productIDs {
		rows[i] = client.LiveShelf.Create().SetRoomID(roomID).SetProductID(productID).SetPosition(i)
	}
	if err := client.LiveShelf.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("shelf of %s: %w", roomID, err)
	}
	return nil
}

// Pin shows one product of the shelf above all others, in the place of the one that was pinned.
//
// Errors, under input: fault.Missing (the room; a product that is not on the shelf, or was taken down), fault.TooLong and fault.Invalid (note), ErrRole,
// ErrRoomState.
func (s *Service) Pin(ctx context.Context, actorID, roomID, productID string, note *string) (*Room, error) {
	note, err := checkNote(note)
	if err != nil {
		return nil, err
	}
	return s.drive(ctx, actorID, roomID, CoHost, func(ctx context.Context, now time.Time) error {
		if err := s.changeRoom(ctx, roomID, running, now, ", pinned_id = ?, pinned_at = ?, pin_note = ?", productID, now, note); err != nil {
			return err
		}
		on, err := s.shelved(ctx, roomID, productID) // after the room's row: the shelf cannot change until the commit
		if err != nil {
			return err
		}
		if !on {
			return fault.Missing.At("input", "productId")
		}
		return s.tell(ctx, roomID, kindPin, "", nil)
	})
}

// checkNote is the note as it is kept, nil for an empty one.
func checkNote(note *string) (*string, error) {
	if note == nil || text.Blank(*note) {
		return nil, nil
	}
	kept := strings.TrimSpace(*note)
	switch {
	case utf8.RuneCountInString(kept) > maxPinNote:
		return nil, fault.TooLong.At("input", "note").WithAvailable(maxPinNote)
	case !text.Line(kept):
		return nil, fault.Invalid.Saying("A note is one line of plain text.", "备注须为一行文字，不含控制字符。").At("input", "note")
	}
	return &kept, nil
}

// shelved reports whether a product is on a room's shelf, and may be shown.
func (s *Service) shelved(ctx context.Context, roomID, productID string) (bool, error) {
	on, err := s.store.Client(ctx).LiveShelf.Query().Where(liveshelf.RoomID(roomID), liveshelf.ProductID(productID)).Exist(ctx)
	if err != nil || !on {
		return false, err
	}
	shown, err := s.catalog.OnShow(ctx, []string{productID})
	return shown[productID], err
}

// Unpin takes the pinned product down; without one it changes nothing. Errors, under input: fault.Missing, ErrRole, ErrRoomState.
func (s *Service) Unpin(ctx context.Context, actorID, roomID string) (*Room, error) {
	return s.drive(ctx, actorID, roomID, CoHost, func(ctx context.Context, now time.Time) error {
		if err := s.changeRoom(ctx, roomID, running, now, ""); err != nil {
			return err
		}
		return s.unpin(ctx, roomID, "")
	})
}

// Shelves are the ids of the products on rooms' shelves, in their order, by room; one statement. Some may have been taken down since.
func (s *Service) Shelves(ctx context.Context, roomIDs []string) (map[string][]string, error) {
	shelves := make(map[string][]string, len(roomIDs))
	if len(roomIDs) == 0 {
		return shelves, nil
	}
	rows, err := s.store.Client(ctx).LiveShelf.Query().Where(liveshelf.RoomIDIn(roomIDs...)).Order(liveshelf.ByRoomID(), liveshelf.ByPosition()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("shelves: %w", err)
	}
	for _, row := range rows {
		shelves[row.RoomID] = append(shelves[row.RoomID], row.ProductID)
	}
	return shelves, nil
}

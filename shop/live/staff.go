package live

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// StaffSet gives somebody a role in a room, VIEWER takes it away. It is the host's alone, and nobody becomes host by it.
//
// Errors, under input: fault.Invalid (the role HOST, the host himself), fault.Missing (the room, the shopper), ErrRole.
func (s *Service) StaffSet(ctx context.Context, actorID, roomID, publicShopperID string, role Role) (*Room, error) {
	if _, known := rank[role]; !known || role == Host {
		return nil, fault.Invalid.Saying("A room has one host.", "主播身份不可转让。").At("input", "role")
	}
	return s.drive(ctx, actorID, roomID, Host, func(ctx context.Context, now time.Time) error {
		personID, err := s.identity.ByPublicID(ctx, publicShopperID)
		if err != nil {
			return err
		}
		if personID == "" {
			return fault.Missing.At("input", "publicShopperId")
		}
		his, err := s.identity.Aliases(ctx, personID)
		if err != nil {
			return err
		}
		room, err := s.room(ctx, roomID)
		if err != nil {
			return err
		}
		if slices.Contains(his, room.HostID) {
			return fault.Invalid.Saying("The host's role cannot be changed.", "不能更改主播的身份。").At("input", "publicShopperId")
		}
		if err := s.enrol(ctx, roomID, personID, now); err != nil {
			return err
		}
		in, ids := store.In(his) // of one who was two the greater role counts: all of his rows change
		_, err = s.store.Exec(ctx, "UPDATE live_members SET role = ?, ver = ver + 1 WHERE room_id = ? AND shopper_id IN "+in, append([]any{string(role), roomID}, ids...)...)
		if err != nil {
			return fmt.Errorf("role of %s in %s: %w", personID, roomID, err)
		}
		return nil
	})
}

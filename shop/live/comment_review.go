package live

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livecomment"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// maxMute is the longest mute, in seconds.
const maxMute = 30 * 24 * 60 * 60

// CommentHide takes a comment back: a moderator any, its author his own. One that is gone already stays so. Who has been shown it in a tick is told; one that waits
// for its tick never enters one.
//
// Errors, under input: fault.Missing (roomId, commentId), ErrRole (roomId); those of identity.Touch.
func (s *Service) CommentHide(ctx context.Context, actorID, roomID, commentID string) (*Room, error) {
	err := s.repeatable(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, actorID); err != nil {
			return err
		}
		room, err := s.room(ctx, roomID)
		if err != nil {
			return atRoom(err)
		}
		row, err := s.commentRow(ctx, commentID)
		if err != nil {
			return err
		}
		if row.RoomID != roomID {
			return fault.Missing.At("input", "commentId")
		}
		if err := s.mayHide(ctx, room, row, actorID); err != nil {
			return err
		}
		return s.hide(ctx, roomID, commentID)
	})
	if err != nil {
		return nil, err
	}
	return s.Room(ctx, roomID)
}

func (s *Service) mayHide(ctx context.Context, room *db.LiveRoom, row *db.LiveComment, actorID string) error {
	p, err := s.part(ctx, room, actorID)
	if err != nil || p.Role.atLeast(Moderator) {
		return err
	}
	own, err := s.identity.Same(ctx, actorID, row.ShopperID)
	if err != nil || own {
		return err
	}
	return ErrRole.At("input", "roomId")
}

// hide hides a comment. The room's owner gives numbers to comments that are SHOWN and have none, by an update that names both: so whichever of the two has the
// row first, either he finds it hidden, or its number is here to be read once the row is ours.
func (s *Service) hide(ctx context.Context, roomID, commentID string) error {
	hid, err := s.store.Guard(ctx, "UPDATE live_comments SET state = 'HIDDEN' WHERE id = ? AND state IN ('SHOWN', 'HELD')", commentID)
	if err != nil {
		return fmt.Errorf("hide comment %s: %w", commentID, err)
	}
	if !hid {
		return nil // HIDDEN or DROPPED
	}
	row, err := s.commentRow(ctx, commentID)
	if err != nil {
		return err
	}
	if row.Seq == nil {
		return nil
	}
	return s.tell(ctx, roomID, kindHidden, commentID, nil)
}

// CommentReview lets a comment that was held through, which then waits for the next tick, or drops it. Saying the same again changes nothing.
//
// Errors, at input.commentId: fault.Missing, fault.ConflictedEdit (it is not held, or somebody decided otherwise), ErrRole, ErrRoomState (the room is banned); those of
// identity.Touch.
func (s *Service) CommentReview(ctx context.Context, actorID, commentID string, approve bool) (*Room, error) {
	to := livecomment.StateDROPPED
	if approve {
		to = livecomment.StateSHOWN
	}
	var roomID string
	err := s.repeatable(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, actorID); err != nil {
			return err
		}
		row, err := s.commentRow(ctx, commentID)
		if err != nil {
			return err
		}
		roomID = row.RoomID
		room, _, err := s.require(ctx, roomID, actorID, Moderator)
		if err != nil {
			return refusedAt(err, "commentId")
		}
		if State(room.State) == Banned { // nothing more is shown of it
			return ErrRoomState.At("input", "commentId")
		}
		took, err := s.store.Guard(ctx, "UPDATE live_comments SET state = ? WHERE id = ? AND state = 'HELD'", string(to), commentID)
		if err != nil {
			return fmt.Errorf("review comment %s: %w", commentID, err)
		}
		if took && approve {
			s.wakeOwner(ctx, roomID)
		}
		if took {
			return nil
		}
		if row, err = s.commentRow(ctx, commentID); err != nil || row.State == to {
			return err
		}
		return fault.ConflictedEdit.At("input", "commentId")
	})
	if err != nil {
		return nil, err
	}
	return s.Room(ctx, roomID)
}

// commentRow reads a comment's row. Errors: fault.Missing, at input.commentId.
func (s *Service) commentRow(ctx context.Context, commentID string) (*db.LiveComment, error) {
	row, err := s.store.Client(ctx).LiveComment.Get(ctx, commentID)
	if db.IsNotFound(err) {
		return nil, fault.Missing.At("input", "commentId")
	}
	if err != nil {
		return nil, fmt.Errorf("comment %s: %w", commentID, err)
	}
	return row, nil
}

// Mute keeps somebody from commenting and asking in a room for so many seconds from now; 0 lets him again. What he has said stays.
//
// Errors, under input: fault.OutOfRange (seconds, 30 days at most), fault.Missing (roomId, publicShopperId), ErrRole (not a moderator, or who is to be muted has
// at least the actor's role); those of identity.Touch.
func (s *Service) Mute(ctx context.Context, actorID, roomID, publicShopperID string, seconds int) (*Room, error) {
	if seconds < 0 || seconds > maxMute {
		return nil, fault.OutOfRange.At("input", "seconds").WithAvailable(maxMute)
	}
	return s.drive(ctx, actorID, roomID, Moderator, func(ctx context.Context, now time.Time) error {
		personID, err := s.identity.ByPublicID(ctx, publicShopperID)
		if err != nil {
			return err
		}
		if personID == "" {
			return fault.Missing.At("input", "publicShopperId")
		}
		if err := s.mute(ctx, roomID, personID, now, time.Duration(seconds)*time.Second); err != nil {
			return err
		}
		// Only now, when his rows are ours and his role stays what it is.
		room, actor, err := s.require(ctx, roomID, actorID, Moderator)
		if err != nil {
			return atRoom(err)
		}
		muted, err := s.part(ctx, room, personID)
		if err == nil && muted.Role.atLeast(actor.Role) {
			err = ErrRole.At("input", "publicShopperId")
		}
		return err
	})
}

// mute writes a mute to all rows that the room has of a person: of one who was two, either counts.
func (s *Service) mute(ctx context.Context, roomID, personID string, now time.Time, d time.Duration) error {
	his, err := s.identity.Aliases(ctx, personID)
	if err != nil {
		return err
	}
	if err := s.enrol(ctx, roomID, personID, now); err != nil {
		return err
	}
	var until any
	if d > 0 {
		until = now.Add(d)
	}
	in, ids := store.In(his)
	_, err = s.store.Exec(ctx, "UPDATE live_members SET muted_until = ?, ver = ver + 1 WHERE room_id = ? AND shopper_id IN "+in, append([]any{until, roomID}, ids...)...)
	if err != nil {
		return fmt.Errorf("mute %s in %s: %w", personID, roomID, err)
	}
	return nil
}

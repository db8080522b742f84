package live

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/fault"
)

// moves are the states that each state may be entered from. To enter the one that a room is in already changes nothing, so that a client may ask twice.
var moves = map[State][]State{
	OnAir:  {Scheduled, Paused},
	Paused: {OnAir},
	Ended:  {Scheduled, OnAir, Paused},
	Banned: {Scheduled, OnAir, Paused},
}

// Start puts a room on air, or resumes it. Replays count from the first start. Errors, under input: fault.Missing, ErrRole, ErrRoomState.
func (s *Service) Start(ctx context.Context, actorID, roomID string) (*Room, error) {
	return s.drive(ctx, actorID, roomID, CoHost, func(ctx context.Context, now time.Time) error {
		_, err := s.enter(ctx, roomID, OnAir, now, ", started_at = COALESCE(started_at, ?)", now)
		return err
	})
}

// Pause interrupts a room that is on air; its offers run on. Errors as of Start.
func (s *Service) Pause(ctx context.Context, actorID, roomID string) (*Room, error) {
	return s.drive(ctx, actorID, roomID, CoHost, func(ctx context.Context, now time.Time) error {
		_, err := s.enter(ctx, roomID, Paused, now, "")
		return err
	})
}

// End ends a room with its offers and drops, and has an open lottery drawn. Errors as of Start.
func (s *Service) End(ctx context.Context, actorID, roomID string) (*Room, error) {
	return s.drive(ctx, actorID, roomID, CoHost, func(ctx context.Context, now time.Time) error {
		return s.close(ctx, roomID, Ended, now, "")
	})
}

// Ban is the shop's emergency stop: it ends a room as End does, and for good. Who may do it is for the caller to know.
//
// Errors, under input: fault.Missing, ErrRoomState (it has ended), fault.Blank and fault.TooLong (reason).
func (s *Service) Ban(ctx context.Context, roomID, reason string) (*Room, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return nil, fault.Blank.At("input", "reason")
	}
	if utf8.RuneCountInString(reason) > maxReason {
		return nil, fault.TooLong.At("input", "reason").WithAvailable(maxReason)
	}
	err := s.repeatable(ctx, func(ctx context.Context) error {
		return s.close(ctx, roomID, Banned, s.clock(), ", ban_reason = ?", reason)
	})
	if err != nil {
		return nil, err
	}
	return s.Room(ctx, roomID)
}

// close ends what runs in a room with it.
func (s *Service) close(ctx context.Context, roomID string, to State, now time.Time, set string, args ...any) error {
	args = append([]any{now, false}, args...)
	entered, err := s.enter(ctx, roomID, to, now, ", ended_at = ?, active = ?"+set, args...)
	if err != nil || !entered {
		return err
	}
	room, err := s.room(ctx, roomID)
	if err != nil {
		return err
	}
	if err := s.endOffers(ctx, roomID, now); err != nil {
		return err
	}
	if err := s.endDrops(ctx, room, now); err != nil {
		return err
	}
	return s.endLotteries(ctx, room, now)
}

// enter moves a room to a state, and tells its viewers. It reports false, and has written nothing, when the room is there already.
func (s *Service) enter(ctx context.Context, roomID string, to State, now time.Time, set string, args ...any) (bool, error) {
	moved, err := s.guardRoom(ctx, roomID, moves[to], now, ", state = ?"+set, append([]any{string(to)}, args...)...)
	if err != nil {
		return false, err
	}
	if moved {
		return true, s.tell(ctx, roomID, kindState, "", nil)
	}
	room, err := s.room(ctx, roomID)
	switch {
	case err != nil:
		return false, atRoom(err)
	case State(room.State) == to:
		return false, nil
	}
	return false, ErrRoomState.At("input", "roomId")
}

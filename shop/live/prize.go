package live

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/idem"
)

// What coupon drops, lotteries and the console keep in this process's memory.
type prizes struct {
	// claims of drops, and entries to lotteries, wait here rather than for one row: there they would hold the connections that everybody else needs.
	claims, entries turnstile
	drops           *recent[*db.LiveDrop]
	consoles        *recent[*Console]
}

const (
	prizesAtOnce = 16 // of each kind
	glanceFor    = 100 * time.Millisecond
)

// turnstile has a place for each who may be in the database at once.
type turnstile chan struct{}

// enter waits for a place, which leave gives back.
func (t turnstile) enter(ctx context.Context) (leave func(), err error) {
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func newPrizes(now func() time.Time) prizes {
	return prizes{
		claims: make(turnstile, prizesAtOnce), entries: make(turnstile, prizesAtOnce),
		drops:    newRecent[*db.LiveDrop](glanceFor, time.Now), // for the sake of the load, so by the machine's clock
		consoles: newRecent[*Console](consoleEvery, now),
	}
}

// startOnce starts something in a room that is on air, for its host or a co-host, once per key, and returns the id of what the key stands for. The room's row is
// guarded before do runs: what a room may have only so many of is counted in turn, and the room cannot end meanwhile.
//
// Errors, under input: fault.KeyReused, at roomId fault.Missing, ErrRole, ErrRoomState; those of do.
func (s *Service) startOnce(ctx context.Context, call idem.Call, roomID string, do func(ctx context.Context, now time.Time) error) (id string, err error) {
	id, _, err = idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error {
		if err := s.touch(ctx, call); err != nil {
			return err
		}
		now := s.clock()
		if _, _, err := s.require(ctx, roomID, call.Owner, CoHost); err != nil {
			return refusedAt(err, "roomId")
		}
		if err := s.changeRoom(ctx, roomID, []State{OnAir}, now, ""); err != nil {
			return err
		}
		return do(ctx, now)
	})
	return id, err
}

// refusedAt puts a refusal at a field of the input.
func refusedAt(err error, field string) error {
	if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal {
		return refusal.At("input", field)
	}
	return err
}

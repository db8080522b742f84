package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveliketotal"
	"github.com/kaituan/kaituan/internal/catch"
	"github.com/kaituan/kaituan/internal/fault"
)

const (
	// consoleEvery is how often a console is sent; what was read less than that ago is shown again, to every host and co-host alike.
	consoleEvery = time.Second
	// roleEvery is how often a watcher's role is looked at again.
	roleEvery = 5 * time.Second
	// consolePoints bounds the series: the last 12 hours.
	consolePoints = 720
	consoleHeld   = 50
)

// Console is what a room's host and co-hosts see now; they share it, and do not write to it. fault.Forbidden for everybody else, fault.Missing where there is no room.
func (s *Service) Console(ctx context.Context, actorID, roomID string) (*Console, error) {
	if err := s.mayWatch(ctx, actorID, roomID); err != nil {
		return nil, err
	}
	return s.readConsole(ctx, roomID)
}

// WatchConsole sends the console now and then once a second, until ctx ends or the actor loses his role; then it closes the channel. A read that fails is logged,
// and left out. Errors: fault.NotFound, fault.Forbidden.
func (s *Service) WatchConsole(ctx context.Context, actorID, roomID string) (<-chan *Console, error) {
	err := s.mayWatch(ctx, actorID, roomID)
	if errors.Is(err, fault.Missing) {
		err = fault.NotFound
	}
	if err != nil {
		return nil, err
	}
	sent := make(chan *Console)
	go func() {
		defer close(sent)
		err := catch.Panic(func() error { s.sendConsoles(ctx, actorID, roomID, sent); return nil })
		if err != nil {
			slog.ErrorContext(ctx, "a console was let go", "room", roomID, "error", err)
		}
	}()
	return sent, nil
}

func (s *Service) sendConsoles(ctx context.Context, actorID, roomID string, to chan<- *Console) {
	tick := time.NewTicker(consoleEvery)
	defer tick.Stop()
	for looked := time.Now(); ; {
		console, err := s.readConsole(ctx, roomID)
		if err == nil && time.Since(looked) >= roleEvery {
			looked = time.Now()
			err = s.mayWatch(ctx, actorID, roomID)
		}
		switch {
		case ctx.Err() != nil || errors.Is(err, fault.Forbidden):
			return
		case err != nil:
			slog.WarnContext(ctx, "a console could not be read; it is tried again", "room", roomID, "error", err)
		default:
			select {
			case to <- console:
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// mayWatch refuses whoever is neither host nor co-host: fault.Forbidden. fault.Missing when there is no room.
func (s *Service) mayWatch(ctx context.Context, actorID, roomID string) error {
	_, _, err := s.require(ctx, roomID, actorID, CoHost)
	if errors.Is(err, ErrRole) {
		return fault.Forbidden
	}
	return err
}

// readConsole reads a room's console at most once a second, however many watch.
func (s *Service) readConsole(ctx context.Context, roomID string) (*Console, error) {
	return s.prizes.consoles.get(ctx, roomID, func(ctx context.Context) (*Console, error) { return s.console(ctx, roomID) })
}

// console reads it in seven statements, a few more where comments come fast.
func (s *Service) console(ctx context.Context, roomID string) (*Console, error) {
	now := s.clock()
	room, err := s.room(ctx, roomID)
	if err != nil {
		return nil, err
	}
	c := &Console{At: now, ViewerCount: room.Viewers, PeakViewers: room.PeakViewers}
	likes, err := s.store.Client(ctx).LiveLikeTotal.Query().Where(liveliketotal.RoomID(roomID)).Only(ctx)
	switch {
	case err == nil:
		c.LikeCount = likes.Total
	case !db.IsNotFound(err):
		return nil, fmt.Errorf("likes of %s: %w", roomID, err)
	}
	if c.CommentsPerMinute, err = s.commentsSince(ctx, roomID, now.Add(-time.Minute)); err != nil {
		return nil, err
	}
	if c.HeldComments, err = s.Held(ctx, roomID, consoleHeld); err != nil {
		return nil, err
	}
	if c.OrdersPaid, c.Sales, err = s.soldSoFar(ctx, roomID); err != nil {
		return nil, err
	}
	c.Series, err = s.series(ctx, roomID)
	return c, err
}

// The comments of the last minute are counted among the newest; most rooms have fewer than the first look finds. Ids rise with time, so the newest are found by an
// index; a room that has more in a minute than the last look finds is shown so many.
const (
	commentsFirstLook = 500
	commentsLastLook  = 32_000
)

func (s *Service) commentsSince(ctx context.Context, roomID string, since time.Time) (int, error) {
	for look := commentsFirstLook; ; look *= 8 {
		n, err := s.count(ctx, `SELECT COUNT(*) FROM (SELECT created_at FROM live_comments WHERE room_id = ? AND state = 'SHOWN' ORDER BY id DESC LIMIT ?) newest
			WHERE created_at > ?`, roomID, look, since)
		if err != nil {
			return 0, fmt.Errorf("comments of %s: %w", roomID, err)
		}
		if n < look || look >= commentsLastLook {
			return n, nil
		}
	}
}

func (s *Service) count(ctx context.Context, query string, args ...any) (n int, err error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return 0, err
		}
	}
	return n, rows.Err()
}

package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/kaituan/kaituan/internal/catch"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

// owner is what one process does as an owner: it takes rooms that need one and have none, and numbers their events.
type owner struct {
	s    *Service
	name string
	// asked are rooms that somebody signalled about and that this process does not own.
	asked chan string

	mu    sync.Mutex
	rooms map[string]*reign
	// quiet are rooms that were looked at for a signal, until when no further signal is heeded: another process owns them.
	quiet map[string]time.Time

	swept time.Time
	reign sync.WaitGroup
}

// Own numbers the events of rooms, as many as this process gets, and removes what is kept of old likes, until ctx ends; then it gives them up, and returns when all are given up. Any number of processes may
// own at once: a room has one owner, by a lease, and whoever takes it after him goes on at the next number.
func (s *Service) Own(ctx context.Context) {
	o := &owner{s: s, name: id.New("own"), asked: make(chan string, 256), rooms: map[string]*reign{}, quiet: map[string]time.Time{}}
	defer o.reign.Wait()
	stop := o.listen(ctx)
	defer func() {
		if stop != nil {
			stop()
		}
	}()
	look := time.NewTicker(s.tempo.look)
	defer look.Stop()
	o.look(ctx)
	for {
		var next func()
		select {
		case <-ctx.Done():
			return
		case room := <-o.asked:
			next = func() { o.answer(ctx, room) }
		case <-look.C:
			next = func() {
				if stop == nil {
					stop = o.listen(ctx)
				}
				o.look(ctx)
				if err := s.sweepLikes(ctx); err != nil && ctx.Err() == nil {
					slog.WarnContext(ctx, "old likes could not be removed; the next look tries again", "error", err)
				}
			}
		}
		o.complain(ctx, catch.Panic(func() error { next(); return nil }))
	}
}

// listen hears the signals about every room; nil when it cannot. Then rooms are still found by looking.
func (o *owner) listen(ctx context.Context) (stop func()) {
	stop, err := o.s.hub.Subscribe(ownerSubject("*"), o.heard)
	if err != nil {
		slog.WarnContext(ctx, "an owner of live rooms cannot hear signals; it looks every second", "error", err)
		return nil
	}
	return stop
}

func (o *owner) heard(subject string, data []byte) {
	room := strings.TrimPrefix(subject, ownerSubject(""))
	o.mu.Lock()
	r, until := o.rooms[room], o.quiet[room]
	o.mu.Unlock()
	if r != nil {
		r.signal(len(data) > 0)
		return
	}
	if time.Now().Before(until) {
		return
	}
	select {
	case o.asked <- room:
	default: // too many at once: they are found by looking
	}
}

// answer takes a room that somebody signalled about, unless it has an owner.
func (o *owner) answer(ctx context.Context, room string) {
	o.mu.Lock()
	mine, until := o.rooms[room] != nil, o.quiet[room]
	if !mine {
		o.quiet[room] = time.Now().Add(o.s.tempo.look)
	}
	o.mu.Unlock()
	if mine || time.Now().Before(until) {
		return
	}
	found, err := o.s.store.Texts(ctx, "SELECT id FROM live_rooms WHERE id = ? AND "+unowned, room, clock.System())
	if err != nil || len(found) == 0 {
		o.complain(ctx, err)
		return
	}
	o.take(ctx, room)
}

// unowned is the condition that a room has no owner; its argument is the machine's time.
const unowned = "(owner IS NULL OR owner_until < ?)"

// mostTaken bounds what a process takes at one look, so that others get some.
const mostTaken = 50

// look takes rooms that need an owner and have none: those on air, and those with something to tell.
func (o *owner) look(ctx context.Context) {
	o.mu.Lock()
	now := time.Now()
	for room, until := range o.quiet {
		if now.After(until) {
			delete(o.quiet, room)
		}
	}
	o.mu.Unlock()
	rooms, err := o.s.store.Texts(ctx, "SELECT id FROM live_rooms WHERE active = ? AND state IN ('LIVE', 'PAUSED') AND "+unowned+" LIMIT ?", true, clock.System(), mostTaken)
	if err == nil {
		var more []string
		more, err = o.s.store.Texts(ctx, "SELECT DISTINCT r.id FROM live_news n JOIN live_rooms r ON r.id = n.room_id WHERE "+unowned+" LIMIT ?", clock.System(), mostTaken)
		rooms = append(rooms, more...)
	}
	if err == nil && now.Sub(o.swept) >= o.s.tempo.sweep {
		o.swept = now
		var more []string
		// Comments that were let through after the end; news of a room tell of all others. A day's rooms, each with one look into an index.
		more, err = o.s.store.Texts(ctx, `SELECT id FROM live_rooms r WHERE r.state IN ('ENDED', 'BANNED') AND r.started_at > ? AND `+unowned+`
			AND EXISTS (SELECT 1 FROM live_comments c WHERE c.room_id = r.id AND c.seq IS NULL AND c.state = 'SHOWN') LIMIT ?`,
			o.s.clock().Add(-48*time.Hour), clock.System(), mostTaken)
		rooms = append(rooms, more...)
	}
	o.complain(ctx, err)
	for _, room := range rooms {
		o.take(ctx, room)
	}
}

func (o *owner) complain(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "look for live rooms without an owner", "error", err)
	}
}

// take takes the lease of a room, if nobody has it, and reigns until it is lost or given up.
func (o *owner) take(ctx context.Context, room string) {
	o.mu.Lock()
	mine := o.rooms[room] != nil
	o.mu.Unlock()
	if mine || ctx.Err() != nil {
		return
	}
	r, err := o.lease(ctx, room)
	if err != nil || r == nil {
		o.complain(ctx, err)
		return
	}
	stop, err := o.s.hub.Subscribe(presenceSubject(room), r.crowd.heard)
	if err != nil { // without it viewers are not counted; another process, or a later look, may do better
		o.complain(ctx, errors.Join(err, r.release(ctx)))
		return
	}
	o.mu.Lock()
	o.rooms[room] = r
	o.mu.Unlock()
	o.reign.Go(func() {
		defer stop()
		defer func() {
			o.mu.Lock()
			delete(o.rooms, room)
			o.mu.Unlock()
		}()
		if err := catch.Panic(func() error { r.run(ctx); return nil }); err != nil { // the lease ends by itself: this or another process takes the room again
			slog.ErrorContext(ctx, "the owner of a live room stopped", "room", room, "error", err)
		}
	})
}

// lease returns nil when somebody else was faster.
func (o *owner) lease(ctx context.Context, room string) (*reign, error) {
	took, err := o.s.store.GuardAlone(ctx, "UPDATE live_rooms SET owner = ?, owner_until = ?, epoch = epoch + 1, ver = ver + 1 WHERE id = ? AND "+unowned,
		o.name, clock.System().Add(o.s.tempo.lease), room, clock.System())
	if err != nil && !errors.Is(err, store.ErrOutcomeUnknown) {
		return nil, fmt.Errorf("take room %s: %w", room, err)
	}
	if !took {
		return nil, nil // of unknown outcome: nobody reigns, and the lease ends by itself
	}
	row, err := o.s.room(ctx, room)
	if err != nil {
		return nil, err
	}
	if row.Owner != o.name {
		return nil, nil
	}
	return newReign(o.s, row), nil
}

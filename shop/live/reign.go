package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/clock"
)

// reign is one room while this process owns it. One goroutine runs it; heard and signal come from others.
type reign struct {
	s     *Service
	room  string
	epoch int64
	crowd *crowd

	wake chan struct{}
	// news wait to be numbered; talk, and news of counts, for a tick.
	news, talk atomic.Bool

	// What the room's row has since the last pass.
	seq     int64
	state   State
	viewers int
	likes   int64
	// stale: the row may have something else; it is read before the next pass.
	stale bool

	allowed allowance
	// When things were done last, and by when a tick must look again.
	passed, gathered, ticked, looked, renewed, beaten, busy time.Time
	again                                                   time.Time
	minute                                                  time.Time
	failures                                                int
}

// errDeposed: the lease is another's.
var errDeposed = errors.New("live: the room has another owner")

func newReign(s *Service, row *db.LiveRoom) *reign {
	now := time.Now()
	r := &reign{
		s: s, room: row.ID, epoch: row.Epoch, wake: make(chan struct{}, 1), busy: now, renewed: now,
		allowed: allowance{perSecond: s.budget, left: float64(s.budget), at: now},
	}
	r.crowd = &crowd{
		gone: s.tempo.gone, nodes: map[string]heardOf{}, atLeast: row.Viewers, until: now.Add(s.tempo.present + s.tempo.hush), changed: func() { r.signal(false) },
	}
	r.know(row)
	return r
}

func (r *reign) know(row *db.LiveRoom) {
	r.seq, r.state, r.viewers, r.likes = row.Seq, State(row.State), row.Viewers, row.Likes
}

func (r *reign) onAir() bool { return r.state == OnAir || r.state == Paused }

// signal wakes the owner, for news or for what a tick takes.
func (r *reign) signal(news bool) {
	if news {
		r.news.Store(true)
	} else {
		r.talk.Store(true)
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// run reigns until ctx ends, the lease is lost, or the room needs no owner any more.
func (r *reign) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-timer.C:
		}
		if ctx.Err() != nil || r.idle(time.Now()) {
			r.leave(ctx)
			return
		}
		err := r.step(ctx, time.Now())
		if errors.Is(err, errDeposed) {
			slog.InfoContext(ctx, "a live room has another owner now", "room", r.room, "epoch", r.epoch)
			return
		}
		timer.Reset(r.rest(ctx, err))
	}
}

// rest is how long to wait for a signal. Signals that come within the gap after a pass wait for its end.
func (r *reign) rest(ctx context.Context, err error) time.Duration {
	if err == nil {
		r.failures = 0
	} else if ctx.Err() == nil {
		r.failures++
		level := slog.LevelError
		if errors.Is(err, errBehind) { // nothing is lost: the next step sees whose the room is
			level = slog.LevelInfo
		}
		slog.Log(ctx, level, "events of a live room wait to be numbered", "room", r.room, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(min(50*time.Millisecond<<min(r.failures, 6), 2*time.Second)):
		}
	}
	if early := time.Until(r.passed.Add(r.s.tempo.gap)); early > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(early):
		}
	}
	return max(0, time.Until(r.next()))
}

// next is when there is something to do without a signal.
func (r *reign) next() time.Time {
	t := r.s.tempo
	at := earliest(r.renewed.Add(t.renew), r.beaten.Add(t.beat), r.looked.Add(t.look))
	if r.news.Load() {
		return time.Time{}
	}
	if r.talk.Load() {
		at = earliest(at, r.gathered.Add(r.pace()))
	}
	if !r.again.IsZero() {
		at = earliest(at, r.again)
	}
	return at
}

func earliest(times ...time.Time) time.Time {
	at := times[0]
	for _, t := range times[1:] {
		if t.Before(at) {
			at = t
		}
	}
	return at
}

func (r *reign) pace() time.Duration {
	if r.s.tick > 0 {
		return r.s.tick
	}
	return tickOf(r.viewers)
}

// step does what is due.
func (r *reign) step(ctx context.Context, now time.Time) error {
	if r.stale {
		if err := r.catchUp(ctx); err != nil {
			return err
		}
	}
	if now.Sub(r.renewed) >= r.s.tempo.renew {
		if err := r.renew(ctx, now); err != nil {
			return err
		}
	}
	look := now.Sub(r.looked) >= r.s.tempo.look
	if look || !r.again.IsZero() && !now.Before(r.again) {
		r.again = time.Time{}
		r.talk.Store(true)
	}
	tick := r.talk.Load() && now.Sub(r.gathered) >= r.pace()
	if news := r.news.Swap(false) || look || tick; news { // a tick takes what news of counts have waited for it
		if look {
			r.looked = now
		}
		if err := r.pass(ctx, now, news, tick); err != nil {
			r.news.Store(true)
			r.talk.Store(true)
			r.stale = true
			return err
		}
	}
	if now.Sub(r.beaten) >= r.s.tempo.beat {
		r.beaten = now
		r.say(ctx)
	}
	return r.point(ctx)
}

// say tells how far the room is, so that nodes notice a last message that was lost.
func (r *reign) say(ctx context.Context) {
	data, err := json.Marshal(beat{Epoch: r.epoch, Seq: r.seq})
	if err == nil {
		err = r.s.hub.Publish(headSubject(r.room), data)
	}
	if err != nil {
		slog.WarnContext(ctx, "the head of a live room was not published", "room", r.room, "error", err)
	}
}

// catchUp reads the row again, after a pass whose outcome is not known.
func (r *reign) catchUp(ctx context.Context) error {
	row, err := r.s.room(ctx, r.room)
	if err != nil {
		return err
	}
	if row.Epoch != r.epoch {
		return errDeposed
	}
	r.know(row)
	r.stale = false
	return nil
}

func (r *reign) renew(ctx context.Context, now time.Time) error {
	kept, err := r.s.store.GuardAlone(ctx, "UPDATE live_rooms SET owner_until = ?, ver = ver + 1 WHERE id = ? AND epoch = ?",
		clock.System().Add(r.s.tempo.lease), r.room, r.epoch)
	if err != nil {
		return fmt.Errorf("keep room %s: %w", r.room, err)
	}
	if !kept {
		return errDeposed
	}
	r.renewed = now
	return nil
}

// idle reports whether the room needs no owner any more: it is not on air and has had nothing to tell for long.
func (r *reign) idle(now time.Time) bool {
	return !r.onAir() && now.Sub(r.busy) >= r.s.tempo.idle && !r.news.Load() && !r.talk.Load()
}

// leave gives the room up, unless it crashes.
func (r *reign) leave(ctx context.Context) {
	if r.s.tempo.crash() {
		return
	}
	if err := r.release(ctx); err != nil {
		slog.WarnContext(ctx, "a live room's lease was not given up; it ends by itself", "room", r.room, "error", err)
	}
}

func (r *reign) release(ctx context.Context) error {
	_, err := r.s.store.GuardAlone(context.WithoutCancel(ctx), "UPDATE live_rooms SET owner = NULL, owner_until = NULL, ver = ver + 1 WHERE id = ? AND epoch = ?", r.room, r.epoch)
	return err
}

// point keeps a minute of a room on air, for the host's console: as it began, by the shop's clock.
func (r *reign) point(ctx context.Context) error {
	minute := r.s.clock().Truncate(time.Minute)
	if r.state != OnAir || minute.Equal(r.minute) {
		return nil
	}
	err := r.s.store.InTx(ctx, func(ctx context.Context) error {
		return r.s.pointAt(ctx, r.room, minute, r.crowd.size(time.Now()), r.likes)
	})
	if err != nil {
		return fmt.Errorf("minute of room %s: %w", r.room, err)
	}
	r.minute = minute
	return nil
}

package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
)

// One pass turns what waits into numbered events. What it reads, it reads before its transaction, which is kept short since it holds the room's row: it takes exactly
// what was read, by its ids, and nothing at all when some of it is not there any more as it was, or when the lease is another's.

// Most that one pass takes; what is beyond waits for the next.
const (
	mostNews     = 500
	mostComments = 1000
)

// errAgain: what was read has changed before it was taken.
var errAgain = errors.New("live: what waits has changed meanwhile")

// errBehind: the room is not where this process left it, most likely since it slept through its lease and another owns the room.
var errBehind = errors.New("live: the room has moved on without this owner")

// haul is what one pass takes, and makes of it.
type haul struct {
	at      time.Time
	news    []int64 // taken, by id
	shown   []waiting
	left    []waiting
	viewers int
	likes   int64
	allowed allowance
	events  []fresh
	state   State
	// tick is the number of the batch's tick, 0 without one.
	tick int64
	// more news wait, and more comments, than one pass takes.
	more, cut bool
}

// fresh is an event before it is told.
type fresh struct {
	numbered
	people *people
}

func (b *haul) add(r *reign, kind string, what *record, p *people) error {
	data, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("event of %s: %w", r.room, err)
	}
	b.events = append(b.events, fresh{numbered{seq: r.seq + int64(len(b.events)) + 1, epoch: r.epoch, kind: kind, data: data, at: b.at}, p})
	return nil
}

// pass numbers the news, and what is due of a tick; nothing that waits: nothing is written. A change of the room's state takes the tick before it along.
func (r *reign) pass(ctx context.Context, now time.Time, news, tick bool) error {
	b := &haul{at: r.s.clock(), viewers: r.viewers, likes: r.likes, allowed: r.allowed, state: r.state}
	var told []piece
	var err error
	if news {
		if told, err = r.readNews(ctx, b); err != nil {
			return err
		}
		tick = tick || slices.ContainsFunc(told, func(n piece) bool { return n.kind == kindState })
	}
	if tick {
		if err := r.gather(ctx, now, b, len(told) > 0); err != nil {
			return err
		}
	}
	if err := r.number(ctx, b, told); err != nil {
		return err
	}
	r.passed = time.Now()
	if len(b.events) == 0 && len(b.news) == 0 {
		return nil
	}
	r.s.tempo.pause(r.room)
	if err := r.store(ctx, b); err != nil {
		if errors.Is(err, errAgain) { // nothing happened: the next pass sees what there is now
			r.news.Store(true)
			r.talk.Store(true)
			r.gathered = time.Time{}
			return nil
		}
		return err
	}
	r.done(now, b)
	r.tell(ctx, b)
	return nil
}

// done takes over what a batch has stored.
func (r *reign) done(now time.Time, b *haul) {
	r.seq += int64(len(b.events))
	r.viewers, r.likes, r.allowed, r.state = b.viewers, b.likes, b.allowed, b.state
	r.renewed, r.busy = now, now
	if over(b.state) {
		r.viewers = 0
	}
	if b.tick > 0 {
		r.ticked = now
	}
	if b.more {
		r.news.Store(true)
	}
	if b.cut { // the rest has waited for this tick, too
		r.talk.Store(true)
		r.gathered = time.Time{}
	}
}

// gather makes the tick of what came since the last one. along: other events are told anyway.
func (r *reign) gather(ctx context.Context, now time.Time, b *haul, along bool) error {
	r.talk.Store(false)
	r.gathered, r.again = now, time.Time{}
	comments, err := r.readComments(ctx)
	if err != nil {
		return err
	}
	if b.likes, err = r.readLikes(ctx); err != nil {
		return err
	}
	if r.onAir() {
		b.viewers = r.crowd.size(now)
	}
	since := now.Sub(r.ticked)
	due := len(comments) > 0 || b.likes != r.likes && (since >= likesEvery || along) || b.viewers != r.viewers && since >= viewersEvery
	if !due {
		switch {
		case b.likes != r.likes:
			r.again = r.ticked.Add(likesEvery)
		case b.viewers != r.viewers:
			r.again = r.ticked.Add(viewersEvery)
		}
		b.likes, b.viewers = r.likes, r.viewers
		return nil
	}
	b.cut = len(comments) == mostComments
	b.allowed = r.allowed.now(now)
	b.shown, b.left = b.allowed.sample(comments)
	p := &people{}
	for _, c := range b.shown {
		if c.Text != "" { // its author was erased while it waited
			p.Comments = append(p.Comments, c.Comment)
		}
	}
	if err := r.s.authors(ctx, p.Comments); err != nil {
		return err
	}
	b.tick = r.seq + 1
	return b.add(r, kindTick, &record{Viewers: b.viewers, Likes: b.likes, Dropped: len(b.left)}, p)
}

func (r *reign) readComments(ctx context.Context) ([]waiting, error) {
	rows, err := r.s.store.SQL(ctx).QueryContext(ctx, `SELECT id, shopper_id, role, buyer, text, created_at FROM live_comments
		WHERE room_id = ? AND seq IS NULL AND state = 'SHOWN' ORDER BY id LIMIT ?`, r.room, mostComments)
	if err != nil {
		return nil, fmt.Errorf("comments that wait in %s: %w", r.room, err)
	}
	defer rows.Close()
	var list []waiting
	for rows.Next() {
		c := waiting{Comment: &Comment{RoomID: r.room}}
		if err := rows.Scan(&c.ID, &c.AuthorID, &c.Role, &c.buyer, &c.Text, &c.At); err != nil {
			return nil, fmt.Errorf("comments that wait in %s: %w", r.room, err)
		}
		c.At = c.At.UTC()
		list = append(list, c)
	}
	return list, rows.Err()
}

func (r *reign) readLikes(ctx context.Context) (total int64, err error) {
	rows, err := r.s.store.SQL(ctx).QueryContext(ctx, "SELECT total FROM live_like_totals WHERE room_id = ?", r.room)
	if err != nil {
		return 0, fmt.Errorf("likes of %s: %w", r.room, err)
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&total)
	}
	return total, errors.Join(err, rows.Err())
}

func over(s State) bool { return s == Ended || s == Banned }

// store is the one transaction of a pass. First comes the guard: whoever has lost the lease stores nothing.
func (r *reign) store(ctx context.Context, b *haul) error {
	viewers := b.viewers
	if over(b.state) {
		viewers = 0
	}
	return r.s.store.InTx(ctx, func(ctx context.Context) error {
		mine, err := r.s.store.Guard(ctx, `UPDATE live_rooms SET ver = ver + 1, seq = ?, viewers = ?, peak_viewers = CASE WHEN peak_viewers < ? THEN ? ELSE peak_viewers END,
			likes = ?, owner_until = ? WHERE id = ? AND epoch = ? AND seq = ?`, r.seq+int64(len(b.events)), viewers, b.viewers, b.viewers, b.likes,
			clock.System().Add(r.s.tempo.lease), r.room, r.epoch, r.seq)
		if err != nil {
			return fmt.Errorf("number events of %s: %w", r.room, err)
		}
		if !mine {
			return errBehind
		}
		if err := r.takeNews(ctx, b.news); err != nil {
			return err
		}
		if err := r.takeComments(ctx, b.tick, true, b.shown); err != nil {
			return err
		}
		if err := r.takeComments(ctx, b.tick, false, b.left); err != nil {
			return err
		}
		return r.insert(ctx, b.events)
	})
}

func (r *reign) takeNews(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	in, args := padded(args)
	n, err := r.s.store.Exec(ctx, "DELETE FROM live_news WHERE room_id = ? AND id IN "+in, append([]any{r.room}, args...)...)
	if err != nil {
		return fmt.Errorf("take news of %s: %w", r.room, err)
	}
	if int(n) != len(ids) {
		return errAgain
	}
	return nil
}

func (r *reign) takeComments(ctx context.Context, tick int64, sampled bool, comments []waiting) error {
	if len(comments) == 0 {
		return nil
	}
	ids := make([]any, len(comments))
	for i, c := range comments {
		ids[i] = c.ID
	}
	in, args := padded(ids)
	n, err := r.s.store.Exec(ctx, "UPDATE live_comments SET seq = ?, sampled = ? WHERE seq IS NULL AND state = 'SHOWN' AND id IN "+in, append([]any{tick, sampled}, args...)...)
	if err != nil {
		return fmt.Errorf("take comments of %s: %w", r.room, err)
	}
	if int(n) != len(comments) { // one was hidden
		return errAgain
	}
	return nil
}

// padded is a list for IN, with the last value repeated up to the next power of two: few different statements, which engines keep compiled.
func padded(args []any) (string, []any) {
	for len(args)&(len(args)-1) != 0 {
		args = append(args, args[len(args)-1])
	}
	return "(?" + strings.Repeat(", ?", len(args)-1) + ")", args
}

func (r *reign) insert(ctx context.Context, events []fresh) error {
	if len(events) == 0 {
		return nil
	}
	args := make([]any, 0, 6*len(events))
	for _, e := range events {
		args = append(args, r.room, e.seq, e.epoch, e.kind, e.data, e.at)
	}
	_, err := r.s.store.Exec(ctx, "INSERT INTO live_events (room_id, seq, epoch, kind, data, at) VALUES (?, ?, ?, ?, ?, ?)"+
		strings.Repeat(", (?, ?, ?, ?, ?, ?)", len(events)-1), args...)
	if err != nil {
		return fmt.Errorf("store events of %s: %w", r.room, err)
	}
	return nil
}

// mostPublished bounds one message, in bytes of its events' data.
const mostPublished = 256 << 10

// tell publishes what was stored. What does not get out is a gap, which nodes fill from the rows.
func (r *reign) tell(ctx context.Context, b *haul) {
	var part []published
	size := 0
	for _, e := range b.events {
		one := published{Seq: e.seq, Kind: e.kind, Data: e.data, At: e.at.UnixMicro(), People: e.people}
		weight := len(e.data)
		if e.people != nil {
			for _, c := range e.people.Comments {
				weight += len(c.Text) + 400
			}
		}
		if len(part) > 0 && size+weight > mostPublished {
			r.publish(ctx, part)
			part, size = nil, 0
		}
		part, size = append(part, one), size+weight
	}
	r.publish(ctx, part)
}

func (r *reign) publish(ctx context.Context, events []published) {
	if len(events) == 0 {
		return
	}
	data, err := json.Marshal(bulletin{Epoch: r.epoch, Events: events})
	if err == nil {
		err = r.s.hub.Publish(eventsSubject(r.room), data)
	}
	if err != nil {
		slog.WarnContext(ctx, "events of a live room were not published; nodes read them", "room", r.room, "from", events[0].Seq, "error", err)
		r.say(ctx)
	}
}

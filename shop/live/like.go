package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db/liveliketotal"
	"github.com/kaituan/kaituan/ent/db/liveroom"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// maxLikes is how many likes one call brings at most.
const maxLikes = 50

// Likes of all rooms are committed together: at most so often by one process, and so many calls at once.
const (
	likeEvery = 250 * time.Millisecond
	likeBatch = 500
)

// like is one call of Like.
type like struct {
	likeKey
	count int
}

// likeKey is what counts once.
type likeKey struct{ roomID, shopperID, clientID string }

// liked is its answer.
type liked struct {
	total int64
	err   error
}

// Like adds likes and returns the room's total; it answers once they are kept. A clientID that the shopper has used in this room within likesKept adds nothing. Calls of up to a
// quarter of a second share a commit, so they do not touch their shoppers: one who is banned or erased meanwhile may still have liked.
//
// Errors, under input: fault.OutOfRange (count of 1 to 50), fault.Invalid (clientId), fault.Missing, ErrRoomState (not LIVE); fault.Overloaded.
func (s *Service) Like(ctx context.Context, shopperID, roomID string, count int, clientID string) (total int64, err error) {
	if count < 1 || count > maxLikes {
		return 0, fault.OutOfRange.At("input", "count").WithAvailable(maxLikes)
	}
	if err := checkClientID(clientID); err != nil {
		return 0, err
	}
	got, err := s.likes.Do(ctx, like{likeKey{roomID, shopperID, clientID}, count})
	if err != nil {
		return 0, err
	}
	return got.total, got.err
}

// likeTries is how often a batch is tried again for a client id that came by another process, or a commit of which nothing was heard.
const likeTries = 4

// commitLikes commits the likes of many calls. Doing it again adds nothing, so it may be done again whenever it is not known to be done.
func (s *Service) commitLikes(ctx context.Context, calls []like) ([]liked, error) {
	var err error
	for range likeTries {
		var answers []liked
		err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
			answers, err = s.likeTogether(ctx, calls)
			return err
		})
		if err == nil {
			return answers, nil
		}
		if !store.IsDuplicate(err) && !errors.Is(err, store.ErrOutcomeUnknown) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: %w", fault.BusyRetry, err)
}

func (s *Service) likeTogether(ctx context.Context, calls []like) ([]liked, error) {
	rooms := map[string]bool{}
	for _, c := range calls {
		rooms[c.roomID] = true
	}
	ids := slices.Sorted(maps.Keys(rooms))
	states, err := s.states(ctx, ids)
	if err != nil {
		return nil, err
	}
	fresh, err := s.keepLikes(ctx, countable(calls, states))
	if err != nil {
		return nil, err
	}
	added := map[string]int64{}
	for _, l := range fresh {
		added[l.roomID] += int64(l.count)
	}
	totals, err := s.raise(ctx, ids, added)
	if err != nil {
		return nil, err
	}
	answers := make([]liked, len(calls))
	for i, c := range calls {
		switch state, there := states[c.roomID]; {
		case !there:
			answers[i].err = fault.Missing.At("input", "roomId")
		case state != OnAir:
			answers[i].err = ErrRoomState.At("input", "roomId")
		default:
			answers[i].total = totals[c.roomID]
		}
	}
	return answers, nil
}

// states are those of rooms, by id.
func (s *Service) states(ctx context.Context, ids []string) (map[string]State, error) {
	rows, err := s.store.Client(ctx).LiveRoom.Query().Where(liveroom.IDIn(ids...)).Select(liveroom.FieldState).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("states of rooms: %w", err)
	}
	states := make(map[string]State, len(rows))
	for _, row := range rows {
		states[row.ID] = State(row.State)
	}
	return states, nil
}

// countable are the calls of rooms that are LIVE, each key once, the first of each, in the order of their keys: two processes so take the same keys one after the
// other.
func countable(calls []like, states map[string]State) []like {
	var list []like
	for _, c := range calls {
		if states[c.roomID] == OnAir {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b like) int {
		return cmp.Or(cmp.Compare(a.roomID, b.roomID), cmp.Compare(a.shopperID, b.shopperID), cmp.Compare(a.clientID, b.clientID))
	})
	return slices.CompactFunc(list, func(a, b like) bool { return a.likeKey == b.likeKey })
}

// keepLikes inserts likes and returns those that were not there. Resends are rare: it inserts without asking, and looks only when a key refuses it.
func (s *Service) keepLikes(ctx context.Context, list []like) (fresh []like, err error) {
	now := s.clock()
	for piece := range store.Pieces(list) {
		all, err := s.store.Unique(ctx, func(ctx context.Context) error { return s.insertLikes(ctx, piece, now) })
		if err != nil {
			return nil, fmt.Errorf("keep likes: %w", err)
		}
		if all {
			fresh = append(fresh, piece...)
			continue
		}
		known, err := s.knownLikes(ctx, piece)
		if err != nil {
			return nil, err
		}
		others := slices.DeleteFunc(slices.Clone(piece), func(l like) bool { return known[l.likeKey] })
		for some := range store.Pieces(others) {
			if err := s.insertLikes(ctx, some, now); err != nil { // a duplicate came meanwhile: once more, all of it
				return nil, fmt.Errorf("keep likes: %w", err)
			}
		}
		fresh = append(fresh, others...)
	}
	return fresh, nil
}

func (s *Service) insertLikes(ctx context.Context, list []like, now time.Time) error {
	args := make([]any, 0, 5*len(list))
	for _, l := range list {
		args = append(args, l.roomID, l.shopperID, l.clientID, l.count, now)
	}
	_, err := s.store.Exec(ctx, "INSERT INTO live_likes (room_id, shopper_id, client_id, likes, created_at) VALUES (?, ?, ?, ?, ?)"+
		strings.Repeat(", (?, ?, ?, ?, ?)", len(list)-1), args...)
	return err
}

// knownLikes are those of a few likes that are kept already.
func (s *Service) knownLikes(ctx context.Context, list []like) (map[likeKey]bool, error) {
	const one = "(room_id = ? AND shopper_id = ? AND client_id = ?)"
	args := make([]any, 0, 3*len(list))
	for _, l := range list {
		args = append(args, l.roomID, l.shopperID, l.clientID)
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, "SELECT room_id, shopper_id, client_id FROM live_likes WHERE "+one+strings.Repeat(" OR "+one, len(list)-1), args...)
	if err != nil {
		return nil, fmt.Errorf("known likes: %w", err)
	}
	defer rows.Close()
	known := map[likeKey]bool{}
	for rows.Next() {
		var k likeKey
		if err := rows.Scan(&k.roomID, &k.shopperID, &k.clientID); err != nil {
			return nil, fmt.Errorf("known likes: %w", err)
		}
		known[k] = true
	}
	return known, rows.Err()
}

// raise adds to the totals of rooms, the hottest rows, last and in the order of ids, and returns all totals.
func (s *Service) raise(ctx context.Context, ids []string, added map[string]int64) (map[string]int64, error) {
	for _, roomID := range ids {
		if added[roomID] == 0 {
			continue
		}
		if err := s.raiseOne(ctx, roomID, added[roomID]); err != nil {
			return nil, fmt.Errorf("likes of %s: %w", roomID, err)
		}
		s.wakeOwner(ctx, roomID)
	}
	rows, err := s.store.Client(ctx).LiveLikeTotal.Query().Where(liveliketotal.RoomIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("totals of likes: %w", err)
	}
	totals := make(map[string]int64, len(rows))
	for _, row := range rows {
		totals[row.RoomID] = row.Total
	}
	return totals, nil
}

func (s *Service) raiseOne(ctx context.Context, roomID string, by int64) error {
	return s.addTo(ctx, func(ctx context.Context) (bool, error) {
		return s.store.Guard(ctx, "UPDATE live_like_totals SET total = total + ?, ver = ver + 1 WHERE room_id = ?", by, roomID)
	}, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "INSERT INTO live_like_totals (ver, room_id, total) VALUES (1, ?, ?)", roomID, by)
		return err
	})
}

package live_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/moderation"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// liked fails the test unless a room has exactly so many likes, in its total and in what is kept of each call.
func (s *studio) liked(roomID string, want int) {
	s.TB.Helper()
	total := s.Count("SELECT COALESCE(SUM(total), 0) FROM live_like_totals WHERE room_id = ?", roomID)
	if kept := s.Count("SELECT COALESCE(SUM(likes), 0) FROM live_likes WHERE room_id = ?", roomID); total != want || kept != want {
		s.TB.Fatalf("a total of %d, %d kept, want %d", total, kept, want)
	}
}

func TestLike(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	for i, want := range []int64{50, 50, 51} { // the second is a resend
		if total, err := s.Live.Like(ctx, s.guest, room.ID, []int{50, 7, 1}[i], []string{"a", "a", "b"}[i]); err != nil || total != want {
			t.Errorf("like %d: %d, %v; want %d", i, total, err, want)
		}
	}
	if total, err := s.Live.Like(ctx, s.host, room.ID, 2, "a"); err != nil || total != 53 {
		t.Errorf("another's client id: %d, %v", total, err)
	}
	for _, count := range []int{-1, 0, 51} {
		_, err := s.Live.Like(ctx, s.guest, room.ID, count, "c")
		shoptest.Refuses(t, err, fault.OutOfRange, "input", "count")
	}
	_, err := s.Live.Like(ctx, s.guest, room.ID, 1, strings.Repeat("c", 65))
	shoptest.Refuses(t, err, fault.Invalid, "input", "clientId")
	_, err = s.Live.Like(ctx, s.guest, "lvr_none", 1, "c")
	shoptest.Refuses(t, err, fault.Missing, "input", "roomId")
	for _, state := range []live.State{live.Scheduled, live.Paused, live.Ended, live.Banned} {
		_, err := s.Live.Like(ctx, s.guest, s.bring(state).ID, 1, "c")
		shoptest.Refuses(t, err, live.ErrRoomState, "input", "roomId")
	}
	s.liked(room.ID, 53)
}

// Many like two rooms in two processes, resend what they sent, and some like a room that is not LIVE: each client id counts once, whoever shares its commit.
func TestLikesAreCountedExactly(t *testing.T) {
	s := openStudio(t)
	rooms := []*live.Room{s.OnAir(s.host), s.OnAir(s.host)}
	ended := s.bring(live.Ended)
	other := s.secondProcess()
	shoptest.Rounds(t, s.Shop, 2, func(round int) {
		var mu sync.Mutex
		counted := map[string]int{} // by room, shopper and client id: what its first call brought
		before := [2]int{s.likesOf(rooms[0].ID), s.likesOf(rooms[1].ID)}
		shoptest.Together(300, func(i int) {
			shoptest.Stagger()
			process := []*live.Service{s.Live, other}[shoptest.Draw(2)]
			who, clientID, room := fmt.Sprintf("shp_%d", i%40), fmt.Sprintf("%d-%d", round, i%3), rooms[i%2]
			count := i%40 + 1 // a resend brings the same
			if i%10 == 9 {
				if _, err := process.Like(context.Background(), who, ended.ID, count, clientID); fault.Of(err) == nil || !fault.Of(err).Is(live.ErrRoomState) {
					t.Errorf("in a room that has ended: %v", err)
				}
				return
			}
			total, err := process.Like(context.Background(), who, room.ID, count, clientID)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			counted[room.ID+who+clientID] = count
			if total < int64(before[i%2]+count) {
				t.Errorf("a total of %d after %d and %d", total, before[i%2], count)
			}
		})
		want := before
		for key, count := range counted {
			for i, room := range rooms {
				if strings.HasPrefix(key, room.ID) {
					want[i] += count
				}
			}
		}
		s.liked(rooms[0].ID, want[0])
		s.liked(rooms[1].ID, want[1])
		s.liked(ended.ID, 0)
	})
}

// secondProcess is another service over the same rooms, with likes of its own to gather.
func (s *studio) secondProcess() *live.Service {
	other := live.New(live.Config{Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Moderation: moderation.New(), Hub: s.Hub, Currency: "CNY"})
	s.TB.(*testing.T).Cleanup(other.Close)
	return other
}

func (s *studio) likesOf(roomID string) int {
	s.TB.Helper()
	return s.Count("SELECT COALESCE(SUM(total), 0) FROM live_like_totals WHERE room_id = ?", roomID)
}

// A thousand calls at once share few commits, and Close loses none that it has taken.
func TestLikesInGroups(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	shoptest.Together(1000, func(i int) {
		if _, err := s.Live.Like(context.Background(), fmt.Sprintf("shp_%d", i), room.ID, 3, "one"); err != nil {
			t.Error(err)
		}
	})
	s.liked(room.ID, 3000)
	if ver := s.Count("SELECT ver FROM live_like_totals WHERE room_id = ?", room.ID); ver > 20 {
		t.Errorf("a thousand calls were %d commits", ver)
	}
	s.Live.Close()
	if _, err := s.Live.Like(context.Background(), s.guest, room.ID, 1, "late"); fault.Of(err) == nil || !fault.Of(err).Is(fault.Unavailable) {
		t.Errorf("after Close: %v", err)
	}
}

// What is kept of likes so that a client id counts once is gone after a day; the totals stay.
func TestOldLikesAreSwept(t *testing.T) {
	c := openCluster(t)
	ctx := t.Context()
	for i := range 5 {
		_, err := c.Live.Like(ctx, c.guest, c.room, 50, fmt.Sprint("old", i))
		c.Must(err)
	}
	for range 3 { // more than one sweep removes
		values, args := "", []any{}
		for i := range 500 {
			values, args = values+", (?, ?, ?, 1, ?)", append(args, c.room, id.New("shp"), fmt.Sprint(i), c.Clock.Now())
		}
		c.writes("INSERT INTO live_likes (room_id, shopper_id, client_id, likes, created_at) VALUES "+values[2:], args...)
	}
	c.Clock.Advance(time.Hour)
	_, err := c.Live.Like(ctx, c.guest, c.room, 7, "young")
	c.Must(err)
	c.Clock.Advance(23 * time.Hour)
	total, err := c.Live.Like(ctx, c.guest, c.room, 9, "old0") // sent again within the day
	if c.Must(err); total != 257 {
		t.Errorf("a total of %d", total)
	}
	c.process()
	left := func() int { return c.Count("SELECT COUNT(*) FROM live_likes") }
	c.Clock.Advance(time.Microsecond)
	eventually(t, "the old likes are swept", func() bool { return left() == 1 })
	if total, err := c.Live.Like(ctx, c.guest, c.room, 9, "young"); err != nil || total != 257 {
		t.Errorf("the young one counts again: %d, %v", total, err)
	}
	if total, err := c.Live.Like(ctx, c.guest, c.room, 9, "old0"); err != nil || total != 266 {
		t.Errorf("a day later: %d, %v", total, err)
	}
}

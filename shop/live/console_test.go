package live_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// writes runs a statement that a room's other parts would.
func (s *studio) writes(query string, args ...any) {
	s.TB.Helper()
	s.Must(s.Store.InTx(context.Background(), func(ctx context.Context) error {
		_, err := s.Store.Exec(ctx, query, args...)
		return err
	}))
}

func (s *studio) comments(room *live.Room, n int, state string, at time.Time) {
	s.TB.Helper()
	for i := range n {
		commentID := id.New("lvc")
		s.writes("INSERT INTO live_comments (id, room_id, shopper_id, client_id, role, buyer, text, state, sampled, created_at) VALUES (?, ?, ?, ?, 'VIEWER', ?, ?, ?, ?, ?)",
			commentID, room.ID, s.guest, commentID, false, fmt.Sprintf("好茶 %d", i), state, true, at)
	}
}

func (s *studio) sold(room *live.Room, amount int, at time.Time) {
	s.TB.Helper()
	s.writes("INSERT INTO live_sales (room_id, order_id, amount, paid_at) VALUES (?, ?, ?, ?)", room.ID, id.New("ord"), amount, at)
}

func TestConsole(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.bring(live.OnAir)
	s.writes("UPDATE live_rooms SET viewers = 7, peak_viewers = 9 WHERE id = ?", room.ID)
	start := s.Clock.Now()
	s.writes("INSERT INTO live_minutes (room_id, at, viewers, likes) VALUES (?, ?, 5, 30), (?, ?, 9, 70)", room.ID, start, room.ID, start.Add(2*time.Minute))
	s.sold(room, 1990, start.Add(time.Minute-time.Microsecond))
	s.sold(room, 990, start)
	s.sold(room, 500, start.Add(time.Minute))
	s.comments(room, 2, "SHOWN", start.Add(time.Minute))
	s.comments(room, 600, "SHOWN", start.Add(time.Minute+time.Microsecond))
	s.comments(room, 52, "HELD", start)
	s.Clock.Advance(2 * time.Minute)

	counter := &store.Counter{}
	c, err := s.Live.Console(store.CountStatements(ctx, counter), s.host, room.ID)
	s.Must(err)
	if c.ViewerCount != 7 || c.PeakViewers != 9 || c.OrdersPaid != 3 || c.Sales.Minor != 3480 || c.CommentsPerMinute != 600 || !c.At.Equal(s.Clock.Now()) {
		t.Errorf("the console is %+v, sales %v", c, c.Sales)
	}
	if n := len(c.HeldComments); n != 50 || c.HeldComments[0].Text == "" || c.HeldComments[0].Author == nil || c.HeldComments[0].Author.Nickname == "" {
		t.Errorf("%d are held, the first is %+v", n, c.HeldComments[0])
	}
	want := []live.ConsolePoint{
		{At: start, ViewerCount: 5, LikeCount: 30, OrdersPaid: 2, Sales: yuan(2980)},
		{At: start.Add(time.Minute), ViewerCount: 5, LikeCount: 30, OrdersPaid: 1, Sales: yuan(500)}, // nobody counted the audience
		{At: start.Add(2 * time.Minute), ViewerCount: 9, LikeCount: 70, Sales: yuan(0)},
	}
	if len(c.Series) != len(want) {
		t.Fatalf("%d points", len(c.Series))
	}
	for i, p := range c.Series {
		if w := want[i]; !p.At.Equal(w.At) || p.ViewerCount != w.ViewerCount || p.LikeCount != w.LikeCount || p.OrdersPaid != w.OrdersPaid || *p.Sales != *w.Sales {
			t.Errorf("point %d is %+v %v, want %+v", i, p, p.Sales, w)
		}
	}
	if n := counter.Count(); n > 14 {
		t.Errorf("%d statements", n)
	}
}

// However many watch, a room is read once a second; only a role is asked for each.
func TestWatchersShareAReading(t *testing.T) {
	s := openStudio(t)
	room := s.bring(live.OnAir)
	cohost := s.Shopper("cohost").ShopperID
	s.writes("INSERT INTO live_members (ver, room_id, shopper_id, role, buyer, created_at) VALUES (1, ?, ?, 'CO_HOST', ?, ?)", room.ID, cohost, false, s.Clock.Now())
	consoles := make([]*live.Console, 20)
	shoptest.Together(len(consoles), func(i int) {
		var err error
		consoles[i], err = s.Live.Console(context.Background(), []string{s.host, cohost}[i%2], room.ID)
		s.Try(err)
	})
	for _, c := range consoles {
		if c != consoles[0] {
			t.Fatal("it was read more than once")
		}
	}
	s.Clock.Advance(time.Second)
	s.sold(room, 100, s.Clock.Now())
	c, err := s.Live.Console(t.Context(), s.host, room.ID)
	s.Must(err)
	if c.OrdersPaid != 1 {
		t.Errorf("a second later it is still %+v", c)
	}
}

func TestConsoleIsForHosts(t *testing.T) {
	s := openStudio(t)
	room := s.bring(live.OnAir)
	_, err := s.Live.Console(t.Context(), s.guest, room.ID)
	shoptest.Refuses(t, err, fault.Forbidden)
	_, err = s.Live.Console(t.Context(), s.host, "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB")
	shoptest.Refuses(t, err, fault.Missing)
	_, err = s.Live.WatchConsole(t.Context(), s.guest, room.ID)
	shoptest.Refuses(t, err, fault.Forbidden)
	_, err = s.Live.WatchConsole(t.Context(), s.host, "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB")
	shoptest.Refuses(t, err, fault.NotFound)

	ctx, cancel := context.WithCancel(t.Context())
	sent, err := s.Live.WatchConsole(ctx, s.host, room.ID)
	s.Must(err)
	for range 2 { // the first at once, the second later
		if c := <-sent; c == nil || c.Sales == nil {
			t.Fatalf("sent %+v", c)
		}
	}
	cancel()
	for range sent { // closed, or this never ends
	}
}

func yuan(minor int64) *money.Money { return &money.Money{Minor: minor, Code: "CNY"} }

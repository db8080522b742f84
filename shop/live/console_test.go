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
	"github.com/kaituan/kaituan/shop/fact"
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

// sold tells the rooms of an order for tea that was paid.
func (s *studio) sold(amount int, at time.Time) {
	s.TB.Helper()
	s.Must(s.Store.InTx(context.Background(), func(ctx context.Context) error {
		orderID := id.New("ord")
		return s.Outbox.Emit(ctx, orderID, 1, fact.OrderPaid{
			OrderID: orderID, ShopperID: s.guest, Total: int64(amount), At: at, Lines: []fact.Line{{ProductID: s.tea, Units: 1}},
		}, s.Clock.Now())
	}))
	s.deliver()
}

func TestConsole(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.bring(live.OnAir)
	s.writes("UPDATE live_rooms SET viewers = 7, peak_viewers = 9 WHERE id = ?", room.ID)
	start := s.Clock.Now()
	s.writes("INSERT INTO live_minutes (room_id, at, viewers, likes) VALUES (?, ?, 5, 30), (?, ?, 9, 70)", room.ID, start, room.ID, start.Add(2*time.Minute))
	s.sold(1990, start.Add(time.Minute-time.Microsecond))
	s.sold(990, start)
	s.sold(500, start.Add(time.Minute))
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

// Many sales of the same minutes, counted by several processes at once in two rooms: the console has them all, each in its minute.
func TestSalesAreCountedExactly(t *testing.T) {
	s := openStudio(t)
	rooms := []*live.Room{s.OnAir(s.host, s.tea), s.OnAir(s.host, s.cup, s.tea)}
	shoptest.Rounds(t, s.Shop, 2, func(round int) {
		from := s.Clock.Now()
		var want, amounts [3]int
		s.Must(s.Store.InTx(context.Background(), func(ctx context.Context) error {
			for i := range 60 {
				orderID, minute := id.New("ord"), shoptest.Draw(3)
				want[minute]++
				amounts[minute] += 100 + i
				if err := s.Outbox.Emit(ctx, orderID, 1, fact.OrderPaid{
					OrderID: orderID, ShopperID: fmt.Sprintf("shp_%d", i%7), Total: int64(100 + i), At: from.Add(time.Duration(minute)*time.Minute + time.Duration(i)*time.Second),
					Lines: []fact.Line{{ProductID: s.tea, Units: 1}},
				}, from); err != nil {
					return err
				}
			}
			return nil
		}))
		shoptest.Together(4, func(int) {
			shoptest.Stagger()
			s.deliver()
		})
		s.deliver()
		s.Clock.Advance(10 * time.Minute)
		for _, room := range rooms {
			c, err := s.Live.Console(context.Background(), s.host, room.ID)
			s.Must(err)
			if c.OrdersPaid != 60*(round+1) || c.Sales.Minor != int64((round+1)*(60*100+59*30)) {
				t.Errorf("round %d: %d orders of %v", round, c.OrdersPaid, c.Sales)
			}
			for _, p := range c.Series {
				if i := int(p.At.Sub(from) / time.Minute); i >= 0 && (p.OrdersPaid != want[i] || p.Sales.Minor != int64(amounts[i])) {
					t.Errorf("round %d, minute %d: %d orders of %v, want %d of %d", round, i, p.OrdersPaid, p.Sales, want[i], amounts[i])
				}
			}
		}
	})
}

// The owner keeps a point of each minute that begins while the room is on air, with the audience and the likes of then; sales join it.
func TestMinutesOfARoom(t *testing.T) {
	c := openCluster(t)
	p := c.process()
	topic, err := p.Topic(t.Context(), c.room, "connection")
	c.Must(err)
	defer topic.Close()
	_, err = p.Like(t.Context(), c.guest, c.room, 7, "k")
	c.Must(err)
	eventually(t, "the audience and the likes are told", func() bool {
		room, err := p.Room(t.Context(), c.room)
		c.Must(err)
		return room.ViewerCount == 1 && room.LikeCount == 7
	})
	points := func() int { return c.Count("SELECT COUNT(*) FROM live_minutes WHERE room_id = ?", c.room) }
	eventually(t, "the first minute is kept", func() bool { return points() == 1 })
	c.Clock.Advance(time.Minute)
	c.sold(1990, c.Clock.Now()) // before the owner has come to this minute, or after
	eventually(t, "the second minute has its audience", func() bool {
		return c.Count("SELECT COUNT(*) FROM live_minutes WHERE room_id = ? AND viewers = 1 AND likes = 7 AND orders = 1 AND sales = 1990 AND at = ?", c.room, c.Clock.Now()) == 1
	})
	_, err = p.Pause(t.Context(), c.host, c.room)
	c.Must(err)
	c.told()
	paused := points()
	c.Clock.Advance(time.Minute)
	_, err = p.SlowModeSet(t.Context(), c.host, c.room, 5) // the owner comes by in this minute
	c.Must(err)
	c.told()
	if n := points(); n != paused {
		t.Errorf("%d points, also while it pauses", n)
	}
	_, err = p.Start(t.Context(), c.host, c.room)
	c.Must(err)
	eventually(t, "minutes are kept again", func() bool { return points() == paused+1 })
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
	s.sold(100, s.Clock.Now())
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

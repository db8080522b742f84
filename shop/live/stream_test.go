package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// cluster is a studio whose rooms are served by several processes: each a service of its own with a connection of its own to one NATS server, all on one database.
type cluster struct {
	*studio
	t    *testing.T
	bus  *server.Server
	url  string
	cfg  live.Config
	room string
	hub  *hub.Hub // the studio's own
}

// process is one of them.
type process struct {
	*live.Service
	hub   *hub.Hub
	crash atomic.Bool
	stop  context.CancelFunc
	done  chan struct{}
}

func openCluster(t *testing.T) *cluster {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server is not ready")
	}
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	c := &cluster{t: t, bus: s, url: s.ClientURL()}
	c.hub, err = hub.Open(c.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.hub.Close)
	c.studio = openStudio(t, func(setup *shoptest.Setup) {
		setup.Live = func(cfg *live.Config) {
			cfg.Hub = c.hub
			c.cfg = *cfg
		}
	})
	c.room = c.OnAir(c.host, c.tea, c.cup).ID
	return c
}

// process starts one more; change sets it up before it owns anything.
func (c *cluster) process(change ...func(p *process)) *process {
	c.t.Helper()
	h, err := hub.Open(c.url)
	c.Must(err)
	cfg := c.cfg
	cfg.Hub = h
	p := &process{Service: live.New(cfg), hub: h, done: make(chan struct{})}
	p.Hasty()
	p.Crashing(&p.crash)
	for _, f := range change {
		f(p)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.stop = cancel
	go func() {
		defer close(p.done)
		p.Own(ctx)
	}()
	c.t.Cleanup(p.end)
	return p
}

// end stops a process in an orderly way.
func (p *process) end() {
	p.stop()
	<-p.done
	p.Close()
	p.hub.Close()
}

// kill stops its ownership as a crash does: leases stay as they are.
func (p *process) kill() {
	p.crash.Store(true)
	p.stop()
	<-p.done
}

// watched is what a watcher has seen, in order.
type watched struct {
	mu     sync.Mutex
	events []live.Event
	gap    error
}

// watch follows the room in a process until the test ends, and takes note of every jump that is not a Reset.
func (c *cluster) watch(p *live.Service, after string) *watched {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	events, err := p.Watch(ctx, c.room, after)
	c.Must(err)
	w := &watched{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var last int64
		for e := range events {
			seq := live.StampOf(e).Seq
			_, reset := e.(*live.Reset)
			w.mu.Lock()
			if !reset && (len(w.events) > 0 || after != "") && seq != last+1 && (len(w.events) > 0 || seq != seqOf(after)+1) && w.gap == nil {
				w.gap = fmt.Errorf("%d follows %d", seq, last)
			}
			w.events = append(w.events, e)
			w.mu.Unlock()
			last = seq
		}
	}()
	c.t.Cleanup(func() {
		cancel()
		<-done
	})
	return w
}

func seqOf(cursor string) (seq int64) {
	var epoch int64
	_, _ = fmt.Sscanf(cursor, "%d:%d", &epoch, &seq)
	return seq
}

// until waits until a watcher has seen the event numbered last, and returns what he saw without resets.
func (c *cluster) until(w *watched, last int64) []live.Event {
	c.t.Helper()
	eventually(c.t, fmt.Sprintf("event %d comes", last), func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.events) > 0 && live.StampOf(w.events[len(w.events)-1]).Seq >= last
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gap != nil {
		c.t.Error(w.gap)
	}
	return slices.DeleteFunc(slices.Clone(w.events), func(e live.Event) bool {
		_, reset := e.(*live.Reset)
		return reset
	})
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for start := time.Now(); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Since(start) > 60*time.Second {
			t.Fatalf("waited 60 s: %s", what)
		}
	}
}

// comment writes one, as talk does, and returns its id; goroutines may call it.
func (c *cluster) comment(p *live.Service, shopper string, role live.Role, buyer bool, text string) string {
	c.t.Helper()
	commentID := id.New("lvc")
	c.Try(c.Store.InTx(context.Background(), func(ctx context.Context) error {
		_, err := c.Store.Exec(ctx, `INSERT INTO live_comments (id, room_id, shopper_id, client_id, role, buyer, text, state, sampled, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, 'SHOWN', ?, ?)`, commentID, c.room, shopper, commentID, role, buyer, text, true, c.Clock.Now())
		p.WakeOwner(ctx, c.room)
		return err
	}))
	return commentID
}

// hide takes a comment back.
func (c *cluster) hide(p *live.Service, commentID string) {
	c.t.Helper()
	c.Try(c.Store.InTx(context.Background(), func(ctx context.Context) error {
		if _, err := c.Store.Exec(ctx, "UPDATE live_comments SET state = 'HIDDEN' WHERE id = ?", commentID); err != nil {
			return err
		}
		return p.Tell(ctx, c.room, "HIDDEN", commentID, nil)
	}))
}

func (c *cluster) order(p *live.Service, n int) {
	c.t.Helper()
	c.Try(c.Store.InTx(context.Background(), func(ctx context.Context) error {
		return p.Tell(ctx, c.room, "ORDER", fmt.Sprint("ord", n), map[string]any{"buyer": c.guest, "product": c.tea, "quantity": n})
	}))
}

// told waits until nothing waits to be numbered, and returns the newest number.
func (c *cluster) told() int64 {
	c.t.Helper()
	eventually(c.t, "everything is numbered", func() bool {
		return c.Count("SELECT COUNT(*) FROM live_news WHERE room_id = ?", c.room) == 0 &&
			c.Count("SELECT COUNT(*) FROM live_comments WHERE room_id = ? AND seq IS NULL AND state = 'SHOWN'", c.room) == 0
	})
	return int64(c.Count("SELECT seq FROM live_rooms WHERE id = ?", c.room))
}

// Owners die and leave while 64 goroutines comment and tell: everybody sees 1, 2, 3 and so on, the same everywhere, and everything that was told exactly once.
func TestOwnersChangeAndNobodyMissesAnything(t *testing.T) {
	c := openCluster(t)
	lossy := func(p *process) {
		p.Losing(func() bool { return shoptest.Draw(5) == 0 })
	}
	processes := []*process{c.process(), c.process(lossy)}
	var watchers []*watched
	for _, p := range processes {
		watchers = append(watchers, c.watch(p.Service, "0:0"), c.watch(p.Service, ""))
	}
	idle := c.process() // follows nothing until later
	const each = 12
	var writers sync.WaitGroup
	for w := range 64 {
		writers.Go(func() {
			for i := range each {
				shoptest.Stagger()
				p := processes[(w+i)%2].Service
				if (w+i)%3 == 0 {
					c.order(p, w*each+i+1)
				} else {
					c.comment(p, c.guest, live.Moderator, false, fmt.Sprint(w, "/", i))
				}
			}
		})
	}
	over := make(chan struct{})
	go func() {
		writers.Wait()
		close(over)
	}()
	changes := 0
	for running := true; running || changes < 3; {
		select {
		case <-over:
			running = false
		case <-time.After(100 * time.Millisecond):
		}
		next := c.process()
		if changes++; changes%2 == 0 {
			idle.kill()
		} else {
			idle.stop()
			<-idle.done
		}
		idle = next
		if changes == 1 { // from here on the first two only follow
			processes[0].kill()
			processes[1].kill()
		}
	}
	last := c.told()
	first := c.until(watchers[0], last)
	comments, orders := map[string]int{}, map[int]int{}
	for i, e := range first {
		if seq := live.StampOf(e).Seq; seq != int64(i)+1 {
			t.Fatalf("event %d is numbered %d", i+1, seq)
		}
		switch e := e.(type) {
		case *live.Tick:
			for _, comment := range e.Comments {
				comments[comment.Text]++
			}
		case *live.OrderPlaced:
			orders[e.Quantity]++
		}
	}
	if len(comments)+len(orders) != 64*each {
		t.Errorf("%d comments and %d orders were seen, %d were sent", len(comments), len(orders), 64*each)
	}
	for what, n := range comments {
		if n != 1 {
			t.Errorf("comment %s came %d times", what, n)
		}
	}
	for _, w := range watchers[1:] {
		c.same(first, c.until(w, last))
	}
	c.same(first, c.until(c.watch(idle.Service, "0:0"), last)) // who comes last reads it all from the rows
	if epochs := c.Count("SELECT COUNT(DISTINCT epoch) FROM live_events WHERE room_id = ?", c.room); epochs < 2 {
		t.Errorf("the events are of %d owners", epochs)
	}
}

// same fails the test unless the events of b are the last of a, alike in everything that is shown.
func (c *cluster) same(a, b []live.Event) {
	c.t.Helper()
	if len(b) > len(a) {
		c.t.Fatalf("%d events, and %d elsewhere", len(a), len(b))
	}
	a = a[len(a)-len(b):]
	for i := range a {
		if shown(a[i]) != shown(b[i]) {
			c.t.Fatalf("%s, elsewhere %s", shown(a[i]), shown(b[i]))
		}
	}
}

// shown is what an event shows.
func shown(e live.Event) string {
	switch e := e.(type) {
	case *live.Tick:
		text := fmt.Sprint("tick ", e.Stamp, e.ViewerCount, e.LikeCount, e.CommentsDropped)
		for _, comment := range e.Comments {
			text += fmt.Sprint(" ", comment.ID, comment.Role, comment.Text, comment.At, *comment.Author)
		}
		return text
	case *live.OrderPlaced:
		return fmt.Sprint("order ", e.Stamp, *e.Buyer, e.ProductID, e.Quantity)
	case *live.CommentHidden:
		return fmt.Sprint("hidden ", e.Stamp, e.CommentID)
	}
	return fmt.Sprintf("%T %+v", e, e)
}

// An owner who was asleep while another took his room stores nothing when he wakes up, and what he had read is told by the other, once.
func TestAnOwnerWhoSleptStoresNothing(t *testing.T) {
	c := openCluster(t)
	c.told0()
	asleep, wake := make(chan struct{}), make(chan struct{})
	var armed atomic.Bool
	first := c.process(func(p *process) {
		p.Pausing(func(string) {
			if armed.CompareAndSwap(true, false) {
				close(asleep)
				<-wake
			}
		})
	})
	w := c.watch(first.Service, "0:0")
	c.until(w, c.told())
	armed.Store(true)
	c.order(first.Service, 1)
	<-asleep
	second := c.process()
	last := c.told() // by the second, once the lease has ended
	c.order(second.Service, 2)
	last = max(last, c.told())
	close(wake)
	c.order(first.Service, 3)
	events := c.until(w, max(last, c.told()))
	var orders []int
	var epochs []string
	for _, e := range events {
		if o, ok := e.(*live.OrderPlaced); ok {
			orders, epochs = append(orders, o.Quantity), append(epochs, o.Cursor)
		}
	}
	if !slices.Equal(orders, []int{1, 2, 3}) {
		t.Errorf("orders %v with cursors %v", orders, epochs)
	}
}

// told0 does nothing but say that the room has news of its start.
func (c *cluster) told0() {
	c.t.Helper()
	if c.Count("SELECT COUNT(*) FROM live_news WHERE room_id = ?", c.room) == 0 {
		c.t.Fatal("a room that was started has no news")
	}
}

func TestAnOwnerThatStopsGivesItsRoomsUp(t *testing.T) {
	c := openCluster(t)
	first := c.process(func(p *process) { p.LeaseFor(time.Hour) })
	c.told()
	first.end()
	if n := c.Count("SELECT COUNT(*) FROM live_rooms WHERE owner IS NOT NULL"); n != 0 {
		t.Fatalf("%d rooms still have an owner", n)
	}
	second := c.process(func(p *process) { p.LeaseFor(time.Hour) })
	c.order(second.Service, 1)
	c.told()
	// A room that has ended is given up when everything is told.
	_, err := second.End(t.Context(), c.host, c.room)
	c.Must(err)
	c.told()
	eventually(t, "the room is given up", func() bool { return c.Count("SELECT COUNT(*) FROM live_rooms WHERE owner IS NOT NULL") == 0 })
	// And taken again for what comes later.
	c.comment(second.Service, c.guest, live.Viewer, false, "late")
	c.told()
}

// What is hidden is gone from the ring, from the history, and from what a new process reads; its tick keeps its number.
func TestHiddenCommentsAreGone(t *testing.T) {
	c := openCluster(t)
	p := c.process()
	topic, err := p.Topic(t.Context(), c.room, "")
	c.Must(err)
	defer topic.Close()
	stays, goes := c.comment(p.Service, c.guest, live.Viewer, false, "stays"), c.comment(p.Service, c.guest, live.Viewer, false, "goes")
	c.told()
	tick := int64(c.Count("SELECT seq FROM live_comments WHERE id = ?", goes))
	eventually(t, "the tick is here", func() bool { return topic.Head() >= tick })
	_, before := topic.Replaced(0)
	old, _ := topic.After(tick-1, 1)
	c.hide(p.Service, goes)
	last := c.told()
	eventually(t, "the hiding is here", func() bool { return topic.Head() >= last })
	replaced, _ := topic.Replaced(before)
	if !slices.Equal(replaced, []int64{tick}) {
		t.Errorf("replaced %v, want %d", replaced, tick)
	}
	fresh, _ := topic.After(tick-1, 1)
	if texts := textsOf(old[0].Event); !slices.Contains(texts, "goes") {
		t.Errorf("what somebody reads has changed: %v", texts)
	}
	other := c.process()
	elsewhere, err := other.Topic(t.Context(), c.room, "")
	c.Must(err)
	defer elsewhere.Close()
	read, _ := elsewhere.After(tick-1, 1)
	history, err := p.Events(t.Context(), c.room, live.EventArgs{Args: page.Args{First: 100}})
	c.Must(err)
	kept := int64(c.Count("SELECT seq FROM live_comments WHERE id = ?", stays))
	for _, e := range []any{fresh[0].Event, read[0].Event, history.Events[tick-1]} {
		if texts := textsOf(e); slices.Contains(texts, "goes") || kept == tick && !slices.Contains(texts, "stays") || live.StampOf(e.(live.Event)).Seq != tick {
			t.Errorf("the tick still has %v", texts)
		}
	}
	if hidden, ok := history.Events[last-1].(*live.CommentHidden); !ok || hidden.CommentID != goes {
		t.Errorf("the last event is %s", shown(history.Events[last-1]))
	}
}

func textsOf(e any) (texts []string) {
	for _, comment := range e.(*live.Tick).Comments {
		texts = append(texts, comment.Text)
	}
	return texts
}

// Comments that are hidden while their tick is made are not told, or taken back.
func TestHidingRacesTheTick(t *testing.T) {
	c := openCluster(t)
	p := c.process()
	topic, err := p.Topic(t.Context(), c.room, "")
	c.Must(err)
	defer topic.Close()
	shoptest.ManyRounds(t, c.Shop, 10, 10, func(int) {
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() {
				commentID := c.comment(p.Service, c.guest, live.Viewer, false, "goes")
				shoptest.Stagger()
				c.hide(p.Service, commentID)
			})
		}
		both.Wait()
	})
	last := c.told()
	eventually(t, "everything is here", func() bool { return topic.Head() >= last })
	items, ok := topic.After(0, 10_000)
	if !ok || int64(len(items)) != last {
		t.Fatalf("%d events are kept, %v", len(items), ok)
	}
	for _, i := range items {
		if tick, ok := i.Event.(*live.Tick); ok && len(tick.Comments) > 0 {
			t.Errorf("tick %d still shows a comment", i.Seq)
		}
	}
}

func TestTheSampleIsFair(t *testing.T) {
	var crowd [][2]string
	for range 50 {
		crowd = append(crowd, [2]string{"loud", "VIEWER"})
	}
	crowd = append(crowd, [2]string{"host", "HOST"}, [2]string{"mod", "MODERATOR"}, [2]string{"cohost", "CO_HOST"}, [2]string{"b", "buyer"}, [2]string{"quiet", "VIEWER"})
	for _, tc := range []struct {
		name      string
		perSecond int
		left      float64
		since     time.Duration
		comments  [][2]string
		want      int
		still     float64
	}{
		{"everything fits", 40, 40, 0, crowd[:30], 30, 10},
		{"staff and buyers come first", 6, 6, 0, crowd, 6, 0},
		{"staff and buyers always come", 2, 0, 0, crowd, 4, 0},
		{"time brings more", 40, 0, 100 * time.Millisecond, crowd[:50], 4, 0},
		{"of at most a second", 40, 0, time.Hour, crowd[:50], 40, 0},
		{"nobody comes", 40, 12, 0, nil, 0, 12},
	} {
		t.Run(tc.name, func(t *testing.T) {
			shown, still := live.Sampled(tc.perSecond, tc.left, tc.since, tc.comments)
			if len(shown) != tc.want || still != tc.still {
				t.Fatalf("%d are shown, %v left; want %d, %v", len(shown), still, tc.want, tc.still)
			}
			for _, c := range tc.comments {
				if c[1] != "VIEWER" && !slices.Contains(shown, c) {
					t.Errorf("%s is not shown", c[1])
				}
			}
		})
	}
	// One comment of everyone before a second of anyone: with room for two viewers, both are heard.
	for range 100 {
		if shown, _ := live.Sampled(6, 6, 0, crowd); !slices.Contains(shown, [2]string{"quiet", "VIEWER"}) {
			t.Fatal("who writes once is not heard beside who writes fifty times")
		}
	}
}

// In a hot room every comment gets its tick; those beyond the budget are counted, and not shown, by the ring nor by the history.
func TestAHotRoomShowsASample(t *testing.T) {
	c := openCluster(t)
	c.cfg.Budget = 5
	for i := range 60 {
		role, buyer := live.Viewer, false
		switch i % 20 {
		case 0:
			role = live.Moderator
		case 1:
			buyer = true
		}
		c.comment(c.Live, c.guest, role, buyer, fmt.Sprint(role, buyer))
	}
	p := c.process()
	last := c.told()
	events := c.until(c.watch(p.Service, "0:0"), last)
	dropped, staff, all := 0, 0, 0
	for _, e := range events {
		if tick, ok := e.(*live.Tick); ok {
			dropped += tick.CommentsDropped
			all += len(tick.Comments)
			for _, comment := range tick.Comments {
				if comment.Text != "VIEWERfalse" && comment.Text != "VIEWER false" {
					staff++
				}
			}
		}
	}
	if all+dropped != 60 || staff != 6 || dropped < 40 {
		t.Errorf("%d shown, of them %d of staff and buyers, %d dropped", all, staff, dropped)
	}
	if n := c.Count("SELECT COUNT(*) FROM live_comments WHERE seq IS NOT NULL AND sampled = ?", false); n != dropped {
		t.Errorf("%d comments are left out, %d were counted", n, dropped)
	}
	history, err := p.Events(t.Context(), c.room, live.EventArgs{Args: page.Args{First: 100}})
	c.Must(err)
	c.same(history.Events, events)
}

func TestHistoryHasPages(t *testing.T) {
	c := openCluster(t)
	p := c.process()
	c.told()
	c.Clock.Advance(10 * time.Second)
	for i := range 7 {
		c.order(p.Service, i+1)
	}
	last := c.told()
	var all []live.Event
	after := ""
	for {
		got, err := p.Events(t.Context(), c.room, live.EventArgs{Args: page.Args{First: 3, After: after}})
		c.Must(err)
		all = append(all, got.Events...)
		if len(got.Cursors) != len(got.Events) {
			t.Fatalf("%d cursors of %d events", len(got.Cursors), len(got.Events))
		}
		if !got.Info.HasNextPage {
			break
		}
		after = *got.Info.EndCursor
	}
	if int64(len(all)) != last {
		t.Fatalf("%d events of %d", len(all), last)
	}
	ten, later, none := 10, 100, -1
	got, err := p.Events(t.Context(), c.room, live.EventArgs{Args: page.Args{First: 100}, FromSeconds: &ten})
	c.Must(err)
	if len(got.Events) == 0 || len(got.Events) >= len(all) || !live.StampOf(got.Events[0]).At.Equal(c.Clock.Now()) {
		t.Errorf("%d events from the tenth second on", len(got.Events))
	}
	got, err = p.Events(t.Context(), c.room, live.EventArgs{Args: page.Args{First: 100}, FromSeconds: &later})
	c.Must(err)
	if len(got.Events) != 0 {
		t.Errorf("%d events after the last", len(got.Events))
	}
	if _, err := p.Events(t.Context(), c.room, live.EventArgs{Args: page.Args{First: 1}, FromSeconds: &none}); !errors.Is(err, fault.InvalidInput) {
		t.Errorf("before the start: %v", err)
	}
	if _, err := p.Events(t.Context(), c.room, live.EventArgs{Args: page.Args{First: 1, After: "x"}}); !errors.Is(err, fault.InvalidCursor) {
		t.Errorf("a forged cursor: %v", err)
	}
}

func TestCursorsAreFound(t *testing.T) {
	c := openCluster(t)
	empty, err := c.Live.Topic(t.Context(), c.room, "")
	c.Must(err)
	if seq, ok := empty.Find("0:0"); !ok || seq != 0 {
		t.Errorf("in a room without events 0:0 is %d, %v", seq, ok)
	}
	empty.Close()
	p := c.process()
	for i := range 3 {
		c.order(p.Service, i+1)
	}
	last := c.told()
	topic, err := p.Topic(t.Context(), c.room, "")
	c.Must(err)
	defer topic.Close()
	eventually(t, "everything is here", func() bool { return topic.Head() >= last })
	items, _ := topic.After(0, 100)
	for _, i := range items {
		cursor := live.StampOf(i.Event.(live.Event)).Cursor
		if seq, ok := topic.Find(cursor); !ok || seq != i.Seq {
			t.Errorf("%s is %d, %v", cursor, seq, ok)
		}
	}
	room, err := p.Room(t.Context(), c.room)
	c.Must(err)
	if seq, ok := topic.Find(room.Cursor); !ok || seq != last {
		t.Errorf("the room's cursor is %d, %v", seq, ok)
	}
	for _, forged := range []string{"", "x", "0:1", "99:1", fmt.Sprintf("1:%d", last+1), "1:-1", "01:1"} {
		if seq, ok := topic.Find(forged); ok {
			t.Errorf("%q is taken for %d", forged, seq)
		}
	}
	reset, err := topic.Reset(t.Context())
	c.Must(err)
	e := reset.Event.(*live.Reset)
	if reset.Seq != last || e.Seq != last || e.Room.ID != c.room || e.Room.State != live.OnAir {
		t.Errorf("the reset is %+v of %+v", e.Stamp, e.Room)
	}
	if seq, ok := topic.Find(e.Cursor); !ok || seq != last {
		t.Errorf("the reset's cursor %s is %d, %v", e.Cursor, seq, ok)
	}
}

// Many who open a room at once make one read of it; the last one's leaving ends it, some time later.
func TestOpeningIsShared(t *testing.T) {
	c := openCluster(t)
	p := c.process(func(p *process) { p.LeaseFor(time.Minute) })
	c.told()
	var statements store.Counter
	ctx := store.CountStatements(t.Context(), &statements)
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			topic, err := p.Topic(ctx, c.room, "")
			c.Try(err)
			defer topic.Close()
			_, ok := topic.After(0, 10)
			if !ok {
				t.Error("the first event is not kept")
			}
		})
	}
	all.Wait()
	if n := statements.Count(); n > 6 {
		t.Errorf("%d statements", n)
	}
	eventually(t, "nobody follows the room", func() bool { return p.Follows() == 0 })
	for _, wrong := range []string{"", "lvr_nothing", id.New("lvr"), id.New("ord")} {
		if _, err := p.Topic(t.Context(), wrong, ""); !errors.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if _, err := p.Watch(t.Context(), id.New("lvr"), ""); !errors.Is(err, fault.NotFound) {
		t.Errorf("watching nothing: %v", err)
	}
}

// A process follows so many rooms that are over; those that nobody watches any more make room before anybody is turned away, and rooms on air are never in their way.
func TestFollowingOldRoomsHasABound(t *testing.T) {
	c := openCluster(t)
	p := c.process(func(p *process) { p.LeaseFor(time.Minute); p.FollowOverAtMost(1); p.LingerFor(time.Hour) })
	first, second := c.bring(live.Ended).ID, c.bring(live.Ended).ID
	topic, err := p.Topic(t.Context(), first, "")
	c.Must(err)
	if _, err := p.Topic(t.Context(), second, ""); !errors.Is(err, fault.Overloaded) {
		t.Errorf("a second one: %v", err)
	}
	onAir, err := p.Topic(t.Context(), c.room, "")
	c.Must(err)
	defer onAir.Close()
	again, err := p.Topic(t.Context(), first, "")
	c.Must(err)
	again.Close()
	topic.Close()
	other, err := p.Topic(t.Context(), second, "")
	c.Must(err)
	defer other.Close()
	if p.Follows() != 2 {
		t.Errorf("%d are followed", p.Follows())
	}
}

// Presence is one per connection, over all processes; it ends with the last of a connection's operations, or with its process.
func TestPresenceIsCounted(t *testing.T) {
	c := openCluster(t)
	one, two := c.process(), c.process()
	viewers := func() int { return c.Count("SELECT viewers FROM live_rooms WHERE id = ?", c.room) }
	open := func(p *process, connection string) func() {
		topic, err := p.Topic(t.Context(), c.room, connection)
		c.Must(err)
		return topic.Close
	}
	a, again, nobody, b := open(one, "a"), open(one, "a"), open(one, ""), open(two, "b")
	defer nobody()
	eventually(t, "two watch", func() bool { return viewers() == 2 })
	again()
	again() // closing twice is closing once
	d := open(two, "d")
	eventually(t, "three watch", func() bool { return viewers() == 3 })
	a()
	eventually(t, "two watch", func() bool { return viewers() == 2 })
	b()
	d()
	eventually(t, "nobody watches", func() bool { return viewers() == 0 })
	if peak := c.Count("SELECT peak_viewers FROM live_rooms WHERE id = ?", c.room); peak != 3 {
		t.Errorf("at most %d watched", peak)
	}
}

// A tick costs a few statements, however many comments it takes.
func TestAPassIsCheap(t *testing.T) {
	c := openCluster(t)
	c.cfg.Tick = time.Millisecond
	for range 100 {
		c.comment(c.Live, c.guest, live.Viewer, false, "hello")
	}
	var statements store.Counter
	var mu sync.Mutex
	var texts []string
	statements.Each = func(text string) {
		mu.Lock()
		defer mu.Unlock()
		texts = append(texts, text)
	}
	h, err := hub.Open(c.url)
	c.Must(err)
	defer h.Close()
	c.cfg.Hub = h
	s := live.New(c.cfg)
	ctx, cancel := context.WithCancel(store.CountStatements(context.Background(), &statements))
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Own(ctx)
	}()
	c.told()
	cancel()
	<-done
	// To take the room: three looks, the lease, the row. One pass with news of the start: five reads, four writes. A minute's point: two. To give it up: one.
	if n := statements.Count(); n > 3+2+9+2+1+6 {
		t.Errorf("%d statements: %q", n, texts)
	}
}

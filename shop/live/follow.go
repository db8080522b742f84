package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/kaituan/kaituan/internal/catch"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/stream"
)

// following is every room that this process follows, among them at most so many that are over.
type following struct {
	most int

	mu    sync.Mutex
	over  int
	rooms map[string]*follower
	// noGap ends the hub's telling of gaps.
	noGap  func()
	closed bool
	all    sync.WaitGroup
}

// follower is one room as this process follows it: one subscription and one read of its newest events, however many open it, from the first until some time after the
// last.
type follower struct {
	s    *Service
	room string
	// ready is closed when log is there, or err says why it is not.
	ready chan struct{}
	err   error
	log   *stream.Log

	ctx    context.Context
	cancel context.CancelFunc

	// Guarded by following.mu. over: it was over when this began.
	opened  int
	over    bool
	closing *time.Timer

	mu sync.Mutex
	// watchers counts each connection's operations.
	watchers map[string]int
	crowd    chan struct{} // the number of watchers has changed, or must be told again
	epoch    int64
	// early is what messages brought before the log was there.
	early []stream.Item

	// resets is the last reading of the room.
	resets *recent[stream.Item]
}

// mostOver bounds the rooms that a process follows although they are over: nothing comes of them, and a shop has more of them every day. Those on air, each of which keeps
// up to some 2 MB of events, are its business.
const mostOver = 1000

// mostEarly bounds what is kept of messages until the log is there; what is beyond is read.
const mostEarly = 4096

// Stream is the source of liveRoomEvents. Its argument roomId names the room; there is none by that id: fault.NotFound.
func (s *Service) Stream() stream.Source { return source{s} }

type source struct{ s *Service }

func (o source) Open(ctx context.Context, args map[string]any) (stream.Topic, error) {
	room, _ := args["roomId"].(string)
	return o.s.open(ctx, room)
}

// open follows a room. Who is named by stream.Watcher is present in it until the topic is closed.
func (s *Service) open(ctx context.Context, room string) (*topic, error) {
	if !id.Is(room, "lvr") {
		return nil, fault.NotFound
	}
	f, err := s.following.join(s, room)
	if err != nil {
		return nil, err
	}
	select {
	case <-f.ready:
	case <-ctx.Done():
		s.following.leave(f)
		return nil, ctx.Err()
	}
	if f.err != nil {
		s.following.leave(f)
		return nil, f.err
	}
	t := &topic{Log: f.log, f: f, watcher: stream.Watcher(ctx)}
	f.come(t.watcher)
	return t, nil
}

// join returns the room's follower and counts who opened it. Errors: fault.Unavailable once the service is closed.
func (g *following) join(s *Service, room string) (*follower, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, fault.Unavailable
	}
	if g.rooms == nil {
		g.rooms = map[string]*follower{}
		g.noGap = s.hub.OnGap(g.check)
	}
	f := g.rooms[room]
	if f == nil {
		f = &follower{
			s: s, room: room, ready: make(chan struct{}), watchers: map[string]int{}, crowd: make(chan struct{}, 1),
			resets: newRecent[stream.Item](freshReset, time.Now),
		}
		f.ctx, f.cancel = context.WithCancel(context.Background())
		g.rooms[room] = f
		g.all.Go(f.run)
	}
	f.opened++
	if f.closing != nil {
		f.closing.Stop()
		f.closing = nil
	}
	return f, nil
}

// admitOver counts a room in that is over; others that nobody watches any more make room for it.
func (g *following) admitOver(f *follower) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.over >= g.most {
		for _, other := range g.rooms {
			if other.over && other.opened == 0 {
				g.forget(other)
			}
		}
	}
	if g.over >= g.most || g.rooms[f.room] != f {
		return false
	}
	f.over = true
	g.over++
	return true
}

// forget ends what follows a room. Under the lock.
func (g *following) forget(f *follower) {
	if g.rooms[f.room] == f {
		delete(g.rooms, f.room)
		if f.over {
			g.over--
		}
	}
	f.cancel()
}

// leave ends one join; the room is followed for some time more.
func (g *following) leave(f *follower) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f.opened--
	if f.opened > 0 || g.rooms[f.room] != f {
		return
	}
	f.closing = time.AfterFunc(f.s.tempo.linger, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if f.opened == 0 {
			g.forget(f)
		}
	})
}

// drop forgets a follower that could not begin; who opens the room next tries again.
func (g *following) drop(f *follower) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(f)
}

// check has every room look for what messages did not bring.
func (g *following) check() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range g.rooms {
		select {
		case <-f.ready:
			if f.log != nil {
				f.log.Check()
			}
		default: // what it reads to begin with is younger than the gap, or its first head tells
		}
	}
}

// Close commits the likes that were taken, and takes no more; then it ends everything that this process follows, and waits for it. Rooms that it owns are Own's matter.
func (s *Service) Close() {
	s.likes.Close()
	g := &s.following
	g.mu.Lock()
	g.closed = true
	for _, f := range g.rooms {
		f.cancel()
		if f.closing != nil {
			f.closing.Stop()
		}
	}
	if g.noGap != nil {
		g.noGap()
	}
	g.rooms = map[string]*follower{}
	g.mu.Unlock()
	g.all.Wait()
}

// run follows the room until nobody wants it any more.
func (f *follower) run() {
	var stop func()
	err := catch.Panic(func() (err error) {
		stop, err = f.begin()
		return err
	})
	if err != nil {
		var known *fault.Error
		if !errors.As(err, &known) {
			slog.ErrorContext(f.ctx, "follow a live room", "room", f.room, "error", err)
			err = fault.Unavailable
		}
		f.err = err
		f.s.following.drop(f)
		close(f.ready)
		return
	}
	defer stop()
	close(f.ready)
	var presence sync.WaitGroup
	presence.Go(func() { f.steadily(f.present) })
	f.steadily(func() { f.log.Run(f.ctx) })
	presence.Wait()
}

// steadily runs do, which ends with the following; after a panic once more, in a while.
func (f *follower) steadily(do func()) {
	for {
		err := catch.Panic(func() error { do(); return nil })
		if err == nil {
			return
		}
		slog.ErrorContext(f.ctx, "following a live room stopped; it goes on", "room", f.room, "error", err)
		select {
		case <-f.ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

// begin subscribes, then reads the newest events, so that none falls in between.
func (f *follower) begin() (stop func(), err error) {
	ctx, cancel := context.WithTimeout(f.ctx, 10*time.Second)
	defer cancel()
	row, err := f.s.room(ctx, f.room)
	if errors.Is(err, fault.Missing) {
		return nil, fault.NotFound
	}
	if err != nil {
		return nil, err
	}
	keep := kept
	if over(State(row.State)) {
		keep = keptOver
		if !f.s.following.admitOver(f) {
			return nil, fault.Overloaded
		}
	}
	var stops []func()
	stop = func() {
		for _, stop := range stops {
			stop()
		}
	}
	begun := false
	defer func() { // also after a panic
		if !begun {
			stop()
		}
	}()
	for subject, heard := range map[string]func(string, []byte){eventsSubject(f.room): f.heard, headSubject(f.room): f.heardHead} {
		unsubscribe, err := f.s.hub.Subscribe(subject, heard)
		if err != nil {
			return nil, err
		}
		stops = append(stops, unsubscribe)
	}
	tail, err := f.s.newest(ctx, f.room, 0, keep)
	if err != nil {
		return nil, err
	}
	head := row.Seq
	if len(tail) > 0 {
		head = tail[len(tail)-1].Seq
	}
	log := stream.NewLog(stream.LogConfig{
		Name: "live room " + f.room, Keep: keep, Mend: mend,
		Read: func(ctx context.Context, after int64, most int) ([]stream.Item, error) {
			return f.s.newest(ctx, f.room, after, most)
		},
	}, head, tail)
	f.mu.Lock()
	early := f.early
	f.log, f.early = log, nil
	f.mu.Unlock()
	log.Add(early...)
	begun = true
	return stop, nil
}

// kept is how many events a process keeps of a room, keptOver of one that is over, which has no more to come.
const (
	kept     = 2048
	keptOver = 256
)

func (f *follower) heard(_ string, data []byte) {
	if f.s.tempo.lose() {
		return
	}
	var b bulletin
	err := json.Unmarshal(data, &b)
	var events []Event
	if err == nil {
		events, err = b.events()
	}
	if err != nil { // of a newer release; the rows tell, or the same error is logged there
		slog.WarnContext(f.ctx, "events of a live room cannot be read", "room", f.room, "error", err)
		return
	}
	f.mu.Lock()
	log := f.log
	if log == nil && len(f.early) < mostEarly {
		f.early = append(f.early, items(events)...)
	}
	f.mu.Unlock()
	if log != nil {
		log.Add(items(events)...)
	}
}

func (f *follower) heardHead(_ string, data []byte) {
	var b beat
	if json.Unmarshal(data, &b) != nil {
		return
	}
	f.mu.Lock()
	log, fresh := f.log, b.Epoch != f.epoch
	f.epoch = b.Epoch
	f.mu.Unlock()
	if log == nil {
		return
	}
	log.Know(b.Seq)
	if fresh { // a new owner counts anew
		f.recount()
	}
}

// come and gone count who watches; "" is nobody.
func (f *follower) come(watcher string) {
	if watcher == "" {
		return
	}
	f.mu.Lock()
	f.watchers[watcher]++
	f.mu.Unlock()
	f.recount()
}

func (f *follower) gone(watcher string) {
	if watcher == "" {
		return
	}
	f.mu.Lock()
	if f.watchers[watcher]--; f.watchers[watcher] <= 0 {
		delete(f.watchers, watcher)
	}
	f.mu.Unlock()
	f.recount()
}

func (f *follower) recount() {
	select {
	case f.crowd <- struct{}{}:
	default:
	}
}

// present tells the owner how many watch here: when it has changed, not too often, and every few seconds.
func (f *follower) present() {
	every := time.NewTicker(f.s.tempo.present)
	defer every.Stop()
	told := 0
	for {
		select {
		case <-f.ctx.Done():
			if told > 0 {
				f.sayCount(0)
			}
			return
		case <-f.crowd:
		case <-every.C:
		}
		f.mu.Lock()
		count := len(f.watchers)
		f.mu.Unlock()
		if count == 0 && told == 0 {
			continue
		}
		f.sayCount(count)
		told = count
		select {
		case <-f.ctx.Done():
		case <-time.After(f.s.tempo.hush):
		}
	}
}

func (f *follower) sayCount(count int) {
	data, err := json.Marshal(presence{Node: f.s.node, Count: count})
	if err == nil {
		err = f.s.hub.Publish(presenceSubject(f.room), data)
	}
	if err != nil {
		slog.WarnContext(f.ctx, "who watches a live room is not counted now", "error", fmt.Errorf("room %s: %w", f.room, err))
	}
}

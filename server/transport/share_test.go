package transport

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/server/transport/internal/testgraph"
)

// serveLogs starts a server whose Subscription.events come from logs.
func serveLogs(t *testing.T, change func(*Config)) (*Server, string, *testgraph.Logs) {
	t.Helper()
	logs := &testgraph.Logs{}
	s, u := serve(t, func(c *Config) {
		c.Streams = map[string]stream.Source{"events": logs}
		if change != nil {
			change(c)
		}
	})
	return s, u, logs
}

// executed is how many events of a field were executed.
func (s *Server) executed(field string) int {
	return int(testutil.ToFloat64(s.metrics.executions.WithLabelValues(field)))
}

// closed is how many sockets were closed with a code.
func (s *Server) closed(code string) int {
	return int(testutil.ToFloat64(s.metrics.closes.WithLabelValues(code)))
}

const saidDoc = `subscription ($after: String) { events(log: "a", after: $after) { __typename seq ... on Said { text } ... on Whole { texts } } }`

func (p *peer) watch(id, query, after string) {
	p.t.Helper()
	payload, _ := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"after": orNil(after)}})
	p.say(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":%s}`, id, payload))
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// event is an event as a client reads it.
type event struct {
	id    string
	Type  string `json:"__typename"`
	Seq   int
	Text  string
	Texts []string
}

// next reads the next event.
func (p *peer) next() event {
	p.t.Helper()
	e, err := p.tryNext()
	if err != nil {
		p.t.Fatal(err)
	}
	return e
}

func (p *peer) tryNext() (event, error) {
	raw, err := p.read()
	var m struct {
		ID, Type string
		Payload  json.RawMessage
	}
	if err == nil {
		err = json.Unmarshal([]byte(raw), &m)
	}
	if err == nil && m.Type != "next" {
		err = fmt.Errorf("heard %s", raw)
	}
	var payload struct{ Data struct{ Events event } }
	if err == nil {
		err = json.Unmarshal(m.Payload, &payload)
	}
	payload.Data.Events.id = m.ID
	return payload.Data.Events, err
}

func (p *peer) wantSaid(seqs ...int) {
	p.t.Helper()
	for _, seq := range seqs {
		if e := p.next(); e.Type != "Said" || e.Seq != seq || e.Text != fmt.Sprint("t", seq) {
			p.t.Fatalf("got %+v, want %d", e, seq)
		}
	}
}

func (p *peer) wantWhole(seq int) {
	p.t.Helper()
	if e := p.next(); e.Type != "Whole" || e.Seq != seq {
		p.t.Fatalf("got %+v, want the whole of %d", e, seq)
	}
}

// record appends items whose text is "t" and their number.
func record(g *testgraph.Log, from, to int) {
	for seq := from; seq <= to; seq++ {
		g.Append(fmt.Sprint("t", seq))
	}
}

func TestOneExecutionForAllWhoWatch(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	record(log, 1, 3)
	var peers []*peer
	for i := range 40 {
		p := connect(t, u, []string{"", `{"accessToken":"ann` + fmt.Sprint(i/4) + `"}`}[i%2])
		query := saidDoc
		if i%3 == 0 {
			query = strings.ReplaceAll(saidDoc, " { ", " {\n\t# the same\n ")
		}
		p.watch([]string{"1", "other", fmt.Sprint("own", i)}[i%3], query, "1:3")
		peers = append(peers, p)
	}
	eventually(t, func() bool { return log.Watched.Load() == 40 })
	for seq := 4; seq <= 13; seq++ {
		log.Append(fmt.Sprint("t", seq))
	}
	for _, p := range peers {
		p.wantSaid(4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
	}
	if n := s.executed("events"); n != 10 {
		t.Errorf("%d executions of 10 events for 40 subscribers", n)
	}
	// Something else, or in another language, is executed apart.
	p := connect(t, u, "")
	p.watch("1", `subscription ($after: String) { events(log: "a", after: $after) { __typename seq ... on Said { said: text text } } }`, "1:13")
	log.Append("t14")
	p.wantSaid(14)
	for _, other := range peers {
		other.wantSaid(14)
	}
	if n := s.executed("events"); n != 12 {
		t.Errorf("%d executions", n)
	}
	for _, p := range peers {
		_ = p.conn.Close()
	}
	_ = p.conn.Close()
	eventually(t, func() bool { return log.Watched.Load() == 0 })
}

func TestResume(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	p := connect(t, u, "")
	p.watch("1", saidDoc, "")
	p.wantWhole(0)
	record(log, 1, 5)
	p.wantSaid(1, 2, 3, 4, 5)

	// After what one has seen comes what one has not, whether it is executed already or not.
	q := connect(t, u, "")
	q.watch("1", saidDoc, "1:3")
	q.wantSaid(4, 5)
	made := s.executed("events")
	old := connect(t, u, "")
	old.watch("1", saidDoc, "1:0")
	old.wantSaid(1, 2, 3, 4, 5)
	if s.executed("events") != made {
		t.Error("what the ring has was executed again")
	}
	// Of a literal cursor, too; and what is no cursor is given the whole.
	l := connect(t, u, "")
	l.subscribe("1", "subscription "+strings.ReplaceAll(strings.TrimPrefix(saidDoc, "subscription ($after: String)"), "$after", `"1:4"`))
	l.wantSaid(5)
	_ = l.conn.Close()
	for _, cursor := range []string{"2:3", "x", "1:6", "1:99999999999999999999"} {
		b := connect(t, u, "")
		b.watch("1", saidDoc, cursor)
		whole := b.next() // which may be a moment old: what has happened since follows
		if whole.Type != "Whole" {
			t.Errorf("%q: %+v", cursor, whole)
		}
		for seq := whole.Seq + 1; seq <= 5; seq++ {
			b.wantSaid(seq)
		}
		_ = b.conn.Close()
	}
	if n := log.Resets.Load(); n > 3 { // within a second one serves many
		t.Errorf("%d resets", n)
	}
}

// Who comes to a group that began later gets older frames made for him, once, in order, before those that come meanwhile.
func TestOlderFramesAreMadeOnce(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	record(log, 1, 300)
	p := connect(t, u, "")
	p.watch("1", saidDoc, "1:300")
	record(log, 301, 301)
	p.wantSaid(301)
	var late []*peer
	for range 5 {
		l := connect(t, u, "")
		l.watch("1", saidDoc, "1:100")
		late = append(late, l)
	}
	record(log, 302, 310)
	for _, l := range late {
		for seq := 101; seq <= 310; seq++ {
			l.wantSaid(seq)
		}
	}
	if n := s.executed("events"); n != 210 {
		t.Errorf("%d executions of 210 events", n)
	}
}

// The last leaver's group waits for those who come back: frames that it has made are not made again, and nothing is made while nobody watches.
func TestComingBack(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	p := connect(t, u, "")
	p.watch("1", saidDoc, "1:0")
	record(log, 1, 10)
	for seq := 1; seq <= 10; seq++ {
		p.wantSaid(seq)
	}
	_ = p.conn.Close()
	eventually(t, func() bool { return log.Watched.Load() == 0 })
	record(log, 11, 20)
	time.Sleep(50 * time.Millisecond)
	if n := s.executed("events"); n != 10 {
		t.Errorf("%d executions, though nobody watches", n)
	}
	var back []*peer
	for range 30 {
		b := connect(t, u, "")
		b.watch("1", saidDoc, "1:5")
		back = append(back, b)
	}
	for _, b := range back {
		for seq := 6; seq <= 20; seq++ {
			b.wantSaid(seq)
		}
	}
	if n := s.executed("events"); n != 20 {
		t.Errorf("%d executions of 20 events", n)
	}
	if log.Resets.Load() != 0 {
		t.Error("somebody who came back in time was given the whole")
	}
}

func TestGroupsEnd(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	s.timing.linger = 50 * time.Millisecond
	log := logs.Named("a")
	for range 3 {
		p := connect(t, u, "")
		p.watch("1", saidDoc, "")
		p.wantWhole(0)
		_ = p.conn.Close()
		eventually(t, func() bool { return log.Opened.Load() == 0 })
		s.groups.mu.Lock()
		if len(s.groups.byKey) != 0 || len(s.groups.byField) != 0 {
			t.Errorf("%d groups are left", len(s.groups.byKey))
		}
		s.groups.mu.Unlock()
	}
}

// A replaced item is shown to nobody who comes later, from the ring or by older frames.
func TestReplaced(t *testing.T) {
	_, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	p := connect(t, u, "")
	p.watch("1", saidDoc, "1:0")
	record(log, 1, 5)
	p.wantSaid(1, 2, 3, 4, 5)
	log.Replace(3, "gone")
	record(log, 6, 6)
	p.wantSaid(6)
	q := connect(t, u, "")
	q.watch("1", saidDoc, "1:2")
	if e := q.next(); e.Seq != 3 || e.Text != "gone" {
		t.Errorf("%+v", e)
	}
	q.wantSaid(4, 5, 6)
}

// What is no longer kept is not skipped: who lacks it is given the whole.
func TestTooFarBack(t *testing.T) {
	_, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	log.Keep = 10
	record(log, 1, 30)
	p := connect(t, u, "")
	p.watch("1", saidDoc, "1:5")
	p.wantWhole(30)
	q := connect(t, u, "")
	q.watch("1", saidDoc, "1:20")
	for seq := 21; seq <= 30; seq++ {
		q.wantSaid(seq)
	}
}

func TestWhoDependsOnTheViewerWatchesAlone(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	const doc = `subscription ($after: String) { events(log: "a", after: $after) { __typename seq ... on Said { text: viewer } } }`
	names := []string{"ann", "bob", "eve"}
	var peers []*peer
	for _, name := range names {
		p := connect(t, u, `{"accessToken":"`+name+`"}`)
		p.watch("1", doc, "1:0")
		peers = append(peers, p)
	}
	log.Append("x")
	for i, p := range peers {
		if e := p.next(); e.Seq != 1 || e.Text != names[i] {
			t.Errorf("%s got %+v", names[i], e)
		}
	}
	if n := s.executed("events"); n != 3 {
		t.Errorf("%d executions", n)
	}
}

// A field that asks who its viewer is, though the schema does not say so, is an error in a shared execution, never the first subscriber's answer.
func TestAnExecutionForAllHasNoViewer(t *testing.T) {
	_, u, logs := serveLogs(t, nil)
	logged.take()
	p := connect(t, u, `{"accessToken":"ann"}`)
	p.subscribe("1", `subscription { events(log: "a", after: "1:0") { seq ... on Said { forgotten } } }`)
	eventually(t, func() bool { return logs.Named("a").Watched.Load() == 1 })
	logs.Named("a").Append("x")
	raw, err := p.read()
	if err != nil || strings.Contains(raw, "ann") || !strings.Contains(raw, `"code":"INTERNAL"`) || !strings.Contains(raw, `"forgotten":null`) {
		t.Fatal(raw, err)
	}
	if !strings.Contains(raw, `"path":["events","forgotten"]`) {
		t.Errorf("the path lacks its root: %s", raw)
	}
	if !strings.Contains(logged.take(), "viewer") {
		t.Error("nothing was logged")
	}
}

func TestAFailureEndsAllAndTheNextStartAnew(t *testing.T) {
	for _, how := range []string{"panic", "fail"} {
		t.Run(how, func(t *testing.T) {
			_, u, logs := serveLogs(t, nil)
			log := logs.Named("a")
			var peers []*peer
			for range 3 {
				p := connect(t, u, "")
				p.watch("1", saidDoc, "1:0")
				peers = append(peers, p)
			}
			eventually(t, func() bool { return log.Watched.Load() == 3 })
			record(log, 1, 1)
			log.Append(how)
			for _, p := range peers {
				p.wantSaid(1)
				p.hearError("1", map[string]string{"panic": "INTERNAL", "fail": "UNAVAILABLE"}[how])
			}
			eventually(t, func() bool { return log.Opened.Load() == 0 })
			log.Replace(2, "t2")
			peers[0].watch("1", saidDoc, "1:1")
			peers[0].wantSaid(2)
		})
	}
}

func TestMayWatch(t *testing.T) {
	_, u, _ := serveLogs(t, nil)
	p := connect(t, u, "")
	p.subscribe("1", `subscription { events(log: "nowhere") { seq } }`)
	p.hearError("1", "NOT_FOUND")
}

// What has no cursor is followed once for all who share it, who come late included; the last one to leave ends it.
func TestFollowedOnce(t *testing.T) {
	_, u := serve(t, nil)
	id := t.Name()
	doc := `subscription { thing(id: "` + id + `") { version } }`
	var peers []*peer
	for range 10 {
		p := connect(t, u, "")
		p.subscribe("1", doc)
		p.hear(`{"id":"1","type":"next","payload":{"data":{"thing":{"version":0}}}}`)
		peers = append(peers, p)
	}
	if n := testgraph.TheThings.Followed.Load(); n != 1 {
		t.Errorf("followed %d times", n)
	}
	testgraph.TheThings.Change(id)
	for _, p := range peers {
		p.hear(`{"id":"1","type":"next","payload":{"data":{"thing":{"version":1}}}}`)
	}
	late := connect(t, u, "")
	late.subscribe("x", doc)
	late.hear(`{"id":"x","type":"next","payload":{"data":{"thing":{"version":1}}}}`)
	for _, p := range append(peers, late) {
		p.say(`{"id":"1","type":"complete"}`, `{"id":"x","type":"complete"}`)
	}
	eventually(t, func() bool { return testgraph.TheThings.Followed.Load() == 0 })
}

// Who may see more than everybody watches by himself; who may not watch at all is told so.
func TestMayShare(t *testing.T) {
	_, u := serve(t, func(c *Config) {
		c.MayShare = map[string]func(context.Context, map[string]any) (bool, error){
			"thing": func(ctx context.Context, args map[string]any) (bool, error) {
				switch viewer.From(ctx).ShopperID {
				case "eve":
					return false, fault.Missing
				case "ann":
					return false, nil
				}
				return args["id"] == t.Name(), nil
			},
		}
	})
	doc := `subscription { thing(id: "` + t.Name() + `") { version } }`
	for i, name := range []string{"bob", "ann", "cat"} {
		p := connect(t, u, `{"accessToken":"`+name+`"}`)
		p.subscribe("1", doc)
		p.hear(`{"id":"1","type":"next","payload":{"data":{"thing":{"version":0}}}}`)
		if n := testgraph.TheThings.Followed.Load(); int(n) != []int{1, 2, 2}[i] {
			t.Errorf("followed %d times after %s", n, name)
		}
	}
	eve := connect(t, u, `{"accessToken":"eve"}`)
	eve.subscribe("1", doc)
	eve.hearError("1", "NOT_FOUND")
}

// The session's end ends what needs one; what everybody may watch goes on. A closed account's socket is closed.
func TestWhatASessionsEndEnds(t *testing.T) {
	var closed sync.Map
	s, u, logs := serveLogs(t, func(c *Config) {
		c.SessionEnded = func(v *viewer.Viewer) error {
			if _, is := closed.Load(v.ShopperID); is {
				return fault.Forbidden
			}
			return nil
		}
	})
	s.timing.beat, s.timing.pings = 20*time.Millisecond, 1000
	log := logs.Named("a")
	p := connect(t, u, `{"accessToken":"soon"}`)
	p.watch("all", saidDoc, "1:0")
	p.subscribe("own", `subscription { events(log: "a", after: "1:0") { seq ... on Said { viewer } } }`)
	p.hearError("own", "TOKEN_EXPIRED")
	record(log, 1, 1)
	p.wantSaid(1)
	bob := connect(t, u, `{"accessToken":"bob"}`)
	bob.watch("all", saidDoc, "1:1")
	closed.Store("bob", true)
	if c := bob.closed(); c.Code != 4403 {
		t.Error(c)
	}
}

// One who stops reading keeps nobody waiting; when he reads again he is given the whole, not a gap.
func TestAStoppedReader(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	s.timing.stall = time.Hour
	log := logs.Named("a")
	log.Keep = 100
	slow, fast := connect(t, u, ""), connect(t, u, "")
	slow.watch("1", saidDoc, "1:0")
	fast.watch("1", saidDoc, "1:0")
	eventually(t, func() bool { return log.Watched.Load() == 2 })
	const events = 3000
	text := strings.Repeat("x", 5000)
	for seq := 1; seq <= events; seq++ {
		log.Append(text)
		if e := fast.next(); e.Seq != seq {
			t.Fatalf("%d after %d", e.Seq, seq-1)
		}
	}
	last, wholes := 0, 0
	for last < events {
		e := slow.next()
		switch {
		case e.Type == "Whole" && e.Seq >= last:
			wholes++
		case e.Seq != last+1:
			t.Fatalf("%d after %d", e.Seq, last)
		}
		last = e.Seq
	}
	if wholes == 0 {
		t.Error("nothing was skipped: the kernel kept it all, and the test shows nothing")
	}
}

func TestASlowReaderIsEnded(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	s.timing.stall, s.timing.goodbye = 100*time.Millisecond, 3*time.Second
	log := logs.Named("a")
	log.Keep = 50
	p := connect(t, u, "")
	p.watch("1", saidDoc, "1:0")
	eventually(t, func() bool { return log.Watched.Load() == 1 })
	text := strings.Repeat("x", 10_000)
	for range 2000 {
		log.Append(text)
	}
	eventually(t, func() bool { return s.closed("4490") == 1 })
	if c := p.closed(); c.Code != 4490 {
		t.Error(c)
	}
	eventually(t, func() bool { return log.Watched.Load() == 0 })
}

// Messages of a socket's own operations, pongs and shared frames come whole and each in its order, however little the peer takes at a time.
func TestFramesAreNeverMixed(t *testing.T) {
	_, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	p := connect(t, u, "")
	p.watch("1", saidDoc, "1:0")
	eventually(t, func() bool { return log.Watched.Load() == 1 })
	const events = 400
	var writing sync.WaitGroup
	writing.Go(func() {
		for seq := 1; seq <= events; seq++ {
			log.Append(fmt.Sprintf("t%d %s", seq, strings.Repeat("x", seq*17)))
		}
	})
	const asked = 40
	open := make(chan struct{}, maxOperations-2)
	writing.Go(func() {
		for i := range asked {
			open <- struct{}{}
			p.subscribe(fmt.Sprint("q", i), `{ hello(name: "`+strings.Repeat("y", 2000)+`") }`)
			_ = p.conn.WriteControl(websocket.PingMessage, []byte("p"), time.Now().Add(time.Second))
			if i%20 == 0 {
				time.Sleep(30 * time.Millisecond) // some of it waits in buffers, some does not
			}
		}
	})
	seq, answers := 0, 0
	for seq < events || answers < asked {
		raw, err := p.read()
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.Contains(raw, "hello"):
			answers++
		case strings.Contains(raw, `"complete"`):
			<-open
		default:
			seq++
			var m struct {
				Payload struct{ Data struct{ Events event } }
			}
			if err := json.Unmarshal([]byte(raw), &m); err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf("t%d %s", seq, strings.Repeat("x", seq*17)); m.Payload.Data.Events.Text != want {
				t.Fatalf("event %d is not whole", seq)
			}
		}
	}
	writing.Wait()
}

// Operations that come and go at random, on sockets that do too, while events flow: nobody misses one or gets one twice, and nothing is left.
func TestComingAndGoing(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	s.timing.linger = 20 * time.Millisecond
	log := logs.Named("a")
	stop := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for seq := 1; ; seq++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				log.Append(fmt.Sprint("t", seq))
			}
		}
	})
	var watchers sync.WaitGroup
	for w := range 8 {
		watchers.Go(func() {
			last := 0
			for round := range 12 {
				p := connect(t, u, "")
				p.watch(fmt.Sprint("w", w), saidDoc, fmt.Sprint("1:", last))
				for range 5 + (w*7+round*13)%40 {
					e, err := p.tryNext()
					if err != nil || e.Type != "Said" || e.Seq != last+1 {
						t.Errorf("%+v %v after %d", e, err, last)
						return
					}
					last = e.Seq
				}
				if round%2 == 0 {
					p.say(fmt.Sprintf(`{"id":"w%d","type":"complete"}`, w))
				}
				_ = p.conn.Close()
			}
		})
	}
	watchers.Wait()
	close(stop)
	all.Wait()
	eventually(t, func() bool { return log.Opened.Load() == 0 })
}

// Who waits for the whole is told when there will be none.
func TestAResetThatFails(t *testing.T) {
	_, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	log.Broken.Store(true)
	var peers []*peer
	for range 3 {
		p := connect(t, u, "")
		p.watch("1", saidDoc, "")
		peers = append(peers, p)
	}
	l := listen(t, u, saidDoc, "")
	for _, p := range peers {
		p.hearError("1", "UNAVAILABLE")
	}
	l.wantError("UNAVAILABLE")
	log.Broken.Store(false)
	peers[0].watch("1", saidDoc, "")
	peers[0].wantWhole(0)
}

// The server's end is no end of a subscription: nobody is told that it is complete.
func TestShutdownCompletesNothing(t *testing.T) {
	s, u, _ := serveLogs(t, nil)
	var peers []*peer
	for i := range 20 {
		p := connect(t, u, `{"accessToken":"ann`+fmt.Sprint(i)+`"}`)
		p.watch("1", saidDoc, "1:0")
		p.subscribe("2", "subscription { personal }")
		peers = append(peers, p)
	}
	l := listen(t, u, saidDoc, `{"after":"1:0"}`)
	eventually(t, func() bool { s.groups.mu.Lock(); defer s.groups.mu.Unlock(); return len(s.groups.byKey) == 1 })
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		if raw, err := p.read(); !websocket.IsCloseError(err, 4491) {
			t.Fatalf("heard %s, %v", raw, err)
		}
	}
	if event, data := l.hear(); event != "" {
		t.Errorf("heard %s %s", event, data)
	}
}

// A stream of things that fails is not one that has ended well.
func TestAStreamThatFails(t *testing.T) {
	_, u := serve(t, nil)
	p := connect(t, u, "")
	p.subscribe("1", `subscription { thing(id: "failing") { version } }`)
	p.hear(`{"id":"1","type":"next","payload":{"data":{"thing":{"version":0}}}}`)
	testgraph.TheThings.Change("failing")
	p.hearError("1", "UNAVAILABLE")
}

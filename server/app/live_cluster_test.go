package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/kaituan/kaituan/internal/testdb"
)

// natsCluster starts servers that are one cluster, and returns the address of each.
func natsCluster(t *testing.T, n int) []string {
	t.Helper()
	var addresses []string
	var routes []*url.URL
	for i := range n {
		s, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprint("n", i), Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true, Routes: routes,
			Cluster: server.ClusterOpts{Name: "tests", Host: "127.0.0.1", Port: -1},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
		if !s.ReadyForConnections(10 * time.Second) {
			t.Fatal("NATS does not start")
		}
		routes = append(routes, &url.URL{Scheme: "nats", Host: s.ClusterAddr().String()})
		addresses = append(addresses, s.ClientURL())
		eventually(t, "the servers know one another", func() bool { return s.NumRoutes() >= i })
	}
	return addresses
}

// onlooker watches a room and remembers all that he was sent.
type onlooker struct {
	k      *socket
	room   string
	mu     sync.Mutex
	events []happened
}

// watch hears events until the socket is gone; a gap or a repetition is an error.
func (o *onlooker) watch(t *testing.T) {
	for {
		f, err := o.k.read(time.Minute)
		if err != nil {
			return
		}
		e := event(t, f)
		o.mu.Lock()
		if last := len(o.events) - 1; last >= 0 && e.seq != o.events[last].seq+1 {
			t.Errorf("event %d (%s) after %d", e.seq, e.kind, o.events[last].seq)
		}
		o.events = append(o.events, e)
		o.mu.Unlock()
	}
}

// seen is a copy of what he was sent.
func (o *onlooker) seen() []happened {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]happened(nil), o.events...)
}

// Three processes on a cluster of three NATS servers serve one room. The one that numbers its events is killed in mid-stream: another goes on at the next number, with a new
// epoch; everybody has seen the same events in the same order, whoever was on the dead one goes on elsewhere by his cursor, and what was acknowledged was told once.
func TestARoomOutlivesItsOwner(t *testing.T) {
	cluster := natsCluster(t, 3)
	b := newBox(t, "KAITUAN_DATABASE_URL="+testdb.URL(t))
	b.env = append(b.env, "KAITUAN_DIR="+b.dir)
	start := func(i int) *process {
		own := *b
		own.env = append(append([]string{}, b.env...), "KAITUAN_NATS_URL="+cluster[i])
		return own.serve()
	}
	owner := start(0) // the only one there is when the room starts
	s := owner.shop()
	host := s.signedIn("host")
	product := s.visitor().do(`{ products(first: 1) { nodes { id } } }`, nil).str("products.nodes.0.id")
	room := host.do(`mutation($in: LiveRoomCreateInput!) { liveRoomCreate(input: $in) { room { id } userErrors { code } } }`,
		vars{"in": vars{"idempotencyKey": "r", "title": "t", "productIds": []string{product}}}).str("liveRoomCreate.room.id")
	host.do(`mutation($in: LiveRoomRef!) { liveRoomStart(input: $in) { room { state } userErrors { code } } }`, vars{"in": vars{"roomId": room}})
	others := []*process{start(1), start(2)}

	const watch = `subscription($id: ID!, $after: String) { liveRoomEvents(roomId: $id, after: $after) { __typename seq cursor ... on LiveTick { comments { id text } } } }`
	look := func(p *process, after string) *onlooker {
		o := &onlooker{k: p.visitor().open(), room: room}
		v := vars{"id": room}
		if after != "" {
			v["after"] = after
		}
		o.k.subscribe("1", watch, v)
		go o.watch(t)
		return o
	}
	var lookers []*onlooker
	for _, p := range append([]*process{owner}, others...) {
		lookers = append(lookers, look(p, ""))
	}
	for _, o := range lookers {
		eventually(t, "everybody watches", func() bool { return len(o.seen()) > 0 })
	}
	told := map[string]bool{}
	say := func(p *process, from, to int) {
		for i := from; i < to; i++ {
			c := *host
			c.t, c.url = t, p.url+"/graphql"
			said := c.do(`mutation($in: LiveCommentSendInput!) { liveCommentSend(input: $in) { comment { id } userErrors { code } } }`,
				vars{"in": vars{"roomId": room, "text": fmt.Sprint("c", i), "clientId": fmt.Sprint(i)}})
			told[said.str("liveCommentSend.comment.id")] = true
			time.Sleep(5 * time.Millisecond)
		}
	}
	say(others[0], 0, 40)
	say(owner, 40, 60)
	owner.kill()
	orphan := lookers[0].seen()
	say(others[1], 60, 120) // nobody numbers them for some seconds
	last := orphan[len(orphan)-1]
	lookers[0] = look(others[0], last.cursor)
	lookers[0].events = orphan
	count := func(o *onlooker) (n int) {
		for _, e := range o.seen() {
			if e.kind == "LiveTick" {
				n += len(e.answer.list("liveRoomEvents.comments"))
			}
		}
		return n
	}
	for _, o := range lookers {
		eventually(t, "everything acknowledged is told", func() bool { return count(o) >= len(told) })
	}
	by := map[string]string{} // what each number told, as the first onlooker was told
	epochs := map[string]bool{}
	for i, o := range lookers {
		comments := map[string]int{}
		for _, e := range o.seen() {
			epoch, _, _ := strings.Cut(e.cursor, ":")
			epochs[epoch] = true
			if e.kind == "LiveReset" {
				continue
			}
			if known, is := by[e.cursor]; is && known != e.answer.raw {
				t.Errorf("onlooker %d was told %s, another one %s", i, e.answer.raw, known)
			}
			by[e.cursor] = e.answer.raw
			if e.kind == "LiveTick" {
				for c := range e.answer.list("liveRoomEvents.comments") {
					comments[e.answer.str(fmt.Sprint("liveRoomEvents.comments.", c, ".id"))]++
				}
			}
		}
		for id := range told {
			if comments[id] != 1 {
				t.Errorf("onlooker %d was told %s %d times", i, id, comments[id])
			}
		}
	}
	if len(epochs) < 2 {
		t.Errorf("epochs %v: the owner did not change", epochs)
	}
	for _, o := range lookers {
		_ = o.k.conn.Close()
	}
	b.must("check") // every promise holds
}

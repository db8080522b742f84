package testgraph

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/viewer"
)

// Logs are the sources of Subscription.events: logs by name, in memory. "nowhere" is none.
type Logs struct {
	mu  sync.Mutex
	all map[string]*Log
}

// Log is one numbered stream. It keeps the last Keep items, all when that is 0.
type Log struct {
	name string
	Keep int
	// Opened counts the Topics that are open now, Watched those of watchers; Resets how often the whole state was made.
	Opened, Watched, Resets atomic.Int64
	// Broken makes Reset fail.
	Broken atomic.Bool

	mu       sync.Mutex
	first    int64 // of items[0]
	items    []stream.Item
	replaced []int64
	changed  chan struct{}
}

// Named returns the log of a name.
func (l *Logs) Named(name string) *Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = map[string]*Log{}
	}
	if l.all[name] == nil {
		l.all[name] = &Log{name: name, first: 1, changed: make(chan struct{})}
	}
	return l.all[name]
}

// Open implements stream.Source.
func (l *Logs) Open(ctx context.Context, args map[string]any) (stream.Topic, error) {
	name := args["log"].(string)
	if name == "nowhere" {
		return nil, fault.NotFound
	}
	t := &topic{Log: l.Named(name), watched: stream.Watcher(ctx) != ""}
	t.Opened.Add(1)
	if t.watched {
		t.Watched.Add(1)
	}
	return t, nil
}

// Append adds an item. A text of "panic" makes its execution panic, one of "fail" fail.
func (g *Log) Append(text string) int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	seq := g.first + int64(len(g.items))
	g.items = append(g.items, stream.Item{Seq: seq, Event: said(seq, text)})
	if g.Keep > 0 && len(g.items) > g.Keep {
		drop := len(g.items) - g.Keep
		g.items, g.first = slices.Clone(g.items[drop:]), g.first+int64(drop)
	}
	g.change()
	return seq
}

// Replace puts another text in an item's place.
func (g *Log) Replace(seq int64, text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.items = slices.Clone(g.items)
	g.items[seq-g.first].Event = said(seq, text)
	g.replaced = append(g.replaced, seq)
	g.change()
}

func said(seq int64, text string) Said { return Said{Seq: int(seq), Cursor: cursor(seq), Text: text} }

func cursor(seq int64) string { return "1:" + strconv.FormatInt(seq, 10) }

func (g *Log) change() {
	close(g.changed)
	g.changed = make(chan struct{})
}

type topic struct {
	*Log
	watched bool
	closed  atomic.Bool
}

func (t *topic) Name() string { return t.name }

func (t *topic) Head() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.first + int64(len(t.items)) - 1
}

func (t *topic) After(seq int64, most int) ([]stream.Item, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := seq + 1 - t.first
	if at < 0 || at > int64(len(t.items)) {
		return nil, false
	}
	rest := t.items[at:]
	return slices.Clone(rest[:min(len(rest), most)]), true
}

func (t *topic) Find(cursor string) (int64, bool) {
	var seq int64
	if n, err := fmt.Sscanf(cursor, "1:%d", &seq); n != 1 || err != nil || seq < 0 {
		return 0, false
	}
	_, ok := t.After(seq, 0)
	return seq, ok
}

func (t *topic) Changed() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.changed
}

func (t *topic) Replaced(since int) ([]int64, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.replaced[since:]), len(t.replaced)
}

func (t *topic) Reset(context.Context) (stream.Item, error) {
	t.Resets.Add(1)
	if t.Broken.Load() {
		return stream.Item{}, fault.Unavailable
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	whole := Whole{Seq: int(t.first) + len(t.items) - 1, Texts: []string{}}
	whole.Cursor = cursor(int64(whole.Seq))
	for _, item := range t.items {
		whole.Texts = append(whole.Texts, item.Event.(Said).Text)
	}
	return stream.Item{Seq: int64(whole.Seq), Event: whole}, nil
}

func (t *topic) Close() {
	if t.closed.Swap(true) {
		panic("testgraph: a topic was closed twice")
	}
	t.Opened.Add(-1)
	if t.watched {
		t.Watched.Add(-1)
	}
}

// Events answers for the one item that its execution is for.
func (resolver) Events(ctx context.Context, _ string, _ *string) (<-chan Event, error) {
	item, ok := stream.Given(ctx)
	if !ok {
		return nil, fault.Internal
	}
	switch said, _ := item.Event.(Said); said.Text {
	case "panic":
		panic(Secret)
	case "fail":
		return nil, fault.Unavailable
	}
	out := make(chan Event, 1)
	out <- item.Event.(Event)
	close(out)
	return out, nil
}

func asking(ctx context.Context) (*string, error) {
	if v := viewer.From(ctx); v.ShopperID != "" {
		return &v.ShopperID, nil
	}
	return nil, nil
}

type saidResolver struct{}

func (saidResolver) Viewer(ctx context.Context, _ *Said) (*string, error) { return asking(ctx) }

func (saidResolver) Forgotten(ctx context.Context, _ *Said) (*string, error) {
	v, err := viewer.Shopper(ctx)
	if err != nil {
		return nil, err
	}
	return &v.ShopperID, nil
}

func (saidResolver) Broken(context.Context, *Said) (*string, error) { return nil, fault.Unavailable }

type wholeResolver struct{}

func (wholeResolver) Viewer(ctx context.Context, _ *Whole) (*string, error) { return asking(ctx) }

type thingResolver struct{}

func (thingResolver) Viewer(ctx context.Context, _ *Thing) (*string, error) { return asking(ctx) }

func (r root) Said() SaidResolver   { return saidResolver{} }
func (r root) Whole() WholeResolver { return wholeResolver{} }
func (r root) Thing() ThingResolver { return thingResolver{} }

// Things are what Subscription.thing shows.
type Things struct {
	mu       sync.Mutex
	versions map[string]int
	changed  chan struct{}
	// Followed counts the resolvers that follow one now.
	Followed atomic.Int64
}

// Change raises a thing's version.
func (t *Things) Change(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.versions == nil {
		t.versions = map[string]int{}
	}
	t.versions[id]++
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}

func (t *Things) look(id string) (int, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.changed == nil {
		t.changed = make(chan struct{})
	}
	return t.versions[id], t.changed
}

// TheThings are those of every schema, since New takes no more.
var TheThings Things

func (resolver) Thing(ctx context.Context, id string) (<-chan *Thing, error) {
	out := make(chan *Thing)
	TheThings.Followed.Add(1)
	go func() {
		defer TheThings.Followed.Add(-1)
		defer close(out)
		for sent := -1; ; {
			version, changed := TheThings.look(id)
			if id == "failing" && version > 0 {
				stream.Fail(ctx, fault.Unavailable)
				return
			}
			if version > sent {
				select {
				case out <- &Thing{Version: version}:
					sent = version
				case <-ctx.Done():
					return
				}
				continue
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

package transport

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/viewer"
)

// maxGroups bounds the executions that one subscription field has for those who ask for different things; who asks for yet another one is OVERLOADED.
const maxGroups = 2000

// executionsPerSocket, times the sockets that an address may have, bounds the executions that run because of it: its own, and those shared ones that it started.
const executionsPerSocket = 3

// groups are the shared groups of this process.
type groups struct {
	mu      sync.Mutex
	byKey   map[groupKey]*group
	byField map[string]int
	running sync.WaitGroup // the goroutines of all groups, shared or not
}

// subscribe puts a subscription into its group: the one that runs already for all who ask for the same, or one that it starts. ctx is the caller's; of a private group it
// is the execution's, too.
func (s *Server) subscribe(ctx context.Context, op *operation, p *prepared) *fault.Error {
	field := rootField(p.op)
	args := field.ArgumentMap(p.op.Variables)
	share := field.Definition.Directives.ForName("shared") != nil && !p.session
	if ask := s.cfg.MayShare[field.Name]; ask != nil && share {
		may, err := ask(ctx, args)
		if err != nil {
			return s.mayNot(ctx, err)
		}
		share = may
	}
	if source := s.cfg.Streams[field.Name]; source != nil {
		topic, err := source.Open(stream.WithWatcher(ctx, op.watcher), args)
		if err != nil {
			return s.mayNot(ctx, err)
		}
		op.topic = topic
	}
	g, f := s.join(ctx, op, p, field, args, share)
	if f != nil {
		if op.topic != nil {
			op.topic.Close()
		}
		return f
	}
	op.quoted = quote(op.id)
	op.small = g.private == nil && op.socket != nil && op.socket.deflates
	op.group = g
	cursor, _ := args[stream.Cursor].(string)
	g.admit(op, cursor)
	return nil
}

// mayNot is what a subscriber is told who may not watch.
func (s *Server) mayNot(ctx context.Context, err error) *fault.Error {
	if f := fault.Of(err); f != nil && shown[f.Code] {
		return f
	}
	if errors.Is(err, fault.Missing) {
		return fault.NotFound
	}
	slog.ErrorContext(ctx, "a subscription could not be opened", "error", err)
	return fault.Internal
}

// join finds or starts the operation's group, and counts the operation in.
func (s *Server) join(ctx context.Context, op *operation, p *prepared, field *ast.Field, args map[string]any, share bool) (*group, *fault.Error) {
	g := &group{
		s: s, ip: pace.Network(viewer.From(ctx).ClientIP), run: execution{s: s, p: p, field: field.Name, root: field.Alias}, members: 1, lo: 1, next: 1,
		wake: make(chan struct{}, 1),
	}
	if !share {
		return g, s.startAlone(ctx, op, g)
	}
	name := ""
	if op.topic != nil {
		name = op.topic.Name()
	}
	locale := viewer.From(ctx).Locale
	g.key = s.keyOf(p, args, field.Name+" "+name, locale)
	if running := s.groups.enter(g.key); running != nil {
		return running, nil
	}
	return s.startShared(ctx, op, g, args, locale)
}

// startAlone starts a group of the operation's own.
func (s *Server) startAlone(ctx context.Context, op *operation, g *group) *fault.Error {
	if f := s.admitGroup(g.ip); f != nil {
		return f
	}
	g.private, g.topic, g.run.turns, g.built = op, op.topic, s.alone, make([]batch, 0, 1)
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	if op.shard != nil {
		g.lists = []*list{{g: g, d: op.shard}}
	}
	s.launch(g)
	return nil
}

// startShared starts a shared group, unless somebody else has started it meanwhile, whose it is then. The address's place is asked for before anybody can find the group:
// who joined one that is then not started would wait for ever.
func (s *Server) startShared(ctx context.Context, op *operation, g *group, args map[string]any, locale string) (*group, *fault.Error) {
	if f := s.admitGroup(g.ip); f != nil {
		return nil, f
	}
	base, _ := withRequestID(s.stop)
	g.ctx, g.cancel = context.WithCancelCause(g.run.forAudience(base, locale))
	g.run.turns, g.built = s.together, make([]batch, 0, 4)
	for _, d := range s.allShards() {
		g.lists = append(g.lists, &list{g: g, d: d})
	}
	started := false
	defer func() {
		if !started {
			g.end()
		}
	}()
	if op.topic != nil { // the group's own hold on it: it stays when subscribers go
		topic, err := s.cfg.Streams[g.run.field].Open(g.ctx, args)
		if err != nil {
			return nil, s.mayNot(ctx, err)
		}
		g.topic = topic
	}
	switch other, full := s.groups.add(g); {
	case other != nil:
		return other, nil
	case full:
		return nil, fault.Overloaded.WithRetryAfter(overloadedWait)
	}
	started = true
	s.launch(g)
	return g, nil
}

// enter counts a subscriber into the group of a key, nil when there is none.
func (gs *groups) enter(key groupKey) *group {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	if g := gs.byKey[key]; g != nil && g.enter() {
		return g
	}
	return nil
}

// add makes a group known, unless its field has too many, or another one of its key is there, into which the subscriber is counted then.
func (gs *groups) add(g *group) (other *group, full bool) {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	if other := gs.byKey[g.key]; other != nil && other.enter() {
		return other, false
	}
	if gs.byField[g.run.field] >= maxGroups {
		gs.evict(g.run.field)
	}
	if gs.byField[g.run.field] >= maxGroups {
		return nil, true
	}
	if gs.byKey[g.key] == nil {
		gs.byField[g.run.field]++
	}
	gs.byKey[g.key] = g
	return nil, false
}

// evict ends the groups of a field that wait for who comes back: those who are here go before them. Under the lock.
func (gs *groups) evict(field string) {
	for _, g := range gs.byKey {
		if g.run.field == field {
			gs.retire(g, 0)
		}
	}
}

// retire ends a shared group that nobody has watched for so long. Under the lock.
func (gs *groups) retire(g *group, idle time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.members > 0 || g.over || time.Since(g.idle) < idle {
		return
	}
	g.over = true
	gs.remove(g)
	g.cancel(nil)
}

// launch starts the goroutine of a group that was admitted.
func (s *Server) launch(g *group) {
	if g.topic == nil {
		g.begun = make(chan struct{})
	}
	go func() {
		defer g.end()
		g.live()
	}()
	if g.begun != nil { // until then the subscription counts among the operations in flight
		select {
		case <-g.begun:
		case <-g.ctx.Done():
		}
	}
}

// end lets go of what an admitted group holds.
func (g *group) end() {
	if g.topic != nil && g.private == nil {
		g.topic.Close()
	}
	g.cancel(nil)
	g.s.releaseGroup(g.ip)
}

// admitGroup counts a group in under the address that starts it, or says why there is no place for it.
func (s *Server) admitGroup(ip string) *fault.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stop.Err() != nil:
		return fault.Unavailable.WithRetryAfter(overloadedWait)
	case s.executions[ip] >= executionsPerSocket*s.cfg.MaxSocketsPerIP:
		return fault.RateLimited.WithRetryAfter(time.Minute)
	}
	s.executions[ip]++
	s.groups.running.Add(1)
	return nil
}

// releaseGroup undoes admitGroup.
func (s *Server) releaseGroup(ip string) {
	s.mu.Lock()
	countDown(s.executions, ip)
	s.mu.Unlock()
	s.groups.running.Done()
}

// live makes frames until the group ends; a panic ends it with an error to all.
func (g *group) live() {
	defer func() {
		if p := recover(); p != nil {
			g.finish(g.run.failed(g.ctx, recovered(g.ctx, p)))
		}
	}()
	if g.topic != nil {
		g.number()
		return
	}
	g.follow()
}

// enter counts a subscriber in, unless the group has ended.
func (g *group) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.over {
		return false
	}
	g.members++
	return true
}

// admit puts a subscriber who has been counted in where he begins, and has him sent what there is.
func (g *group) admit(op *operation, cursor string) {
	switch {
	case op.topic != nil:
		g.place(op, cursor)
	default:
		g.mu.Lock()
		op.cursor = max(g.lo, 1) // the thing as it was sent last, or the first frame to come
		g.mu.Unlock()
	}
	if op.shard == nil {
		return
	}
	for _, l := range g.lists {
		if l.d == op.shard {
			op.list.Store(l)
			l.mu.Lock()
			l.adds = append(l.adds, op)
			l.mu.Unlock()
			l.d.push(l)
		}
	}
}

// leave counts a subscriber out. The last one ends the group, but for a numbered one, which waits for those who come back.
func (g *group) leave(op *operation) {
	if op.topic != nil {
		op.topic.Close()
	}
	if g.private != nil {
		g.cancel(nil)
		return
	}
	g.s.groups.mu.Lock()
	defer g.s.groups.mu.Unlock()
	g.mu.Lock()
	g.members--
	g.idle = time.Now()
	last := g.members == 0 && !g.over
	g.mu.Unlock()
	switch {
	case last && g.topic != nil && g.ctx.Err() == nil:
		time.AfterFunc(g.s.timing.linger, g.expire)
	case last:
		g.s.groups.retire(g, 0)
	}
}

// expire ends a numbered group that nobody came back to.
func (g *group) expire() {
	g.s.groups.mu.Lock()
	defer g.s.groups.mu.Unlock()
	g.s.groups.retire(g, g.s.timing.linger)
}

// forget lets nobody join a group any more.
func (gs *groups) forget(g *group) {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	gs.remove(g)
}

// remove takes a group out. Under the lock.
func (gs *groups) remove(g *group) {
	if gs.byKey[g.key] != g {
		return
	}
	delete(gs.byKey, g.key)
	if gs.byField[g.run.field]--; gs.byField[g.run.field] == 0 {
		delete(gs.byField, g.run.field)
	}
}

// end ends all groups and waits for them.
func (gs *groups) end() {
	gs.mu.Lock()
	for _, g := range gs.byKey {
		g.cancel(nil)
	}
	gs.mu.Unlock()
	gs.running.Wait()
}

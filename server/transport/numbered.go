package transport

import (
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// atOnce is how many items are executed before the group looks again at what else is asked of it.
const atOnce = 64

// number makes the frames of a topic: of new items as they come, of older ones for who comes back, and of the whole state for who comes without a cursor.
func (g *group) number() {
	_, replaced := g.topic.Replaced(0)
	for g.ctx.Err() == nil {
		changed := g.topic.Changed() // before looking
		var seqs []int64
		seqs, replaced = g.topic.Replaced(replaced)
		done, errs := g.work(seqs)
		if errs != nil {
			g.finish(errs)
			return
		}
		if !done {
			continue
		}
		select {
		case <-changed:
		case <-g.wake:
		case <-g.ctx.Done():
		}
	}
	g.finish(g.run.ending(g.ctx))
}

// work does some of what is to be done; done says that it was all.
func (g *group) work(replaced []int64) (done bool, errs gqlerror.List) {
	if errs = g.remake(replaced); errs != nil {
		return false, errs
	}
	if errs = g.serveResets(); errs != nil {
		return false, errs
	}
	if errs = g.makeOlder(); errs != nil {
		return false, errs
	}
	g.mu.Lock()
	next, awake := g.next, g.started && g.members > 0
	g.mu.Unlock()
	if !awake {
		return true, nil
	}
	items, ok := g.topic.After(next-1, atOnce)
	if !ok {
		g.jump()
		return false, nil
	}
	for _, item := range items {
		payload, errs := g.run.one(g.ctx, item)
		if errs != nil {
			return false, errs
		}
		g.add(payload)
	}
	return len(items) < atOnce, nil
}

// remake replaces the frames of items that were replaced, so that nobody who comes later is shown what they showed.
func (g *group) remake(seqs []int64) gqlerror.List {
	for _, seq := range seqs {
		g.mu.Lock()
		kept := seq >= g.lo && seq < g.lo+int64(len(g.frames))
		if g.reset != nil && g.reset.position >= seq {
			g.reset = nil
		}
		g.mu.Unlock()
		if !kept {
			continue
		}
		items, ok := g.topic.After(seq-1, 1)
		if !ok || len(items) == 0 {
			continue
		}
		payload, errs := g.run.one(g.ctx, items[0])
		if errs != nil {
			return errs
		}
		g.mu.Lock()
		if at := seq - g.lo; at >= 0 && at < int64(len(g.frames)) {
			g.bytes += len(payload) - len(g.frames[at].payload)
			g.frames[at] = &frame{payload: payload}
			g.news()
		}
		g.mu.Unlock()
	}
	return nil
}

// makeOlder makes the frames before the ring's first that somebody waits for.
func (g *group) makeOlder() gqlerror.List {
	g.mu.Lock()
	from, until := g.fill, g.lo
	g.mu.Unlock()
	if from == 0 {
		return nil
	}
	var older []*frame
	size := 0
	for seq := from; seq < until; {
		items, ok := g.topic.After(seq-1, int(min(until-seq, atOnce)))
		if !ok || len(items) == 0 {
			older = nil // no longer kept: who waits is given the whole state
			break
		}
		for _, item := range items {
			payload, errs := g.run.one(g.ctx, item)
			if errs != nil {
				return errs
			}
			older = append(older, &frame{payload: payload})
			size += len(payload)
			seq++
		}
	}
	g.mu.Lock()
	if len(older) > 0 {
		g.frames = append(older, g.frames...)
		g.bytes += size
		g.lo = from
	}
	if g.fill == from {
		g.fill = 0
	}
	g.news()
	g.mu.Unlock()
	g.push()
	return nil
}

// serveResets gives the whole state to who asked for it.
func (g *group) serveResets() gqlerror.List {
	g.mu.Lock()
	wants := g.wants
	g.wants = nil
	r := g.reset
	g.mu.Unlock()
	if len(wants) == 0 {
		return nil
	}
	if r == nil || time.Since(r.made) > freshReset || !g.reaches(r.position+1) {
		item, err := g.topic.Reset(g.ctx)
		if err != nil && g.ctx.Err() == nil { // as with an event: all who watch would be ended by it
			time.Sleep(onceMore)
			item, err = g.topic.Reset(g.ctx)
		}
		if err != nil {
			return g.run.failed(g.ctx, err)
		}
		payload, errs := g.run.one(g.ctx, item)
		if errs != nil {
			return errs
		}
		r = &resetFrame{frame: frame{payload: payload}, position: item.Seq, made: time.Now()}
	}
	g.mu.Lock()
	g.reset = r
	if !g.started {
		g.startAt(r.position + 1)
	}
	for _, op := range wants {
		op.reset.Store(r)
	}
	g.news()
	g.mu.Unlock()
	g.push()
	return nil
}

// reaches reports whether who stands at a position finds all that follows.
func (g *group) reaches(position int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.started || position >= g.lo
}

// startAt begins the ring at a position. Under the lock.
func (g *group) startAt(position int64) {
	g.lo, g.next, g.started = position, position, true
	g.frames, g.bytes = nil, 0
}

// jump gives up frames that can no longer be made, because their items are not kept any more: everybody who lacks them is given the whole state.
func (g *group) jump() {
	head := g.topic.Head()
	g.mu.Lock()
	g.startAt(head + 1)
	g.fill, g.reset = 0, nil
	g.news()
	g.mu.Unlock()
	g.push()
}

// want asks for the whole state for a subscriber.
func (g *group) want(op *operation) {
	g.mu.Lock()
	g.wants = append(g.wants, op)
	g.mu.Unlock()
	g.notify()
}

// place says where a new subscriber of a topic begins: after the item that its cursor names, if all that follows is kept, else with the whole state.
func (g *group) place(op *operation, cursor string) {
	seq, ok := int64(0), false
	if cursor != "" {
		if seq, ok = g.topic.Find(cursor); ok {
			_, ok = g.topic.After(seq, 1)
		}
	}
	if !ok {
		op.waiting = true
		g.want(op)
		return
	}
	op.cursor = seq + 1
	g.mu.Lock()
	newest := g.next
	if !g.started {
		newest = g.topic.Head() + 1
	}
	switch {
	case newest-op.cursor > maxFrames && (!g.started || op.cursor < g.lo): // more than a ring holds
		g.mu.Unlock()
		op.waiting = true
		g.want(op)
		return
	case !g.started:
		g.startAt(op.cursor)
	case op.cursor < g.lo && (g.fill == 0 || op.cursor < g.fill):
		g.fill = op.cursor
	}
	g.mu.Unlock()
	g.notify()
}

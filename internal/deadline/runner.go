package deadline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/deadline"
	"github.com/kaituan/kaituan/internal/catch"
	"github.com/kaituan/kaituan/internal/clock"
)

const (
	lease = time.Minute
	// atMost is a task's time, from before it is claimed: a transaction that begins at its last moment still ends within the lease (store: 15 s).
	atMost    = 45 * time.Second
	idle      = 500 * time.Millisecond // how often to look without being woken
	batch     = 64
	alarmFrom = 5
)

// Handler does what is due. It ends the task by Done, Again or Failed inside its transaction; an error tries again later. Its context ends before the lease
// does: what it calls must heed it.
type Handler func(ctx context.Context, t *Task) error

// Pool is workers for some kinds of tasks. One that waits holds its worker only, so kinds that wait for the outside world have a pool apart from those that
// do not: the former, however many are slow, never hold up the latter.
type Pool struct {
	// Workers is how many tasks run at once, at least 1.
	Workers int
	// Handlers by kind; a kind is in one pool.
	Handlers map[string]Handler
}

// Runner runs handlers. Any number of processes may run one.
type Runner struct {
	deadlines *Deadlines
	clock     clock.Clock
	pools     []Pool
	idle      time.Duration
}

// NewRunner returns a runner of the pools' handlers.
func NewRunner(d *Deadlines, c clock.Clock, pools ...Pool) *Runner {
	return &Runner{deadlines: d, clock: c, pools: pools, idle: idle}
}

// Run works until ctx ends, and returns when the tasks under way have.
func (r *Runner) Run(ctx context.Context) {
	r.each(func(c *crew) { c.run(ctx) })
}

// Once runs what is due, and what that makes due, until nothing is, and returns how many tasks it claimed. An error is the database's, not a handler's.
func (r *Runner) Once(ctx context.Context) (claimed int, err error) {
	for {
		round := 0
		for _, c := range r.each(func(c *crew) { c.look(ctx); c.finish() }) {
			round += c.claimed
			err = errors.Join(err, c.err)
		}
		claimed += round
		if round == 0 || err != nil {
			return claimed, err
		}
	}
}

// each does something with a crew per pool, all at once, and returns the crews when it is done.
func (r *Runner) each(do func(c *crew)) []*crew {
	crews := make([]*crew, len(r.pools))
	var group sync.WaitGroup
	for i, p := range r.pools {
		crews[i] = &crew{Runner: r, Pool: p, kinds: slices.Sorted(maps.Keys(p.Handlers)), busy: map[int]struct{}{}, ended: make(chan outcome)}
		group.Go(func() { do(crews[i]) })
	}
	group.Wait()
	return crews
}

// crew is a pool at work, led by one goroutine, whose the fields are.
type crew struct {
	*Runner
	Pool
	kinds []string         // those that this program can work on; others are a newer program's, which will come
	busy  map[int]struct{} // the rows under way; what is under way ends by ended
	ended chan outcome
	// claimed and err sum up what has ended.
	claimed int
	err     error
}

// outcome is what became of a row.
type outcome struct {
	id   int
	mine bool
	err  error
}

// run looks, and looks again, until ctx ends.
func (c *crew) run(ctx context.Context) {
	for ctx.Err() == nil {
		woken := c.deadlines.woken()
		c.look(ctx)
		c.rest(ctx, woken)
		c.report(ctx)
	}
	c.finish()
	c.report(ctx)
}

// look begins what is due, each as a worker comes free, until no more is due or something fails.
func (c *crew) look(ctx context.Context) {
	for more := true; more && c.err == nil; {
		rows, err := c.due(ctx)
		if err != nil {
			c.err = err
		}
		for _, row := range rows {
			if len(c.busy) == c.Workers {
				c.end(<-c.ended)
			}
			if ctx.Err() != nil {
				return
			}
			c.begin(ctx, row)
		}
		more = len(rows) == batch
	}
}

// due lists the first rows that are due and nobody's, of each kind by its own range of the index, so that what waits of other kinds, or is not due, costs
// nothing. Those that are about to be claimed here do not look leased yet.
func (c *crew) due(ctx context.Context) ([]*db.Deadline, error) {
	now := c.clock()
	parts := make([]string, len(c.kinds))
	var args []any
	for i, kind := range c.kinds {
		parts[i] = fmt.Sprintf("SELECT id FROM (SELECT id FROM deadlines WHERE kind = ? AND due_at <= ? AND (leased_until IS NULL OR leased_until <= ?) ORDER BY due_at LIMIT ?) k%d", i)
		args = append(args, kind, now, now, batch+len(c.busy))
	}
	ids, err := c.deadlines.ids(ctx, strings.Join(parts, " UNION ALL "), args)
	if err != nil {
		return nil, fmt.Errorf("find due deadlines: %w", err)
	}
	ids = slices.DeleteFunc(ids, func(id int) bool { _, busy := c.busy[id]; return busy })
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := c.deadlines.store.Client(ctx).Deadline.Query().Where(deadline.IDIn(ids...)).Order(deadline.ByDueAt(), deadline.ByID()).Limit(batch).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read due deadlines: %w", err)
	}
	return rows, nil
}

// begin has a worker, who is free, work on a row.
func (c *crew) begin(ctx context.Context, row *db.Deadline) {
	c.busy[row.ID] = struct{}{}
	go func() {
		o := outcome{id: row.ID}
		defer func() { c.ended <- o }() // even when the handler ends its goroutine
		o.mine, o.err = c.work(ctx, row)
	}()
}

// end takes a worker back.
func (c *crew) end(o outcome) {
	delete(c.busy, o.id)
	if o.mine {
		c.claimed++
	}
	c.err = errors.Join(c.err, o.err)
}

// rest waits until it is time to look again.
func (c *crew) rest(ctx context.Context, woken <-chan struct{}) {
	for enough := time.After(c.idle); ; {
		select {
		case o := <-c.ended:
			c.end(o)
		case <-woken:
			return
		case <-enough:
			return
		case <-ctx.Done():
			return
		}
	}
}

// finish waits for what is under way.
func (c *crew) finish() {
	for len(c.busy) > 0 {
		c.end(<-c.ended)
	}
}

// report logs what failed, unless it did because ctx has ended.
func (c *crew) report(ctx context.Context) {
	if c.err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "run deadlines", "error", c.err)
	}
	c.err = nil
}

// work claims a row and runs its task; mine tells that nobody else had it.
func (c *crew) work(ctx context.Context, row *db.Deadline) (mine bool, err error) {
	within, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	now := c.clock()
	// The row was read after it had been found free, and may have been claimed in between: its version says nothing of that, the lease does.
	mine, err = c.deadlines.store.GuardAlone(within, "UPDATE deadlines SET leased_until = ?, ver = ver + 1 WHERE id = ? AND ver = ? AND (leased_until IS NULL OR leased_until <= ?)",
		now.Add(lease), row.ID, row.Ver, now)
	if err != nil || !mine {
		return false, err
	}
	task := &Task{Kind: row.Kind, Ref: row.Ref, Attempts: row.Attempts, Since: row.CreatedAt, deadlines: c.deadlines, id: row.ID, ver: row.Ver + 1}
	err = catch.Panic(func() error { return c.Handlers[task.Kind](within, task) })
	if err == nil || errors.Is(err, ErrLeaseLost) {
		return true, nil
	}
	return true, c.later(context.WithoutCancel(ctx), task, err)
}

// later notes a failure and tries again after a while: 1 s doubled per try, at most 5 minutes.
func (c *crew) later(ctx context.Context, t *Task, cause error) error {
	level := slog.LevelWarn
	if t.Attempts+1 >= alarmFrom {
		level = slog.LevelError
	}
	slog.Log(ctx, level, "a deadline's work failed; it is tried again", "kind", t.Kind, "ref", t.Ref, "attempts", t.Attempts+1, "error", cause)
	wait := min(time.Second<<min(t.Attempts, 10), 5*time.Minute)
	err := c.deadlines.store.InTx(ctx, func(ctx context.Context) error { return t.Failed(ctx, c.clock().Add(wait), cause) })
	if errors.Is(err, ErrLeaseLost) {
		return nil
	}
	return err
}

package deadline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/deadline"
	"github.com/kaituan/kaituan/internal/clock"
)

const (
	lease     = time.Minute // longer than any provider's call with its transaction
	idle      = 500 * time.Millisecond
	batch     = 64
	alarmFrom = 5
)

// Handler does what is due. It ends the task by Done or Again inside its transaction; an error tries again later.
type Handler func(ctx context.Context, t *Task) error

// Runner runs handlers. Any number of processes may run one.
type Runner struct {
	deadlines *Deadlines
	clock     clock.Clock
	handlers  map[string]Handler
	workers   int
}

// NewRunner returns a runner with the given handlers by kind, of which at most workers run at once.
func NewRunner(d *Deadlines, c clock.Clock, workers int, handlers map[string]Handler) *Runner {
	return &Runner{deadlines: d, clock: c, handlers: handlers, workers: workers}
}

// Run works until ctx ends, and returns when the tasks under way have.
func (r *Runner) Run(ctx context.Context) {
	for {
		n, err := r.Once(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "run deadlines", "error", err)
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-r.deadlines.wake:
		case <-time.After(idle):
		}
	}
}

// Once runs what is due now and returns how many tasks it claimed.
func (r *Runner) Once(ctx context.Context) (int, error) {
	now := r.clock()
	rows, err := r.deadlines.store.Client(ctx).Deadline.Query().
		Where(deadline.KindIn(r.kinds()...), deadline.DueAtLTE(now), deadline.Or(deadline.LeasedUntilIsNil(), deadline.LeasedUntilLTE(now))).
		Order(deadline.ByDueAt()).Limit(batch).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("find due deadlines: %w", err)
	}
	var mu sync.Mutex
	var failed error
	claimed := 0
	var group sync.WaitGroup
	slots := make(chan struct{}, r.workers)
	for _, row := range rows {
		if ctx.Err() != nil {
			break
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			mine, err := r.work(ctx, row)
			mu.Lock()
			defer mu.Unlock()
			if mine {
				claimed++
			}
			if err != nil {
				failed = err
			}
		})
	}
	group.Wait()
	return claimed, failed
}

// kinds are those that this program can work on; others are a newer program's, which will come.
func (r *Runner) kinds() []string { return slices.Sorted(maps.Keys(r.handlers)) }

// run calls the task's handler; a panic is a failure of this task, not the server's end.
func (r *Runner) run(ctx context.Context, t *Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return r.handlers[t.Kind](ctx, t)
}

func (r *Runner) work(ctx context.Context, row *db.Deadline) (mine bool, err error) {
	s := r.deadlines.store
	err = s.InTx(ctx, func(ctx context.Context) error {
		mine, err = s.Guard(ctx, "UPDATE deadlines SET leased_until = ?, ver = ver + 1 WHERE id = ? AND ver = ?", r.clock().Add(lease), row.ID, row.Ver)
		return err
	})
	if err != nil || !mine {
		return false, err
	}
	task := &Task{Kind: row.Kind, Ref: row.Ref, Attempts: row.Attempts, Since: row.CreatedAt, deadlines: r.deadlines, id: row.ID, ver: row.Ver + 1}
	err = r.run(ctx, task)
	if err == nil || errors.Is(err, ErrLeaseLost) {
		return true, nil
	}
	return true, r.later(context.WithoutCancel(ctx), task, err)
}

// later notes a failure and tries again after a while: 1 s doubled per try, at most 5 minutes.
func (r *Runner) later(ctx context.Context, t *Task, cause error) error {
	level := slog.LevelWarn
	if t.Attempts+1 >= alarmFrom {
		level = slog.LevelError
	}
	slog.Log(ctx, level, "a deadline's work failed; it is tried again", "kind", t.Kind, "ref", t.Ref, "attempts", t.Attempts+1, "error", cause)
	wait := min(time.Second<<min(t.Attempts, 10), 5*time.Minute)
	err := r.deadlines.store.InTx(ctx, func(ctx context.Context) error { return t.Again(ctx, r.clock().Add(wait)) })
	if errors.Is(err, ErrLeaseLost) {
		return nil
	}
	return err
}

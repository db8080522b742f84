// Package deadline keeps what is to be done at or after a time as rows, so that a crash forgets nothing. A worker claims a row by a lease, which is a
// guarded update of its version; the transaction of the effect ends the row on that version. So it may happen late, and never twice.
package deadline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/deadline"
	"github.com/kaituan/kaituan/internal/store"
)

// ErrLeaseLost: another worker has taken the task over, or it was moved or cancelled. The effect's transaction must roll back with it.
var ErrLeaseLost = errors.New("deadline: the lease was lost")

// Deadlines writes the rows.
type Deadlines struct {
	store *store.Store
	wake  chan struct{}
}

// New returns the deadlines kept in s.
func New(s *store.Store) *Deadlines {
	return &Deadlines{store: s, wake: make(chan struct{}, 1)}
}

// Set makes kind due for ref at due, in the transaction of ctx; one that exists is moved, and a worker on it loses its lease.
func (d *Deadlines) Set(ctx context.Context, kind, ref string, due, now time.Time) error {
	fresh, err := d.store.Unique(ctx, func(ctx context.Context) error {
		_, err := d.store.Exec(ctx, "INSERT INTO deadlines (ver, kind, ref, due_at, attempts, created_at) VALUES (1, ?, ?, ?, 0, ?)", kind, ref, due, now)
		return err
	})
	if err == nil && !fresh {
		_, err = d.store.Exec(ctx, "UPDATE deadlines SET due_at = ?, leased_until = NULL, attempts = 0, ver = ver + 1 WHERE kind = ? AND ref = ?", due, kind, ref)
	}
	if err != nil {
		return fmt.Errorf("set deadline %s of %s: %w", kind, ref, err)
	}
	if !due.After(now) {
		d.store.AfterCommit(ctx, d.Wake)
	}
	return nil
}

// Cancel forgets the deadline, in the transaction of ctx. One that does not exist is no error.
func (d *Deadlines) Cancel(ctx context.Context, kind, ref string) error {
	if _, err := d.store.Exec(ctx, "DELETE FROM deadlines WHERE kind = ? AND ref = ?", kind, ref); err != nil {
		return fmt.Errorf("cancel deadline %s of %s: %w", kind, ref, err)
	}
	return nil
}

// Pending reports whether the deadline exists.
func (d *Deadlines) Pending(ctx context.Context, kind, ref string) (bool, error) {
	return d.store.Client(ctx).Deadline.Query().Where(deadline.Kind(kind), deadline.Ref(ref)).Exist(ctx)
}

// Wake makes the runner look at once.
func (d *Deadlines) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Task is a claimed deadline.
type Task struct {
	Kind, Ref string
	// Attempts counts the failures before this try.
	Attempts int
	// Since is when the deadline was first set.
	Since time.Time

	deadlines *Deadlines
	id        int
	ver       int64
}

// Done ends the task, in the transaction of its effect; ErrLeaseLost when it is somebody else's now.
func (t *Task) Done(ctx context.Context) error {
	return t.fenced(ctx, "DELETE FROM deadlines WHERE id = ? AND ver = ?", t.id, t.ver)
}

// Again moves the task to due, in the transaction of its effect: what it found is not the end yet.
func (t *Task) Again(ctx context.Context, due time.Time) error {
	return t.fenced(ctx, "UPDATE deadlines SET due_at = ?, leased_until = NULL, attempts = attempts + 1, ver = ver + 1 WHERE id = ? AND ver = ?", due, t.id, t.ver)
}

func (t *Task) fenced(ctx context.Context, query string, args ...any) error {
	held, err := t.deadlines.store.Guard(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("end deadline %s of %s: %w", t.Kind, t.Ref, err)
	}
	if !held {
		return ErrLeaseLost
	}
	return nil
}

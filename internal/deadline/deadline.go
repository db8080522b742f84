// Package deadline keeps what is to be done at or after a time as rows, so that a crash forgets nothing. A worker claims a row by a lease, which is a
// guarded update of its version; the transaction of the effect ends the row on that version. So it may happen late, and never twice.
package deadline

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/kaituan/kaituan/ent/db/deadline"
	"github.com/kaituan/kaituan/internal/store"
)

// ErrLeaseLost: another worker has taken the task over, or it was moved or cancelled. The effect's transaction must roll back with it.
var ErrLeaseLost = errors.New("deadline: the lease was lost")

// Deadlines writes the rows.
type Deadlines struct {
	store *store.Store
	mu    sync.Mutex
	wake  chan struct{} // closed by the next Wake
}

// New returns the deadlines kept in s.
func New(s *store.Store) *Deadlines {
	return &Deadlines{store: s, wake: make(chan struct{})}
}

// Set makes kind due for ref at due, in the transaction of ctx; one that exists is moved, and a worker on it loses its lease.
func (d *Deadlines) Set(ctx context.Context, kind, ref string, due, now time.Time) error {
	fresh, err := d.insert(ctx, kind, ref, due, now)
	if err == nil && !fresh {
		_, err = d.store.Exec(ctx, "UPDATE deadlines SET due_at = ?, leased_until = NULL, attempts = 0, last_error = NULL, ver = ver + 1 WHERE kind = ? AND ref = ?", due, kind, ref)
	}
	if err != nil {
		return fmt.Errorf("set deadline %s of %s: %w", kind, ref, err)
	}
	if !due.After(now) {
		d.store.AfterCommit(ctx, d.Wake)
	}
	return nil
}

// AtLatest makes kind due for ref at due, in the transaction of ctx; one that exists and is due earlier stays, and a worker on it keeps its lease. The row is
// written in any case: who ends the deadline meanwhile does so after this transaction, and who ended it did so before. So a worker that ends it, and only then looks
// whether there is more to do, misses nothing that was written along with it.
func (d *Deadlines) AtLatest(ctx context.Context, kind, ref string, due, now time.Time) error {
	for fresh := false; !fresh; {
		took, err := d.store.Guard(ctx, "UPDATE deadlines SET due_at = CASE WHEN due_at > ? THEN ? ELSE due_at END WHERE kind = ? AND ref = ?", due, due, kind, ref)
		if err == nil && !took {
			fresh, err = d.insert(ctx, kind, ref, due, now)
		}
		if err != nil {
			return fmt.Errorf("set deadline %s of %s: %w", kind, ref, err)
		}
		if took {
			break
		}
	}
	if !due.After(now) {
		d.store.AfterCommit(ctx, d.Wake)
	}
	return nil
}

// Keep makes sure that there is a task of kind, for what is done again and again: due at due unless there is one already that is earlier.
func (d *Deadlines) Keep(ctx context.Context, kind, ref string, due, now time.Time) error {
	return d.store.InTx(ctx, func(ctx context.Context) error { return d.AtLatest(ctx, kind, ref, due, now) })
}

func (d *Deadlines) insert(ctx context.Context, kind, ref string, due, now time.Time) (fresh bool, err error) {
	return d.store.Unique(ctx, func(ctx context.Context) error {
		_, err := d.store.Exec(ctx, "INSERT INTO deadlines (ver, kind, ref, due_at, attempts, created_at) VALUES (1, ?, ?, ?, 0, ?)", kind, ref, due, now)
		return err
	})
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

// Wake makes every runner of this process look at once.
func (d *Deadlines) Wake() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.wake)
	d.wake = make(chan struct{})
}

// woken is closed by the next Wake. Who takes it before he looks misses none.
func (d *Deadlines) woken() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wake
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

// Again moves the task to due, in the transaction of its effect: what it found is not the end yet. ErrLeaseLost as for Done.
func (t *Task) Again(ctx context.Context, due time.Time) error { return t.again(ctx, due, nil) }

// Failed is Again after a failure, and keeps the cause in the row for whoever looks why the task is still there. ErrLeaseLost as for Done.
func (t *Task) Failed(ctx context.Context, due time.Time, cause error) error {
	reason := []rune(cause.Error()) // which also makes the text valid
	return t.again(ctx, due, string(reason[:min(len(reason), maxReason)]))
}

// NextTry is when to look again at what takes its time with somebody else: base doubled per try, at most five minutes; hourly once the task has been there for longer
// than patience.
func (t *Task) NextTry(now time.Time, base, patience time.Duration) time.Time {
	if now.Sub(t.Since) > patience {
		return now.Add(time.Hour)
	}
	return now.Add(min(base<<min(t.Attempts, 10), 5*time.Minute))
}

// maxReason is how many characters the column holds.
const maxReason = 255

// again takes nil or a text as the reason.
func (t *Task) again(ctx context.Context, due time.Time, reason any) error {
	return t.fenced(ctx, "UPDATE deadlines SET due_at = ?, leased_until = NULL, attempts = attempts + 1, last_error = ?, ver = ver + 1 WHERE id = ? AND ver = ?",
		due, reason, t.id, t.ver)
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

// ids are the first column of a query's rows.
func (d *Deadlines) ids(ctx context.Context, query string, args []any) ([]int, error) {
	rows, err := d.store.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

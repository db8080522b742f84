package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
)

// ErrOutcomeUnknown: the connection was lost during the commit. The caller looks its idempotency key up before it says anything.
var ErrOutcomeUnknown = errors.New("store: the outcome of the commit is unknown")

// txTime bounds one transaction with all its tries. It does not depend on the client: one that hangs up must not leave money half moved.
const txTime = 15 * time.Second

type txKey struct{}

// tx is the transaction that a context carries.
type tx struct {
	s      *Store
	sql    *sql.Tx
	client *db.Client
	doom   error // the first error; every later statement and the commit return it
	asked  bool  // a duplicate key is an answer, not an error
	after  []func()
}

func txFrom(ctx context.Context) *tx {
	t, _ := ctx.Value(txKey{}).(*tx)
	return t
}

// InTx runs fn in one transaction and commits when fn returns nil. Inside another InTx it joins that transaction, so services compose. An error from any
// statement or joined call, other than a duplicate key asked for through Unique, dooms the transaction: every later call and the commit return it.
//
// Deadlocks, lock waits and write conflicts roll everything back and run fn again, at most eight times; then BUSY_RETRY. So fn does database work only: no
// network, no channel, nothing that must not happen twice.
//
// A lost connection during commit leaves the outcome unknown: InTx then returns ErrOutcomeUnknown.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if outer := txFrom(ctx); outer != nil {
		err := fn(ctx)
		if err != nil && outer.doom == nil {
			outer.doom = err
		}
		return err
	}
	if err := ctx.Err(); err != nil { // nothing begun yet: a client that is gone needs nothing
		return err
	}
	var after []func()
	err := persist(ctx, func(ctx context.Context) (err error) {
		after, err = s.once(ctx, fn)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range after {
		f()
	}
	return nil
}

// GuardAlone is Guard as a transaction of its own, in one round trip; inside InTx it joins. A lost connection leaves its outcome unknown.
func (s *Store) GuardAlone(ctx context.Context, query string, args ...any) (took bool, err error) {
	if txFrom(ctx) != nil {
		return s.Guard(ctx, query, args...)
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	err = persist(ctx, func(ctx context.Context) error {
		res, err := counted{s.write, s}.ExecContext(ctx, query, args...)
		if err != nil {
			if connectionLost(err) {
				err = fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
			}
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n > 1 {
			err = fmt.Errorf("a guard changed %d rows", n)
		}
		took = n == 1
		return err
	})
	return took, err
}

// persist runs one transaction until it does not fail for a conflict: at most eight times, within a time of its own that the client cannot cut short.
func persist(ctx context.Context, once func(ctx context.Context) error) error {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), txTime)
	defer cancel()
	for try := 0; ; try++ {
		err := once(own)
		if err == nil || !mayRetry(err) {
			return err
		}
		if try == maxTries-1 {
			return fmt.Errorf("%w: %w", fault.BusyRetry, err)
		}
		select {
		case <-time.After(pause(try)):
		case <-own.Done():
			return fmt.Errorf("%w: %w", fault.BusyRetry, err)
		}
	}
}

func (s *Store) once(ctx context.Context, fn func(ctx context.Context) error) (after []func(), err error) {
	begun, err := s.write.BeginTx(ctx, nil)
	if errors.Is(err, context.DeadlineExceeded) { // no connection came free in all that time
		return nil, fmt.Errorf("%w: begin: %w", fault.BusyRetry, err)
	}
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	t := &tx{s: s, sql: begun}
	t.client = db.NewClient(db.Driver(&driver{Driver: entsql.NewDriver(s.engine, entsql.Conn{ExecQuerier: t})}))
	committed := false
	defer func() {
		if !committed {
			_ = begun.Rollback() // also after a panic in fn; the connection goes back to the pool either way
		}
	}()
	if err := fn(context.WithValue(ctx, txKey{}, t)); err != nil {
		return nil, errors.Join(err, t.hidden(err))
	}
	if t.doom != nil {
		return nil, t.doom
	}
	if err := begun.Commit(); err != nil {
		if connectionLost(err) {
			return nil, fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
		}
		return nil, fmt.Errorf("commit: %w", err)
	}
	committed = true
	return t.after, nil
}

// hidden is the doom that fn's own error does not wrap: it decides whether to run again.
func (t *tx) hidden(err error) error {
	if t.doom == nil || errors.Is(err, t.doom) {
		return nil
	}
	return t.doom
}

// ExecContext implements ent's ExecQuerier.
func (t *tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if t.doom != nil {
		return nil, t.doom
	}
	t.s.count(ctx, query)
	res, err := t.sql.ExecContext(ctx, query, args...)
	return res, t.note(err)
}

// QueryContext implements ent's ExecQuerier.
func (t *tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if t.doom != nil {
		return nil, t.doom
	}
	t.s.count(ctx, query)
	rows, err := t.sql.QueryContext(ctx, query, args...)
	return rows, t.note(err)
}

func (t *tx) note(err error) error {
	if err != nil && !(t.asked && IsDuplicate(err)) {
		t.doom = err
	}
	return err
}

// Unique runs an insert that a unique key may refuse, and reports whether it went in. It must be called inside InTx; insert is one statement.
func (s *Store) Unique(ctx context.Context, insert func(ctx context.Context) error) (bool, error) {
	t := txFrom(ctx)
	if t == nil {
		return false, errors.New("store: Unique outside InTx")
	}
	t.asked = true
	err := insert(ctx)
	t.asked = false
	switch {
	case err == nil:
		return true, nil
	case IsDuplicate(err):
		return false, nil
	default:
		return false, err
	}
}

// AfterCommit runs f after the outermost transaction of ctx has committed, at once when there is none. f must be quick or start what takes long.
func (s *Store) AfterCommit(ctx context.Context, f func()) {
	if t := txFrom(ctx); t != nil {
		t.after = append(t.after, f)
		return
	}
	f()
}

// Snapshot runs fn with a client that reads one consistent moment of the database, and can write nothing.
func (s *Store) Snapshot(ctx context.Context, fn func(ctx context.Context, q entsql.ExecQuerier) error) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	defer conn.Close()
	begin := []string{"BEGIN"} // SQLite, WAL: a reader sees the moment of its first read
	if !s.SQLite() {
		begin = []string{"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"}
	}
	for _, statement := range begin {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }()
	return fn(ctx, counted{conn, s})
}

// Package store opens the shop's database and runs its transactions: the same code on SQLite, MySQL, MariaDB and TiDB; an engine is a URL.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
)

// Store is one open database. It is safe for concurrent use.
type Store struct {
	engine string // dialect.SQLite or dialect.MySQL
	write  *sql.DB
	read   *sql.DB // the same as write on MySQL
	reader *db.Client
	total  total
}

// Open opens the database that url names:
//
//	sqlite:path/of/file.db
//	mysql://user:password@host:port/name
//
// It neither creates tables nor, on MySQL, the database.
func Open(ctx context.Context, url string) (*Store, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	var s *Store
	var err error
	switch {
	case scheme == "sqlite" && rest != "":
		s, err = openSQLite(rest)
	case scheme == "mysql" && strings.HasPrefix(rest, "//"):
		s, err = openMySQL(url)
	default:
		return nil, errors.New("database URL: want sqlite:PATH or mysql://USER:PASSWORD@HOST:PORT/NAME")
	}
	if err != nil {
		return nil, err
	}
	s.reader = db.NewClient(db.Driver(&driver{Driver: entsql.NewDriver(s.engine, entsql.Conn{ExecQuerier: counted{s.read, s}})}))
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.read.PingContext(ctx); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return nil
}

// Close closes every connection.
func (s *Store) Close() error {
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// SQLite reports whether the engine is the embedded one.
func (s *Store) SQLite() bool { return s.engine == dialect.SQLite }

// CommitLag is how long after it has read the clock a transaction may still commit. Who reads changes by their time, and goes on from the last one, leaves
// out what is younger, or a change that was made earlier and committed later is never seen. Zero on SQLite, whose writers take turns.
func (s *Store) CommitLag() time.Duration {
	if s.SQLite() {
		return 0
	}
	return txTime
}

// Dialect is ent's name of the engine.
func (s *Store) Dialect() string { return s.engine }

// DB is the writing pool, for migrations and benchmarks; services use InTx and Client.
func (s *Store) DB() *sql.DB { return s.write }

// Reader is the reading pool, for benchmarks.
func (s *Store) Reader() *sql.DB { return s.read }

// Client is the transaction's client inside InTx, else one that only reads.
func (s *Store) Client(ctx context.Context) *db.Client {
	if t := txFrom(ctx); t != nil {
		return t.client
	}
	return s.reader
}

// SQL runs raw statements in the transaction of ctx, else on the reading pool. Placeholders are "?" on every engine.
func (s *Store) SQL(ctx context.Context) entsql.ExecQuerier {
	if t := txFrom(ctx); t != nil {
		return t
	}
	return counted{s.read, s}
}

// Guard runs one conditional UPDATE (or DELETE) and reports whether it changed exactly one row. It must be called inside InTx. More than one row is an
// error: a guard names a single row.
func (s *Store) Guard(ctx context.Context, query string, args ...any) (bool, error) {
	n, err := s.Exec(ctx, query, args...)
	if err == nil && n > 1 {
		err = fmt.Errorf("a guard changed %d rows", n)
	}
	return n == 1, err
}

// Exec runs one statement inside InTx and returns how many rows it changed (MySQL: matched).
func (s *Store) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	t := txFrom(ctx)
	if t == nil {
		return 0, errors.New("store: a write outside InTx")
	}
	res, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// driver makes ent's own transactions no-ops: each statement is one already, and several belong into InTx.
type driver struct{ *entsql.Driver }

func (d *driver) Tx(context.Context) (dialect.Tx, error) { return dialect.NopTx(d), nil }
func (d *driver) BeginTx(context.Context, *entsql.TxOptions) (dialect.Tx, error) {
	return dialect.NopTx(d), nil
}

// readers is how many connections read at once: a few more than processors, since a read may wait for the disk.
func readers() int { return max(4, 2*runtime.NumCPU()) }

package store

import (
	"context"
	"database/sql"
	"strings"
	"sync/atomic"

	entsql "entgo.io/ent/dialect/sql"
)

// total is how many statements were run since the database was opened.
type total struct{ reads, writes atomic.Int64 }

// Reads is how many SELECTs were run, in transactions and outside, since the database was opened.
func (s *Store) Reads() int64 { return s.total.reads.Load() }

// Writes is how many other statements were run, without those that begin and end transactions.
func (s *Store) Writes() int64 { return s.total.writes.Load() }

// count goes by the text: an INSERT may be run as a query, for what it returns.
func (s *Store) count(ctx context.Context, query string) {
	if strings.HasPrefix(strings.TrimLeft(query, " \n\t("), "SELECT") {
		s.total.reads.Add(1)
	} else {
		s.total.writes.Add(1)
	}
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.n.Add(1)
		if c.Each != nil {
			c.Each(query)
		}
	}
}

// counted counts the statements outside transactions.
type counted struct {
	entsql.ExecQuerier
	s *Store
}

func (c counted) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	c.s.count(ctx, query)
	return c.ExecQuerier.ExecContext(ctx, query, args...)
}

func (c counted) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	c.s.count(ctx, query)
	return c.ExecQuerier.QueryContext(ctx, query, args...)
}

type counterKey struct{}

// Counter counts the statements run under a context.
type Counter struct {
	n atomic.Int64
	// Each, when set, sees every statement's text.
	Each func(query string)
}

// Count is how many statements were run.
func (c *Counter) Count() int { return int(c.n.Load()) }

// CountStatements returns a context under which statements are counted in c.
func CountStatements(ctx context.Context, c *Counter) context.Context {
	return context.WithValue(ctx, counterKey{}, c)
}

// Package invariant checks the promises of the shop on a live database: each is a query for the rows that break it.
package invariant

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/internal/store"
)

// Invariant is one promise. Several may share an ID when it takes several queries.
type Invariant struct {
	// ID is its name in the rules, e.g. "I2".
	ID string
	// Promise says what holds, in one sentence.
	Promise string
	// Query returns the rows that break it; the first column names the row, further ones are shown beside it. No rows: it holds.
	Query string
	// Args are the placeholders' values for the time of the check; nil when there are none.
	Args func(now time.Time) []any
	// Underway counts the rows that Query leaves out because their facts are still on their way; "" when it leaves none out.
	Underway string
}

// Result is what became of one Invariant.
type Result struct {
	Invariant Invariant
	// Broken counts the rows that break it, at most Most.
	Broken int
	// First is the first of them with what the query shows beside it.
	First string
	// Underway counts the rows that were left out: their facts are still on their way.
	Underway int
}

// Most is how many broken rows are counted before the check goes on with the next invariant.
const Most = 1000

// Run checks list in one consistent moment of the database, so that a transaction which commits meanwhile breaks nothing.
func Run(ctx context.Context, st *store.Store, now time.Time, list []Invariant) ([]Result, error) {
	results := make([]Result, 0, len(list))
	err := st.Snapshot(ctx, func(ctx context.Context, q entsql.ExecQuerier) error {
		for _, inv := range list {
			r, err := check(ctx, q, now, inv)
			if err != nil {
				return fmt.Errorf("check %s (%s): %w", inv.ID, inv.Promise, err)
			}
			results = append(results, r)
		}
		return nil
	})
	return results, err
}

// Broken returns an error that names the first broken row, or nil when everything holds.
func Broken(results []Result) error {
	for _, r := range results {
		if r.Broken > 0 {
			return fmt.Errorf("%s does not hold: %s: %d rows, first %s", r.Invariant.ID, r.Invariant.Promise, r.Broken, r.First)
		}
	}
	return nil
}

func check(ctx context.Context, q entsql.ExecQuerier, now time.Time, inv Invariant) (Result, error) {
	result := Result{Invariant: inv}
	var args []any
	if inv.Args != nil {
		args = inv.Args(now)
	}
	rows, err := q.QueryContext(ctx, inv.Query, args...)
	if err != nil {
		return result, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return result, err
	}
	for result.Broken < Most && rows.Next() {
		if result.Broken++; result.Broken == 1 {
			if result.First, err = describe(rows, columns); err != nil {
				return result, err
			}
		}
	}
	if err := rows.Err(); err != nil || inv.Underway == "" {
		return result, err
	}
	if err := rows.Close(); err != nil { // one connection reads one result at a time
		return result, err
	}
	left, err := q.QueryContext(ctx, inv.Underway)
	if err != nil {
		return result, err
	}
	defer left.Close()
	if left.Next() {
		err = left.Scan(&result.Underway)
	}
	return result, errors.Join(err, left.Err())
}

// describe reads a row as "name (column=value, …)".
func describe(rows *sql.Rows, columns []string) (string, error) {
	values := make([]sql.NullString, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return "", err
	}
	text := values[0].String
	for i := 1; i < len(columns); i++ {
		separator := ", "
		if i == 1 {
			separator = " ("
		}
		shown := values[i].String
		if !values[i].Valid {
			shown = "null"
		}
		text += separator + columns[i] + "=" + shown
	}
	if len(columns) > 1 {
		text += ")"
	}
	return text, nil
}

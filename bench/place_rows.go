package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// written is how rows are compared that belong to two things of one kind.
type written struct {
	queries []string // find the rows of one; %[1]s is its id
	own     []string // columns that differ from one to the other; only their size is compared
}

// ofOrder is what one order has written, of one shopper's for one SKU.
var ofOrder = written{
	queries: []string{
		"SELECT * FROM idempotency_keys WHERE result = '%[1]s'",
		"SELECT * FROM payments WHERE order_id = '%[1]s'",
		"SELECT * FROM orders WHERE id = '%[1]s'",
		"SELECT * FROM order_lines WHERE order_id = '%[1]s'",
		"SELECT * FROM order_events WHERE order_id = '%[1]s'",
		"SELECT * FROM order_adjustments WHERE order_id = '%[1]s'",
		"SELECT * FROM group_seats WHERE order_id = '%[1]s'",
		"SELECT * FROM stock_holds WHERE order_id = '%[1]s'",
		"SELECT * FROM stock_movements WHERE source IN (SELECT id FROM stock_holds WHERE order_id = '%[1]s')",
		"SELECT * FROM facts WHERE aggregate = '%[1]s'",
		"SELECT * FROM deadlines WHERE ref = '%[1]s'",
	},
	own: []string{"id", "key", "input_hash", "result", "number", "order_id", "payment_id", "private", "parameters", "subject", "source", "group_id", "live_key", "order_key", "aggregate", "payload", "ref"},
}

// sameRows fails unless both wrote the same: the shop's, and the floor's.
func sameRows(ctx context.Context, db *sql.DB, w written, ours, floor string) error {
	for _, query := range w.queries {
		var rows [2][]map[string]any
		for i, one := range []string{ours, floor} {
			var err error
			if rows[i], err = selectAll(ctx, db, fmt.Sprintf(query, one)); err != nil {
				return err
			}
		}
		if len(rows[0]) != len(rows[1]) {
			return fmt.Errorf("%s: %d rows of the shop, %d of the floor", query, len(rows[0]), len(rows[1]))
		}
		for i := range rows[0] {
			for column, value := range rows[0][i] {
				if !alike(slices.Contains(w.own, column), value, rows[1][i][column]) {
					return fmt.Errorf("%s: %s is %v in the shop and %v in the floor", query, column, value, rows[1][i][column])
				}
			}
		}
	}
	return nil
}

// alike compares two values of a column, one that differs by its size only.
func alike(own bool, a, b any) bool {
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false // one of them NULL
	}
	if _, isTime := a.(time.Time); isTime {
		return true
	}
	if !own {
		return reflect.DeepEqual(a, b)
	}
	difference := len(fmt.Sprintf("%s", a)) - len(fmt.Sprintf("%s", b))
	return max(difference, -difference) <= 8 // a time inside may end in zeros, a serial number may have one digit more
}

// selectAll reads rows of any shape.
func selectAll(ctx context.Context, db *sql.DB, query string, args ...any) (all []map[string]any, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := map[string]any{}
		for i, column := range columns {
			row[column] = values[i]
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/kaituan/kaituan/internal/testdb"
)

// A statement that is being read runs again, changes tables under way, fails, and is one of more than a connection keeps: each time it answers anew.
func TestStatementsAreRunAnew(t *testing.T) {
	s := testdb.Open(t)
	if err := s.InTx(t.Context(), func(ctx context.Context) error {
		for i := range 3 {
			if err := addDeadline(ctx, s, "a", fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	const list = "SELECT ref FROM deadlines WHERE kind = ? ORDER BY ref"
	for range 3 {
		outer, err := s.Reader().QueryContext(t.Context(), list, "a")
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for outer.Next() {
			seen++
			if n := countRows(t, s.Reader().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM deadlines WHERE kind = ?", "a")); n != 3 {
				t.Errorf("counted %d meanwhile", n)
			}
		}
		if err := errors.Join(outer.Err(), outer.Close()); err != nil || seen != 3 {
			t.Fatalf("%d rows, %v", seen, err)
		}
	}
	for i := range 700 { // more than one connection keeps
		if n := countRows(t, s.Reader().QueryRowContext(t.Context(), fmt.Sprintf("SELECT COUNT(*) + %d FROM deadlines WHERE kind = ?", i), "a")); n != 3+i {
			t.Fatalf("statement %d answered %d", i, n)
		}
	}
	for range 3 { // one that fails is compiled anew
		if _, err := s.DB().ExecContext(t.Context(), "INSERT INTO deadlines (kind) VALUES (?)", "b"); err == nil {
			t.Fatal("half a row went in")
		}
	}
}

// In one transaction, rows may still be read when the same statement runs again.
func TestStatementsNestInATransaction(t *testing.T) {
	s := testdb.Open(t)
	if !s.SQLite() {
		return // MySQL's protocol reads one result at a time
	}
	err := s.InTx(t.Context(), func(ctx context.Context) error {
		for i := range 3 {
			if err := addDeadline(ctx, s, "a", fmt.Sprint(i)); err != nil {
				return err
			}
		}
		const list = "SELECT ref FROM deadlines ORDER BY ref"
		outer, err := s.SQL(ctx).QueryContext(ctx, list)
		if err != nil {
			return err
		}
		defer outer.Close()
		pairs := 0
		for outer.Next() {
			inner, err := s.SQL(ctx).QueryContext(ctx, list)
			if err != nil {
				return err
			}
			for inner.Next() {
				pairs++
			}
			if err := errors.Join(inner.Err(), inner.Close()); err != nil {
				return err
			}
		}
		if pairs != 9 {
			t.Errorf("%d pairs", pairs)
		}
		return outer.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func countRows(t *testing.T, row interface{ Scan(dest ...any) error }) int {
	t.Helper()
	var n int
	if err := row.Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

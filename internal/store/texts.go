package store

import (
	"context"
	"iter"
	"slices"
	"strings"
)

// Each runs a query, in the transaction of ctx if there is one, and do for each of its rows, whose columns scan reads.
func (s *Store) Each(ctx context.Context, query string, args []any, do func(scan func(into ...any) error) error) error {
	rows, err := s.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Texts reads the one column of a query's rows, in the transaction of ctx if there is one.
func (s *Store) Texts(ctx context.Context, query string, args ...any) (list []string, err error) {
	err = s.Each(ctx, query, args, func(scan func(...any) error) error {
		var text string
		err := scan(&text)
		list = append(list, text)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// In is a list of placeholders for IN, and its arguments; of at least one text.
func In(texts []string) (string, []any) {
	args := make([]any, len(texts))
	for i, text := range texts {
		args[i] = text
	}
	return "(?" + strings.Repeat(", ?", len(texts)-1) + ")", args
}

// perStatement bounds a statement's placeholders.
const perStatement = 500

// ExecIn runs a statement that ends in IN for texts, some at a time. Engines find rows by a list through an index; by a subquery MariaDB updates and deletes along
// the whole table.
func (s *Store) ExecIn(ctx context.Context, statement string, texts []string) error {
	for some := range slices.Chunk(texts, perStatement) {
		in, args := In(some)
		if _, err := s.Exec(ctx, statement+" "+in, args...); err != nil {
			return err
		}
	}
	return nil
}

// Pieces cuts a list into pieces of at most 128, whose lengths are powers of two: so statements with a row each have few texts, and SQLite keeps them compiled.
func Pieces[T any](list []T) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for n := 128; len(list) > 0; {
			for n > len(list) {
				n /= 2
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

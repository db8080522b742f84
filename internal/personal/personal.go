// Package personal is the form in which every domain tells what it keeps of a person: lists of rows, read page by page, so that however much there is, little
// of it is in memory at a time.
package personal

import (
	"fmt"
	"iter"
)

// Part is one list of a person's data. Rows are encoded as JSON; an error is the last thing that it yields.
type Part struct {
	// Name is the list's name in the document; no two parts share one.
	Name string
	Rows iter.Seq2[any, error]
}

// PageSize is how many rows are read at once.
const PageSize = 200

// List is a part of which there is never much: read returns all of it.
func List[T any](name string, read func() ([]T, error)) Part {
	return Part{Name: name, Rows: func(yield func(any, error) bool) {
		rows, err := read()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}}
}

// Pages is a part that may be long, of each of the person's ids: read returns the rows of an id that come after one, nil for the first, PageSize of them unless
// there are no more.
func Pages[T any](name string, ids []string, read func(id string, after *T) ([]T, error)) Part {
	return Part{Name: name, Rows: func(yield func(any, error) bool) {
		for _, id := range ids {
			for after := (*T)(nil); ; {
				rows, err := read(id, after)
				if err != nil {
					yield(nil, err)
					return
				}
				for _, row := range rows {
					if !yield(row, nil) {
						return
					}
				}
				if len(rows) < PageSize {
					break
				}
				after = &rows[len(rows)-1]
			}
		}
	}}
}

// Each shows rows that were read as the person is told of them.
func Each[R, T any](rows []R, err error, of func(row R) T) ([]T, error) {
	if err != nil {
		return nil, fmt.Errorf("what is kept of a person: %w", err)
	}
	list := make([]T, len(rows))
	for i, row := range rows {
		list[i] = of(row)
	}
	return list, nil
}

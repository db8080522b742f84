// Package page is Relay paging by keyset: a cursor holds the sort key of its element, so a page goes on at the right place whatever was inserted meanwhile.
package page

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
)

// MaxFirst is the longest page.
const MaxFirst = 100

// Args are a list's arguments as the client sent them.
type Args struct {
	First int
	After string
}

// Check returns INVALID_INPUT when first is not within 0..100.
func (a Args) Check() error {
	if a.First < 0 || a.First > MaxFirst {
		return fault.InvalidInput.Saying("`first` must be between 0 and 100.", "`first` 必须在 0 到 100 之间。")
	}
	return nil
}

// ExactUpTo is the greatest total: counting further would read a table for a number that nobody reads. Who counts asks for one row more, within: a limit on COUNT
// would limit its one row.
const ExactUpTo = 10000

// Exact is a total of n rows, nil when it is beyond ExactUpTo.
func Exact(n int) *int {
	if n > ExactUpTo {
		return nil
	}
	return &n
}

// Instant is a cursor's time in UTC, or INVALID_CURSOR when it was forged to one that engines do not keep.
func Instant(t time.Time) (time.Time, error) {
	t = t.UTC()
	if year := t.Year(); year < 1000 || year > 9999 {
		return time.Time{}, fault.InvalidCursor
	}
	return t, nil
}

// Info is Relay's PageInfo.
type Info struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// Encode makes a cursor of a list. kind names the list and its order, so that a cursor of another is refused; key is a small struct of the sort key.
func Encode(kind string, key any) string {
	raw, err := json.Marshal(key)
	if err != nil {
		panic("page: a cursor's key must marshal: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(append([]byte(kind+":"), raw...))
}

// Decode reads a cursor that Encode made for the same kind into key, or returns INVALID_CURSOR. Cursors are not secret and not signed: what they hold
// must be harmless when forged.
func Decode(cursor, kind string, key any) error {
	if len(cursor) > 1024 {
		return fault.InvalidCursor
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) <= len(kind) || string(raw[:len(kind)+1]) != kind+":" {
		return fault.InvalidCursor
	}
	if err := json.Unmarshal(raw[len(kind)+1:], key); err != nil {
		return fault.InvalidCursor
	}
	return nil
}

// Of cuts rows, of which one more than first was asked for, to the page and describes it. cursor gives an element's cursor.
func Of[T any](rows []T, a Args, cursor func(T) string) ([]T, Info) {
	info := Info{HasNextPage: len(rows) > a.First, HasPreviousPage: a.After != ""}
	if info.HasNextPage {
		rows = rows[:a.First]
	}
	if len(rows) > 0 {
		start, end := cursor(rows[0]), cursor(rows[len(rows)-1])
		info.StartCursor, info.EndCursor = &start, &end
	}
	return rows, info
}

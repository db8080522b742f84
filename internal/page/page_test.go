package page_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
)

type key struct {
	At time.Time `json:"t"`
	ID string    `json:"i"`
}

func TestCursors(t *testing.T) {
	want := key{At: time.Date(2026, 3, 1, 8, 30, 0, 123456000, time.UTC), ID: "ord_1"}
	cursor := page.Encode("orders", want)
	var got key
	if err := page.Decode(cursor, "orders", &got); err != nil || !got.At.Equal(want.At) || got.ID != want.ID {
		t.Fatalf("Decode = %+v, %v", got, err)
	}
	for name, bad := range map[string]string{
		"of another list":      page.Encode("products", want),
		"of a longer list":     page.Encode("orders2", want),
		"cut short":            cursor[:len(cursor)-3],
		"not base64":           "!" + cursor,
		"nothing":              "",
		"endless":              strings.Repeat("A", 2000),
		"an altered last byte": cursor[:len(cursor)-1] + "_",
	} {
		t.Run(name, func(t *testing.T) {
			if err := page.Decode(bad, "orders", &got); !errors.Is(err, fault.InvalidCursor) {
				t.Errorf("Decode = %v", err)
			}
		})
	}
}

func TestOf(t *testing.T) {
	cursor := func(n int) string { return page.Encode("n", n) }
	rows, info := page.Of([]int{1, 2, 3}, page.Args{First: 2}, cursor)
	if len(rows) != 2 || !info.HasNextPage || info.HasPreviousPage || *info.EndCursor != cursor(2) || *info.StartCursor != cursor(1) {
		t.Errorf("a page with more to come: %v, %+v", rows, info)
	}
	rows, info = page.Of([]int{3}, page.Args{First: 2, After: cursor(2)}, cursor)
	if len(rows) != 1 || info.HasNextPage || !info.HasPreviousPage {
		t.Errorf("the last page: %v, %+v", rows, info)
	}
	rows, info = page.Of([]int{}, page.Args{First: 2}, cursor)
	if len(rows) != 0 || info.HasNextPage || info.StartCursor != nil || info.EndCursor != nil {
		t.Errorf("an empty page: %v, %+v", rows, info)
	}
}

func TestCheck(t *testing.T) {
	for first, ok := range map[int]bool{-1: false, 0: true, 100: true, 101: false} {
		if err := (page.Args{First: first}).Check(); (err == nil) != ok {
			t.Errorf("first %d: %v", first, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(page.Encode("orders", key{ID: "ord_1"}))
	f.Add("")
	f.Add("b3JkZXJzOnt9")
	f.Fuzz(func(t *testing.T, cursor string) {
		var k key
		if err := page.Decode(cursor, "orders", &k); err != nil && !errors.Is(err, fault.InvalidCursor) {
			t.Errorf("Decode(%q) = %v", cursor, err)
		}
	})
}

func TestExact(t *testing.T) {
	if got := page.Exact(page.ExactUpTo); got == nil || *got != page.ExactUpTo {
		t.Errorf("Exact(%d) = %v", page.ExactUpTo, got)
	}
	if got := page.Exact(page.ExactUpTo + 1); got != nil {
		t.Errorf("Exact beyond = %d", *got)
	}
}

func TestInstant(t *testing.T) {
	shanghai := time.Date(2026, 3, 1, 8, 0, 0, 0, time.FixedZone("CST", 8*60*60))
	if got, err := page.Instant(shanghai); err != nil || !got.Equal(shanghai) || got.Location() != time.UTC {
		t.Errorf("Instant = %v, %v", got, err)
	}
	for _, year := range []int{-1, 1, 999, 10_000} {
		if _, err := page.Instant(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)); !errors.Is(err, fault.InvalidCursor) {
			t.Errorf("year %d: %v", year, err)
		}
	}
}

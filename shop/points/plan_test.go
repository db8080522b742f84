package points

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/ent/db"
)

var planNow = time.Date(2026, 5, 6, 4, 0, 0, 0, time.UTC)

// lotsFrom reads "a:30@2d b:10@-1h".
func lotsFrom(t *testing.T, text string) (lots []*lot) {
	t.Helper()
	for _, word := range strings.Fields(text) {
		name, rest, _ := strings.Cut(word, ":")
		var n int64
		var in string
		if _, err := fmt.Sscanf(strings.Replace(rest, "@", " ", 1), "%d %s", &n, &in); err != nil {
			t.Fatal(word, err)
		}
		d, err := time.ParseDuration(in)
		if err != nil {
			t.Fatal(word, err)
		}
		lots = append(lots, &lot{PointLot: &db.PointLot{ID: name, Remaining: n, ExpiresAt: planNow.Add(d)}})
	}
	return lots
}

func shown(moves []lotMove) string {
	words := make([]string, len(moves))
	for i, m := range moves {
		words[i] = fmt.Sprintf("%s:%d", m.lot.ID, m.points)
	}
	return strings.Join(words, " ")
}

func TestPlan(t *testing.T) {
	for _, tc := range []struct {
		name, lots string
		points     int64
		want       string
		short      int64
	}{
		{"first to expire pays first", "a:30@48h b:30@24h", 40, "b:30 a:10", 0},
		{"of two that expire together the first by id pays first", "b:30@24h a:30@24h", 40, "a:30 b:10", 0},
		{"a lot that ends now is gone", "a:30@0s", 1, "", 1},
		{"a lot that ended pays nothing", "a:30@-1h b:10@1h", 10, "b:10", 0},
		{"an empty lot is passed over", "a:0@1h b:10@2h", 10, "b:10", 0},
		{"all that there is", "a:10@1h b:10@2h", 20, "a:10 b:10", 0},
		{"one too many", "a:10@1h b:10@2h", 21, "", 1},
		{"nothing to pay", "a:30@24h", 0, "", 0},
		{"nothing there", "", 5, "", 5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			moves, short := plan(lotsFrom(t, tc.lots), tc.points, planNow)
			if got := shown(moves); got != tc.want || short != tc.short {
				t.Errorf("got %q, short %d; want %q, short %d", got, short, tc.want, tc.short)
			}
		})
	}
}

func TestFirstOf(t *testing.T) {
	lots := lotsFrom(t, "a:0@1h b:0@2h")
	moves := []lotMove{{lots[0], 30}, {lots[1], 20}}
	for _, tc := range []struct {
		points      int64
		taken, rest string
	}{{50, "a:30 b:20", ""}, {30, "a:30", "b:20"}, {31, "a:30 b:1", "b:19"}, {10, "a:10", "a:20 b:20"}, {0, "", "a:30 b:20"}} {
		taken, rest := firstOf(moves, tc.points)
		if shown(taken) != tc.taken || shown(rest) != tc.rest {
			t.Errorf("%d: took %q, left %q; want %q, %q", tc.points, shown(taken), shown(rest), tc.taken, tc.rest)
		}
	}
}

func TestShares(t *testing.T) {
	lots := lotsFrom(t, "a:0@1h b:0@2h c:0@3h")
	for _, tc := range []struct {
		held   []int64
		points int64
		want   string
	}{
		{[]int64{30, 20, 0}, 50, "a:30 b:20"},
		{[]int64{30, 20, 0}, 5, "a:3 b:2"},
		{[]int64{1, 1, 1}, 2, "a:1 b:1"},
		{[]int64{1, 1, 98}, 99, "a:1 b:1 c:97"},
		{[]int64{0, 0, 7}, 7, "c:7"},
		{[]int64{Max - 1, 1, 0}, Max, "a:9007199254740990 b:1"},
	} {
		var moves []lotMove
		for i, n := range tc.held {
			moves = append(moves, lotMove{lots[i], n})
		}
		parts, err := shares(moves, tc.points)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(parts); got != tc.want {
			t.Errorf("%d of %v: %q, want %q", tc.points, tc.held, got, tc.want)
		}
		for _, m := range parts {
			if i := slices.Index(lots, m.lot); m.points > tc.held[i] {
				t.Errorf("%d of %v: more than is there", tc.points, tc.held)
			}
		}
	}
}

func TestDays(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	at := func(text string) time.Time {
		out, err := time.ParseInLocation("2006-01-02 15:04:05", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return out.UTC()
	}
	for _, tc := range []struct {
		now  string
		days int
		want string
	}{
		{"2026-05-06 00:00:00", 0, "2026-05-07 00:00:00"},
		{"2026-05-06 23:59:59", 0, "2026-05-07 00:00:00"},
		{"2026-05-06 12:00:00", 7, "2026-05-14 00:00:00"},
		{"2026-05-06 12:00:00", 365, "2027-05-07 00:00:00"},
		{"2024-02-29 01:00:00", 365, "2025-03-01 00:00:00"},
	} {
		if got := endOfDay(at(tc.now), tc.days, zone); !got.Equal(at(tc.want)) {
			t.Errorf("%s and %d days: %s, want %s", tc.now, tc.days, got, tc.want)
		}
	}
	end := at("2026-05-14 00:00:00")
	for _, tc := range []struct{ now, want string }{
		{"2026-05-01 00:00:00", "2026-05-07 00:00:00"},
		{"2026-05-07 00:00:00", "2026-05-13 00:00:00"},
		{"2026-05-13 00:00:00", ""},
	} {
		got := nextNotice(end, at(tc.now), zone)
		if (got == nil) != (tc.want == "") || got != nil && !got.Equal(at(tc.want)) {
			t.Errorf("from %s: %v, want %s", tc.now, got, tc.want)
		}
	}
}

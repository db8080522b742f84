package points

import (
	"time"

	"github.com/kaituan/kaituan/internal/clock"
)

// grace is how many days points live that ran out while the shop had them and could not deliver.
const grace = 7

// endOfDay is the local midnight that ends the day that is days after t's.
func endOfDay(t time.Time, days int, zone *time.Location) time.Time {
	return clock.Midnight(t, days+1, zone)
}

// day is the local date of t.
func day(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.DateOnly) }

// notices are how many days before their end points are told of.
var notices = []int{7, 1}

// noticeAt is when points that end at end are told of, days before.
func noticeAt(end time.Time, days int, zone *time.Location) time.Time {
	return end.In(zone).AddDate(0, 0, -days).UTC()
}

// nextNotice is the first notice after now of points that end at end, or nil when it is too late for any.
func nextNotice(end, now time.Time, zone *time.Location) *time.Time {
	for _, days := range notices {
		if at := noticeAt(end, days, zone); at.After(now) {
			return &at
		}
	}
	return nil
}

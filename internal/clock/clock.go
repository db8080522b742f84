// Package clock is the shop's business time. It is passed to every service, read once per transaction, and never taken from a client.
package clock

import (
	"sync/atomic"
	"time"
)

// Clock tells the time in UTC, truncated to the microsecond that every engine keeps.
type Clock func() time.Time

// System is the machine's clock.
func System() time.Time { return Trim(time.Now()) }

// Trim returns t as every engine stores it: UTC, whole microseconds.
func Trim(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Midnight is the midnight, in UTC, with which the day of zone begins that is so many days after t's.
func Midnight(t time.Time, days int, zone *time.Location) time.Time {
	local := t.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day()+days, 0, 0, 0, 0, zone).UTC()
}

// Movable is a clock that tests and the development server push forward. Its zero value shows the system's time.
type Movable struct{ offset atomic.Int64 }

// Now is the Clock of m.
func (m *Movable) Now() time.Time { return Trim(time.Now().Add(time.Duration(m.offset.Load()))) }

// Advance moves the clock by d and returns the new time; d may not be negative, since time that was seen cannot come again.
func (m *Movable) Advance(d time.Duration) time.Time {
	m.offset.Add(int64(max(d, 0)))
	return m.Now()
}

// Fixed stands still until it is moved: for tests of deadlines.
type Fixed struct{ at atomic.Int64 }

// NewFixed returns a clock that shows t.
func NewFixed(t time.Time) *Fixed {
	f := &Fixed{}
	f.at.Store(t.UnixMicro())
	return f
}

// Now is the Clock of f.
func (f *Fixed) Now() time.Time { return time.UnixMicro(f.at.Load()).UTC() }

// Advance moves the clock by d.
func (f *Fixed) Advance(d time.Duration) { f.at.Add(d.Microseconds()) }

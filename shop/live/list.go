package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveroom"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
)

// section is one part of the list of rooms, with an order of its own.
type section struct {
	states []State
	// by is the column, or the expression, of its order; falling: the latest first.
	by      string
	falling bool
	at      func(row *db.LiveRoom) time.Time
}

func startOf(row *db.LiveRoom) time.Time {
	if row.StartedAt == nil {
		return row.CreatedAt
	}
	return *row.StartedAt
}

// sections are the list, in its order: on air by start, latest first; to come by their time, soonest first, where one without a time has come already; replays by
// start, latest first. Rooms that ended without a start are in none, and BANNED ones only by id.
var sections = []section{
	{states: []State{OnAir, Paused}, by: "started_at", falling: true, at: startOf},
	{states: []State{Scheduled}, by: "COALESCE(scheduled_for, created_at)", at: func(row *db.LiveRoom) time.Time {
		if row.ScheduledFor == nil {
			return row.CreatedAt
		}
		return *row.ScheduledFor
	}},
	{states: []State{Ended}, by: "started_at", falling: true, at: startOf},
}

// bySection is the sort key of rooms.
type bySection struct {
	Section int       `json:"s"`
	At      time.Time `json:"t"`
	ID      string    `json:"i"`
}

// in narrows a section to one state, and reports whether anything is left of it.
func (c section) in(state State) (section, bool) {
	if state == "" {
		return c, true
	}
	for _, its := range c.states {
		if its == state {
			c.states = []State{state}
			return c, true
		}
	}
	return c, false
}

// query selects the ids of a section's rooms, at most so many, those after a key if there is one.
func (c section) query(after *bySection, most int) (string, []any) {
	query, args := "SELECT id FROM live_rooms WHERE state IN (?"+strings.Repeat(", ?", len(c.states)-1)+")", []any{}
	for _, state := range c.states {
		args = append(args, string(state))
	}
	than, way := ">", ""
	if c.falling {
		than, way, query = "<", " DESC", query+" AND started_at IS NOT NULL"
	}
	if after != nil {
		query += " AND (" + c.by + " " + than + " ? OR " + c.by + " = ? AND id " + than + " ?)"
		args = append(args, after.At, after.At, after.ID)
	}
	return query + " ORDER BY " + c.by + way + ", id" + way + " LIMIT ?", append(args, most)
}

// keyOf is where a row stands in the list.
func keyOf(row *db.LiveRoom) bySection {
	for i, part := range sections {
		if slices.Contains(part.states, State(row.State)) {
			return bySection{Section: i, At: part.at(row), ID: row.ID}
		}
	}
	return bySection{Section: len(sections), At: row.CreatedAt, ID: row.ID} // banned since its id was read
}

// inOrder compares two keys.
func inOrder(a, b bySection) int {
	if a.Section != b.Section {
		return cmp.Compare(a.Section, b.Section)
	}
	order := cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	if a.Section < len(sections) && sections[a.Section].falling {
		return -order
	}
	return order
}

// List is a page of rooms: see sections. It takes two statements, and one more for the total. A room that changes its state between two pages may come twice, or
// not at all. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) List(ctx context.Context, a RoomListArgs) (*RoomPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	after, err := roomAfter(a.After)
	if err != nil {
		return nil, err
	}
	rows, err := s.listed(ctx, a.State, after, a.First+1)
	if err != nil {
		return nil, err
	}
	cursor := func(row *db.LiveRoom) string { return page.Encode("rooms", keyOf(row)) }
	rows, info := page.Of(rows, a.Args, cursor)
	listed, now := &RoomPage{Info: info}, s.clock()
	for _, row := range rows {
		listed.Rooms, listed.Cursors = append(listed.Rooms, s.roomOf(row, now)), append(listed.Cursors, cursor(row))
	}
	if a.WantTotal {
		listed.TotalCount, err = s.countRooms(ctx, a.State)
	}
	return listed, err
}

// listed reads at most so many rooms of the sections that a state leaves, in their order.
func (s *Service) listed(ctx context.Context, state State, after *bySection, most int) ([]*db.LiveRoom, error) {
	ids, err := s.sectionIDs(ctx, state, after, most)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, err := s.store.Client(ctx).LiveRoom.Query().Where(liveroom.IDIn(ids...), liveroom.StateNEQ(liveroom.StateBANNED)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	slices.SortFunc(rows, func(a, b *db.LiveRoom) int { return inOrder(keyOf(a), keyOf(b)) })
	return rows[:min(len(rows), most)], nil
}

// sectionIDs are at most so many ids of each section that a state leaves, in one statement, each part of which reads its own index.
func (s *Service) sectionIDs(ctx context.Context, state State, after *bySection, most int) ([]string, error) {
	var parts []string
	var args []any
	for i, whole := range sections {
		part, some := whole.in(state)
		if !some || after != nil && i < after.Section {
			continue
		}
		from := after
		if from != nil && i > from.Section {
			from = nil
		}
		query, its := part.query(from, most)
		parts, args = append(parts, "SELECT id FROM ("+query+") c"+strconv.Itoa(i)), append(args, its...)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	ids, err := s.store.Texts(ctx, strings.Join(parts, " UNION ALL "), args...)
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	return ids, nil
}

// roomAfter reads a cursor, nil for none.
func roomAfter(cursor string) (*bySection, error) {
	if cursor == "" {
		return nil, nil
	}
	var after bySection
	if err := page.Decode(cursor, "rooms", &after); err != nil {
		return nil, err
	}
	if after.Section < 0 || after.Section >= len(sections) {
		return nil, fault.InvalidCursor
	}
	var err error
	after.At, err = page.Instant(after.At)
	return &after, err
}

// countRooms counts what is listed, up to page.ExactUpTo.
func (s *Service) countRooms(ctx context.Context, state State) (*int, error) {
	ids, err := s.sectionIDs(ctx, state, nil, page.ExactUpTo+1)
	return page.Exact(len(ids)), err
}

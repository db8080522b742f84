package live

import (
	"context"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveroom"
	"github.com/kaituan/kaituan/ent/db/predicate"
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

// where selects a section's rooms, those after a key if there is one.
func (c section) where(after *bySection) predicate.LiveRoom {
	return func(q *entsql.Selector) {
		states := make([]any, len(c.states))
		for i, state := range c.states {
			states[i] = string(state)
		}
		all := []*entsql.Predicate{entsql.In(q.C(liveroom.FieldState), states...)}
		if c.falling {
			all = append(all, entsql.NotNull(q.C(liveroom.FieldStartedAt)))
		}
		if after != nil {
			than := ">"
			if c.falling {
				than = "<"
			}
			all = append(all, entsql.ExprP("("+c.by+" "+than+" ? OR "+c.by+" = ? AND id "+than+" ?)", after.At, after.At, after.ID))
		}
		q.Where(entsql.And(all...)) // one predicate, since it may stand within an OR
	}
}

// order sorts a section.
func (c section) order(q *entsql.Selector) {
	way := ""
	if c.falling {
		way = " DESC"
	}
	q.OrderExpr(entsql.Expr(c.by+way), entsql.Expr("id"+way))
}

// List is a page of rooms: see sections. It takes a statement per section that the page reaches. A room that changes its state between two pages may come twice,
// or not at all. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) List(ctx context.Context, a RoomListArgs) (*RoomPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	after, err := roomAfter(a.After)
	if err != nil {
		return nil, err
	}
	var rows []*db.LiveRoom
	keys := map[string]string{}
	for i, whole := range sections {
		part, some := whole.in(a.State)
		if !some || after != nil && i < after.Section || len(rows) > a.First {
			continue
		}
		from := after
		if from != nil && i > from.Section {
			from = nil
		}
		more, err := s.store.Client(ctx).LiveRoom.Query().Where(part.where(from)).Order(part.order).Limit(a.First + 1 - len(rows)).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("list rooms: %w", err)
		}
		for _, row := range more {
			keys[row.ID] = page.Encode("rooms", bySection{Section: i, At: part.at(row), ID: row.ID})
		}
		rows = append(rows, more...)
	}
	rows, info := page.Of(rows, a.Args, func(row *db.LiveRoom) string { return keys[row.ID] })
	listed, now := &RoomPage{Info: info}, s.clock()
	for _, row := range rows {
		listed.Rooms, listed.Cursors = append(listed.Rooms, s.roomOf(row, now)), append(listed.Cursors, keys[row.ID])
	}
	if a.WantTotal {
		listed.TotalCount, err = s.countRooms(ctx, a.State)
	}
	return listed, err
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
	var parts []predicate.LiveRoom
	for _, whole := range sections {
		if part, some := whole.in(state); some {
			parts = append(parts, part.where(nil))
		}
	}
	if len(parts) == 0 {
		return page.Exact(0), nil
	}
	ids, err := s.store.Client(ctx).LiveRoom.Query().Where(liveroom.Or(parts...)).Limit(page.ExactUpTo + 1).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("count rooms: %w", err)
	}
	return page.Exact(len(ids)), nil
}

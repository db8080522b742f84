package live

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/shop/identity"
)

// Events is a page of a room's past events, oldest first, as they can be told now: what was hidden or erased since is not in them. FromSeconds begins where the stream
// was so long after the room's first start; After, the cursor of an event, counts before it. Errors: fault.InvalidInput, fault.InvalidCursor.
func (s *Service) Events(ctx context.Context, roomID string, a EventArgs) (*EventPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	after, err := s.before(ctx, roomID, a)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, "WHERE room_id = ? AND seq > ? ORDER BY seq LIMIT ?", roomID, after, a.First+1)
	if err != nil {
		return nil, err
	}
	rows, info := page.Of(rows, a.Args, func(n *numbered) string { return cursorOf(n.epoch, n.seq) })
	events, err := s.tellable(ctx, roomID, rows)
	if err != nil {
		return nil, err
	}
	found := &EventPage{Events: events, Info: info, Cursors: make([]string, len(events))}
	for i, e := range events {
		found.Cursors[i] = e.stamp().Cursor
	}
	return found, nil
}

// before is the number that a page's events follow.
func (s *Service) before(ctx context.Context, roomID string, a EventArgs) (int64, error) {
	if a.FromSeconds != nil && *a.FromSeconds < 0 {
		return 0, fault.InvalidInput.Saying("`fromSeconds` may not be negative.", "`fromSeconds` 不能为负。")
	}
	if a.After != "" {
		_, seq, ok := parseCursor(a.After)
		if !ok {
			return 0, fault.InvalidCursor
		}
		return seq, nil
	}
	if a.FromSeconds == nil {
		return 0, nil
	}
	room, err := s.room(ctx, roomID)
	if err != nil || room.StartedAt == nil {
		return 0, err
	}
	const longest = 10 * 365 * 24 * 60 * 60 // a time that engines keep
	from := room.StartedAt.Add(time.Duration(min(*a.FromSeconds, longest)) * time.Second)
	rows, err := s.rows(ctx, "WHERE room_id = ? AND at >= ? ORDER BY at, seq LIMIT 1", roomID, from)
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return room.Seq, nil
	}
	return rows[0].seq - 1, nil
}

// newest are a room's newest events after a number, oldest first, at most so many.
func (s *Service) newest(ctx context.Context, roomID string, after int64, most int) ([]stream.Item, error) {
	rows, err := s.rows(ctx, "WHERE room_id = ? AND seq > ? ORDER BY seq DESC LIMIT ?", roomID, after, most)
	if err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	events, err := s.tellable(ctx, roomID, rows)
	if err != nil {
		return nil, err
	}
	return items(events), nil
}

func items(events []Event) []stream.Item {
	list := make([]stream.Item, len(events))
	for i, e := range events {
		list[i] = stream.Item{Seq: e.stamp().Seq, Event: e}
	}
	return list
}

func (s *Service) rows(ctx context.Context, where string, args ...any) ([]*numbered, error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, "SELECT seq, epoch, kind, data, at FROM live_events "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	defer rows.Close()
	var list []*numbered
	for rows.Next() {
		n := &numbered{}
		if err := rows.Scan(&n.seq, &n.epoch, &n.kind, &n.data, &n.at); err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
		n.at = n.at.UTC()
		list = append(list, n)
	}
	return list, rows.Err()
}

// tellable makes the events of rows with what people have written, in a constant number of statements. The rows were read before: a comment that was hidden since
// they were told is not read any more, or the news of its hiding comes after all of them.
func (s *Service) tellable(ctx context.Context, roomID string, rows []*numbered) ([]Event, error) {
	events := make([]Event, len(rows))
	var ticks []int64
	var questions, buyers []string
	for i, n := range rows {
		e, r, err := n.event()
		if err != nil {
			return nil, err
		}
		events[i] = e
		switch n.kind {
		case kindTick:
			ticks = append(ticks, n.seq)
		case kindQuestion:
			questions = append(questions, r.Question)
		case kindOrder:
			buyers = append(buyers, r.Order.Buyer)
		}
	}
	comments, err := s.commentsOf(ctx, roomID, ticks)
	if err != nil {
		return nil, err
	}
	asked, bought, err := s.known(ctx, questions, buyers)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		switch e := e.(type) {
		case *Tick:
			(&people{Comments: comments[e.Seq]}).put(e)
		case *QuestionChanged:
			(&people{Question: asked[e.Question.ID]}).put(e)
		case *OrderPlaced:
			(&people{Buyer: bought[e.BuyerID]}).put(e)
		}
	}
	return events, nil
}

// commentsOf reads what is shown of the comments of ticks, which are in order, by their number.
func (s *Service) commentsOf(ctx context.Context, roomID string, ticks []int64) (map[int64][]*Comment, error) {
	if len(ticks) == 0 {
		return nil, nil
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT id, seq, shopper_id, role, text, created_at FROM live_comments
		WHERE room_id = ? AND seq >= ? AND seq <= ? AND state = 'SHOWN' AND sampled = ? AND text <> '' ORDER BY seq, id`, roomID, ticks[0], ticks[len(ticks)-1], true)
	if err != nil {
		return nil, fmt.Errorf("comments of %s: %w", roomID, err)
	}
	defer rows.Close()
	found := map[int64][]*Comment{}
	var all []*Comment
	for rows.Next() {
		c, seq := &Comment{RoomID: roomID}, int64(0)
		if err := rows.Scan(&c.ID, &seq, &c.AuthorID, &c.Role, &c.Text, &c.At); err != nil {
			return nil, fmt.Errorf("comments of %s: %w", roomID, err)
		}
		c.At = c.At.UTC()
		found[seq], all = append(found[seq], c), append(all, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("comments of %s: %w", roomID, err)
	}
	return found, s.authors(ctx, all)
}

// authors puts their authors into comments, one statement for each 500 people.
func (s *Service) authors(ctx context.Context, comments []*Comment) error {
	wanted := map[string]bool{}
	for _, c := range comments {
		wanted[c.AuthorID] = true
	}
	ids := make([]string, 0, len(wanted))
	for id := range wanted {
		ids = append(ids, id)
	}
	for some := range slices.Chunk(ids, 500) {
		found, err := s.identity.Publics(ctx, some)
		if err != nil {
			return err
		}
		for _, c := range comments {
			if author := found[c.AuthorID]; author != nil {
				c.Author = author
			}
		}
	}
	return nil
}

// known reads questions and, without their names, buyers.
func (s *Service) known(ctx context.Context, questions, buyers []string) (asked map[string]*Question, bought map[string]*identity.MaskedShopper, err error) {
	if len(questions) > 0 {
		if asked, err = s.Questions(ctx, unique(questions)); err != nil {
			return nil, nil, err
		}
	}
	if len(buyers) > 0 {
		if bought, err = s.identity.Masked(ctx, unique(buyers)); err != nil {
			return nil, nil, err
		}
	}
	return asked, bought, nil
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

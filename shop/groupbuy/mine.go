package groupbuy

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
)

// ownSeats selects a person's seats with their groups, newest first: of several in one group the newest that was not released. Its cost is that of his own seats.
func ownSeats(his []string) (query string, args []any) {
	in, ids := store.In(his)
	whose := "IN " + in
	return "SELECT s.id, s.group_id FROM group_seats s JOIN group_buys g ON g.id = s.group_id WHERE s.shopper_id " + whose + ` AND s.state <> 'RELEASED'
		AND NOT EXISTS (SELECT 1 FROM group_seats n WHERE n.shopper_id ` + whose + ` AND n.campaign_id = s.campaign_id AND n.group_id = s.group_id
			AND n.state <> 'RELEASED' AND n.id > s.id)`, slices.Concat(ids, ids)
}

// bySeat is the sort key of a shopper's own groups: his seat's id, which rises with the millisecond in which it was taken.
type bySeat struct {
	ID string `json:"i"`
}

// OfShopper returns a page of the groups that a shopper has or had a seat in, the newest seat first; state "" means all. A group where all of his seats were
// released unpaid is not among them. Six statements at most, for any length. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) OfShopper(ctx context.Context, shopperID string, state State, a page.Args) (*GroupPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	query, args := ownSeats(his)
	if state != "" {
		query, args = query+" AND g.state = ?", append(args, string(state))
	}
	if a.After != "" {
		var after bySeat
		if err := page.Decode(a.After, "my-groups", &after); err != nil {
			return nil, err
		}
		query, args = query+" AND s.id < ?", append(args, after.ID)
	}
	seats, err := s.mySeats(ctx, query+" ORDER BY s.id DESC LIMIT ?", append(args, a.First+1))
	if err != nil {
		return nil, fmt.Errorf("groups of %s: %w", shopperID, err)
	}
	cursor := func(seat mySeat) string { return page.Encode("my-groups", bySeat{seat.id}) }
	seats, info := page.Of(seats, a, cursor)
	ids := make([]string, len(seats))
	for i, seat := range seats {
		ids[i] = seat.groupID
	}
	groups, err := s.Groups(ctx, shopperID, ids)
	if err != nil {
		return nil, err
	}
	listed := &GroupPage{Groups: []*Group{}, Info: info}
	for _, seat := range seats {
		if g := groups[seat.groupID]; g != nil {
			listed.Groups, listed.Cursors = append(listed.Groups, g), append(listed.Cursors, cursor(seat))
		}
	}
	return listed, nil
}

// mySeat is a seat, and the group that it is in.
type mySeat struct{ id, groupID string }

func (s *Service) mySeats(ctx context.Context, query string, args []any) ([]mySeat, error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var seats []mySeat
	for rows.Next() {
		var seat mySeat
		if err := rows.Scan(&seat.id, &seat.groupID); err != nil {
			return nil, err
		}
		seats = append(seats, seat)
	}
	return seats, rows.Err()
}

package live

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveminute"
	"github.com/kaituan/kaituan/internal/money"
)

// A room's minutes are its series: the audience as each began, which the room's owner keeps, and what was paid in it, which every sale raises. So a console costs as
// much as there are minutes, however much was sold.

// pointAt keeps the audience of a minute.
func (s *Service) pointAt(ctx context.Context, roomID string, minute time.Time, viewers int, likes int64) error {
	return s.addTo(ctx, func(ctx context.Context) (bool, error) {
		return s.store.Guard(ctx, "UPDATE live_minutes SET viewers = ?, likes = ? WHERE room_id = ? AND at = ?", viewers, likes, roomID, minute)
	}, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "INSERT INTO live_minutes (room_id, at, viewers, likes, orders, sales) VALUES (?, ?, ?, ?, 0, 0)", roomID, minute, viewers, likes)
		return err
	})
}

// sellIn counts an order in the minute in which it was paid. A minute that nobody counted the audience of has that of the one before.
func (s *Service) sellIn(ctx context.Context, roomID string, minute time.Time, amount int64) error {
	count := func(ctx context.Context) (bool, error) {
		return s.store.Guard(ctx, "UPDATE live_minutes SET orders = orders + 1, sales = sales + ? WHERE room_id = ? AND at = ?", amount, roomID, minute)
	}
	if there, err := count(ctx); err != nil || there {
		return err
	}
	// Not by one INSERT … SELECT: InnoDB locks the table's ids for it, and whoever waits for another's row meanwhile may wait in a circle.
	before, err := s.store.Client(ctx).LiveMinute.Query().Where(liveminute.RoomID(roomID), liveminute.AtLT(minute)).Order(liveminute.ByAt(lastFirst)).First(ctx)
	if db.IsNotFound(err) {
		before, err = &db.LiveMinute{}, nil
	}
	if err != nil {
		return fmt.Errorf("minute before %s of %s: %w", minute, roomID, err)
	}
	return s.insertOr(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "INSERT INTO live_minutes (room_id, at, viewers, likes, orders, sales) VALUES (?, ?, ?, ?, 1, ?)",
			roomID, minute, before.Viewers, before.Likes, amount)
		return err
	}, count)
}

// soldSoFar is how many orders a room has sold, and what they came to.
func (s *Service) soldSoFar(ctx context.Context, roomID string) (orders int, sales *money.Money, err error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, "SELECT COALESCE(SUM(orders), 0), COALESCE(SUM(sales), 0) FROM live_minutes WHERE room_id = ?", roomID)
	if err != nil {
		return 0, nil, fmt.Errorf("sales of %s: %w", roomID, err)
	}
	defer rows.Close()
	var total int64
	for rows.Next() {
		if err := rows.Scan(&orders, &total); err != nil {
			return 0, nil, fmt.Errorf("sales of %s: %w", roomID, err)
		}
	}
	return orders, s.money(total), rows.Err()
}

// series are a room's last minutes, oldest first.
func (s *Service) series(ctx context.Context, roomID string) ([]*ConsolePoint, error) {
	rows, err := s.store.Client(ctx).LiveMinute.Query().Where(liveminute.RoomID(roomID)).Order(liveminute.ByAt(lastFirst)).Limit(consolePoints).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("minutes of %s: %w", roomID, err)
	}
	points := make([]*ConsolePoint, len(rows))
	for i, row := range rows {
		points[i] = &ConsolePoint{At: row.At, ViewerCount: row.Viewers, LikeCount: row.Likes, OrdersPaid: int(row.Orders), Sales: s.money(row.Sales)}
	}
	slices.Reverse(points)
	return points, nil
}

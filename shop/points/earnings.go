package points

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/kaituan/kaituan/ent/db/pointearning"
	"github.com/kaituan/kaituan/ent/db/predicate"
)

// earnings are what was earned by local day, less what was taken back of it, over all rows that fit.
func (s *Service) earnings(ctx context.Context, where ...predicate.PointEarning) (map[string]int64, error) {
	rows, err := s.store.Client(ctx).PointEarning.Query().Where(where...).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("points by day: %w", err)
	}
	byDay := map[string]int64{}
	for _, row := range rows {
		byDay[row.Day] += row.Points
	}
	return byDay, nil
}

// count adds n points, or takes them off again, to what was earned on a day.
func (b *book) count(on string, n int64) {
	if b.earned == nil {
		b.earned = map[string]int64{}
	}
	b.earned[on] += n
}

// writeEarnings raises and lowers the days. Whoever does has touched the shopper, so that nobody else is at them.
func (b *book) writeEarnings(ctx context.Context) error {
	for _, on := range slices.Sorted(maps.Keys(b.earned)) {
		if err := b.writeEarning(ctx, on, b.earned[on]); err != nil {
			return fmt.Errorf("what %s earned on %s: %w", b.shopperID, on, err)
		}
	}
	b.earned = nil
	return nil
}

func (b *book) writeEarning(ctx context.Context, on string, n int64) error {
	took, err := b.store.Guard(ctx, "UPDATE point_earnings SET points = points + ? WHERE shopper_id = ? AND day = ? AND points >= ?", n, b.shopperID, on, -n)
	if err != nil || took {
		return err
	}
	if n < 0 {
		return lost("take back", on)
	}
	fresh, err := b.store.Unique(ctx, func(ctx context.Context) error {
		_, err := b.store.Exec(ctx, "INSERT INTO point_earnings (shopper_id, day, points) VALUES (?, ?, ?)", b.shopperID, on, n)
		return err
	})
	if err == nil && !fresh {
		err = lost("open", on)
	}
	return err
}

// takeEarnings adds another shopper's days to the book's.
func (b *book) takeEarnings(ctx context.Context, from string) error {
	byDay, err := b.earnings(ctx, pointearning.ShopperIDIn(from, b.shopperID))
	if err != nil {
		return err
	}
	if _, err := b.store.Exec(ctx, "DELETE FROM point_earnings WHERE shopper_id IN (?, ?)", from, b.shopperID); err != nil {
		return fmt.Errorf("what %s earned: %w", from, err)
	}
	var sums [][]any
	for _, on := range slices.Sorted(maps.Keys(byDay)) {
		sums = append(sums, []any{b.shopperID, on, byDay[on]})
	}
	return b.insert(ctx, "point_earnings (shopper_id, day, points)", sums)
}

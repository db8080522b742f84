package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Sold adds paid units to each product's count and to its sales of a day, whose key is the local midnight that began it, in UTC. Returns are negative;
// neither count goes below zero. It runs in the transaction of the caller, who sees to it that each fact counts once; rows are touched in the order of
// their ids.
func (s *Service) Sold(ctx context.Context, day time.Time, units map[string]int64) error {
	for _, productID := range slices.Sorted(maps.Keys(units)) {
		n := units[productID]
		if n == 0 {
			continue
		}
		_, err := s.store.Guard(ctx,
			"UPDATE products SET sold_count = CASE WHEN sold_count + ? < 0 THEN 0 ELSE sold_count + ? END, ver = ver + 1 WHERE id = ?", n, n, productID)
		if err == nil {
			err = s.soldOn(ctx, day.UTC(), productID, n)
		}
		if err != nil {
			return fmt.Errorf("count %d sold of %s: %w", n, productID, err)
		}
	}
	return nil
}

func (s *Service) soldOn(ctx context.Context, day time.Time, productID string, n int64) error {
	add := func() (bool, error) {
		return s.store.Guard(ctx,
			"UPDATE product_sales SET units = CASE WHEN units + ? < 0 THEN 0 ELSE units + ? END WHERE product_id = ? AND day = ?", n, n, productID, day)
	}
	if added, err := add(); added || err != nil || n < 0 {
		return err // a return on a day without sales has nothing to take away from
	}
	fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
		return s.store.Client(ctx).ProductSale.Create().SetProductID(productID).SetDay(day).SetUnits(n).Exec(ctx)
	})
	if err == nil && !fresh { // another transaction began the day meanwhile
		_, err = add()
	}
	return err
}

package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/productsale"
)

// When a product is called scarce: its real stock, at the real sales speed of the last days, is gone within so many days. A product that sold nothing in
// that time is never scarce, however few there are.
const (
	scarcitySpan = 14 // days over which the sales speed is averaged
	scarceLow    = 3  // less than so many days left: LOW
	scarceSoon   = 1  // less than so many days left: CRITICAL
)

// scarcity is the rule: left units, sold units over the last scarcitySpan days. What is sold out is not scarce but gone.
func scarcity(left, sold int64) *Scarcity {
	if left <= 0 || sold <= 0 {
		return nil
	}
	switch days := left * scarcitySpan; {
	case days < scarceSoon*sold:
		return &Scarcity{UnitsLeft: int(left), Level: Critical}
	case days < scarceLow*sold:
		return &Scarcity{UnitsLeft: int(left), Level: Low}
	}
	return nil
}

// fillScarcity reads the sales of all products in one statement.
func (s *Service) fillScarcity(ctx context.Context, ids []string, byID map[string]*Product) error {
	since := s.clock().Add(-scarcitySpan * 24 * time.Hour)
	var sums []struct {
		ProductID string `json:"product_id"`
		Sold      int64  `json:"sold"`
	}
	err := s.store.Client(ctx).ProductSale.Query().
		Where(productsale.ProductIDIn(ids...), productsale.DayGT(since)).
		GroupBy(productsale.FieldProductID).Aggregate(db.As(db.Sum(productsale.FieldUnits), "sold")).Scan(ctx, &sums)
	if err != nil {
		return fmt.Errorf("sales of products: %w", err)
	}
	sold := make(map[string]int64, len(sums))
	for _, sum := range sums {
		sold[sum.ProductID] = sum.Sold
	}
	for _, p := range byID {
		p.Loaded.Scarcity = true
		var left int64
		for _, k := range p.Skus {
			left += int64(k.Inventory.Available)
		}
		p.Scarcity = scarcity(left, sold[p.ID])
	}
	return nil
}

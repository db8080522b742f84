package catalog

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/id"
)

// storedSku is a SKU as it is to be stored.
type storedSku struct {
	skuContent
	id, productID string
	position      int
}

// saveSkus updates the product's SKUs that the draft gives, plans the new ones behind them, and returns those that it leaves out.
func (s *Service) saveSkus(ctx context.Context, in *inserts, d *draft, productID string, before []*db.Sku, now time.Time) (left []*db.Sku, err error) {
	byCode := make(map[string]*db.Sku, len(before))
	next := 0
	for _, row := range before {
		byCode[row.Code] = row
		next = max(next, row.Position+1)
	}
	count := len(before)
	for _, k := range d.Skus {
		row := byCode[k.Code]
		if row == nil {
			in.addSku(now, &storedSku{skuContent: k, id: id.New("sku"), productID: productID, position: next}, k.Stock)
			next++
			count++
			continue
		}
		delete(byCode, k.Code)
		if err := s.updateSku(ctx, k, row, now); err != nil {
			return nil, err
		}
	}
	for _, row := range before {
		if byCode[row.Code] != nil {
			left = append(left, row)
		}
	}
	return left, tooMany(count)
}

// updateSku writes what differs.
func (s *Service) updateSku(ctx context.Context, k skuContent, row *db.Sku, now time.Time) error {
	var set []string
	var args []any
	change := func(column string, value any) {
		set, args = append(set, column+" = ?"), append(args, value)
	}
	if k.Price != row.Price {
		change("price", k.Price)
	}
	if !reflect.DeepEqual(k.List, row.ListPrice) {
		change("list_price", k.List)
	}
	if !reflect.DeepEqual(k.Points, row.PointsPrice) {
		change("points_price", k.Points)
	}
	if !reflect.DeepEqual(k.PointsMoney, row.PointsMoney) {
		change("points_money", k.PointsMoney)
	}
	if k.Title != nil && *k.Title != row.Title {
		change("title", *k.Title)
	}
	if k.Options != nil && toJSON(k.Options) != toJSON(row.Options) {
		change("options", toJSON(k.Options))
	}
	if k.Weight != nil && !reflect.DeepEqual(k.Weight, row.WeightGrams) {
		change("weight_grams", *k.Weight)
	}
	if k.MediaURL != nil && *k.MediaURL != row.MediaURL {
		change("media_url", *k.MediaURL)
	}
	if len(set) == 0 {
		return nil
	}
	change("updated_at", now)
	if _, err := s.store.Guard(ctx, "UPDATE skus SET ver = ver + 1, "+join(set)+" WHERE id = ?", append(args, row.ID)...); err != nil {
		return fmt.Errorf("update SKU %s: %w", row.ID, err)
	}
	return nil
}

// priceRange is the least and the greatest price of the SKUs given and those left as they are.
func priceRange(given []skuContent, left []*db.Sku) (low, high int64) {
	var prices []int64
	for _, k := range given {
		prices = append(prices, k.Price)
	}
	for _, row := range left {
		prices = append(prices, row.Price)
	}
	for i, p := range prices {
		if i == 0 || p < low {
			low = p
		}
		high = max(high, p)
	}
	return low, high
}

func join(assignments []string) string { return strings.Join(assignments, ", ") }

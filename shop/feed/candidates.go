package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/shop/groupbuy"
)

// candidates are the newest and the best-selling products, and those with a campaign that runs, as far as they are visible and in stock.
func (s *Service) candidates(ctx context.Context, now time.Time) ([]candidate, error) {
	running, err := s.groups.Running(ctx)
	if err != nil {
		return nil, err
	}
	shown := shownAs(running)
	found := map[string]bool{}
	newest, err := s.products(ctx, now, found, "ORDER BY p.created_at DESC, p.id DESC LIMIT ?", perSource)
	if err != nil {
		return nil, err
	}
	best, err := s.products(ctx, now, found, "ORDER BY p.sold_count DESC, p.id DESC LIMIT ?", perSource)
	if err != nil {
		return nil, err
	}
	all := append(newest, best...)
	var missing []any
	for id := range shown {
		if !found[id] {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		old, err := s.products(ctx, now, found, "AND p.id IN (?"+strings.Repeat(", ?", len(missing)-1)+")", missing...)
		if err != nil {
			return nil, err
		}
		all = append(all, old...)
	}
	for i := range all {
		all[i].Group = shown[all[i].ID]
	}
	return all, nil
}

// shownAs picks the campaign that stands for its product: one with a group that lacks little, else the one that ends first.
func shownAs(running []groupbuy.Standing) map[string]*groupbuy.Standing {
	shown := map[string]*groupbuy.Standing{}
	for i := range running {
		c := &running[i]
		if other := shown[c.ProductID]; other == nil || lacking(other) == nil && lacking(c) != nil {
			shown[c.ProductID] = c
		}
	}
	return shown
}

// products are candidates that are not in found yet, which learns of them.
func (s *Service) products(ctx context.Context, now time.Time, found map[string]bool, which string, args ...any) ([]candidate, error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT p.id, COALESCE(p.category_id, ''), COALESCE((SELECT g.name FROM categories g WHERE g.id = p.category_id), ''), COALESCE(p.vendor, ''), p.tags, p.created_at, p.sold_count,
		(SELECT SUM(t.available) FROM stocks t WHERE t.product_id = p.id) AS available,
		(SELECT COALESCE(SUM(d.units), 0) FROM product_sales d WHERE d.product_id = p.id AND d.day >= ?) AS recent
		FROM products p WHERE p.visible = ? AND EXISTS (SELECT 1 FROM stocks t WHERE t.product_id = p.id AND t.available > 0)
		`+which, append([]any{now.Add(-7 * 24 * time.Hour), true}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("find candidates: %w", err)
	}
	defer rows.Close()
	var all []candidate
	for rows.Next() {
		var c candidate
		var category string
		var rawTags []byte
		if err := rows.Scan(&c.ID, &c.Category, &category, &c.Vendor, &rawTags, &c.Created, &c.Sold, &c.Available, &c.Recent); err != nil {
			return nil, fmt.Errorf("find candidates: %w", err)
		}
		if !found[c.ID] {
			found[c.ID] = true
			var tags []string
			if len(rawTags) > 0 {
				if err := json.Unmarshal(rawTags, &tags); err != nil {
					return nil, fmt.Errorf("tags of %s: %w", c.ID, err)
				}
			}
			c.Traits = keys(traits(category, c.Vendor, tags))
			all = append(all, c)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("find candidates: %w", err)
	}
	return all, nil
}

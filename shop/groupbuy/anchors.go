package groupbuy

import (
	"context"
	"fmt"
	"strings"

	"github.com/kaituan/kaituan/shop/order"
)

// Anchors implements order.Activity: each SKU's lowest price in a campaign that opens groups now, for showing only, as at most a second ago: no statement, but
// two when nobody has asked within a second. Where more than 1,000 campaigns run it is one statement each time.
func (s *Service) Anchors(ctx context.Context, _ string, skuIDs []string) (map[string]order.Anchor, error) {
	if len(skuIDs) == 0 {
		return map[string]order.Anchor{}, nil
	}
	on, err := s.running(ctx)
	if err != nil {
		return nil, err
	}
	if on.whole {
		return s.shelvedPrices(on, skuIDs), nil
	}
	return s.readPrices(ctx, skuIDs)
}

func (s *Service) readPrices(ctx context.Context, skuIDs []string) (map[string]order.Anchor, error) {
	args := make([]any, 0, len(skuIDs)+2)
	for _, id := range skuIDs {
		args = append(args, id)
	}
	now := s.clock()
	args = append(args, now, now)
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT o.sku_id, MIN(o.price) FROM group_offers o JOIN group_campaigns c ON c.id = o.campaign_id
		WHERE o.sku_id IN (?`+strings.Repeat(", ?", len(skuIDs)-1)+`) AND c.starts_at <= ? AND c.ends_at > ? AND c.ended_at IS NULL AND c.units_left >= c.capacity
		GROUP BY o.sku_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("group prices: %w", err)
	}
	defer rows.Close()
	anchors := map[string]order.Anchor{}
	for rows.Next() {
		var skuID string
		var price int64
		if err := rows.Scan(&skuID, &price); err != nil {
			return nil, fmt.Errorf("group prices: %w", err)
		}
		anchors[skuID] = order.Anchor{Group: s.money(price)}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("group prices: %w", err)
	}
	return anchors, nil
}

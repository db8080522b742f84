package live

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/order"
)

const (
	counterFor = time.Second // how old the counter may be
	counterOf  = 1000        // offers on it, soonest end first
)

// counter is what pages show of the offers that are open; only units change.
type counter struct {
	whole bool // nothing was left out
	byID  map[string]*selling
	bySku map[string][]*selling
}

type selling struct {
	skuID     string
	price     int64
	endsAt    time.Time
	unitsLeft atomic.Int64
}

// Anchors implements order.Activity: each SKU's lowest price of an open offer with units, also while its room pauses, for showing only, as at most a second ago: no
// statement, but one when nobody has asked within a second. Where more than 1,000 offers are open it is one statement each time.
func (s *Service) Anchors(ctx context.Context, _ string, skuIDs []string) (map[string]order.Anchor, error) {
	anchors := map[string]order.Anchor{}
	if len(skuIDs) == 0 {
		return anchors, nil
	}
	on, err := s.counter.Get(ctx, func(ctx context.Context, now time.Time) (*counter, error) { return s.readCounter(ctx, nil, now) })
	now := s.clock()
	if err == nil && !on.whole {
		on, err = s.readCounter(ctx, skuIDs, now)
	}
	if err != nil {
		return nil, err
	}
	for _, skuID := range skuIDs {
		for _, offer := range on.bySku[skuID] {
			if known, ok := anchors[skuID]; offer.unitsLeft.Load() > 0 && now.Before(offer.endsAt) && (!ok || offer.price < known.Live.Minor) {
				anchors[skuID] = order.Anchor{Live: s.money(offer.price)}
			}
		}
	}
	return anchors, nil
}

// readCounter reads the offers that are open, of some SKUs where any are named.
func (s *Service) readCounter(ctx context.Context, skuIDs []string, now time.Time) (*counter, error) {
	read := &counter{byID: map[string]*selling{}, bySku: map[string][]*selling{}}
	query := "SELECT id, sku_id, price, ends_at, units_left FROM live_offers WHERE ends_at > ? AND ended_at IS NULL"
	args := []any{now}
	if len(skuIDs) > 0 {
		in, ids := store.In(skuIDs)
		query, args = query+" AND sku_id IN "+in, slices.Concat(args, ids)
	} else {
		query, args = query+" ORDER BY ends_at, id LIMIT ?", append(args, counterOf+1)
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("open offers: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var offerID string
		var left int64
		offer := &selling{}
		if err := rows.Scan(&offerID, &offer.skuID, &offer.price, &offer.endsAt, &left); err != nil {
			return nil, fmt.Errorf("open offers: %w", err)
		}
		offer.unitsLeft.Store(left)
		read.byID[offerID] = offer
		read.bySku[offer.skuID] = append(read.bySku[offer.skuID], offer)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("open offers: %w", err)
	}
	read.whole = len(read.byID) <= counterOf
	return read, nil
}

// unitsMoved tells the counter, after the commit, that units of an offer were taken or came back.
func (s *Service) unitsMoved(ctx context.Context, offerID string, back int64) {
	s.store.AfterCommit(ctx, func() {
		if on := s.counter.Latest(); on != nil && on.byID[offerID] != nil {
			on.byID[offerID].unitsLeft.Add(back)
		}
	})
}

// offersChanged tells the counter, after the commit, that an offer was made or ended.
func (s *Service) offersChanged(ctx context.Context) { s.store.AfterCommit(ctx, s.counter.Changed) }

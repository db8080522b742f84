package live

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/order"
)

const (
	counterFor = time.Second // how old the counter may be
	counterOf  = 1000        // offers on it, soonest end first
)

// counter is what pages show of the offers that are open, so that showing them takes no statements: at most a second old in what other processes did, without
// delay in what this one did. Nothing is sold from it: who orders is told by the rows.
type counter struct {
	latest  atomic.Pointer[laidOut]
	made    atomic.Int64 // raised by what changes which offers are open: a counter that was read before is not used
	reading sync.Mutex
}

// laidOut is one reading of the counter; only units change.
type laidOut struct {
	now, read time.Time // by the shop's clock, which tests move, and by the machine's
	made      int64
	whole     bool // nothing was left out
	byID      map[string]*selling
	bySku     map[string][]*selling
}

type selling struct {
	skuID     string
	price     int64
	endsAt    time.Time
	unitsLeft atomic.Int64
}

// Anchors implements order.Activity: each SKU's lowest price of an open offer with units in a room that is LIVE, for showing only, as at most a second ago: no
// statement, but one when nobody has asked within a second. Where more than 1,000 offers are open it is one statement each time.
func (s *Service) Anchors(ctx context.Context, _ string, skuIDs []string) (map[string]order.Anchor, error) {
	anchors := map[string]order.Anchor{}
	if len(skuIDs) == 0 {
		return anchors, nil
	}
	on, err := s.openOffers(ctx)
	if err == nil && !on.whole {
		on, err = s.readCounter(ctx, skuIDs)
	}
	if err != nil {
		return nil, err
	}
	now := s.clock()
	for _, skuID := range skuIDs {
		for _, offer := range on.bySku[skuID] {
			if known, ok := anchors[skuID]; offer.unitsLeft.Load() > 0 && now.Before(offer.endsAt) && (!ok || offer.price < known.Live.Minor) {
				anchors[skuID] = order.Anchor{Live: s.money(offer.price)}
			}
		}
	}
	return anchors, nil
}

// openOffers is the counter; one caller reads it while the others wait.
func (s *Service) openOffers(ctx context.Context) (*laidOut, error) {
	if latest := s.freshCounter(); latest != nil {
		return latest, nil
	}
	s.counter.reading.Lock()
	defer s.counter.reading.Unlock()
	if latest := s.freshCounter(); latest != nil {
		return latest, nil // read while we waited
	}
	latest, err := s.readCounter(ctx, nil)
	if err == nil {
		s.counter.latest.Store(latest)
	}
	return latest, err
}

func (s *Service) freshCounter() *laidOut {
	latest := s.counter.latest.Load()
	if latest == nil || latest.made != s.counter.made.Load() || time.Since(latest.read) >= counterFor || s.clock().Sub(latest.now).Abs() >= counterFor {
		return nil
	}
	return latest
}

// readCounter reads the offers that are open, of some SKUs where any are named.
func (s *Service) readCounter(ctx context.Context, skuIDs []string) (*laidOut, error) {
	now := s.clock()
	read := &laidOut{now: now, read: time.Now(), made: s.counter.made.Load(), byID: map[string]*selling{}, bySku: map[string][]*selling{}}
	query := `SELECT o.id, o.sku_id, o.price, o.ends_at, o.units_left FROM live_offers o JOIN live_rooms r ON r.id = o.room_id
		WHERE o.ends_at > ? AND o.ended_at IS NULL AND r.state = 'LIVE'`
	args := []any{now}
	if len(skuIDs) > 0 {
		in, ids := store.In(skuIDs)
		query, args = query+" AND o.sku_id IN "+in, slices.Concat(args, ids)
	} else {
		query, args = query+" ORDER BY o.ends_at, o.id LIMIT ?", append(args, counterOf+1)
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
		if latest := s.counter.latest.Load(); latest != nil && latest.byID[offerID] != nil {
			latest.byID[offerID].unitsLeft.Add(back)
		}
	})
}

// offersChanged tells the counter, after the commit, that an offer was made or ended, or that a room of offers went on or off air.
func (s *Service) offersChanged(ctx context.Context) {
	s.store.AfterCommit(ctx, func() { s.counter.made.Add(1) })
}

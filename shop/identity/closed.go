package identity

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/kaituan/kaituan/ent/db/partnerkey"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// errClosed is what a session gets whose account was closed.
var errClosed = fault.Unauthenticated.Saying("This session is no longer valid.", "登录已失效。")

const (
	// closedEvery is how often a process looks for accounts that another one has closed.
	closedEvery = 2 * time.Second
	// closedAgain is how far a look goes back behind the one before: to what was committed after that one and began before it, by any process's clock.
	closedAgain = 2*maxClockSkew + time.Minute
)

// closedAccounts are the shoppers, of late banned, erased or merged into others, whose access tokens would still count by themselves. A token is believed without
// the database, so each process keeps these few in memory.
type closedAccounts struct {
	mu  sync.RWMutex
	why map[string]error
}

func (c *closedAccounts) of(shopperID string) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.why[shopperID]
}

func (c *closedAccounts) add(why error, shopperIDs ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		c.why = map[string]error{}
	}
	for _, shopperID := range shopperIDs {
		c.why[shopperID] = why
	}
}

// WatchClosed learns of the accounts that any process closes or makes part of others, and of keys that are revoked, until ctx ends, so that their sessions end everywhere within seconds. A look
// that fails is made up for by the next one.
func (s *Service) WatchClosed(ctx context.Context) {
	tick := time.NewTicker(closedEvery)
	defer tick.Stop()
	since := s.clock().Add(-s.accessTTL - 2*maxClockSkew) // older tokens have run out
	for {
		now := s.clock()
		err := s.learnClosed(ctx, since)
		switch {
		case err == nil:
			since = now.Add(-closedAgain)
		case ctx.Err() == nil:
			s.log.WarnContext(ctx, "closed accounts could not be read; the next look will tell", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Service) learnClosed(ctx context.Context, since time.Time) error {
	rows, err := s.store.Client(ctx).Shopper.Query().Where(
		shopper.StateIn(shopper.StateActive, shopper.StateBanned, shopper.StateErased), shopper.UpdatedAtGTE(since), // all states: its index begins with them
		shopper.Or(shopper.StateNEQ(shopper.StateActive), shopper.MergedIntoNotNil()),
	).Select(shopper.FieldState, shopper.FieldMergedInto).All(ctx)
	if err != nil {
		return fmt.Errorf("read closed accounts: %w", err)
	}
	for _, row := range rows {
		why := error(errClosed)
		if row.State == shopper.StateActive {
			why = ErrMerged
		}
		s.closed.add(why, row.ID)
	}
	revoked, err := s.store.Client(ctx).PartnerKey.Query().Where(partnerkey.RevokedAtGTE(since)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("read revoked keys: %w", err)
	}
	s.closed.add(errClosed, revoked...)
	return nil
}

// SessionEnded says why a session whose token still runs counts no more, nil while it does: ErrMerged, whose client refreshes it and goes on as the survivor, or
// that the account is closed, or the key revoked. It asks no database: of what another process has done it knows within seconds.
func (s *Service) SessionEnded(v *viewer.Viewer) error {
	switch {
	case v.ShopperID != "":
		return s.closed.of(v.ShopperID)
	case v.PartnerID != "":
		return s.closed.of(v.PartnerID)
	}
	return nil
}

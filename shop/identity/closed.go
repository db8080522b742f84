package identity

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// errClosed is what a session gets whose account was closed.
var errClosed = fault.Unauthenticated.Saying("This session is no longer valid.", "登录已失效。")

// closedEvery is how often a process looks for accounts that another one has closed.
const closedEvery = 2 * time.Second

// closedAccounts are the shoppers, closed of late, whose access tokens would still count by themselves. A token is believed without the database, so each
// process keeps these few in memory.
type closedAccounts struct {
	mu  sync.RWMutex
	ids map[string]bool
}

func (c *closedAccounts) has(shopperID string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.ids[shopperID]
}

func (c *closedAccounts) add(shopperIDs ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids == nil {
		c.ids = map[string]bool{}
	}
	for _, shopperID := range shopperIDs {
		c.ids[shopperID] = true
	}
}

// WatchClosed learns of the accounts that any process closes, until ctx ends, so that their sessions end everywhere within seconds. A look that fails is made up
// for by the next one.
func (s *Service) WatchClosed(ctx context.Context) {
	tick := time.NewTicker(closedEvery)
	defer tick.Stop()
	for {
		if err := s.learnClosed(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "closed accounts could not be read; the next look will tell", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Service) learnClosed(ctx context.Context) error {
	since := s.clock().Add(-s.accessTTL - 2*maxClockSkew) // older tokens have run out
	ids, err := s.store.Client(ctx).Shopper.Query().Where(shopper.StateIn(shopper.StateBanned, shopper.StateErased), shopper.UpdatedAtGTE(since)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("read closed accounts: %w", err)
	}
	s.closed.add(ids...)
	return nil
}

// SessionEnded says why a session whose token still runs counts no more, nil while it does. It asks no database: of an account that another process has closed it
// knows within seconds.
func (s *Service) SessionEnded(v *viewer.Viewer) error {
	if v.ShopperID != "" && s.closed.has(v.ShopperID) {
		return errClosed
	}
	return nil
}

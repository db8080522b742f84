package live

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livelike"
)

const (
	// likesKept is how long a client id counts once: likes that are sent again later count again. Clients send again within seconds.
	likesKept = 24 * time.Hour
	// likesSwept is how many ids of likes one sweep goes through at most.
	likesSwept = 1000
)

// sweepLikes removes some of the oldest likes that are kept only so that a client id counts once, and need not be any more: the totals have them. Ids rise with time,
// so it looks at the lowest alone and needs no index.
func (s *Service) sweepLikes(ctx context.Context) error {
	until := s.clock().Add(-likesKept)
	oldest, err := s.store.Client(ctx).LiveLike.Query().Order(livelike.ByID()).First(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err == nil && oldest.CreatedAt.Before(until) {
		err = s.store.InTx(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, "DELETE FROM live_likes WHERE id < ? AND created_at < ?", oldest.ID+likesSwept, until)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("sweep likes: %w", err)
	}
	return nil
}

package share

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db/sharevisit"
	"github.com/kaituan/kaituan/internal/deadline"
)

const (
	// visitsKept is how many days a day's visits are kept after it began: a day longer than the longest window of figures.
	visitsKept = 181
	// visitsSwept is how many of them one step removes.
	visitsSwept = 1000
)

// SweepDeadline is the kind of the deadline at which a day's visits are removed; ref: the day, see deadline.DayRef.
const SweepDeadline = "share.sweep"

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{SweepDeadline: s.sweep}
}

// sweep removes some of a day's visits, and comes again until there are none. The links' own counts stay.
func (s *Service) sweep(ctx context.Context, t *deadline.Task) error {
	day, err := t.Day()
	if err != nil {
		return err
	}
	ids, err := s.store.Client(ctx).ShareVisit.Query().Where(sharevisit.Day(day)).Order(sharevisit.ByID()).Limit(visitsSwept).IDs(ctx)
	if err != nil {
		return fmt.Errorf("sweep visits: %w", err)
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if len(ids) == 0 {
			return t.Done(ctx)
		}
		if _, err := s.store.Exec(ctx, "DELETE FROM share_visits WHERE day = ? AND id <= ?", day, ids[len(ids)-1]); err != nil {
			return fmt.Errorf("sweep visits: %w", err)
		}
		return t.Again(ctx, s.clock())
	})
}

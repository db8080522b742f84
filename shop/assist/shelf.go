package assist

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/assistcampaign"
)

const (
	shelfFor = time.Second // how old the shelf may be
	shelfOf  = 200         // campaigns on it, soonest end first
)

// Standing is a campaign that runs now, as a feed picks it.
type Standing struct {
	CampaignID string
	Kind       Kind
	// ProductID is "" for a campaign that is about no goods.
	ProductID string
	endsAt    time.Time
}

// Running returns the campaigns that run now and have something to give, of the 200 that end soonest, in that order, as at most a second ago; no statement of its own,
// but at most three when nobody has asked within a second. Who gets it shares it.
func (s *Service) Running(ctx context.Context) ([]Standing, error) {
	on, err := s.shelf.Get(ctx, s.readShelf)
	if err != nil {
		return nil, err
	}
	now, list := s.clock(), *on
	for len(list) > 0 && !now.Before(list[0].endsAt) {
		list = list[1:]
	}
	return list, nil
}

func (s *Service) readShelf(ctx context.Context, now time.Time) (*[]Standing, error) {
	rows, err := s.runningRows(ctx, now).Order(assistcampaign.ByEndsAt(), assistcampaign.ByID()).Limit(shelfOf).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("help-me campaigns that run: %w", err)
	}
	if rows, err = s.giving(ctx, rows); err != nil {
		return nil, err
	}
	list := make([]Standing, len(rows))
	for i, row := range rows {
		list[i] = Standing{CampaignID: row.ID, Kind: Kind(row.Kind), ProductID: deref(row.ProductID), endsAt: row.EndsAt}
	}
	return &list, nil
}

// campaignsChanged tells the shelf and the totals, after the commit, that a campaign was made or ended.
func (s *Service) campaignsChanged(ctx context.Context) {
	s.store.AfterCommit(ctx, func() {
		s.shelf.Changed()
		s.totals.Changed()
	})
}

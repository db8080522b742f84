package assist

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/internal/store"
)

// totalsFor is how old the totals may be.
const totalsFor = time.Second

// totals are what the charities that run have come to, by campaign, in minor units.
type totals map[string]*atomic.Int64

// donated sums the ledgers of charities: no statement of its own for those that run, as of a second ago, but one when nobody has asked within a second, and one where
// there are others. What this process gave is in it at once, unless the totals were just being read.
func (s *Service) donated(ctx context.Context, ids []string) (map[string]int64, error) {
	on, err := s.totals.Get(ctx, s.readTotals)
	if err != nil {
		return nil, err
	}
	sums := make(map[string]int64, len(ids))
	var others []string
	for _, id := range ids {
		if total := (*on)[id]; total != nil {
			sums[id] = total.Load()
		} else {
			others = append(others, id)
		}
	}
	if len(others) == 0 {
		return sums, nil
	}
	in, args := store.In(others)
	return sums, s.eachSum(ctx, "SELECT campaign_id, SUM(amount) FROM assist_donations WHERE campaign_id IN "+in+" GROUP BY campaign_id", args, func(id string, sum int64) { sums[id] = sum })
}

// readTotals sums the ledgers of the charities that run, of as many as the shelf may have.
func (s *Service) readTotals(ctx context.Context, now time.Time) (*totals, error) {
	on := totals{}
	query := fmt.Sprintf(`SELECT c.id, COALESCE(SUM(d.amount), 0) FROM (SELECT id FROM assist_campaigns
			WHERE reward = '%s' AND ends_at > ? AND starts_at <= ? AND ended_at IS NULL ORDER BY ends_at, id LIMIT %d) c
		LEFT JOIN assist_donations d ON d.campaign_id = c.id GROUP BY c.id`, byDonation, shelfOf)
	return &on, s.eachSum(ctx, query, []any{now, now}, func(id string, sum int64) {
		on[id] = &atomic.Int64{}
		on[id].Store(sum)
	})
}

func (s *Service) eachSum(ctx context.Context, query string, args []any, take func(campaignID string, sum int64)) error {
	err := s.store.Each(ctx, query, args, func(scan func(...any) error) error {
		var id string
		var sum int64
		if err := scan(&id, &sum); err != nil {
			return err
		}
		take(id, sum)
		return nil
	})
	if err != nil {
		return fmt.Errorf("sum donations: %w", err)
	}
	return nil
}

// gave adds a donation to the totals once its transaction has committed, unless they were read anew since: they may have it then.
func (s *Service) gave(ctx context.Context, campaignID string, amount int64) {
	before := s.totals.Latest()
	s.store.AfterCommit(ctx, func() {
		if before == nil || s.totals.Latest() != before {
			return
		}
		if total := (*before)[campaignID]; total != nil {
			total.Add(amount)
		}
	})
}

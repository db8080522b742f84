package groupbuy

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Standing is a campaign that opens groups now, as a feed ranks it.
type Standing struct {
	CampaignID, ProductID string
	StartsAt              time.Time
	// UnitsSold are its confirmed units, ever.
	UnitsSold      int64
	Size, Capacity int
	// SeatsLeft are those of its fullest group that a stranger may join now; 0 without such a group.
	SeatsLeft int
}

// Running returns the campaigns that open groups now, at most 1,000, soonest end first; at most three statements, two of which are shared by all who ask
// within a second. Its cost is that of the campaigns: of each it reads the first of its open groups, and not how many there are.
func (s *Service) Running(ctx context.Context) ([]Standing, error) {
	on, err := s.running(ctx)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	var found []Standing
	for _, c := range on.inOrder {
		if c.state(now) == Running {
			found = append(found, Standing{
				CampaignID: c.campaign.ID, ProductID: c.campaign.ProductID, StartsAt: c.campaign.StartsAt, UnitsSold: c.unitsSold,
				Size: c.campaign.Size, Capacity: c.campaign.Capacity,
			})
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	left, err := s.fullest(ctx, found, now)
	if err != nil {
		return nil, fmt.Errorf("fullest groups: %w", err)
	}
	for i := range found {
		found[i].SeatsLeft = left[found[i].CampaignID]
	}
	return found, nil
}

// Products returns those with a campaign that opens groups now, each once; of at most 1,000 campaigns, as at most a second ago. No statement of its own, but
// two when nobody has asked within a second.
func (s *Service) Products(ctx context.Context) ([]string, error) {
	on, err := s.running(ctx)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	var ids []string
	seen := map[string]bool{}
	for _, c := range on.inOrder {
		if id := c.campaign.ProductID; c.state(now) == Running && !seen[id] {
			seen[id], ids = true, append(ids, id)
		}
	}
	return ids, nil
}

// fullest gives the seats left of each campaign's fullest group that lasts long enough to join it.
func (s *Service) fullest(ctx context.Context, campaigns []Standing, now time.Time) (map[string]int, error) {
	args := []any{now.Add(leastHold), now}
	for _, c := range campaigns {
		args = append(args, c.CampaignID)
	}
	// The subquery takes the first entry of the index on (campaign_id, state, seats_left, expires_at, id). Short groups have less than a minute left to pay:
	// their own limit is looked at below.
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT f.campaign_id, f.seats_left, f.expires_at, x.group_seconds FROM (
			SELECT c.group_seconds, (SELECT g.id FROM group_buys g WHERE g.campaign_id = c.id AND g.state = 'OPEN' AND g.seats_left > 0
				AND g.expires_at >= CASE WHEN c.group_seconds >= 600 THEN ? ELSE ? END ORDER BY g.seats_left, g.expires_at, g.id LIMIT 1) AS group_id
			FROM group_campaigns c WHERE c.id IN (?`+strings.Repeat(", ?", len(campaigns)-1)+`)) x JOIN group_buys f ON f.id = x.group_id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	left := make(map[string]int, len(campaigns))
	for rows.Next() {
		var campaignID string
		var seats, groupSeconds int
		var expiresAt time.Time
		if err := rows.Scan(&campaignID, &seats, &expiresAt, &groupSeconds); err != nil {
			return nil, err
		}
		if !now.Add(leastHoldOf(groupSeconds)).After(expiresAt) {
			left[campaignID] = seats
		}
	}
	return left, rows.Err()
}

// OnShow returns those of ids that open groups now, with their offers, as at most a second ago; no statement of its own, but two when nobody has asked within
// a second. The caller owns what it gets.
func (s *Service) OnShow(ctx context.Context, ids []string) (map[string]*Campaign, error) {
	found := make(map[string]*Campaign, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	on, err := s.running(ctx)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	for _, id := range ids {
		if c := on.byID[id]; c != nil && c.state(now) == Running {
			found[id] = c.show(now)
		}
	}
	return found, nil
}

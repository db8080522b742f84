package referral

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/referralbinding"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/identity"
)

// longestSpread bounds the window of the figures; soon is within how long somebody comes again.
const (
	longestSpread = 180 * day
	soon          = 30 * day
)

// Spread are the figures of bringing friends in [since, until).
//
// Errors: fault.InvalidInput (until is not after since; since is more than 180 days ago, and visits of then are no longer kept).
func (s *Service) Spread(ctx context.Context, since, until time.Time) (*Spread, error) {
	since, until = since.UTC(), until.UTC()
	if !since.Before(until) || until.Sub(since) > longestSpread {
		return nil, fault.InvalidInput.Saying("`until` must be after `since`, by at most 180 days.", "`until` 必须晚于 `since`，且不超过 180 天。")
	}
	if since.Before(s.clock().Add(-longestSpread - day)) { // a day more, as visits are kept, for who has reckoned 180 days back from now
		return nil, fault.InvalidInput.Saying("`since` must be at most 180 days ago.", "`since` 不能早于 180 天前。")
	}
	visits, sharers, err := s.share.Visited(ctx, since, until)
	if err != nil {
		return nil, err
	}
	bound, err := s.store.Client(ctx).ReferralBinding.Query().Where(referralbinding.BoundAtGTE(since), referralbinding.BoundAtLT(until)).Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("count bindings: %w", err)
	}
	spread := &Spread{Invites: visits, Accepted: int64(bound)}
	if sharers > 0 {
		spread.Coefficient = float64(bound) / float64(sharers)
	}
	spread.Retained30, err = s.retained(ctx, since, until)
	return spread, err
}

// retained is the share of those who first paid in [since, until), and were brought, who paid again soon after, by orders that stand; 0 when nobody did. What
// somebody paid before he was ever brought, or before that under an account that has become part of his, is not looked at. It reads those orders one by one,
// in their order by person, and keeps none: engines have no arithmetic of dates in common.
func (s *Service) retained(ctx context.Context, since, until time.Time) (float64, error) {
	var first, again int
	var person string
	var by time.Time // until when the person counts as coming again soon; zero once he has, or when he first paid too late
	err := s.store.Each(ctx, "SELECT "+identity.Person("o.buyer_id")+` person, o.paid_at FROM referred_orders o WHERE o.paid_at >= ? AND o.paid_at < ? AND o.lost_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM referred_orders e WHERE e.buyer_id = o.buyer_id AND e.paid_at < ? AND e.lost_at IS NULL) ORDER BY person, o.paid_at, o.id`,
		[]any{since, until.Add(soon), since}, func(scan func(...any) error) error {
			var who string
			var paid time.Time
			if err := scan(&who, &paid); err != nil {
				return err
			}
			switch {
			case who != person:
				person, by = who, time.Time{}
				if paid.Before(until) {
					first, by = first+1, paid.Add(soon)
				}
			case !paid.After(by):
				again, by = again+1, time.Time{}
			}
			return nil
		})
	if err != nil {
		return 0, fmt.Errorf("who came again: %w", err)
	}
	if first == 0 {
		return 0, nil
	}
	return float64(again) / float64(first), nil
}

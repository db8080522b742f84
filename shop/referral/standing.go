package referral

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/store"
)

// record is what a promoter's standing follows from: what happened within the programme's days.
type record struct {
	// orders were brought by him and paid, lost ones among them: nothing of them is kept. sales is the money kept of the others, in minor units.
	orders, lost int
	sales        int64
	// reports were upheld.
	reports int
	// marked: he behaves like a farm's helper, as of now.
	marked bool
}

// tier is the highest of whose bounds both are reached.
func (p *Program) tier(r record) Tier {
	reached := Community
	for _, t := range p.Tiers {
		if r.orders-r.lost >= t.Orders && r.sales >= t.Sales {
			reached = t.Tier
		}
	}
	return reached
}

// score is the credit that is left of 100; a percentage of refunds counts whole percents.
func (c CreditRule) score(r record) int {
	score := mostScore - r.reports*c.ReportPoints
	if r.marked {
		score -= c.FraudPoints
	}
	if r.orders > 0 && r.orders >= c.RefundOrders {
		score -= max(0, r.lost*100/r.orders-c.RefundFree) * c.RefundPoints
	}
	return max(0, score)
}

// Standings returns how persons of today's ids stand now, in four statements for any number. Nothing of it is kept: days go by, refunds come and accounts become
// one without anybody having to correct a figure, and whoever asks reads only an index of the promoters' own orders.
func (s *Service) Standings(ctx context.Context, personIDs []string) (map[string]Standing, error) {
	whose, err := s.identity.AliasesOf(ctx, personIDs)
	if err != nil {
		return nil, err
	}
	records, err := s.records(ctx, whose, s.clock().Add(-time.Duration(s.program.Days)*day))
	if err != nil {
		return nil, fmt.Errorf("how promoters stand: %w", err)
	}
	marked, err := s.conduct.MarkedNow(ctx, whose)
	if err != nil {
		return nil, err
	}
	standings := make(map[string]Standing, len(personIDs))
	for _, id := range personIDs {
		r := records[id]
		stands := Standing{Tier: s.program.tier(r), Told: s.program.Credit.score(r)}
		r.marked = marked[id]
		stands.Credit = s.program.Credit.score(r)
		standings[id] = stands
	}
	return standings, nil
}

// records reads what happened since a time, by person; whose are all of their ids.
func (s *Service) records(ctx context.Context, whose map[string]string, since time.Time) (map[string]record, error) {
	records := map[string]record{}
	if len(whose) == 0 {
		return records, nil
	}
	in, args := store.In(slices.Sorted(maps.Keys(whose)))
	err := s.store.Each(ctx, `SELECT first_id, COUNT(*), COUNT(lost_at), SUM(CASE WHEN lost_at IS NULL THEN total - refunded ELSE 0 END) FROM referred_orders
		WHERE first_id IN `+in+" AND paid_at > ? GROUP BY first_id", append(args, since), func(scan func(...any) error) error {
		var id string
		var orders, lost int
		var sales int64
		err := scan(&id, &orders, &lost, &sales)
		r := records[whose[id]]
		r.orders, r.lost, r.sales = r.orders+orders, r.lost+lost, r.sales+sales
		records[whose[id]] = r
		return err
	})
	if err != nil {
		return nil, err
	}
	in, args = store.In(slices.Sorted(maps.Keys(whose)))
	return records, s.store.Each(ctx, "SELECT promoter_id, COUNT(*) FROM promoter_reports WHERE promoter_id IN "+in+" AND state = 'UPHELD' AND decided_at > ? GROUP BY promoter_id",
		append(args, since), func(scan func(...any) error) error {
			var id string
			var upheld int
			err := scan(&id, &upheld)
			r := records[whose[id]]
			r.reports += upheld
			records[whose[id]] = r
			return err
		})
}

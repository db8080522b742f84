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
	// orders were brought by him and paid, lost ones among them: refunded whole. sales is the money of those that stand, in minor units.
	orders, lost int
	sales        int64
	// reports were upheld, frauds detected.
	reports, frauds int
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
	score := mostScore - r.reports*c.ReportPoints - r.frauds*c.FraudPoints
	if r.orders > 0 && r.orders >= c.RefundOrders {
		score -= max(0, r.lost*100/r.orders-c.RefundFree) * c.RefundPoints
	}
	return max(0, score)
}

// Standings returns how persons of today's ids stand now, in three statements for any number. Nothing of it is kept: days go by, refunds come and accounts become
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
	standings := make(map[string]Standing, len(personIDs))
	for _, id := range personIDs {
		standings[id] = Standing{Tier: s.program.tier(records[id]), Credit: s.program.Credit.score(records[id])}
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
	err := s.each(ctx, `SELECT first_id, COUNT(*), COUNT(lost_at), SUM(CASE WHEN lost_at IS NULL THEN total ELSE 0 END) FROM referred_orders
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
	return records, s.each(ctx, "SELECT shopper_id, kind, COUNT(*) FROM promoter_marks WHERE shopper_id IN "+in+" AND at > ? GROUP BY shopper_id, kind", append(args, since), func(scan func(...any) error) error {
		var id string
		var kind MarkKind
		var marks int
		err := scan(&id, &kind, &marks)
		r := records[whose[id]]
		if kind == ReportMark {
			r.reports += marks
		} else {
			r.frauds += marks
		}
		records[whose[id]] = r
		return err
	})
}

// each calls row for every row of a query.
func (s *Service) each(ctx context.Context, query string, args []any, row func(scan func(...any) error) error) error {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// MarkKind is why a promoter loses credit.
type MarkKind string

const (
	// ReportMark: the shop upheld a report about him.
	ReportMark MarkKind = "REPORT"
	// FraudMark: he was found to behave like a farm.
	FraudMark MarkKind = "FRAUD"
)

// Mark takes credit from a promoter for the programme's days; once for each source, however often it is told.
func (s *Service) Mark(ctx context.Context, shopperID string, kind MarkKind, source string) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		_, err := s.store.Unique(ctx, func(ctx context.Context) error {
			return s.store.Client(ctx).PromoterMark.Create().SetShopperID(shopperID).SetKind(string(kind)).SetSource(source).SetAt(s.clock()).Exec(ctx)
		})
		if err != nil {
			return fmt.Errorf("mark %s: %w", shopperID, err)
		}
		return nil
	})
}

package order

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/kaituan/kaituan/internal/page"
)

// Open returns the orders of a person, all of whose ids these are, that still owe or are owed something: those that are not final, and those of which money is on
// its way back; the oldest, page.MaxFirst at most. A COMPLETED one is final, although it may be returned for a while: who wants that asks before he goes.
func (s *Service) Open(ctx context.Context, ids []string) (open []string, err error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT o.id FROM orders o WHERE o.shopper_id IN `+list(ids)+` AND (o.state NOT IN ('COMPLETED', 'CANCELLED', 'REFUNDED')
		OR EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = o.id AND r.state IN ('REQUESTED', 'APPROVED', 'FAILED'))) ORDER BY o.id LIMIT ?`,
		append(anys(ids), page.MaxFirst)...)
	if err != nil {
		return nil, fmt.Errorf("open orders of %s: %w", ids[0], err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("open orders of %s: %w", ids[0], err)
		}
		open = append(open, id)
	}
	return open, errors.Join(rows.Err(), rows.Close())
}

// Forget takes from a person's orders, in the transaction that erases him, what people wrote: notes, why money was asked back, what carriers reported, who may
// have named him. Addresses and notes to the shop are sealed, and go with his key. The cart is emptied. What was bought, paid and refunded stays.
func (s *Service) Forget(ctx context.Context, ids []string) error {
	in, his := list(ids), anys(ids)
	orders := "order_id IN (SELECT id FROM orders WHERE shopper_id IN " + in + ")"
	for _, query := range []string{
		"DELETE FROM cart_lines WHERE shopper_id IN " + in,
		"UPDATE refunds SET reason = '', decision_note = '' WHERE kind = 'REQUESTED' AND " + orders,
		"UPDATE order_events SET note = '' WHERE note <> '' AND " + orders,
		"UPDATE shipment_events SET text = '' WHERE shipment_id IN (SELECT id FROM shipments WHERE " + orders + ")",
	} {
		if _, err := s.store.Exec(ctx, query, his...); err != nil {
			return fmt.Errorf("forget what was written in the orders of %s: %w", ids[0], err)
		}
	}
	return nil
}

func list(ids []string) string { return "(?" + strings.Repeat(", ?", len(ids)-1) + ")" }

func anys(ids []string) []any {
	all := make([]any, len(ids))
	for i, id := range ids {
		all[i] = id
	}
	return all
}

package order

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
)

// Open returns the orders of a person, all of whose ids these are, that still owe or are owed something: those that are not final, and those of which money is on
// its way back; the oldest, page.MaxFirst at most. A COMPLETED one is final, although it may be returned for a while: who wants that asks before he goes.
func (s *Service) Open(ctx context.Context, ids []string) (open []string, err error) {
	in, his := store.In(ids)
	open, err = s.store.Texts(ctx, `SELECT o.id FROM orders o WHERE o.shopper_id IN `+in+` AND (o.state NOT IN ('COMPLETED', 'CANCELLED', 'REFUNDED')
		OR EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = o.id AND r.state IN ('REQUESTED', 'APPROVED', 'FAILED'))) ORDER BY o.id LIMIT ?`,
		append(his, page.MaxFirst)...)
	return open, wrap(err, "open orders of %s", ids[0])
}

// Forget takes from a person's orders, in the transaction that erases him, what people wrote: notes, why money was asked back, what carriers reported, who may
// have named him. Addresses and notes to the shop are sealed, and go with his key. The cart is emptied. What was bought, paid and refunded stays.
func (s *Service) Forget(ctx context.Context, ids []string) error {
	in, his := store.In(ids)
	orders, err := s.store.Texts(ctx, "SELECT id FROM orders WHERE shopper_id IN "+in, his...)
	if err != nil {
		return fmt.Errorf("orders of %s: %w", ids[0], err)
	}
	var shipments []string
	for some := range slices.Chunk(orders, 500) {
		in, args := store.In(some)
		more, err := s.store.Texts(ctx, "SELECT id FROM shipments WHERE order_id IN "+in, args...)
		if err != nil {
			return fmt.Errorf("parcels of %s: %w", ids[0], err)
		}
		shipments = append(shipments, more...)
	}
	for _, step := range []struct {
		statement string
		of        []string
	}{
		{"DELETE FROM cart_lines WHERE shopper_id IN", ids},
		{"UPDATE refunds SET reason = '', decision_note = '' WHERE kind = 'REQUESTED' AND order_id IN", orders},
		{"UPDATE order_events SET note = '' WHERE note <> '' AND order_id IN", orders},
		{"UPDATE shipment_events SET text = '' WHERE shipment_id IN", shipments},
	} {
		if err := s.store.ExecIn(ctx, step.statement, step.of); err != nil {
			return fmt.Errorf("forget what was written in the orders of %s: %w", ids[0], err)
		}
	}
	return nil
}

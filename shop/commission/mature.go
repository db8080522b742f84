package commission

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/commission"
	"github.com/kaituan/kaituan/internal/deadline"
)

// MatureDeadline is when an order's commission becomes available; its reference is the order's id.
const MatureDeadline = "commission.mature"

// Handlers are the deadlines of commission that only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{MatureDeadline: s.Mature}
}

// Mature makes an order's commission available that refunds have left. What its beneficiary owes is paid first.
func (s *Service) Mature(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		paid, err := s.paid(ctx, t.Ref)
		if err != nil {
			return err
		}
		people, err := s.touch(ctx, paid)
		if err != nil {
			return err
		}
		if err := s.lockOrder(ctx, t.Ref); err != nil {
			return err
		}
		rows, err := s.commissionsOf(ctx, t.Ref)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(c *db.Commission) bool { return c.State != commission.StatePENDING })
		if err := s.mature(ctx, rows, people); err != nil {
			return err
		}
		return t.Done(ctx)
	})
}

func (s *Service) mature(ctx context.Context, rows []*db.Commission, people map[string]person) error {
	if len(rows) == 0 {
		return nil
	}
	owners, err := s.owners(ctx, rows, people)
	if err != nil {
		return err
	}
	n, err := s.store.Exec(ctx, "UPDATE commissions SET state = 'AVAILABLE', ver = ver + 1 WHERE order_id = ? AND state = 'PENDING'", rows[0].OrderID)
	if err == nil && n != int64(len(rows)) {
		err = fmt.Errorf("%d rows of %d", n, len(rows))
	}
	if err != nil {
		return fmt.Errorf("commission of %s matures: %w", rows[0].OrderID, err)
	}
	accounts, err := s.open(ctx, slices.Clone(owners)...)
	if err != nil {
		return err
	}
	for i, c := range rows {
		a, left := accounts[owners[i]], c.Amount-c.ClawedBack
		to := a.income(left)
		to.pending = -left
		a.move(matured, c.ID, &c.ID, to)
	}
	return s.close(ctx, accounts, s.clock())
}

package commission

import (
	"context"
	"fmt"
	"slices"
	"time"

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

// A shop has decidesWithin to decide a refund that is asked for, from when the commission would have been available; until then it is looked again every
// looksAgain. After that it is available all the same, and what a refund takes then may be owed.
const (
	decidesWithin = 7 * 24 * time.Hour
	looksAgain    = time.Hour
)

// Mature makes an order's commission available that refunds have left and that is not the buyer's own by now, unless a refund of it is undecided. What its
// beneficiary owes is paid first.
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
		now := s.clock()
		wait, err := s.awaitsDecision(ctx, rows, now)
		if err != nil {
			return err
		}
		if wait {
			return t.Again(ctx, now.Add(looksAgain))
		}
		if err := s.ripen(ctx, t.Ref, rows, people); err != nil {
			return err
		}
		return t.Done(ctx)
	})
}

// awaitsDecision reports whether the commissions of an order wait for what the shop decides about a refund.
func (s *Service) awaitsDecision(ctx context.Context, rows []*db.Commission, now time.Time) (bool, error) {
	if len(rows) == 0 || !now.Before(rows[0].AvailableAt.Add(decidesWithin)) {
		return false, nil
	}
	return s.orders.Undecided(ctx, rows[0].OrderID)
}

// ripen takes back first what has lost its ground, by a refund that was approved and not heard of yet or since the promoter is the buyer now, so that nobody
// withdraws it in between.
func (s *Service) ripen(ctx context.Context, orderID string, rows []*db.Commission, people map[string]person) error {
	if err := s.clawBack(ctx, orderID, rows, people); err != nil {
		return err
	}
	if err := s.clawBackOwn(ctx, orderID, pending(rows), people); err != nil {
		return err
	}
	return s.mature(ctx, pending(rows), people)
}

// pending are those of rows that are.
func pending(rows []*db.Commission) (list []*db.Commission) {
	for _, c := range rows {
		if c.State == commission.StatePENDING {
			list = append(list, c)
		}
	}
	return list
}

// clawBackOwn takes all of what the order's buyer, as the person of today, would earn by himself. Its owners are touched: none of them becomes him before the commit.
func (s *Service) clawBackOwn(ctx context.Context, orderID string, rows []*db.Commission, people map[string]person) error {
	snapshot, err := s.referral.Snapshot(ctx, orderID)
	if err != nil || snapshot == nil {
		return err
	}
	buyer, err := s.identity.PersonOf(ctx, snapshot.BuyerID)
	if err != nil {
		return err
	}
	owners, err := s.owners(ctx, rows, people)
	if err != nil {
		return err
	}
	var own []*db.Commission
	all := map[string]int64{}
	for i, c := range rows {
		if owners[i] == buyer {
			own, all[c.ID] = append(own, c), c.Amount-c.ClawedBack
		}
	}
	return s.takeBack(ctx, own, all, people)
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

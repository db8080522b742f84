package commission

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
)

// Merge moves the money of from to into, in the transaction that merges the two shoppers and has touched both. What from earned and withdrew keeps its id, and is
// found through the person; what either owes meets what the other has.
func (s *Service) Merge(ctx context.Context, from, into string, now time.Time) error {
	found, err := s.accounts(ctx, []string{from})
	if err != nil || found[from] == nil {
		return err
	}
	accounts, err := s.open(ctx, from, into)
	if err != nil {
		return err
	}
	old, own := accounts[from], accounts[into]
	moved := old.parts
	old.move(merged, from, nil, moved.minus())
	both := own.plus(moved)
	paid := min(both.available, both.debt)
	moved.available, moved.debt = moved.available-paid, moved.debt-paid
	own.move(merged, from, nil, moved)
	return s.close(ctx, accounts, now)
}

// Open returns the withdrawals of a person, all of whose ids these are, that are on their way; the oldest, page.MaxFirst at most.
func (s *Service) Open(ctx context.Context, ids []string) ([]string, error) {
	in, his := store.In(ids)
	open, err := s.store.Texts(ctx, "SELECT id FROM withdrawals WHERE shopper_id IN "+in+" AND state IN ('REQUESTED', 'SENT') ORDER BY id LIMIT ?", append(his, page.MaxFirst)...)
	return open, wrap(err, "open withdrawals of %s", ids[0])
}

// Forfeit ends what a person, all of whose ids these are, the one of today first, would still be paid, and what he owes, in the transaction that erases him. What was
// paid out stays on record.
func (s *Service) Forfeit(ctx context.Context, ids []string, now time.Time) error {
	found, err := s.accounts(ctx, ids[:1])
	if err != nil || found[ids[0]] == nil {
		return err
	}
	in, his := store.In(ids)
	_, err = s.store.Exec(ctx, "UPDATE commissions SET clawed_back = amount, state = 'CLAWED_BACK', ver = ver + 1 WHERE beneficiary_id IN "+in+" AND state = 'PENDING'", his...)
	if err != nil {
		return fmt.Errorf("forfeit the commission of %s: %w", ids[0], err)
	}
	accounts, err := s.open(ctx, ids[0])
	if err != nil {
		return err
	}
	a := accounts[ids[0]]
	if gone := (parts{pending: -a.pending, available: -a.available, clawedBack: a.pending, debt: -a.debt}); gone != (parts{}) {
		a.move(forfeit, ids[0], nil, gone)
	}
	return s.close(ctx, accounts, now)
}

package commission

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/store"
)

// kind is what moved an account.
type kind string

const (
	earned   kind = "EARN"
	matured  kind = "MATURE"
	clawBack kind = "CLAW_BACK"
	withdrew kind = "WITHDRAW"
	settled  kind = "SETTLE"
	failed   kind = "FAIL"
	merged   kind = "MERGE"
	forfeit  kind = "FORFEIT"
)

// parts are what an account consists of, or what a movement adds to each, in minor units. clawedBack is a count beside them: what refunds have taken.
type parts struct{ pending, available, inPayout, withdrawn, clawedBack, debt int64 }

func (p parts) plus(q parts) parts {
	return parts{
		p.pending + q.pending, p.available + q.available, p.inPayout + q.inPayout, p.withdrawn + q.withdrawn, p.clawedBack + q.clawedBack, p.debt + q.debt,
	}
}

func (p parts) minus() parts {
	return parts{-p.pending, -p.available, -p.inPayout, -p.withdrawn, -p.clawedBack, -p.debt}
}

// sound reports whether an account may stand so.
func (p parts) sound() bool {
	return min(p.pending, p.available, p.inPayout, p.withdrawn, p.clawedBack, p.debt) >= 0 && (p.debt == 0 || p.available == 0)
}

// income is n that becomes available: what is owed is paid first.
func (p parts) income(n int64) parts {
	paid := min(n, p.debt)
	return parts{available: n - paid, debt: -paid}
}

// charge is n taken from what is available: what is missing is owed.
func (p parts) charge(n int64) parts {
	took := min(n, p.available)
	return parts{available: -took, debt: n - took}
}

// account is one person's money, open in a transaction.
type account struct {
	parts
	shopperID string
	ver       int64
	entries   []entry
}

// entry is one movement: what brought it about, once per kind, and what it added to each part.
type entry struct {
	kind   kind
	source string
	// commissionID is nil where it is about no single one.
	commissionID *string
	parts
}

// move adds p to the account, by an entry that close writes.
func (a *account) move(k kind, source string, commissionID *string, p parts) {
	a.parts = a.plus(p)
	a.entries = append(a.entries, entry{k, source, commissionID, p})
}

// open opens the accounts of persons, in the order of their ids. Each row is written first, and so is nobody else's until the commit: what is read then holds.
func (s *Service) open(ctx context.Context, persons ...string) (map[string]*account, error) {
	slices.Sort(persons)
	persons = slices.Compact(persons)
	if len(persons) == 0 {
		return nil, nil
	}
	for _, person := range persons {
		if err := s.lockAccount(ctx, person); err != nil {
			return nil, fmt.Errorf("open the account of %s: %w", person, err)
		}
	}
	return s.accounts(ctx, persons)
}

func (s *Service) lockAccount(ctx context.Context, person string) error {
	took, err := s.store.Guard(ctx, "UPDATE commission_accounts SET ver = ver + 1 WHERE shopper_id = ?", person)
	if err != nil || took {
		return err
	}
	fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, `INSERT INTO commission_accounts (ver, shopper_id, pending, available, in_payout, withdrawn, clawed_back, debt, updated_at)
			VALUES (1, ?, 0, 0, 0, 0, 0, 0, ?)`, person, s.clock())
		return err
	})
	if err != nil || fresh {
		return err
	}
	_, err = s.store.Guard(ctx, "UPDATE commission_accounts SET ver = ver + 1 WHERE shopper_id = ?", person) // somebody else was the first
	return err
}

// accounts reads the accounts of shoppers that have one.
func (s *Service) accounts(ctx context.Context, shopperIDs []string) (map[string]*account, error) {
	in, args := store.In(shopperIDs)
	found := make(map[string]*account, len(shopperIDs))
	err := s.store.Each(ctx, "SELECT shopper_id, ver, pending, available, in_payout, withdrawn, clawed_back, debt FROM commission_accounts WHERE shopper_id IN "+in, args,
		func(scan func(...any) error) error {
			a := &account{}
			err := scan(&a.shopperID, &a.ver, &a.pending, &a.available, &a.inPayout, &a.withdrawn, &a.clawedBack, &a.debt)
			found[a.shopperID] = a
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("commission accounts: %w", err)
	}
	return found, nil
}

// close writes what has moved in open accounts, and the entries that say so.
func (s *Service) close(ctx context.Context, open map[string]*account, now time.Time) error {
	var rows [][]any
	for _, person := range slices.Sorted(maps.Keys(open)) {
		a := open[person]
		if len(a.entries) == 0 {
			continue
		}
		if !a.sound() {
			return fmt.Errorf("the commission of %s would stand at %+v", person, a.parts)
		}
		took, err := s.store.Guard(ctx, `UPDATE commission_accounts SET pending = ?, available = ?, in_payout = ?, withdrawn = ?, clawed_back = ?, debt = ?, updated_at = ?,
			ver = ver + 1 WHERE shopper_id = ? AND ver = ?`, a.pending, a.available, a.inPayout, a.withdrawn, a.clawedBack, a.debt, now, person, a.ver)
		if err != nil {
			return fmt.Errorf("write the commission of %s: %w", person, err)
		}
		if !took {
			return lost("write the commission of", person)
		}
		for _, e := range a.entries {
			rows = append(rows, []any{person, string(e.kind), e.source, e.commissionID, e.pending, e.available, e.inPayout, e.withdrawn, e.clawedBack, e.debt, now})
		}
	}
	return s.insert(ctx, "commission_entries (shopper_id, kind, source, commission_id, pending, available, in_payout, withdrawn, clawed_back, debt, at)", rows)
}

// insert writes rows by one statement. An order has at most a hundred lines, and two beneficiaries: engines take so many placeholders.
func (s *Service) insert(ctx context.Context, into string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	one := "(?" + strings.Repeat(", ?", len(rows[0])-1) + ")"
	_, err := s.store.Exec(ctx, "INSERT INTO "+into+" VALUES "+one+strings.Repeat(", "+one, len(rows)-1), slices.Concat(rows...)...)
	return wrap(err, "insert into %s", strings.SplitN(into, " ", 2)[0])
}

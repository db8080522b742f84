package points

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/pointposting"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
)

// StatementArgs narrow a statement.
type StatementArgs struct {
	page.Args
	ShopperID string
	// Kind and Channel narrow it; empty: all.
	Kind      Kind
	Channel   string
	WantTotal bool
}

// Page is one page of a statement.
type Page struct {
	Entries []*Entry
	Cursors []string
	Info    page.Info
	// TotalCount is exact of a whole statement, and up to 10,000 of a narrowed one, else nil; filled when asked for.
	TotalCount *int
}

// statementCursor is the kind of a statement's cursors, which hold the place reached in each of the person's accounts.
const statementCursor = "points"

// Statement returns a page of a shopper's entries, newest first, each with what was available then. Where others have become part of him theirs are among them;
// until the Merged entry, which took them over, each is of an account of its own. What a page costs does not depend on how many entries there are.
//
// Errors: fault.InvalidCursor, fault.InvalidInput.
func (s *Service) Statement(ctx context.Context, a StatementArgs) (*Page, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	reached := map[string]int64{}
	if a.After != "" {
		if err := page.Decode(a.After, statementCursor, &reached); err != nil {
			return nil, err
		}
	}
	accounts, err := s.identity.Aliases(ctx, a.ShopperID)
	if err != nil {
		return nil, err
	}
	lists := make([][]*db.PointPosting, len(accounts))
	for i, account := range accounts {
		query := s.store.Client(ctx).PointPosting.Query().Where(a.of(account)...)
		if seq, ok := reached[account]; ok {
			query.Where(pointposting.SeqLT(seq))
		}
		if lists[i], err = query.Order(db.Desc(pointposting.FieldSeq)).Limit(a.First + 1).All(ctx); err != nil {
			return nil, fmt.Errorf("statement of %s: %w", account, err)
		}
	}
	rows := newest(lists, a.First+1)
	cursors := map[string]string{}
	for _, row := range rows {
		reached[row.ShopperID] = row.Seq
		cursors[row.ID] = page.Encode(statementCursor, reached)
	}
	cursor := func(row *db.PointPosting) string { return cursors[row.ID] }
	rows, info := page.Of(rows, a.Args, cursor)
	listed := &Page{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
		listed.Entries = append(listed.Entries, entryOf(row))
	}
	if a.WantTotal {
		listed.TotalCount, err = s.total(ctx, a, accounts)
	}
	return listed, err
}

// newest merges accounts' entries, newest first, most at the most. Within an account they stay in its order, whatever the clocks of processes said.
func newest(lists [][]*db.PointPosting, most int) (rows []*db.PointPosting) {
	for len(rows) < most {
		from := -1
		for i, list := range lists {
			if len(list) > 0 && (from < 0 || list[0].At.After(lists[from][0].At)) {
				from = i
			}
		}
		if from < 0 {
			break
		}
		rows, lists[from] = append(rows, lists[from][0]), lists[from][1:]
	}
	return rows
}

// of are an account's entries that the statement wants.
func (a *StatementArgs) of(account string) []predicate.PointPosting {
	where := []predicate.PointPosting{pointposting.ShopperID(account)}
	if a.Kind != "" {
		where = append(where, pointposting.Kind(string(a.Kind)))
	}
	if a.Channel != "" {
		where = append(where, pointposting.Channel(a.Channel))
	}
	return where
}

func (s *Service) total(ctx context.Context, a StatementArgs, accounts []string) (*int, error) {
	n := 0
	for _, account := range accounts {
		if a.Kind == "" && a.Channel == "" { // the newest one's number
			acc, err := s.Account(ctx, account)
			if err != nil {
				return nil, err
			}
			n += int(acc.Entries)
			continue
		}
		ids, err := s.store.Client(ctx).PointPosting.Query().Where(a.of(account)...).Limit(page.ExactUpTo + 1).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("count the statement of %s: %w", account, err)
		}
		n += len(ids)
	}
	if a.Kind == "" && a.Channel == "" {
		return &n, nil
	}
	return page.Exact(n), nil
}

// said is the entry that a movement has made: p's, or what its key made before.
func (s *Service) said(ctx context.Context, entryID string, p *posting) (*Entry, error) {
	if p != nil && p.ID == entryID {
		return &p.Entry, nil
	}
	return s.Entry(ctx, entryID)
}

// Entry reads one entry; fault.Missing.
func (s *Service) Entry(ctx context.Context, entryID string) (*Entry, error) {
	row, err := s.store.Client(ctx).PointPosting.Get(ctx, entryID)
	if db.IsNotFound(err) {
		return nil, fault.Missing.At("input", "entryId")
	}
	if err != nil {
		return nil, fmt.Errorf("entry %s: %w", entryID, err)
	}
	return entryOf(row), nil
}

func entryOf(row *db.PointPosting) *Entry {
	e := &Entry{
		ID: row.ID, ShopperID: row.ShopperID, Seq: row.Seq, Kind: Kind(row.Kind), Points: row.Points, BalanceAfter: row.BalanceAfter, Channel: row.Channel,
		Reason: row.Reason, Owner: row.Owner, HoldID: row.HoldID, At: row.At,
	}
	if row.Reference != "" {
		e.Reference = &row.Reference
	}
	return e
}

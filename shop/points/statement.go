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

// statementCursor is the kind of a statement's cursors, which hold the entry's place.
const statementCursor = "points"

// Statement returns a page of a shopper's entries, newest first, each with the balance after it. What it costs does not depend on how many there are.
//
// Errors: fault.InvalidCursor, fault.InvalidInput.
func (s *Service) Statement(ctx context.Context, a StatementArgs) (*Page, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	where := []predicate.PointPosting{pointposting.ShopperID(a.ShopperID)}
	if a.Kind != "" {
		where = append(where, pointposting.Kind(string(a.Kind)))
	}
	if a.Channel != "" {
		where = append(where, pointposting.Channel(a.Channel))
	}
	query := s.store.Client(ctx).PointPosting.Query().Where(where...)
	if a.After != "" {
		var after int64
		if err := page.Decode(a.After, statementCursor, &after); err != nil {
			return nil, err
		}
		query.Where(pointposting.SeqLT(after))
	}
	rows, err := query.Order(db.Desc(pointposting.FieldSeq)).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("statement of %s: %w", a.ShopperID, err)
	}
	cursor := func(row *db.PointPosting) string { return page.Encode(statementCursor, row.Seq) }
	rows, info := page.Of(rows, a.Args, cursor)
	listed := &Page{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
		listed.Entries = append(listed.Entries, entryOf(row))
	}
	if a.WantTotal {
		listed.TotalCount, err = s.total(ctx, a, where)
	}
	return listed, err
}

func (s *Service) total(ctx context.Context, a StatementArgs, where []predicate.PointPosting) (*int, error) {
	if a.Kind == "" && a.Channel == "" { // the newest one's number
		acc, err := s.Account(ctx, a.ShopperID)
		if err != nil {
			return nil, err
		}
		n := int(acc.Entries)
		return &n, nil
	}
	ids, err := s.store.Client(ctx).PointPosting.Query().Where(where...).Limit(page.ExactUpTo + 1).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("count the statement of %s: %w", a.ShopperID, err)
	}
	return page.Exact(len(ids)), nil
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

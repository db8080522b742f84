package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/page"
)

// ListArgs say which products, in which order, from where on.
type ListArgs struct {
	page.Args
	// Query is what the shopper typed: at most 64 characters and 8 words, each of which must be in the title or a tag. Parts of words are found, too.
	Query  string
	Filter *Filter
	// Sort is Relevance when empty: title matches before those in tags only, each newest first; without a query just newest first.
	Sort      Sort
	WantTotal bool
}

// key is the place of a product in a list, as its cursor holds it.
type key struct {
	Rank int    `json:"r,omitempty"` // 0: the title matches, 1: a tag does; Relevance with a query only
	Sort int64  `json:"k"`           // what the list is ordered by: minor units, units sold, or microseconds
	ID   string `json:"i"`           // decides among equals
}

// List returns a page of visible products. A cursor holds its product's place, so pages go on at the right one whatever is inserted meanwhile; one of
// another query, filter or order is refused.
//
// It takes a constant number of statements, and one more where a common word is not common among the next products. Errors: fault.InvalidInput, fault.InvalidCursor.
func (s *Service) List(ctx context.Context, args ListArgs, need Need) (*Page, error) {
	if err := args.Check(); err != nil {
		return nil, err
	}
	l, err := s.listing(args)
	if err != nil {
		return nil, err
	}
	after, err := l.after(args.After)
	if err != nil {
		return nil, err
	}
	if err := s.narrow(ctx, l, args); err != nil {
		return nil, err
	}
	listed := &Page{}
	var keys []key
	if !l.nothing {
		if keys, err = s.keys(ctx, l, after, args.First+1); err != nil {
			return nil, fmt.Errorf("list products: %w", err)
		}
	}
	keys, listed.Info = page.Of(keys, args.Args, l.cursor)
	if args.WantTotal {
		if listed.TotalCount, err = s.total(ctx, l); err != nil {
			return nil, fmt.Errorf("count products: %w", err)
		}
	}
	return listed, s.fillPage(ctx, listed, l, keys, need)
}

// fillPage reads the products of keys. One that was taken off between the two reads is left out.
func (s *Service) fillPage(ctx context.Context, listed *Page, l *listing, keys []key, need Need) error {
	ids := make([]string, len(keys))
	cursors := make(map[string]string, len(keys))
	for i, k := range keys {
		ids[i], cursors[k.ID] = k.ID, l.cursor(k)
	}
	products, err := s.Products(ctx, ids, need)
	if err != nil {
		return err
	}
	for _, p := range products {
		if p.Visible {
			listed.Products, listed.Cursors = append(listed.Products, p), append(listed.Cursors, cursors[p.ID])
		}
	}
	return nil
}

// keys reads one page of places, at first among the next products of the order when that is likely to suffice.
func (s *Service) keys(ctx context.Context, l *listing, after *key, limit int) ([]key, error) {
	if l.common {
		query, args := l.windowed(after, limit)
		if keys, err := s.places(ctx, l, query, args); err != nil || len(keys) == limit {
			return keys, err
		}
	}
	query, args := l.statement(after, limit)
	return s.places(ctx, l, query, args)
}

func (s *Service) places(ctx context.Context, l *listing, query string, args []any) ([]key, error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []key
	for rows.Next() {
		var k key
		var at time.Time
		into := []any{&k.ID, &k.Sort, &k.Rank}
		if l.byTime() {
			into[1] = &at
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		if l.byTime() {
			k.Sort = at.UnixMicro()
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// total counts what the list has, nil when that is more than page.ExactUpTo.
func (s *Service) total(ctx context.Context, l *listing) (*int, error) {
	var n int
	if l.nothing {
		return &n, nil
	}
	where, args := l.where()
	query := fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT %d) counted", l.from(), where, page.ExactUpTo+1)
	rows, err := s.store.SQL(ctx).QueryContext(ctx, query, append(l.fromArgs, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
	}
	return page.Exact(n), rows.Err()
}

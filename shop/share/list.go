package share

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db/sharelink"
	"github.com/kaituan/kaituan/internal/page"
)

// ListArgs are a page, and whether its total is wanted.
type ListArgs struct {
	page.Args
	WantTotal bool
}

// Page is a page of links.
type Page struct {
	Links   []*Link
	Cursors []string
	Info    page.Info
	// TotalCount is nil when it was not asked for, or is too great to count.
	TotalCount *int
}

const listKind = "shareLinks"

// cursor is the sort key of a list of links: ids rise with time.
type cursor struct{ ID string }

// OfShopper lists what the person of an id shares, under any of his ids, newest first. The Subject of one whose target is gone is nil.
//
// Errors: page.Args.Check, fault.InvalidCursor.
func (s *Service) OfShopper(ctx context.Context, shopperID string, a ListArgs) (*Page, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	ids, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	all := s.store.Client(ctx).ShareLink.Query().Where(sharelink.ShopperIDIn(ids...))
	some := all.Clone()
	if a.After != "" {
		var after cursor
		if err := page.Decode(a.After, listKind, &after); err != nil {
			return nil, err
		}
		some.Where(sharelink.IDLT(after.ID))
	}
	rows, err := some.Order(sharelink.ByID(sql.OrderDesc())).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("share links of %s: %w", shopperID, err)
	}
	links := make([]*Link, len(rows))
	for i, row := range rows {
		links[i] = s.link(row)
	}
	listed := &Page{}
	listed.Links, listed.Info = page.Of(links, a.Args, (*Link).cursor)
	for _, l := range listed.Links {
		listed.Cursors = append(listed.Cursors, l.cursor())
	}
	if err := s.describe(ctx, listed.Links); err != nil || !a.WantTotal {
		return listed, err
	}
	counted, err := all.Limit(page.ExactUpTo + 1).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("count share links of %s: %w", shopperID, err)
	}
	listed.TotalCount = page.Exact(len(counted))
	return listed, nil
}

func (l *Link) cursor() string { return page.Encode(listKind, cursor{l.ID}) }

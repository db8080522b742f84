package commission

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/commission"
	"github.com/kaituan/kaituan/ent/db/withdrawal"
	"github.com/kaituan/kaituan/internal/page"
)

// ListArgs narrow a promoter's list, newest first, over all ids that the person has had.
type ListArgs struct {
	page.Args
	ShopperID string
	// State narrows commissions; "": all.
	State     State
	WantTotal bool
}

// Page is a page of a list.
type Page[T any] struct {
	Nodes   []T
	Cursors []string
	Info    page.Info
	// TotalCount is exact up to 10,000, else nil; filled when asked for.
	TotalCount *int
}

// List returns a page of a promoter's commissions. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) List(ctx context.Context, a ListArgs) (*Page[*Commission], error) {
	his, after, err := s.listed(ctx, a, "commissions")
	if err != nil {
		return nil, err
	}
	all := s.store.Client(ctx).Commission.Query().Where(commission.BeneficiaryIDIn(his...))
	if a.State != "" {
		all.Where(commission.StateEQ(commission.State(a.State)))
	}
	query := all.Clone()
	if after != "" {
		query.Where(commission.IDLT(after))
	}
	rows, err := query.Order(db.Desc(commission.FieldID)).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("commissions of %s: %w", a.ShopperID, err)
	}
	cursor := func(row *db.Commission) string { return page.Encode("commissions", row.ID) }
	rows, info := page.Of(rows, a.Args, cursor)
	listed := &Page[*Commission]{Info: info, Nodes: make([]*Commission, len(rows))}
	for i, row := range rows {
		listed.Nodes[i], listed.Cursors = s.commissionOf(row), append(listed.Cursors, cursor(row))
	}
	if a.WantTotal {
		counted, err := all.Limit(page.ExactUpTo + 1).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("count the commissions of %s: %w", a.ShopperID, err)
		}
		listed.TotalCount = page.Exact(len(counted))
	}
	return listed, nil
}

// ListWithdrawals returns a page of a promoter's withdrawals. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) ListWithdrawals(ctx context.Context, a ListArgs) (*Page[*Withdrawal], error) {
	his, after, err := s.listed(ctx, a, "withdrawals")
	if err != nil {
		return nil, err
	}
	all := s.store.Client(ctx).Withdrawal.Query().Where(withdrawal.ShopperIDIn(his...))
	query := all.Clone()
	if after != "" {
		query.Where(withdrawal.IDLT(after))
	}
	rows, err := query.Order(db.Desc(withdrawal.FieldID)).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("withdrawals of %s: %w", a.ShopperID, err)
	}
	cursor := func(row *db.Withdrawal) string { return page.Encode("withdrawals", row.ID) }
	rows, info := page.Of(rows, a.Args, cursor)
	listed := &Page[*Withdrawal]{Info: info}
	if listed.Nodes, err = s.withdrawalsOf(ctx, rows); err != nil {
		return nil, err
	}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	if a.WantTotal {
		counted, err := all.Limit(page.ExactUpTo + 1).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("count the withdrawals of %s: %w", a.ShopperID, err)
		}
		listed.TotalCount = page.Exact(len(counted))
	}
	return listed, nil
}

// listed are the ids of the person whose list it is, and the id after which the page begins, "" at the beginning.
func (s *Service) listed(ctx context.Context, a ListArgs, kind string) (his []string, after string, err error) {
	if err := a.Check(); err != nil {
		return nil, "", err
	}
	if a.After != "" {
		if err := page.Decode(a.After, kind, &after); err != nil {
			return nil, "", err
		}
	}
	his, err = s.identity.Aliases(ctx, a.ShopperID)
	return his, after, err
}

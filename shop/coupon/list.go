package coupon

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/coupon"
	"github.com/kaituan/kaituan/ent/db/coupontemplate"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
)

// ListArgs narrow a list.
type ListArgs struct {
	page.Args
	WantTotal bool
}

// TemplatePage is one page of templates.
type TemplatePage struct {
	Templates []*Template
	Cursors   []string
	Info      page.Info
	// TotalCount is exact up to 10,000, else nil; filled when asked for.
	TotalCount *int
}

// Page is one page of coupons.
type Page struct {
	Coupons []*Coupon
	Cursors []string
	Info    page.Info
	// TotalCount is exact up to 10,000, else nil; filled when asked for.
	TotalCount *int
}

// byID is the sort key of both lists: ids rise with the millisecond in which they were made.
type byID struct {
	ID string `json:"i"`
}

// ListTemplates returns a page of what anybody may claim now, newest first; viewerID, who may be empty, decides ViewerClaimed. fault.InvalidCursor,
// fault.InvalidInput.
func (s *Service) ListTemplates(ctx context.Context, viewerID string, a ListArgs) (*TemplatePage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	claimable := s.store.Client(ctx).CouponTemplate.Query().Where(coupontemplate.Claimable(true), coupontemplate.RemainingGT(0))
	query := claimable.Clone()
	if a.After != "" {
		var after byID
		if err := page.Decode(a.After, "coupon-templates", &after); err != nil {
			return nil, err
		}
		query.Where(coupontemplate.IDLT(after.ID))
	}
	rows, err := query.Order(coupontemplate.ByID(newestFirst)).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list coupon templates: %w", err)
	}
	cursor := func(row *db.CouponTemplate) string { return page.Encode("coupon-templates", byID{row.ID}) }
	rows, info := page.Of(rows, a.Args, cursor)
	listed := &TemplatePage{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	if listed.Templates, err = s.templatesOf(ctx, viewerID, rows); err != nil || !a.WantTotal {
		return listed, err
	}
	counted, err := claimable.Limit(page.ExactUpTo + 1).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("count coupon templates: %w", err)
	}
	listed.TotalCount = page.Exact(len(counted))
	return listed, nil
}

// Wallet returns a page of a shopper's coupons, newest first; state "" means all. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) Wallet(ctx context.Context, shopperID string, state State, a ListArgs) (*Page, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	where, err := s.inState(state)
	if err != nil {
		return nil, err
	}
	his := s.store.Client(ctx).Coupon.Query().Where(append(where, coupon.ShopperID(shopperID))...)
	query := his.Clone()
	if a.After != "" {
		var after byID
		if err := page.Decode(a.After, "coupons", &after); err != nil {
			return nil, err
		}
		query.Where(coupon.IDLT(after.ID))
	}
	rows, err := query.Order(coupon.ByID(newestFirst)).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list coupons: %w", err)
	}
	cursor := func(row *db.Coupon) string { return page.Encode("coupons", byID{row.ID}) }
	rows, info := page.Of(rows, a.Args, cursor)
	listed := &Page{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	if listed.Coupons, err = s.couponsOf(ctx, rows); err != nil || !a.WantTotal {
		return listed, err
	}
	counted, err := his.Limit(page.ExactUpTo + 1).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("count coupons: %w", err)
	}
	listed.TotalCount = page.Exact(len(counted))
	return listed, nil
}

// inState selects the coupons that are in state now.
func (s *Service) inState(state State) ([]predicate.Coupon, error) {
	now := s.clock()
	switch state {
	case "":
		return nil, nil
	case Usable:
		return []predicate.Coupon{coupon.StateEQ(coupon.StateUSABLE), coupon.ValidUntilGT(now)}, nil
	case Expired:
		return []predicate.Coupon{coupon.StateEQ(coupon.StateUSABLE), coupon.ValidUntilLTE(now)}, nil
	case Reserved, Used:
		return []predicate.Coupon{coupon.StateEQ(coupon.State(state))}, nil
	}
	return nil, fault.InvalidInput
}

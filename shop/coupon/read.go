package coupon

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/coupon"
	"github.com/kaituan/kaituan/ent/db/coupontemplate"
	"github.com/kaituan/kaituan/ent/db/predicate"
)

var newestFirst = sql.OrderDesc()

// Templates returns those of ids that exist; viewerID, who may be empty, decides ViewerClaimed. Two statements at most.
func (s *Service) Templates(ctx context.Context, viewerID string, ids []string) (map[string]*Template, error) {
	found := make(map[string]*Template, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).CouponTemplate.Query().Where(coupontemplate.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("coupon templates: %w", err)
	}
	templates, err := s.templatesOf(ctx, viewerID, rows)
	for _, t := range templates {
		found[t.ID] = t
	}
	return found, err
}

// templatesOf shows rows, in their order, with what the viewer has claimed of them.
func (s *Service) templatesOf(ctx context.Context, viewerID string, rows []*db.CouponTemplate) ([]*Template, error) {
	templates := make([]*Template, len(rows))
	ids := make([]string, len(rows))
	for i, row := range rows {
		templates[i], ids[i] = s.templateOf(row), row.ID
	}
	if viewerID == "" || len(rows) == 0 {
		return templates, nil
	}
	claimed, err := s.claimed(ctx, viewerID, ids)
	for _, t := range templates {
		t.ViewerClaimed = claimed[t.ID]
	}
	return templates, err
}

// claimed says which of templates a shopper has claimed.
func (s *Service) claimed(ctx context.Context, shopperID string, templateIDs []string) (map[string]bool, error) {
	var ids []string
	err := s.store.Client(ctx).Coupon.Query().Where(coupon.TemplateIDIn(templateIDs...), coupon.ShopperID(shopperID)).
		Unique(true).Select(coupon.FieldTemplateID).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("what %s has claimed: %w", shopperID, err)
	}
	claimed := make(map[string]bool, len(ids))
	for _, id := range ids {
		claimed[id] = true
	}
	return claimed, nil
}

func (s *Service) templateOf(row *db.CouponTemplate) *Template {
	t := &Template{
		ID: row.ID, Title: row.Title, ValidDays: row.ValidDays, Quantity: row.Quantity, Left: row.Remaining, PerShopperLimit: row.PerShopperLimit, Claimable: row.Claimable,
	}
	if row.MinSpend > 0 {
		t.MinSpend = s.money(row.MinSpend)
	}
	if row.Kind == coupontemplate.KindAMOUNT {
		t.Discount = &AmountOff{Amount: s.money(row.Amount)}
		return t
	}
	percent := &PercentOff{BasisPoints: row.BasisPoints}
	if row.Cap != nil {
		percent.Cap = s.money(*row.Cap)
	}
	t.Discount = percent
	return t
}

// Some returns the coupons of ids that exist, and are the shopper's own when shopperID is set. Two statements for any number of them.
func (s *Service) Some(ctx context.Context, shopperID string, ids []string) (map[string]*Coupon, error) {
	found := make(map[string]*Coupon, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	where := []predicate.Coupon{coupon.IDIn(ids...)}
	if shopperID != "" {
		where = append(where, coupon.ShopperID(shopperID))
	}
	rows, err := s.store.Client(ctx).Coupon.Query().Where(where...).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("coupons: %w", err)
	}
	coupons, err := s.couponsOf(ctx, rows)
	for _, c := range coupons {
		found[c.ID] = c
	}
	return found, err
}

// MostUsable is how many coupons Usable reads at most.
const MostUsable = 100

// Usable returns what a shopper may use now, soonest end first, MostUsable at most. Two statements.
func (s *Service) Usable(ctx context.Context, shopperID string) ([]*Coupon, error) {
	rows, err := s.store.Client(ctx).Coupon.Query().Where(coupon.ShopperID(shopperID), coupon.StateEQ(coupon.StateUSABLE), coupon.ValidUntilGT(s.clock())).
		Order(coupon.ByValidUntil(), coupon.ByID()).Limit(MostUsable).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("usable coupons of %s: %w", shopperID, err)
	}
	return s.couponsOf(ctx, rows)
}

// OfOrder returns the coupon that serves an order, nil when none does.
func (s *Service) OfOrder(ctx context.Context, orderID string) (*Coupon, error) {
	rows, err := s.store.Client(ctx).Coupon.Query().Where(coupon.OrderID(orderID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("coupon of %s: %w", orderID, err)
	}
	coupons, err := s.couponsOf(ctx, rows)
	if err != nil || len(coupons) == 0 {
		return nil, err
	}
	return coupons[0], nil
}

// couponsOf shows rows with their templates, in their order. They are their owner's, who has claimed them.
func (s *Service) couponsOf(ctx context.Context, rows []*db.Coupon) ([]*Coupon, error) {
	coupons := make([]*Coupon, len(rows))
	if len(rows) == 0 {
		return coupons, nil
	}
	ids := make([]string, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, row.TemplateID)
	}
	templates, err := s.Templates(ctx, "", ids)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	for i, row := range rows {
		template := templates[row.TemplateID]
		if template == nil {
			return nil, lost("find the template of", row.ID)
		}
		template.ViewerClaimed = true
		coupons[i] = &Coupon{
			ID: row.ID, ShopperID: row.ShopperID, Template: template, State: stateOf(string(row.State), row.ValidUntil, now), ValidUntil: row.ValidUntil, Source: row.Source,
		}
		if row.OrderID != nil {
			coupons[i].OrderID = *row.OrderID
		}
	}
	return coupons, nil
}

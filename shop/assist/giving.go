package assist

import (
	"context"
	"slices"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
)

// giving leaves out campaigns that have nothing to give now, so that nobody asks friends for what he could not have; Start decides. At most two statements.
func (s *Service) giving(ctx context.Context, rows []*db.AssistCampaign) ([]*db.AssistCampaign, error) {
	var skuIDs, templateIDs []string
	for _, row := range rows {
		if row.SkuID != nil {
			skuIDs = append(skuIDs, *row.SkuID)
		}
		if row.TemplateID != nil {
			templateIDs = append(templateIDs, *row.TemplateID)
		}
	}
	goods, err := s.catalog.ForSale(ctx, skuIDs)
	if err != nil {
		return nil, err
	}
	templates, err := s.coupons.Templates(ctx, "", templateIDs)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(row *db.AssistCampaign) bool {
		return !canGive(row, goods[deref(row.SkuID)], templates[deref(row.TemplateID)])
	}), nil
}

// canGive reports whether a campaign has something to give: its goods are shown; its price is below theirs, and there is a unit to sell at it; a coupon is left. It is pure.
func canGive(c *db.AssistCampaign, goods catalog.ForSale, template *coupon.Template) bool {
	switch {
	case c.SkuID != nil && !goods.Visible:
		return false
	case pricey(c) && (goods.Price <= c.Amount || goods.Available < 1):
		return false
	}
	return c.TemplateID == nil || template != nil && template.Left > 0
}

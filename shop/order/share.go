package order

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/share"
)

// productPage is where a mini-program shows a product.
const productPage = "pages/product/index"

// SharedProducts describes products to who is sent a link; a share.Describer. Those that are off every surface are left out. A constant number of statements.
func (s *Service) SharedProducts(ctx context.Context, ids []string) (map[string]*share.Subject, error) {
	products, err := s.catalog.Products(ctx, ids, catalog.Need{})
	if err != nil {
		return nil, fmt.Errorf("products that are shared: %w", err)
	}
	var skus []*catalog.Sku
	for _, p := range products {
		skus = append(skus, p.Skus...)
	}
	if err := s.Anchors(ctx, "", skus); err != nil {
		return nil, fmt.Errorf("prices of what is shared: %w", err)
	}
	subjects := make(map[string]*share.Subject, len(products))
	for _, p := range products {
		if p.Visible {
			subjects[p.ID] = sharedProduct(p)
		}
	}
	return subjects, nil
}

// sharedProduct compares what the product costs in the cheapest group with what it costs alone; without a group, with what it cost before.
func sharedProduct(p *catalog.Product) *share.Subject {
	price := p.Price()
	subject := &share.Subject{Title: p.Title, ImageURL: p.Picture(), MiniProgramPage: productPage, Price: price.Sale, Compare: price.List}
	var group, alone *money.Money
	for _, k := range p.Skus {
		if k.Price.Group != nil && (group == nil || k.Price.Group.Minor < group.Minor) {
			group, alone = k.Price.Group, k.Price.Sale
		}
	}
	if group != nil {
		subject.Price, subject.Compare, subject.Line = group, alone, "拼团价"
	}
	return subject
}

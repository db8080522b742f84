// Package loaders reads what a page needs from several domains, in a constant number of statements for any length of the page: resolvers of lists call it
// once for the whole list, instead of a loader per field.
package loaders

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
)

// Loaders calls the shop's batch reads.
type Loaders struct {
	Catalog *catalog.Service
	Order   *order.Service
}

// Products returns the products of ids in their order, leaving out what does not exist; prices are what the viewer would pay. viewerID may be empty.
func (l *Loaders) Products(ctx context.Context, viewerID string, ids []string, need catalog.Need) ([]*catalog.Product, error) {
	products, err := l.Catalog.Products(ctx, ids, need)
	if err != nil {
		return nil, fmt.Errorf("load products: %w", err)
	}
	if err := l.Price(ctx, viewerID, products); err != nil {
		return nil, err
	}
	return products, nil
}

// Price overlays on products what activities and the viewer's tier offer.
func (l *Loaders) Price(ctx context.Context, viewerID string, products []*catalog.Product) error {
	var skus []*catalog.Sku
	for _, p := range products {
		skus = append(skus, p.Skus...)
	}
	if err := l.Order.Anchors(ctx, viewerID, skus); err != nil {
		return fmt.Errorf("price products: %w", err)
	}
	return nil
}

// Skus returns SKUs by id with their products, priced for the viewer.
func (l *Loaders) Skus(ctx context.Context, viewerID string, ids []string) (map[string]*catalog.Sku, error) {
	skus, err := l.Catalog.Skus(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load SKUs: %w", err)
	}
	list := make([]*catalog.Sku, 0, len(skus))
	for _, s := range skus {
		list = append(list, s.Product.Skus...)
	}
	if err := l.Order.Anchors(ctx, viewerID, list); err != nil {
		return nil, fmt.Errorf("price SKUs: %w", err)
	}
	return skus, nil
}

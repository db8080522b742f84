package catalog

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db/product"
)

// Kind is what rules by product go by.
type Kind struct {
	Handle string
	// CategoryID is "" for a product without a category.
	CategoryID string
}

// Kinds returns the kinds of products by id, also of those off every surface; one statement.
func (s *Service) Kinds(ctx context.Context, productIDs []string) (map[string]Kind, error) {
	rows, err := s.store.Client(ctx).Product.Query().Where(product.IDIn(productIDs...)).Select(product.FieldHandle, product.FieldCategoryID).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("kinds of products: %w", err)
	}
	kinds := make(map[string]Kind, len(rows))
	for _, row := range rows {
		kind := Kind{Handle: row.Handle}
		if row.CategoryID != nil {
			kind.CategoryID = *row.CategoryID
		}
		kinds[row.ID] = kind
	}
	return kinds, nil
}

package catalog

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db/product"
)

// OnShow tells which of the products exist and were not taken down; one statement.
func (s *Service) OnShow(ctx context.Context, ids []string) (map[string]bool, error) {
	shown := map[string]bool{}
	if len(ids) == 0 {
		return shown, nil
	}
	found, err := s.store.Client(ctx).Product.Query().Where(product.IDIn(ids...), product.Visible(true)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("products on show: %w", err)
	}
	for _, id := range found {
		shown[id] = true
	}
	return shown, nil
}

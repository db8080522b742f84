package order

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db/cartline"
)

// MergeCarts puts a shopper's cart into another's, in the transaction that has touched both and makes them one person. Of a SKU that both have, the quantities
// are added, up to what one line may have. No line is dropped: a cart that has more than it may then takes no others until some are gone.
func (s *Service) MergeCarts(ctx context.Context, from, into string) error {
	rows, err := s.cartRows(ctx, from)
	if err != nil {
		return err
	}
	for _, row := range rows {
		moved, err := s.store.Unique(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, "UPDATE cart_lines SET shopper_id = ? WHERE id = ?", into, row.ID)
			return err
		})
		if err == nil && !moved {
			err = s.addToLine(ctx, into, row.SkuID, row.Quantity, row.Selected)
		}
		if err != nil {
			return fmt.Errorf("merge the carts of %s and %s: %w", from, into, err)
		}
	}
	_, err = s.store.Client(ctx).CartLine.Delete().Where(cartline.ShopperID(from)).Exec(ctx)
	return wrap(err, "empty the cart of %s", from)
}

// addToLine adds units to a line that is there; it is selected when either was.
func (s *Service) addToLine(ctx context.Context, shopperID, skuID string, quantity int, selected bool) error {
	_, err := s.store.Exec(ctx, `UPDATE cart_lines SET quantity = CASE WHEN quantity + ? > ? THEN ? ELSE quantity + ? END,
		selected = CASE WHEN ? THEN ? ELSE selected END WHERE shopper_id = ? AND sku_id = ?`,
		quantity, maxQuantity, maxQuantity, quantity, selected, true, shopperID, skuID)
	return err
}

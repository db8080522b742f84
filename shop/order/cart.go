package order

import (
	"context"
	"fmt"
	"strings"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/cartline"
	"github.com/kaituan/kaituan/internal/fault"
)

// CartLineChange sets one line of the cart; quantity 0 removes it.
type CartLineChange struct {
	SkuID    string
	Quantity int
	Selected bool
}

// Cart returns a shopper's one cart, newest line first, with a quote of its selected lines.
func (s *Service) Cart(ctx context.Context, buyer Buyer) (*Cart, error) {
	shopperID := buyer.ShopperID
	rows, err := s.cartRows(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	cart := &Cart{ID: "crt_" + strings.TrimPrefix(shopperID, "shp_"), Lines: []*CartLine{}}
	for _, row := range rows {
		cart.Lines = append(cart.Lines, &CartLine{SkuID: row.SkuID, Quantity: row.Quantity, Selected: row.Selected, AddedFrom: row.AddedFrom, AddedAt: row.AddedAt})
	}
	p, err := s.price(ctx, buyer, &Checkout{}, forgiving)
	if err != nil {
		return nil, err
	}
	if cart.Quote, err = s.quoteOf(ctx, shopperID, p); err != nil {
		return nil, err
	}
	return cart, nil
}

func (s *Service) cartRows(ctx context.Context, shopperID string) ([]*db.CartLine, error) {
	rows, err := s.store.Client(ctx).CartLine.Query().Where(cartline.ShopperID(shopperID)).Order(cartline.ByAddedAt(descending), cartline.ByID(descending)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("cart of %s: %w", shopperID, err)
	}
	return rows, nil
}

// selectedLines are the cart's lines that are priced and ordered.
func (s *Service) selectedLines(ctx context.Context, shopperID string) ([]wantedLine, error) {
	rows, err := s.cartRows(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	var lines []wantedLine
	for _, row := range rows {
		if row.Selected && len(lines) < maxLines {
			lines = append(lines, wantedLine{LineInput: LineInput{SkuID: row.SkuID, Quantity: row.Quantity}})
		}
	}
	return lines, nil
}

// SetCartLines changes lines of the cart; lines left out stay as they are. All changes are made, or none. A cart that has more lines than one may fill it with,
// since a merge, takes removals and changes of what is there.
//
// Errors: fault.OutOfRange (quantity 0..999, 1..100 changes, no line added beyond 200), ErrSkuUnavailable.
func (s *Service) SetCartLines(ctx context.Context, shopperID, channel string, changes []CartLineChange) error {
	if len(changes) == 0 || len(changes) > maxLines {
		return fault.OutOfRange.At("input", "lines").WithAvailable(maxLines)
	}
	ids := make([]string, len(changes))
	for i, c := range changes {
		if c.Quantity < 0 || c.Quantity > maxQuantity {
			return fault.OutOfRange.At("input", "lines", position(i), "quantity").WithAvailable(maxQuantity)
		}
		ids[i] = c.SkuID
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, shopperID); err != nil {
			return err
		}
		found, err := s.catalog.ForSale(ctx, ids)
		if err != nil {
			return err
		}
		added := false
		for i, c := range changes {
			if sku, ok := found[c.SkuID]; c.Quantity > 0 && (!ok || !sku.Visible) {
				return ErrSkuUnavailable.At("input", "lines", position(i), "skuId")
			}
			fresh, err := s.setCartLine(ctx, shopperID, channel, c)
			if err != nil {
				return err
			}
			added = added || fresh
		}
		if !added {
			return nil
		}
		n, err := s.store.Client(ctx).CartLine.Query().Where(cartline.ShopperID(shopperID)).Count(ctx)
		if err != nil {
			return fmt.Errorf("count the cart: %w", err)
		}
		if n > maxCartLines {
			return fault.OutOfRange.At("input", "lines").WithAvailable(maxCartLines)
		}
		return nil
	})
}

// setCartLine makes one change and reports whether it added a line.
func (s *Service) setCartLine(ctx context.Context, shopperID, channel string, c CartLineChange) (added bool, err error) {
	client := s.store.Client(ctx)
	if c.Quantity == 0 {
		_, err := client.CartLine.Delete().Where(cartline.ShopperID(shopperID), cartline.SkuID(c.SkuID)).Exec(ctx)
		return false, wrap(err, "take %s out of the cart", c.SkuID)
	}
	added, err = s.store.Unique(ctx, func(ctx context.Context) error {
		return client.CartLine.Create().SetShopperID(shopperID).SetSkuID(c.SkuID).SetQuantity(c.Quantity).SetSelected(c.Selected).
			SetAddedFrom(channel).SetAddedAt(s.clock()).Exec(ctx)
	})
	if err == nil && !added {
		err = client.CartLine.Update().Where(cartline.ShopperID(shopperID), cartline.SkuID(c.SkuID)).SetQuantity(c.Quantity).SetSelected(c.Selected).Exec(ctx)
	}
	return added, wrap(err, "put %s into the cart", c.SkuID)
}

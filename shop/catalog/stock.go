package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/ent/db/stockhold"
	"github.com/kaituan/kaituan/ent/db/stockmovement"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// ErrOutOfStock: fewer units are on sale than were asked for; Available says how many.
var ErrOutOfStock = fault.Refuse("OUT_OF_STOCK", "There are not enough left.", "库存不足。")

// ErrNotOnSale: the product was taken down.
var ErrNotOnSale = fault.Refuse("SKU_UNAVAILABLE", "This is not on sale.", "商品已下架。")

// Units is a number of units of one SKU that an order line wants.
type Units struct {
	SkuID    string
	Quantity int64
}

// Hold keeps units from sale for an order, inside its transaction, and returns the holds' ids in the order of want. Stock rows are touched in the order of
// their ids, so that two orders of the same SKUs wait for each other instead of locking crosswise. The hold ends with the order: Sell or Release.
//
// Errors: ErrOutOfStock, ErrNotOnSale; their Field is the position in want.
func (s *Service) Hold(ctx context.Context, orderID string, want []Units) ([]string, error) {
	holds := make([]string, len(want))
	now := s.clock()
	for _, i := range bySku(want) {
		u := want[i]
		took, err := s.store.Guard(ctx,
			"UPDATE stocks SET available = available - ?, held = held + ?, ver = ver + 1 WHERE id = ? AND available >= ?"+onSale, u.Quantity, u.Quantity, u.SkuID, u.Quantity)
		if err != nil {
			return nil, fmt.Errorf("hold %d of %s: %w", u.Quantity, u.SkuID, err)
		}
		if !took {
			return nil, s.whyNot(ctx, u).At(fmt.Sprint(i))
		}
		holds[i] = id.New("hld")
		if _, err := s.store.Exec(ctx, "INSERT INTO stock_holds (id, ver, sku_id, order_id, quantity, state, created_at) VALUES (?, 1, ?, ?, ?, 'live', ?)",
			holds[i], u.SkuID, orderID, u.Quantity, now); err != nil {
			return nil, fmt.Errorf("hold %d of %s: %w", u.Quantity, u.SkuID, err)
		}
		if err := s.move(ctx, u.SkuID, stockmovement.KindHold, holds[i], u.Quantity); err != nil {
			return nil, err
		}
	}
	return holds, nil
}

// onSale keeps new holds from products that were taken down.
const onSale = " AND EXISTS (SELECT 1 FROM products p WHERE p.id = stocks.product_id AND p.visible)"

// whyNot reads, after the guard has refused, what could be had instead.
func (s *Service) whyNot(ctx context.Context, u Units) *fault.Error {
	short := s.howMany(ctx, u.SkuID)
	if *short.Available >= u.Quantity {
		return ErrNotOnSale
	}
	return short
}

// howMany is ErrOutOfStock with what is left.
func (s *Service) howMany(ctx context.Context, skuID string) *fault.Error {
	row, err := s.store.Client(ctx).Stock.Get(ctx, skuID)
	if err != nil {
		return ErrOutOfStock.WithAvailable(0)
	}
	return ErrOutOfStock.WithAvailable(row.Available)
}

// Release puts an order's live holds back on sale. Holds that ended before are left alone, so calling it twice changes nothing.
func (s *Service) Release(ctx context.Context, orderID string) error {
	return s.endHolds(ctx, orderID, stockhold.StateReleased, stockmovement.KindRelease,
		"UPDATE stocks SET held = held - ?, available = available + ?, ver = ver + 1 WHERE id = ? AND held >= ?")
}

// Sell turns an order's live holds into sales.
func (s *Service) Sell(ctx context.Context, orderID string) error {
	return s.endHolds(ctx, orderID, stockhold.StateSold, stockmovement.KindSell,
		"UPDATE stocks SET held = held - ?, sold = sold + ?, ver = ver + 1 WHERE id = ? AND held >= ?")
}

func (s *Service) endHolds(ctx context.Context, orderID string, state stockhold.State, kind stockmovement.Kind, update string) error {
	holds, err := s.store.Client(ctx).StockHold.Query().Where(stockhold.OrderID(orderID), stockhold.StateEQ(stockhold.StateLive)).All(ctx)
	if err != nil {
		return fmt.Errorf("holds of %s: %w", orderID, err)
	}
	slices.SortFunc(holds, func(a, b *holdRow) int { return cmp.Or(cmp.Compare(a.SkuID, b.SkuID), cmp.Compare(a.ID, b.ID)) })
	for _, h := range holds {
		ended, err := s.store.Guard(ctx, "UPDATE stock_holds SET state = ?, ver = ver + 1 WHERE id = ? AND state = 'live'", string(state), h.ID)
		if err != nil {
			return fmt.Errorf("end hold %s: %w", h.ID, err)
		}
		if !ended {
			continue // another transaction ended it between our read and now
		}
		moved, err := s.store.Guard(ctx, update, h.Quantity, h.Quantity, h.SkuID, h.Quantity)
		if err != nil {
			return fmt.Errorf("end hold %s: %w", h.ID, err)
		}
		if !moved {
			return fmt.Errorf("end hold %s: stock of %s holds less than %d", h.ID, h.SkuID, h.Quantity)
		}
		if err := s.move(ctx, h.SkuID, kind, h.ID, h.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// Returned is what a refund takes back of one SKU; Source is its refund line, and makes it happen once.
type Returned struct {
	Units
	Source string
}

// TakeBack moves sold units back on sale (restock) or writes them off. The same source again changes nothing.
func (s *Service) TakeBack(ctx context.Context, returned []Returned, restock bool) error {
	kind, column := stockmovement.KindReturn, "available"
	if !restock {
		kind, column = stockmovement.KindWriteOff, "written_off"
	}
	units := make([]Units, len(returned))
	for i, r := range returned {
		units[i] = r.Units
	}
	for _, i := range bySku(units) {
		r := returned[i]
		fresh, err := s.store.Unique(ctx, func(ctx context.Context) error { return s.move(ctx, r.SkuID, kind, r.Source, r.Quantity) })
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		moved, err := s.store.Guard(ctx, "UPDATE stocks SET sold = sold - ?, "+column+" = "+column+" + ?, ver = ver + 1 WHERE id = ? AND sold >= ?",
			r.Quantity, r.Quantity, r.SkuID, r.Quantity)
		if err != nil {
			return fmt.Errorf("take back %d of %s: %w", r.Quantity, r.SkuID, err)
		}
		if !moved {
			return fmt.Errorf("take back %d of %s: fewer were sold", r.Quantity, r.SkuID)
		}
	}
	return nil
}

// move writes one entry of the journal.
func (s *Service) move(ctx context.Context, skuID string, kind stockmovement.Kind, source string, quantity int64) error {
	_, err := s.store.Exec(ctx, "INSERT INTO stock_movements (sku_id, kind, source, quantity, created_at) VALUES (?, ?, ?, ?, ?)",
		skuID, string(kind), source, quantity, s.clock())
	if err != nil {
		return fmt.Errorf("journal %s of %s: %w", kind, skuID, err)
	}
	return nil
}

// bySku gives the positions of want in the order of SKU ids.
func bySku(want []Units) []int {
	order := make([]int, len(want))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(want[a].SkuID, want[b].SkuID) })
	return order
}

package catalog_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// A SKU of which few are left is told of once, and again after there were more.
func TestStockLow(t *testing.T) {
	ctx := context.Background()
	s := shoptest.Open(t)
	s.Catalog.WatchStock(s.Deadlines, 5)
	tea, plenty := s.Goods("tea", 8, "1.00")[0], s.Goods("cake", 100, "1.00")[0]
	s.Must(s.Catalog.KeepWatch(ctx))
	told := map[string][]int64{}
	look := func() {
		t.Helper()
		s.Clock.Advance(time.Minute)
		_, err := deadline.NewRunner(s.Deadlines, s.Clock.Now, deadline.Pool{Workers: 2, Handlers: s.Catalog.Handlers()}).Once(ctx)
		s.Must(err)
		d := outbox.NewDispatcher(s.Outbox, s.Clock.Now, outbox.On("test", func(ctx context.Context, f fact.StockLow) error {
			s.Store.AfterCommit(ctx, func() { told[f.SkuID] = append(told[f.SkuID], f.Available) })
			return nil
		}))
		for n := 1; n > 0; {
			n, err = d.Once(ctx)
			s.Must(err)
		}
	}
	buyer := s.Shopper("ann")
	buys := func(skuID string, units int) *order.Order {
		t.Helper()
		checkout := &order.Checkout{Lines: []*order.LineInput{{SkuID: skuID, Quantity: units}}}
		quote, err := s.Orders.Quote(ctx, buyer, checkout)
		s.Must(err)
		o, err := s.Orders.Place(ctx, buyer, &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: checkout, QuoteToken: &quote.Token})
		s.Must(err)
		return o
	}
	want := func(when string, available ...int64) {
		t.Helper()
		look()
		look()
		if len(told[plenty.ID]) != 0 || len(told[tea.ID]) != len(available) {
			t.Fatalf("%s: told %v, want %v", when, told, available)
		}
		for i, n := range available {
			if told[tea.ID][i] != n {
				t.Errorf("%s: told %v, want %v", when, told[tea.ID], available)
			}
		}
	}
	want("at the start")
	buys(plenty.ID, 3)
	buys(tea.ID, 2)
	want("six are left")
	first := buys(tea.ID, 1)
	want("five are left", 5)
	buys(tea.ID, 1)
	want("four are left", 5)
	_, err := s.Orders.Cancel(ctx, buyer.ShopperID, first.ID, "")
	s.Must(err)
	want("five again", 5)
	s.After(16 * time.Minute) // what is not paid comes back
	want("all are back", 5)
	buys(tea.ID, 8)
	want("none is left", 5, 0)
}

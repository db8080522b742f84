package main

import (
	"context"
	"testing"
)

// openForTest is a shop of its own on SQLite.
func openForTest(t *testing.T) *checkoutShop {
	t.Helper()
	at, err := engine{Name: "SQLite"}.fresh()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := at.remove(context.Background()); err != nil {
			t.Error(err)
		}
	})
	shop, err := openCheckout(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shop.close(); err != nil {
			t.Error(err)
		}
	})
	return shop
}

func TestTheFloorWritesWhatTheShopWrites(t *testing.T) {
	shop := openForTest(t)
	goods, err := shop.stockUp(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	p := &placing{bench: &bench{}, shop: shop}
	if err := p.prepare(t.Context(), goods[0]); err != nil { // compares the rows
		t.Fatal(err)
	}
	shoppers, err := shop.signUp(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.placeAndLeave(t.Context(), shoppers[0], goods[0]); err != nil {
		t.Fatal(err)
	}
	orders, err := selectAll(t.Context(), shop.store.DB(), "SELECT id FROM orders WHERE shopper_id = '"+shoppers[0]+"'")
	if err != nil || len(orders) != 1 {
		t.Errorf("a client that hung up left %d orders, error %v; want 1", len(orders), err)
	}
}

func TestAlike(t *testing.T) {
	for _, tc := range []struct {
		name string
		own  bool
		a, b any
		want bool
	}{
		{"equal", false, "PENDING", "PENDING", true},
		{"different", false, "PENDING", "PAID", false},
		{"an id of its own", true, "ord_1", "ord_2", true},
		{"a payload that is missing something", true, []byte(`{"order":"1","total":1990}`), []byte(`{}`), false},
		{"only one is NULL", true, []byte("x"), nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := alike(tc.own, tc.a, tc.b); got != tc.want {
				t.Errorf("alike = %v", got)
			}
		})
	}
}

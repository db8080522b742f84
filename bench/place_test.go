package main

import "testing"

func TestTheFloorWritesWhatTheShopWrites(t *testing.T) {
	at, err := engine{Name: "SQLite"}.fresh()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := at.remove(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	shop, err := openCheckout(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer shop.close()
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
		name, column string
		a, b         any
		want         bool
	}{
		{"equal", "state", "PENDING", "PENDING", true},
		{"different", "state", "PENDING", "PAID", false},
		{"an id of its own", "order_id", "ord_1", "ord_2", true},
		{"a payload that is missing something", "payload", []byte(`{"order":"1","total":1990}`), []byte(`{}`), false},
		{"only one is NULL", "parameters", []byte("x"), nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := alike(tc.column, tc.a, tc.b); got != tc.want {
				t.Errorf("alike = %v", got)
			}
		})
	}
}

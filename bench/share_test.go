package main

import "testing"

func TestTheFloorOpensLinksAsTheShopDoes(t *testing.T) {
	o, err := newOpening(t.Context(), &bench{}, engine{}, openForTest(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.links.Close)
	if err := o.prepare(t.Context()); err != nil { // compares the rows
		t.Fatal(err)
	}
}

package main

import (
	"testing"
)

func TestTheFloorMovesPointsAsTheShopDoes(t *testing.T) {
	shop := openForTest(t)
	l := &ledger{bench: &bench{}, shop: shop}
	if err := l.prepare(t.Context()); err != nil { // compares the rows
		t.Fatal(err)
	}
}

package main

import (
	"strings"
	"testing"
)

// What is filled in bulk keeps every promise of the ledger, and reads as a statement does.
func TestAFilledStatementIsALedgers(t *testing.T) {
	shop := openForTest(t)
	member, err := shop.withHistory(t.Context(), 4*blockLines)
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.checkPoints(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := &bench{}
	for _, read := range reads {
		if err := b.planOf(t.Context(), engine{Name: "SQLite"}, shop, read, member); err != nil {
			t.Errorf("%s: %v", read.name, err)
		}
	}
	for _, note := range b.notes {
		if strings.Contains(note, "SCAN") || strings.Contains(note, "TEMP B-TREE") {
			t.Errorf("a plan grows with the statement: %s", note)
		}
	}
	account, err := shop.points.Account(t.Context(), member)
	if err != nil || account.Entries != 4*blockLines+1 || account.Available != atOnce {
		t.Errorf("the account is %+v, error %v", account, err)
	}
}

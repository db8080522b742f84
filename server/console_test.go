package main

import "testing"

// A host signs in to the console, makes a room, goes live, pins, opens an offer, lets coupons rain, draws a lottery, reviews, hides and mutes; a viewer sees each thing as it happens, and
// the charts move. The console is one query and one socket, before and after the language is switched.
func TestBrowserConsole(t *testing.T) {
	var saw struct {
		Queries, Sockets  int
		Held, Moved, Wide bool
		Muted, Unsaid     []string
		Orders            string
		Milliseconds      int
	}
	browse(t, "../../../../frontend-contracts/host-console/test/console.mjs", &saw)
	if saw.Queries != 1 || saw.Sockets != 2 || !saw.Held || !saw.Moved || saw.Wide || saw.Orders != "1" || len(saw.Unsaid) > 0 {
		t.Errorf("the browser saw %+v", saw)
	}
	if len(saw.Muted) != 1 || saw.Muted[0] != "MUTED" {
		t.Errorf("who is muted was told %v", saw.Muted)
	}
	t.Logf("from the host's key to the viewer: %d ms", saw.Milliseconds)
}

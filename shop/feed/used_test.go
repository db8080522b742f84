package feed

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/page"
)

// Whatever places a visit has had, in whatever order, the cursor has them all, and is one that is taken.
func TestUsedPlacesTravelInTheCursor(t *testing.T) {
	id := "fds_" + strings.Repeat("Z", 26)
	rapid.Check(t, func(t *rapid.T) {
		at := place{Snapshot: id, Last: snapshotOf - 1, Scene: ProductDetail, About: id, Near: id, Asked: []string{id, id, id}, Turn: 5}
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0: // from the first on
			for i := range rapid.IntRange(0, snapshotOf).Draw(t, "n") {
				at.Used.add(i)
			}
		case 1: // as taste has it
			for _, i := range rapid.SliceOf(rapid.IntRange(0, snapshotOf-1)).Draw(t, "places") {
				at.Used.add(i)
			}
		case 2: // the worst
			for i := rapid.IntRange(0, 1).Draw(t, "first"); i < snapshotOf; i += rapid.IntRange(1, 3).Draw(t, "step") {
				at.Used.add(i)
			}
		}
		var back place
		if err := page.Decode(encode(at), cursorKind, &back); err != nil {
			t.Fatalf("a cursor of %d characters: %v", len(encode(at)), err)
		}
		if back.Used != at.Used || back.Last != at.Last {
			t.Fatal("the places are others")
		}
	})
}

func TestShortVisitsHaveShortCursors(t *testing.T) {
	var u used
	for i := range 1999 {
		u.add(i)
	}
	text, err := json.Marshal(u)
	if err != nil || len(text) > 8 {
		t.Errorf("%s (%v)", text, err)
	}
}

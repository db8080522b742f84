package feed

import (
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/groupbuy"
)

func TestLacking(t *testing.T) {
	for _, tc := range []struct {
		name                      string
		size, capacity, seatsLeft int
		want                      Reason // Code is empty when the group lacks too much
	}{
		{"no group", 2, 2, 0, Reason{}},
		{"one of two", 2, 2, 1, Reason{NearlyFull, "", 1, false, "", false}},
		{"two of five", 5, 5, 2, Reason{}},
		{"one of five", 5, 5, 1, Reason{NearlyFull, "", 1, false, "", false}},
		{"a third of nine", 9, 9, 3, Reason{NearlyFull, "", 3, false, "", false}},
		{"more than a third of nine", 9, 9, 4, Reason{}},
		{"rungs: one to the size", 5, 20, 16, Reason{NearlyFull, "", 1, false, "", false}},
		{"rungs: two of five to the size", 5, 20, 17, Reason{}},
		{"rungs: enough, and much room", 5, 20, 15, Reason{}},
		{"rungs: a third of the room", 5, 20, 6, Reason{NearlyFull, "", 6, true, "", false}},
		{"rungs: one seat", 5, 20, 1, Reason{NearlyFull, "", 1, true, "", false}},
	} {
		got := lacking(&groupbuy.Standing{Size: tc.size, Capacity: tc.capacity, SeatsLeft: tc.seatsLeft})
		if got == nil {
			got = &Reason{}
		}
		if *got != tc.want {
			t.Errorf("%s: %+v, want %+v", tc.name, *got, tc.want)
		}
	}
}

// Neighbours share no category and no vendor, and are not both campaigns, as long as there are others.
func TestNeighboursDiffer(t *testing.T) {
	now := time.Date(2026, 5, 6, 4, 0, 0, 0, time.UTC)
	var all []candidate
	for i := range 120 {
		c := candidate{ID: fmt.Sprintf("p%03d", i), Category: fmt.Sprint("c", i%6), Vendor: fmt.Sprint("v", i%7), Created: now, Available: 9}
		if i%4 == 0 {
			c.Group = &groupbuy.Standing{CampaignID: fmt.Sprint("g", i), StartsAt: now, Size: 2, Capacity: 2, SeatsLeft: i % 8 / 4}
		}
		all = append(all, c)
	}
	ranked := rank(all, now)
	if ranked[0].Group == nil || ranked[2].Group == nil {
		t.Error("campaigns do not come first")
	}
	for i := range ranked[1:60] {
		a, b := ranked[i], ranked[i+1]
		if a.Category == b.Category || a.Vendor == b.Vendor || a.Group != nil && b.Group != nil {
			t.Errorf("%d: %+v beside %+v", i, a, b)
		}
	}
}

// A ranking is bounded, and it is plain products that it leaves out.
func TestPlacesAreBounded(t *testing.T) {
	ranked := make([]candidate, snapshotOf+500)
	for i := range ranked {
		ranked[i].ID = fmt.Sprint(i)
		if i%10 == 9 {
			ranked[i].Group = &groupbuy.Standing{CampaignID: fmt.Sprint("g", i), Size: 2, Capacity: 2, SeatsLeft: 1}
		}
	}
	made := &snapshot{nearly: map[string]*Reason{}}
	made.place(ranked)
	campaigns := 0
	for _, at := range made.Items {
		if at.Campaign != "" {
			campaigns++
		}
	}
	if want := len(ranked) / 10; len(made.Items) != snapshotOf || campaigns != want || len(made.nearly) != want {
		t.Errorf("%d places, %d campaigns, %d of them nearly full; want %d, %d, %d", len(made.Items), campaigns, len(made.nearly), snapshotOf, want, want)
	}
}

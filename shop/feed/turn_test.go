package feed

import (
	"slices"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/assist"
)

func TestTurn(t *testing.T) {
	running := []assist.Standing{
		{CampaignID: "a", Kind: assist.Likes}, {CampaignID: "b", Kind: assist.Likes}, {CampaignID: "c", Kind: assist.Bargain}, {CampaignID: "d", Kind: assist.Invite},
	}
	for _, tc := range []struct {
		name    string
		running []assist.Standing
		shown   []string
		from    int
		want    string
	}{
		{"nothing runs", nil, nil, 0, ""},
		{"the first tool", running, nil, 0, "c"},
		{"another begins elsewhere", running, nil, 1, "a"},
		{"tools that do not run are passed over", running, nil, 2, "d"},
		{"the next tool on the next page", running, []string{"c"}, 0, "a"},
		{"round and round", running, []string{"d"}, 5, "c"},
		{"of one tool the next campaign", running[:2], []string{"a"}, 0, "b"},
		{"all were shown", running[:2], []string{"a", "b"}, 0, ""},
		{"the visit has had its cards", running, []string{"c", "a", "d"}, 0, ""},
	} {
		got := ""
		if c := turn(tc.running, tc.shown, tc.from); c != nil {
			got = c.CampaignID
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// Whoever looks once an hour begins with every tool within a day, and the same visit always begins alike.
func TestBeginningsGoRound(t *testing.T) {
	day := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	for _, viewer := range []string{"", "shp_1", "shp_2"} {
		var seen []int
		for hour := range 24 {
			at := day.Add(time.Duration(hour) * time.Hour)
			begins := beginning(viewer, at)
			if begins != beginning(viewer, at.Add(59*time.Minute)) || begins < 0 || begins >= len(tools) {
				t.Errorf("%q begins at %d, and elsewhere within the hour", viewer, begins)
			}
			if !slices.Contains(seen, begins) {
				seen = append(seen, begins)
			}
		}
		if len(seen) != len(tools) {
			t.Errorf("%q begins with %d of %d tools within a day", viewer, len(seen), len(tools))
		}
	}
}

package assist

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var seeds = rapid.Custom(func(t *rapid.T) string {
	return hex.EncodeToString(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
})

// For any seed, amount and goal cuts sum to the amount exactly, none is below zero, and none is nothing where there is enough for all.
func TestCutsSumExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, goal := seeds.Draw(t, "seed"), rapid.IntRange(1, maxGoal).Draw(t, "goal")
		amount := rapid.OneOf(rapid.Int64Range(0, int64(2*goal)), rapid.Int64Range(0, 1_000_000_000)).Draw(t, "amount")
		parts, err := cuts(seed, amount, goal)
		if err != nil {
			t.Fatal(err)
		}
		if len(parts) != goal || cutBy(parts, goal) != amount {
			t.Fatalf("%d cuts sum to %d, want %d and %d", len(parts), cutBy(parts, goal), goal, amount)
		}
		least := slices.Min(parts)
		if least < 0 || least == 0 && amount >= int64(goal) {
			t.Fatalf("of %d for %d a cut is %d", amount, goal, least)
		}
		again, err := cuts(seed, amount, goal)
		if err != nil || !slices.Equal(parts, again) {
			t.Fatal("the same seed draws other cuts")
		}
		for n := range goal {
			if cutBy(parts, n) > cutBy(parts, n+1) {
				t.Fatalf("the price rises with helper %d", n+1)
			}
		}
	})
}

// What a seed draws never changes, since cuts are worked out anew whenever a price is shown; and cuts vary.
func TestCutsOfASeed(t *testing.T) {
	seed := strings.Repeat("5f", 32)
	for _, tc := range []struct {
		amount int64
		goal   int
		want   []int64
	}{
		{1000, 1, []int64{1000}},
		{0, 3, []int64{0, 0, 0}},
		{1000, 5, nil},
		{3, 5, nil},
	} {
		got, err := cuts(seed, tc.amount, tc.goal)
		if err != nil || tc.want != nil && !slices.Equal(got, tc.want) {
			t.Errorf("cuts of %d for %d: %v, %v", tc.amount, tc.goal, got, err)
		}
	}
	got, err := cuts(seed, 10_000, 8)
	if err != nil || slices.Max(got) == slices.Min(got) {
		t.Errorf("cuts do not vary: %v, %v", got, err)
	}
	other, err := cuts(strings.Repeat("60", 32), 10_000, 8)
	if err != nil || slices.Equal(got, other) {
		t.Errorf("two seeds draw the same cuts: %v, %v", got, err)
	}
	for _, bad := range []string{"", "5f", strings.Repeat("x", 64)} {
		if _, err := cuts(bad, 10, 2); err == nil {
			t.Errorf("a seed of %q draws cuts", bad)
		}
	}
}

func TestDraw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, tickets, wanted := seeds.Draw(t, "seed"), rapid.IntRange(1, maxGoal+1).Draw(t, "tickets"), rapid.IntRange(1, maxGoal+1).Draw(t, "wanted")
		winners, err := draw(seed, tickets, wanted)
		if err != nil {
			t.Fatal(err)
		}
		if len(winners) != min(tickets, wanted) {
			t.Fatalf("%d of %d tickets win, want %d", len(winners), tickets, wanted)
		}
		slices.Sort(winners)
		if len(slices.Compact(slices.Clone(winners))) != len(winners) || winners[0] < 0 || winners[len(winners)-1] >= tickets {
			t.Fatalf("a ticket wins twice, or is none of %d: %v", tickets, winners)
		}
	})
	won := make([]int, 4)
	for i := range 400 {
		winners, err := draw(hex.EncodeToString([]byte(strings.Repeat(string(rune('A'+i%26)), 16)+strings.Repeat(string(rune('a'+i/26)), 16))), 4, 1)
		if err != nil {
			t.Fatal(err)
		}
		won[winners[0]]++
	}
	for ticket, n := range won {
		if n < 50 || n > 150 {
			t.Errorf("ticket %d of 4 wins %d times of 400", ticket, n)
		}
	}
}

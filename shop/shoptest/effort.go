package shoptest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// effort says how often each race is run, from KAITUAN_RACES (3 unless set), and prints it with the seed of what is drawn, so that a failure can be had again.
var effort = sync.OnceValue(func() (e struct {
	races int
	draw  func(n int) int
},
) {
	e.races = 3
	if n, err := strconv.Atoi(os.Getenv("KAITUAN_RACES")); err == nil && n > 0 {
		e.races = n
	}
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("KAITUAN_SEED"), 10, 64); err == nil {
		seed = n
	}
	fmt.Printf("races: KAITUAN_RACES=%d KAITUAN_SEED=%d\n", e.races, seed)
	var mu sync.Mutex
	source := rand.New(rand.NewPCG(seed, 0))
	e.draw = func(n int) int {
		mu.Lock()
		defer mu.Unlock()
		return source.IntN(n)
	}
	return e
})

// Draw is a number below n, of the printed seed.
func Draw(n int) int { return effort().draw(n) }

// Stagger waits a moment that is different each time, at most 3 ms, so that the calls of a race meet at different places.
func Stagger() { time.Sleep(time.Duration(Draw(3000)) * time.Microsecond) }

// Rounds runs a race as often as KAITUAN_RACES says, times more, in one shop; a round that leaves a promise broken is the one that is named.
func Rounds(t *testing.T, s *Shop, more int, race func(round int)) {
	t.Helper()
	ManyRounds(t, s, more, 1, race)
}

// ManyRounds is Rounds for a race that is run so often that looking at every promise would take most of the time: it looks after each every rounds, and in the
// end.
func ManyRounds(t *testing.T, s *Shop, more, every int, race func(round int)) {
	t.Helper()
	rounds := effort().races * more
	for round := range rounds {
		race(round)
		var err error
		if (round+1)%every == 0 || round+1 == rounds {
			err = s.Broken()
		}
		if err != nil || t.Failed() {
			t.Fatalf("after round %d: %v", round, err)
		}
	}
}

// Steps is how many steps a walk takes, from KAITUAN_STEPS, and says so.
func Steps(t *testing.T, unless int) int {
	t.Helper()
	steps := unless
	if n, err := strconv.Atoi(os.Getenv("KAITUAN_STEPS")); err == nil && n > 0 {
		steps = n
	}
	t.Logf("KAITUAN_STEPS=%d", steps)
	return steps
}

// Checks sets how often rapid draws in this test; it has a flag for that, and nothing else.
func Checks(t *testing.T, n int) {
	t.Helper()
	before := flag.Lookup("rapid.checks").Value.String()
	if err := flag.Set("rapid.checks", fmt.Sprint(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set("rapid.checks", before) })
}

package live

import (
	"math/rand/v2"
	"time"
)

// waiting is a comment that waits for a tick.
type waiting struct {
	*Comment
	buyer bool
}

// allowance is how many comments a room may still show: so many a second, of which at most a second's are saved up.
type allowance struct {
	perSecond int
	left      float64
	at        time.Time
}

// now returns the allowance as it is at a time.
func (a allowance) now(at time.Time) allowance {
	a.left = min(float64(a.perSecond), a.left+float64(a.perSecond)*at.Sub(a.at).Seconds())
	a.at = at
	return a
}

// sample divides comments into those that are shown and those that are only counted, both in their order. Those of the room's own people and of buyers are always
// shown; of the others as many as the allowance has left, drawn by chance, of everyone one before of anyone a second.
func (a *allowance) sample(comments []waiting) (shown, left []waiting) {
	most := int(a.left)
	take := make([]bool, len(comments))
	others := []int{}
	count := 0
	for i, c := range comments {
		if c.buyer || c.Role.atLeast(Moderator) {
			take[i] = true
			count++
		} else {
			others = append(others, i)
		}
	}
	if len(others) > most-count {
		others = fair(comments, others)[:max(most-count, 0)]
	}
	count += len(others)
	for _, i := range others {
		take[i] = true
	}
	for i, c := range comments {
		if take[i] {
			shown = append(shown, c)
		} else {
			left = append(left, c)
		}
	}
	a.left = max(0, a.left-float64(count))
	return shown, left
}

// fair shuffles some of the comments, each author's first before anybody's second.
func fair(comments []waiting, some []int) []int {
	rand.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	had := map[string]int{}
	var rounds [][]int
	for _, i := range some {
		round := had[comments[i].AuthorID]
		had[comments[i].AuthorID]++
		if round == len(rounds) {
			rounds = append(rounds, nil)
		}
		rounds[round] = append(rounds[round], i)
	}
	all := some[:0:0]
	for _, round := range rounds {
		all = append(all, round...)
	}
	return all
}

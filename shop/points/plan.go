package points

import (
	"cmp"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/money"
)

// lotMove is a number of points of one lot.
type lotMove struct {
	lot    *lot
	points int64
}

// plan picks the lots that pay for points, first to expire first, then first made, and never touches a lot that has ended by now. short is how many points
// the live lots lack; then there are no moves.
func plan(lots []*lot, points int64, now time.Time) (moves []lotMove, short int64) {
	slices.SortFunc(lots, byExpiry)
	for _, l := range lots {
		if points == 0 {
			break
		}
		if n := min(l.Remaining, points); n > 0 && l.ExpiresAt.After(now) {
			moves = append(moves, lotMove{l, n})
			points -= n
		}
	}
	if points > 0 {
		return nil, points
	}
	return moves, 0
}

// byExpiry is the order in which lots are spent, and written.
func byExpiry(a, b *lot) int {
	return cmp.Or(a.ExpiresAt.Compare(b.ExpiresAt), cmp.Compare(a.ID, b.ID))
}

// firstOf takes points from moves in their order: what a capture takes of its hold, whose lots stand first to expire first. What it leaves is rest.
func firstOf(moves []lotMove, points int64) (taken, rest []lotMove) {
	for _, m := range moves {
		n := min(m.points, points)
		if points -= n; n > 0 {
			taken = append(taken, lotMove{m.lot, n})
		}
		if n < m.points {
			rest = append(rest, lotMove{m.lot, m.points - n})
		}
	}
	return taken, rest
}

// shares splits points over moves in proportion, by largest remainder; no share is more than its move, as long as points is not more than all of them.
func shares(moves []lotMove, points int64) ([]lotMove, error) {
	weights := make([]int64, len(moves))
	for i, m := range moves {
		weights[i] = m.points
	}
	parts, err := money.Split(points, weights)
	if err != nil {
		return nil, err
	}
	var out []lotMove
	for i, m := range moves {
		if parts[i] > 0 {
			out = append(out, lotMove{m.lot, parts[i]})
		}
	}
	return out, nil
}

package assist

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"

	"github.com/kaituan/kaituan/internal/money"
)

// heaviest is how much more one cut may weigh than another. The weights alone decide how much cuts vary.
const heaviest = 1000

// source is a stream of numbers that belongs to a seed of 64 hex digits. ChaCha8 is specified to the bit, so it gives the same on every machine and in every release.
func source(seed string) (*rand.ChaCha8, error) {
	var key [32]byte
	if n, err := hex.Decode(key[:], []byte(seed)); err != nil || n != len(key) {
		return nil, fmt.Errorf("a seed of %d bytes: %w", n, err)
	}
	return rand.NewChaCha8(key), nil
}

// cuts are what the helpers of a bargain take off, in minor units: the k-th is that of the k-th helper who counts, from 1. There are goal of them, they sum to
// amount exactly, and each is at least 1 where there are enough units for that; the rest is shared by weights that the seed draws. It is pure.
func cuts(seed string, amount int64, goal int) ([]int64, error) {
	drawn, err := source(seed)
	if err != nil {
		return nil, err
	}
	least := int64(0)
	if amount >= int64(goal) {
		least = 1
	}
	weights := make([]int64, goal)
	for i := range weights {
		weights[i] = 1 + int64(drawn.Uint64()%heaviest)
	}
	parts, err := money.Split(amount-least*int64(goal), weights)
	if err != nil {
		return nil, fmt.Errorf("cut %d into %d: %w", amount, goal, err)
	}
	for i := range parts {
		parts[i] += least
	}
	return parts, nil
}

// cutBy is what the first helpers take off together.
func cutBy(parts []int64, helpers int) (sum int64) {
	for _, part := range parts[:min(helpers, len(parts))] {
		sum += part
	}
	return sum
}

// draw returns the tickets that win, first drawn first: wanted of 0 to tickets-1, all of them when there are no more. Each is drawn from those that are left; the
// remainder favours some of them by less than one in 2^53, since there are at most a thousand and one. It is pure.
func draw(seed string, tickets, wanted int) ([]int, error) {
	drawn, err := source(seed)
	if err != nil {
		return nil, err
	}
	left := make([]int, tickets)
	for i := range left {
		left[i] = i
	}
	winners := make([]int, 0, min(wanted, tickets))
	for len(winners) < cap(winners) {
		at := int(drawn.Uint64() % uint64(len(left)))
		winners = append(winners, left[at])
		left[at] = left[len(left)-1]
		left = left[:len(left)-1]
	}
	return winners, nil
}

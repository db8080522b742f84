package likeness_test

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/moderation"
	"github.com/kaituan/kaituan/shop/note/likeness"
)

// pairs are honest notes about one product, two by two, and by kind notes with their copies, as likenesses that a measure has.
type pairs struct {
	honest []float64
	copied [][]float64
	// candidates of these pairs have a key in common.
	honestFound int
	copiedFound []int
}

func measure[S any](seed uint64, n int, sign func(string) S, alike func(a, b S) float64, found func(a, b S) bool) pairs {
	r := rand.New(rand.NewPCG(seed, 1))
	p := pairs{copied: make([][]float64, len(copies)), copiedFound: make([]int, len(copies))}
	var all []S
	for range n {
		original := note(r)
		s := sign(strings.Join(original, ""))
		for k, c := range copies {
			copied := sign(c.of(r, slices.Clone(original)))
			p.copied[k] = append(p.copied[k], alike(s, copied))
			if found(s, copied) {
				p.copiedFound[k]++
			}
		}
		for _, other := range all {
			p.honest = append(p.honest, alike(s, other))
			if found(s, other) {
				p.honestFound++
			}
		}
		all = append(all, s)
	}
	return p
}

// above is the part of values that are at least so much.
func above(values []float64, threshold float64) float64 {
	n := 0
	for _, v := range values {
		if v >= threshold {
			n++
		}
	}
	return float64(n) / float64(len(values))
}

func keyInCommon(a, b likeness.Signature) bool {
	other := b.Bands()
	return slices.ContainsFunc(a.Bands(), func(key int64) bool { return slices.Contains(other, key) })
}

func curve(name string, p pairs, from, to, step float64) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n%-9s %8s", name, "threshold", "honest")
	for i := range copies {
		fmt.Fprintf(&out, " %7s", fmt.Sprintf("copy %d", i))
	}
	for threshold := from; threshold <= to+1e-9; threshold += step {
		fmt.Fprintf(&out, "\n%9.2f %7.3f%%", threshold, 100*above(p.honest, threshold))
		for _, values := range p.copied {
			fmt.Fprintf(&out, " %6.1f%%", 100*above(values, threshold))
		}
	}
	return out.String()
}

// Threshold was chosen on the seeds that TestCurve prints; on these, which had no part in that, it must hold.
func TestThresholdHoldsOnOtherSeeds(t *testing.T) {
	for seed := uint64(101); seed < 104; seed++ {
		p := measure(seed, 150, likeness.Sign, likeness.Similarity, keyInCommon)
		if wrong := above(p.honest, likeness.Threshold); wrong > 0.01 {
			t.Errorf("seed %d: %.2f %% of honest pairs are taken for copies", seed, 100*wrong)
		}
		for i, c := range copies {
			found, keyed := above(p.copied[i], likeness.Threshold), float64(p.copiedFound[i])/150
			least, keyedLeast := 0.97, 0.97
			switch c.kind {
			case "20 % edited":
				least = 0.88
			case "30 % edited":
				least, keyedLeast = 0.55, 0.85
			}
			if found < least || keyed < keyedLeast {
				t.Errorf("seed %d: %s: %.1f %% alike, %.1f %% with a key in common", seed, c.kind, 100*found, 100*keyed)
			}
		}
	}
}

// The curve by which Threshold was chosen, beside SimHash's (-v shows them).
func TestCurve(t *testing.T) {
	for i, c := range copies {
		t.Logf("copy %d: %s", i, c.kind)
	}
	ours := measure(1, 150, likeness.Sign, likeness.Similarity, keyInCommon)
	t.Log(curve("part of the shorter one, MinHash", ours, 0.3, 0.8, 0.05))
	t.Logf("a key in common: %.2f %% of honest pairs, of copies %v of 150", 100*float64(ours.honestFound)/float64(len(ours.honest)), ours.copiedFound)
	edited := above(ours.copied[3], likeness.Threshold)
	sim := measure(1, 150, simHash, func(a, b uint64) float64 { return 1 - float64(bits.OnesCount64(a^b))/64 }, func(a, b uint64) bool { return a == b })
	t.Log(curve("SimHash, equal bits of 64", sim, 0.6, 0.95, 0.05))
	if wrong := above(ours.honest, likeness.Threshold); above(sim.honest, 0.7) < wrong || above(sim.copied[3], 0.7) >= edited {
		t.Error("SimHash is as good here, and smaller")
	}
}

// simHash is Charikar's over shingles of three letters: of each bit, whether more shingles have it than not.
func simHash(text string) (h uint64) {
	letters := moderation.Folded(text)
	var votes [64]int
	for i := 0; i+3 <= len(letters); i++ {
		x := uint64(14695981039346656037)
		for _, r := range letters[i : i+3] {
			x = (x ^ uint64(r)) * 1099511628211
		}
		x ^= x >> 29
		x *= 0xbf58476d1ce4e5b9
		x ^= x >> 32
		for bit := range votes {
			votes[bit] += int(x>>bit&1)*2 - 1
		}
	}
	for bit, n := range votes {
		if n > 0 {
			h |= 1 << bit
		}
	}
	return h
}

package conduct

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// scored is a helper of the population and what he comes to after the 30 days.
type scored struct {
	shape  string
	farmed bool
	total  float64
}

func judged(s shift, first, last uint64) (all []scored) {
	for seed := first; seed <= last; seed++ {
		w := newWorld(generate(seed, s))
		for _, h := range w.helpers {
			all = append(all, scored{h.Shape, h.Farmed, w.score(h, populationEnd).Total})
		}
	}
	return all
}

// marked is which share of those who fit is marked at a threshold.
func marked(all []scored, threshold float64, fits func(s scored) bool) float64 {
	n, of := 0, 0
	for _, s := range all {
		if !fits(s) {
			continue
		}
		of++
		if s.total >= threshold {
			n++
		}
	}
	return float64(n) / float64(max(1, of))
}

func farmed(s scored) bool { return s.farmed }
func honest(s scored) bool { return !s.farmed }

// curve is the table threshold, farmed marked, honest marked.
func curve(all []scored) string {
	var text strings.Builder
	text.WriteString("threshold  farmed  honest\n")
	for at := 0.04; at < 0.51; at += 0.02 {
		here := ""
		if at-0.005 < Threshold && Threshold < at+0.005 {
			here = "  <- the threshold"
		}
		fmt.Fprintf(&text, "     %.2f  %5.1f%%  %5.2f%%%s\n", at, 100*marked(all, at, farmed), 100*marked(all, at, honest), here)
	}
	return text.String()
}

// byShape is which share of each shape is marked.
func byShape(all []scored) string {
	var shapes []string
	for _, s := range all {
		if !slices.Contains(shapes, s.shape) {
			shapes = append(shapes, s.shape)
		}
	}
	var text strings.Builder
	for _, shape := range shapes {
		fmt.Fprintf(&text, "  %-10s %5.1f%%\n", shape, 100*marked(all, Threshold, func(s scored) bool { return s.shape == shape }))
	}
	return text.String()
}

// The detector was fitted to seeds 1 to 5 of the base shapes and is held to these, which it has not seen.
func TestFarmsAreMarkedAndPeopleAreNot(t *testing.T) {
	all := judged(base, 101, 110)
	t.Logf("base shapes, seeds 101 to 110\n%s%s", curve(all), byShape(all))
	if share := marked(all, Threshold, farmed); share < 0.89 {
		t.Errorf("%.1f%% of the farmed are marked, want at least 89%%", 100*share)
	}
	if share := marked(all, Threshold, honest); share > 0.02 {
		t.Errorf("%.2f%% of the honest are marked, want at most 2%%", 100*share)
	}
}

// Farms that behave otherwise than those it was fitted to are found less often. What is reached is printed, and must not get worse; the honest stay as safe.
func TestShiftedFarms(t *testing.T) {
	for _, tc := range []struct {
		shift shift
		least float64
	}{{half, 0.40}, {proxies, 0.75}, {slow, 0.38}} {
		all := judged(tc.shift, 101, 105)
		t.Logf("%s, seeds 101 to 105\n%s%s", tc.shift, curve(all), byShape(all))
		if share := marked(all, Threshold, farmed); share < tc.least {
			t.Errorf("%s: %.1f%% of the farmed are marked, want at least %.0f%%", tc.shift, 100*share, 100*tc.least)
		}
		if share := marked(all, Threshold, honest); share > 0.02 {
			t.Errorf("%s: %.2f%% of the honest are marked, want at most 2%%", tc.shift, 100*share)
		}
	}
}

// What the shop sees: each help is judged as it comes, by what had happened until then. The first of a farm's helps count, since nothing speaks against them yet. It
// begins after ten days, when those who are no newcomers have a past.
func TestHelpsAsTheyCome(t *testing.T) {
	const past = 10
	refused, helps, ever, persons := map[bool]int{}, map[bool]int{}, map[bool]int{}, map[bool]int{}
	for seed := uint64(101); seed <= 102; seed++ {
		w := newWorld(generate(seed, base))
		for _, h := range w.helpers {
			once := 0
			for _, a := range h.Actions {
				if a.Kind != Help || a.At.Before(at(past, 0)) {
					continue
				}
				helps[h.Farmed]++
				if w.score(h, a.At).Marked {
					refused[h.Farmed]++
					once = 1
				}
			}
			ever[h.Farmed] += once
			persons[h.Farmed]++
		}
	}
	share := func(n, of map[bool]int, farmed bool) float64 { return float64(n[farmed]) / float64(of[farmed]) }
	t.Logf("helps that do not count: %.1f%% of the farmed, %.2f%% of the honest; persons to whom it happened: %.1f%% and %.2f%%",
		100*share(refused, helps, true), 100*share(refused, helps, false), 100*share(ever, persons, true), 100*share(ever, persons, false))
	if got := share(refused, helps, true); got < 0.8 {
		t.Errorf("%.1f%% of the farmed helps do not count, want at least 80%%", 100*got)
	}
	if got := share(refused, helps, false); got > 0.02 {
		t.Errorf("%.2f%% of the honest helps do not count, want at most 2%%", 100*got)
	}
}

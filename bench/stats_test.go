package main

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"
)

func TestSpread(t *testing.T) {
	for _, tc := range []struct {
		name   string
		values []float64
		want   spread
	}{
		{"nothing", nil, spread{}},
		{"one", []float64{3}, spread{3, 3, 3}},
		{"odd, unsorted", []float64{9, 1, 4}, spread{4, 1, 9}},
		{"even: the mean of the middle", []float64{4, 1, 9, 2}, spread{3, 1, 9}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := spreadOf(tc.values); got != tc.want {
				t.Errorf("spreadOf(%v) = %+v, want %+v", tc.values, got, tc.want)
			}
		})
	}
	if got := median(nil); !math.IsNaN(got) {
		t.Errorf("median of nothing = %v, want NaN", got)
	}
}

func TestMedianLeavesItsInputAlone(t *testing.T) {
	values := []float64{3, 1, 2}
	median(values)
	if values[0] != 3 || values[1] != 1 || values[2] != 2 {
		t.Errorf("values are now %v", values)
	}
}

func TestQuantile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, tc := range []struct {
		name   string
		sorted []time.Duration
		q      float64
		want   time.Duration
	}{
		{"nothing", nil, 0.5, 0},
		{"one is every quantile", []time.Duration{7}, 0.99, 7},
		{"half", hundred, 0.5, 50},
		{"ninety-nine of a hundred", hundred, 0.99, 99},
		{"all", hundred, 1, 100},
		{"none", hundred, 0, 1},
		{"between two ranks the higher", hundred[:3], 0.5, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := quantile(tc.sorted, tc.q); got != tc.want {
				t.Errorf("quantile(%v) = %d, want %d", tc.q, got, tc.want)
			}
		})
	}
}

func TestCompareTakesRatiosPairByPair(t *testing.T) {
	rounds := func(done ...int) []round {
		all := make([]round, len(done))
		for i, n := range done {
			all[i] = round{done: n, elapsed: time.Second}
		}
		return all
	}
	got := compare("page", "SQLite", "1/s", rounds(10, 30, 20), rounds(20, 30, 80), round.rate)
	if got.Ours != 20 || got.Floor != 30 || *got.Ratio != (spread{Median: 0.5, Min: 0.25, Max: 1}) {
		t.Errorf("got %+v with ratio %+v", got, *got.Ratio)
	}
}

func TestTargets(t *testing.T) {
	ratio := func(r float64) figure { return figure{Ratio: &spread{Median: r}} }
	for _, tc := range []struct {
		name   string
		figure figure
		missed bool
	}{
		{"the ratio reaches it", ratio(0.5).atLeast(0.5), false},
		{"the ratio does not", ratio(0.49).atLeast(0.5), true},
		{"under the bound", figure{Ours: 1.9}.under(2), false},
		{"at the bound", figure{Ours: 2}.under(2), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.figure.Missed != tc.missed {
				t.Errorf("missed = %v", tc.figure.Missed)
			}
		})
	}
}

func TestLoopStopsAtItsLimitAndAtAnError(t *testing.T) {
	got, err := loop(t.Context(), 4, time.Minute, 100, func(_, _ int) error { return nil })
	if err != nil || got.done != 100 || len(got.latencies) != 100 {
		t.Errorf("done %d, latencies %d, error %v", got.done, len(got.latencies), err)
	}
	broken := errors.New("broken")
	if _, err := loop(t.Context(), 4, time.Minute, 100, func(_, k int) error {
		if k == 7 {
			return broken
		}
		return nil
	}); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := loop(ended, 1, time.Minute, 0, func(_, _ int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

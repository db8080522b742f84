package main

import (
	"testing"
	"time"
)

func TestParseMetrics(t *testing.T) {
	got, err := parseMetrics([]byte("# HELP a What it is.\n# TYPE a gauge\na 12\nb{code=\"4490\",by=\"a b\"} 1.5e+06\n\n"))
	if err != nil || len(got) != 2 || got["a"] != 12 || got[`b{code="4490",by="a b"}`] != 1.5e6 {
		t.Errorf("got %v, error %v", got, err)
	}
	for _, page := range []string{"a", "a x"} {
		if got, err := parseMetrics([]byte(page)); err == nil {
			t.Errorf("%q is read as %v", page, got)
		}
	}
}

func TestCourse(t *testing.T) {
	begun := time.Unix(1000, 0)
	var c course
	for i, seen := range []struct{ resident, sockets float64 }{{50, 10}, {90, 10}, {60, 10}, {70, 9}, {40, 8}, {40, 8}} {
		c = append(c, vitals{begun.Add(time.Duration(i) * time.Second), seen.resident, metrics{openSockets: seen.sockets}})
	}
	for _, tc := range []struct {
		name      string
		got, want any
	}{
		{"between two, the earlier", c.at(begun.Add(1500 * time.Millisecond)).resident, 90.0},
		{"before all, the first", c.at(begun.Add(-time.Second)).resident, 50.0},
		{"after all, the last", c.at(begun.Add(time.Hour)).resident, 40.0},
		{"nothing known", course(nil).at(begun).resident, 0.0},
		{"the peak from a time on", c.peak(begun.Add(2 * time.Second)), 70.0},
		{"until as few are open", c.until(begun.Add(time.Second), 8), 3 * time.Second},
		{"as few were open already", c.until(begun.Add(4*time.Second), 8), time.Duration(0)},
		{"open to the end", c.until(begun, 3), 5 * time.Second},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, tc.got, tc.want)
		}
	}
}

func TestStopFiguresCountTheWorstRunAndCompareByPairs(t *testing.T) {
	run := func(p99 float64, lost int, gone float64) stopRun {
		r := stopRun{grown: gone, gone: gone, tooSlow: stopOf}
		r.Latency.P99, r.Lost = p99, lost
		return r
	}
	with := []stopRun{run(30, 0, 8), run(20, 3, 11), run(20, 0, 9)}
	with[2].tooSlow--
	got := stopFigures(with, []stopRun{run(10, 9, 99), run(20, 0, 0), run(40, 0, 0)})
	if p99 := got[0]; p99.Ours != 20 || p99.Floor != 20 || *p99.Ratio != (spread{Median: 1, Min: 0.5, Max: 3}) || p99.Missed {
		t.Errorf("p99: %+v, ratio %+v", p99, *p99.Ratio)
	}
	for i, want := range []struct {
		ours   float64
		missed bool
	}{{20, false}, {3, true}, {0, false}, {1, true}, {11, true}, {11, false}, {99, false}} {
		if got[i].Ours != want.ours || got[i].Missed != want.missed {
			t.Errorf("%s: %v, missed %v; want %+v", got[i].Measure, got[i].Ours, got[i].Missed, want)
		}
	}
}

func TestResumeFiguresSubtractTheRoomsOwnReads(t *testing.T) {
	with, without := resumeRun{reads: 1500}, resumeRun{reads: 1000}
	with.Gaps, with.Silent, with.CaughtUp = 2, 1, 3.5
	missed := map[string]float64{}
	for _, f := range resumeFigures(with, without) {
		if f.Missed {
			missed[f.Measure] = f.Ours
		}
	}
	const name = "5,000 viewers cut off who resume, "
	if len(missed) != 2 || missed[name+"database reads for each"] != 0.1 || missed[name+"gaps"] != 3 {
		t.Errorf("missed: %v", missed)
	}
}

package main

import (
	"fmt"
	"testing"
	"time"
)

func frame(kind string, seq int64) []byte {
	return fmt.Appendf(nil, `{"id":"1","type":"next","payload":{"data":{"liveRoomEvents":{"__typename":%q,"seq":%d,"cursor":"7:%d","comments":[{"text":"\"seq\":9 \"cursor\":\"x"}]}}}}`, kind, seq, seq)
}

func TestTrack(t *testing.T) {
	type counts struct{ gaps, duplicates, resets int }
	for _, tc := range []struct {
		name   string
		frames [][]byte
		want   counts
		last   int64
	}{
		{"in a row", [][]byte{frame("LiveReset", 4), frame("LiveTick", 5), frame("LivePinChanged", 6)}, counts{}, 6},
		{"begun by an event", [][]byte{frame("LiveTick", 5), frame("LiveTick", 6)}, counts{}, 6},
		{"three left out", [][]byte{frame("LiveReset", 4), frame("LiveTick", 8)}, counts{gaps: 3}, 8},
		{"twice", [][]byte{frame("LiveReset", 4), frame("LiveTick", 5), frame("LiveTick", 5)}, counts{duplicates: 1}, 5},
		{"an earlier one again", [][]byte{frame("LiveReset", 4), frame("LiveTick", 5), frame("LiveTick", 6), frame("LiveTick", 5), frame("LiveTick", 7)}, counts{duplicates: 1}, 7},
		{"what the whole state holds, again", [][]byte{frame("LiveReset", 4), frame("LiveTick", 4)}, counts{duplicates: 1}, 4},
		{"the whole state, once more", [][]byte{frame("LiveReset", 4), frame("LiveReset", 9), frame("LiveTick", 10)}, counts{resets: 1}, 10},
		{"other messages", [][]byte{[]byte(`{"type":"ping"}`), frame("LiveReset", 4), []byte(`{"type":"pong"}`)}, counts{}, 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var k track
			for _, f := range tc.frames {
				k.see(f)
			}
			if got := (counts{k.gaps, k.duplicates, k.resets}); got != tc.want || k.last.Load() != tc.last || string(k.cursor) != fmt.Sprintf("7:%d", tc.last) {
				t.Errorf("%+v, last %d, cursor %q", got, k.last.Load(), k.cursor)
			}
		})
	}
}

func TestTracksAreAddedUp(t *testing.T) {
	all := make(tracks, 3)
	for i := range all {
		all[i] = &track{gaps: i, duplicates: 10 * i, resets: 100 * i, begun: i > 0}
		all[i].last.Store(int64(20 - i))
	}
	if gaps, duplicates, resets, silent := all.sum(); gaps != 3 || duplicates != 30 || resets != 300 || silent != 1 {
		t.Errorf("gaps %d, duplicates %d, resets %d, silent %d", gaps, duplicates, resets, silent)
	}
	if least, most := all.reach(); least != 18 || most != 20 {
		t.Errorf("from %d to %d", least, most)
	}
}

func TestNumberAndStringAfter(t *testing.T) {
	for _, tc := range []struct {
		frame string
		n     int64
		ok    bool
		text  string
	}{
		{`{"seq":120,"cursor":"3:120"}`, 120, true, "3:120"},
		{`{"seq":0}`, 0, true, ""},
		{`{"seq":null,"cursor":null}`, 0, false, ""},
		{`{"cursor":"3:1`, 0, false, ""},
		{`{"text":"\"seq\":5"}`, 0, false, ""},
	} {
		n, ok := numberAfter([]byte(tc.frame), `"seq":`)
		if text := stringAfter([]byte(tc.frame), `"cursor":"`); n != tc.n || ok != tc.ok || string(text) != tc.text {
			t.Errorf("%s: %d, %v, %q", tc.frame, n, ok, text)
		}
	}
}

func TestQuantilesAreWithinABucket(t *testing.T) {
	var h hist
	for ms := range 1000 {
		h.add(int64(time.Duration(ms+1) * time.Millisecond))
	}
	q, n := h.quantiles(0.5, 0.99, 1)
	for i, want := range []float64{500, 990, 1000} {
		if n != 1000 || q[i] < want*0.98 || q[i] > want*1.02 {
			t.Errorf("of %d: %v ms, want about %v", n, q[i], want)
		}
	}
}

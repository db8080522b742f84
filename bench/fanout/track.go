package main

import (
	"bytes"
	"sync/atomic"
)

// track is what one subscriber has seen of a numbered stream, over all its connections. Its reader alone writes it.
type track struct {
	begun bool
	// last is the number of the newest event, which others may read.
	last   atomic.Int64
	cursor []byte
	// gaps are numbers that were left out; duplicates are events whose number, or a later one, was there already; resets stood in for events that were missed.
	gaps, duplicates, resets int
}

// see takes the frame of an event. The first one, or the whole state that stands for it, says where the stream is; the rest follow one by one.
func (t *track) see(frame []byte) {
	seq, ok := numberAfter(frame, `"seq":`)
	if !ok {
		return
	}
	reset := bytes.Contains(frame, []byte(`"LiveReset"`))
	last := t.last.Load()
	switch {
	case !t.begun:
		t.begun = true
	case reset:
		t.resets++
	case seq <= last:
		t.duplicates++
		return
	default:
		t.gaps += int(seq - last - 1)
	}
	t.last.Store(seq)
	t.cursor = append(t.cursor[:0], stringAfter(frame, `"cursor":"`)...)
}

// numberAfter reads the decimal digits that follow key. What people write cannot hold a key: quotes within a JSON string are escaped.
func numberAfter(frame []byte, key string) (n int64, ok bool) {
	i := bytes.Index(frame, []byte(key))
	if i < 0 {
		return 0, false
	}
	for _, c := range frame[i+len(key):] {
		if c < '0' || c > '9' {
			break
		}
		n, ok = n*10+int64(c-'0'), true
	}
	return n, ok
}

// stringAfter is what stands between key and the next quote, nil without either; it holds nothing that is escaped.
func stringAfter(frame []byte, key string) []byte {
	i := bytes.Index(frame, []byte(key))
	if i < 0 {
		return nil
	}
	rest := frame[i+len(key):]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return nil
	}
	return rest[:end]
}

// tracks are those of all subscribers.
type tracks []*track

// reach is how far the first and the last of them are.
func (all tracks) reach() (least, most int64) {
	for i, t := range all {
		at := t.last.Load()
		if i == 0 || at < least {
			least = at
		}
		most = max(most, at)
	}
	return least, most
}

// sum adds up what went wrong, and counts those who never had an event.
func (all tracks) sum() (gaps, duplicates, resets, silent int) {
	for _, t := range all {
		gaps += t.gaps
		duplicates += t.duplicates
		resets += t.resets
		if !t.begun {
			silent++
		}
	}
	return gaps, duplicates, resets, silent
}

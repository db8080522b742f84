package main

import (
	"math/bits"
	"sync/atomic"
)

// subBits is how many bits of a value tell its bucket within an octave: 64 buckets, each about 1.6 % wide.
const subBits = 6

// hist is a log-linear histogram of nanoseconds that many add to.
type hist struct {
	n [64 << subBits]atomic.Uint32
}

func bucket(v int64) int {
	if v < 1<<subBits {
		if v < 0 {
			v = 0
		}
		return int(v)
	}
	e := bits.Len64(uint64(v)) - 1 - subBits
	return (e+1)<<subBits + int(v>>e)&(1<<subBits-1)
}

func bucketLow(i int) int64 {
	if i < 1<<subBits {
		return int64(i)
	}
	e := i>>subBits - 1
	return int64(1<<subBits+i&(1<<subBits-1)) << e
}

func (h *hist) add(v int64) { h.n[bucket(v)].Add(1) }

func (h *hist) quantiles(qs ...float64) (out []float64, total uint64) {
	for i := range h.n {
		total += uint64(h.n[i].Load())
	}
	for _, q := range qs {
		want, seen, val := uint64(q*float64(total)), uint64(0), int64(0)
		for i := range h.n {
			c := uint64(h.n[i].Load())
			if c == 0 {
				continue
			}
			seen += c
			val = bucketLow(i)
			if seen > want {
				break
			}
		}
		out = append(out, float64(val)/1e6)
	}
	return
}

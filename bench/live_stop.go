package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Viewers who stop reading: a part of all, and what the others and the server may feel of it.
const (
	stopAmong = 2000
	stopOf    = 100 // 5 %
	stopPairs = 5
	stopFor   = 15 * time.Second // of publishing: longer than anybody who stopped may stay
	// stopGone is when the last of them must be gone, in seconds after they stopped. It is made of the time that the kernel takes what nobody reads (see stopDoc), the 5 s
	// that the server waits for a peer to take anything, and the second in which the peer might still answer the close.
	stopGone = 10.0
	// stopMiB bounds what the server's memory grows by while they are stuck. Each may hold a write of 64 KiB at most, which it shares with those who got stuck at the same
	// event: 6 MiB if no two did. The room's ring is 2 MiB at most. The collector lets a heap double before it looks: 16 MiB. As much again is for what commenting costs.
	stopMiB = 32.0
	// stopDoc makes frames of about 2 KB, by asking for the text ten times: 40 KB a second for each viewer. The server's kernel keeps up to 64 KiB for a peer
	// (SO_SNDBUF of 32 KiB, which Linux doubles), and the loader's 8 KiB (4 KiB, doubled): they were full, and the stop felt, 1.8 s after it. With the frames of 300 bytes of
	// the other legs they were full after 9.5 s, and who had stopped was closed after 15.5 s: most of a run showed nothing.
	stopDoc = `subscription($roomId:ID!){liveRoomEvents(roomId:$roomId){seq ... on LiveTick{comments{text a:text b:text c:text d:text e:text f:text g:text h:text i:text}}}}`
	// stopMarker stands before the time in the first text only, so that a frame counts once.
	stopMarker = `"text":"` + sentMarker
)

// stopRun is one run, with or without those who stop.
type stopRun struct {
	fanned
	grown   float64 // MiB above what the server had before publishing, at most
	gone    float64 // seconds until those who stopped were closed
	tooSlow float64 // closed with 4490
}

// measureStop has some of the viewers stop reading in one run of each pair, and nobody in the other. Those who may stop have small receive buffers in both, and count in
// neither.
func (b *bench) measureStop(ctx context.Context, _ engine) error {
	return b.contend(ctx, aloneTick, []string{"ours"}, func(c ...*contender) error {
		var with, without []stopRun
		for pair := range stopPairs {
			for _, stop := range []bool{pair%2 == 0, pair%2 != 0} { // what drifts must not always favour the same
				run, err := b.stopOnce(ctx, c[0], stop)
				if err != nil {
					return err
				}
				if stop {
					with = append(with, run)
				} else {
					without = append(without, run)
				}
			}
		}
		b.figures = append(b.figures, stopFigures(with, without)...)
		return nil
	})
}

func (b *bench) stopOnce(ctx context.Context, c *contender, stop bool) (run stopRun, err error) {
	watched := c.watch()
	run.fanned, err = b.fan(ctx, c, "-subscribers", strconv.Itoa(stopAmong), "-apart", strconv.Itoa(stopOf), "-stop="+strconv.FormatBool(stop), "-rate", "20",
		"-duration", stopFor.String(), "-document", stopDoc, "-ts-marker", stopMarker)
	seen, watchErr := watched()
	if err != nil || watchErr != nil {
		return run, fmt.Errorf("readers who stop: %w", errors.Join(err, watchErr))
	}
	begun := run.begun()
	before, after := seen.at(begun), seen.at(begun.Add(stopFor))
	run.grown = seen.peak(begun) - before.resident
	run.gone = seen.until(begun, stopAmong-stopOf).Seconds()
	run.tooSlow = after.metrics[closedTooSlow] - before.metrics[closedTooSlow]
	return run, nil
}

// stopFigures are what the pairs come to; of what must never happen, the worst run counts.
func stopFigures(with, without []stopRun) []figure {
	ratios := make([]float64, len(with))
	for i := range ratios {
		ratios[i] = with[i].p99() / without[i].p99()
	}
	ratio := spreadOf(ratios)
	worst := func(runs []stopRun, value func(stopRun) float64) float64 { return spreadOf(each(runs, value)).Max }
	p99, grown := func(r stopRun) float64 { return r.p99() }, func(r stopRun) float64 { return r.grown }
	name := fmt.Sprintf("%d of 2,000 viewers stop reading, ", stopOf)
	return []figure{
		figure{Measure: name + "others' p99; floor: nobody stops", Engine: "ours", Unit: "ms", Ours: median(each(with, p99)), Floor: median(each(without, p99)), Ratio: &ratio}.atMost(1.25),
		figure{Measure: name + "others' events lost", Engine: "ours", Ours: worst(with, func(r stopRun) float64 { return float64(r.Lost) })}.upTo(0),
		figure{Measure: name + "others closed", Engine: "ours", Ours: worst(with, func(r stopRun) float64 { return float64(r.Closed) })}.upTo(0),
		figure{Measure: name + "not closed as too slow", Engine: "ours", Ours: worst(with, func(r stopRun) float64 { return stopOf - r.tooSlow })}.upTo(0),
		figure{Measure: name + "until the last is gone", Engine: "ours", Unit: "s", Ours: worst(with, func(r stopRun) float64 { return r.gone })}.upTo(stopGone),
		figure{Measure: name + "memory above that before", Engine: "ours", Unit: "MiB", Ours: worst(with, grown)}.upTo(stopMiB),
		{Measure: "… the same while nobody stops", Engine: "ours", Unit: "MiB", Ours: worst(without, grown)},
	}
}

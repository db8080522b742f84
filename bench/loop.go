package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// round is one measured stretch of a closed loop.
type round struct {
	done      int
	elapsed   time.Duration
	latencies []time.Duration // sorted
	cpu       time.Duration   // of the process that did the work; a database server's is not in it
}

func (r round) rate() float64 { return float64(r.done) / r.elapsed.Seconds() }
func (r round) p50() float64  { return milliseconds(quantile(r.latencies, 0.50)) }
func (r round) p99() float64  { return milliseconds(quantile(r.latencies, 0.99)) }

// cpuPerThousand is the CPU seconds that a thousand requests cost.
func (r round) cpuPerThousand() float64 { return r.cpu.Seconds() / float64(r.done) * 1000 }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// loop lets each worker take step after step until the time is up, limit steps (0: any number) were taken, or one failed. k numbers the steps.
func loop(ctx context.Context, workers int, d time.Duration, limit int, step func(worker, k int) error) (round, error) {
	var next atomic.Int64
	var group sync.WaitGroup
	latencies, failures := make([][]time.Duration, workers), make([]error, workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begun := time.Now()
	for w := range workers {
		group.Go(func() {
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				from := time.Now()
				if from.Sub(begun) >= d || limit > 0 && k >= limit {
					return
				}
				if failures[w] = step(w, k); failures[w] != nil {
					cancel()
					return
				}
				latencies[w] = append(latencies[w], time.Since(from))
			}
			failures[w] = ctx.Err()
		})
	}
	group.Wait()
	r := round{elapsed: time.Since(begun), latencies: slices.Concat(latencies...)}
	slices.Sort(r.latencies)
	r.done = len(r.latencies)
	return r, errors.Join(failures...)
}

// leg is one side of a comparison; each call measures one round of it.
type leg func() (round, error)

// alternate measures the legs in turn, so that what else the machine does meets all of them alike, and returns each one's rounds.
func alternate(times int, legs ...leg) ([][]round, error) {
	measured := make([][]round, len(legs))
	for range times {
		for i, measure := range legs {
			r, err := measure()
			if err != nil {
				return nil, err
			}
			measured[i] = append(measured[i], r)
		}
	}
	return measured, nil
}

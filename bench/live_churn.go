package main

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"
)

// Viewers who connect, subscribe, see their first event and leave, over and over: every other one says goodbye, the rest are just gone.
const (
	churnVisits  = 50_000
	churnWarmUp  = 2_000 // visits, after which caches and pools have what they keep anyway
	churnAtOnce  = "64"
	churnStay    = 5 * time.Second  // for which the server is watched afterwards, at least
	churnCollect = 4                // collections of the heap that are waited for
	churnMost    = 60 * time.Second // for both
	// What may stay: a connection of HTTP's that is kept alive, or a pass of the room's owner that is under way, in goroutines; in MiB less than anything that is kept for each
	// visit would be, since 2 MiB are 42 bytes a visit.
	churnGoroutines = 10
	churnMiB        = 2.0
)

// measureChurn compares what the server holds before and after.
func (b *bench) measureChurn(ctx context.Context, _ engine) error {
	return b.contend(ctx, aloneTick, []string{"ours"}, func(c ...*contender) error {
		ours := c[0]
		visit := func(times int) (fanned, error) {
			return b.fan(ctx, ours, "-churn", strconv.Itoa(times), "-dialers", churnAtOnce)
		}
		if _, err := visit(churnWarmUp); err != nil {
			return err
		}
		before, err := ours.atRest()
		if err != nil {
			return err
		}
		out, err := visit(churnVisits)
		if err != nil {
			return err
		}
		after, err := ours.atRest()
		if err != nil {
			return err
		}
		const name = "50,000 visits, 64 at once, "
		b.figures = append(b.figures,
			figure{Measure: name + "visits", Engine: "ours", Unit: "1/s", Ours: out.Visits},
			figure{Measure: name + "p99 of one", Engine: "ours", Unit: "ms", Ours: out.p99()},
			figure{Measure: name + "goroutines before", Engine: "ours", Ours: before.goroutines},
			figure{Measure: name + "goroutines more after", Engine: "ours", Ours: after.goroutines - before.goroutines}.upTo(churnGoroutines),
			figure{Measure: name + "heap before", Engine: "ours", Unit: "MiB", Ours: before.heap},
			figure{Measure: name + "heap more after", Engine: "ours", Unit: "MiB", Ours: after.heap - before.heap}.upTo(churnMiB),
			figure{Measure: name + "sockets open after", Engine: "ours", Ours: after.sockets}.upTo(0))
		return nil
	})
}

// rest is the least that a server holds when nobody watches.
type rest struct{ goroutines, heap, sockets float64 } // heap in MiB

// atRest watches the server until its heap has been collected some times. From outside nothing can ask for that, so it is asked for pages, which make garbage.
func (p *process) atRest() (least rest, err error) {
	least = rest{math.Inf(1), math.Inf(1), math.Inf(1)}
	begun, collected := time.Now(), math.NaN()
	for {
		v, err := p.vitals()
		if err != nil {
			return least, err
		}
		m := v.metrics
		if math.IsNaN(collected) {
			collected = m[heapCollection]
		}
		least = rest{min(least.goroutines, m[goroutines]), min(least.heap, m[heapAllocated]/(1<<20)), min(least.sockets, m[openSockets])}
		if time.Since(begun) > churnStay && m[heapCollection]-collected >= churnCollect {
			return least, nil
		}
		if time.Since(begun) > churnMost {
			return least, errors.New("the server's heap is not collected")
		}
		for range 5 {
			if _, err := once(p.address, ask(feedQuery, nil)); err != nil {
				return least, err
			}
		}
	}
}

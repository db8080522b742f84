package main

import (
	"context"
	"fmt"
	"time"
)

// What a live room is held to; tick says how long a comment may wait for others.
const (
	aloneTick  = 5 * time.Millisecond // each comment is a frame of its own
	sharedTick = 50 * time.Millisecond
	idleKiB    = 10.0
)

// measureFan sets a room with many viewers beside gqlgen's own transport with the same schema, and beside a bare broadcast. The loader is the same for all.
func (b *bench) measureFan(ctx context.Context, _ engine) error {
	err := b.contend(ctx, aloneTick, []string{"ours", "stock", "floor"}, func(c ...*contender) error {
		if err := b.fanOneByOne(ctx, c...); err != nil {
			return err
		}
		return b.fanMany(ctx, c[0])
	})
	if err != nil {
		return err
	}
	return b.contend(ctx, sharedTick, []string{"ours", "stock"}, func(c ...*contender) error { return b.fanFast(ctx, c...) })
}

// fanOneByOne is 2,000 viewers and 20 comments a second, each sent by itself; contenders take turns.
func (b *bench) fanOneByOne(ctx context.Context, contenders ...*contender) error {
	runs := map[string][]fanned{}
	for range rounds {
		for _, c := range contenders {
			out, err := b.fan(ctx, c, "-subscribers", "2000", "-rate", "20", "-duration", b.liveTime())
			if err != nil {
				return err
			}
			runs[c.name] = append(runs[c.name], out)
		}
	}
	perMillion := func(f fanned) float64 { return f.PerMillion }
	for _, name := range []string{"ours", "stock"} {
		ratios := make([]float64, rounds)
		for i := range ratios {
			ratios[i] = runs[name][i].PerMillion / runs["floor"][i].PerMillion
		}
		ratio := spreadOf(ratios)
		f := figure{
			Measure: "2,000 viewers × 20/s, CPU of a million deliveries", Engine: name, Unit: "s",
			Ours: median(each(runs[name], perMillion)), Floor: median(each(runs["floor"], perMillion)), Ratio: &ratio,
		}
		if name == "ours" {
			f = f.atMost(1.2)
		}
		b.figures = append(b.figures, f)
	}
	for _, c := range contenders {
		b.figures = append(b.figures,
			figure{Measure: "2,000 viewers × 20/s, p50", Engine: c.name, Unit: "ms", Ours: median(each(runs[c.name], func(f fanned) float64 { return f.Latency.P50 }))},
			figure{Measure: "2,000 viewers × 20/s, p99", Engine: c.name, Unit: "ms", Ours: median(each(runs[c.name], func(f fanned) float64 { return f.Latency.P99 }))},
			figure{Measure: "2,000 viewers × 20/s, lost", Engine: c.name, Ours: median(each(runs[c.name], func(f fanned) float64 { return float64(f.Lost) }))})
	}
	return nil
}

// fanFast is 2,000 viewers and 200 comments a second, which share ticks of 50 ms.
func (b *bench) fanFast(ctx context.Context, contenders ...*contender) error {
	for _, c := range contenders {
		out, err := b.fan(ctx, c, "-subscribers", "2000", "-rate", "200", "-duration", b.liveTime())
		if err != nil {
			return err
		}
		cpu := figure{Measure: "2,000 viewers × 200/s, tick 50 ms, CPU of a million deliveries", Engine: c.name, Unit: "s", Ours: out.PerMillion}
		p99 := figure{Measure: "2,000 viewers × 200/s, tick 50 ms, p99", Engine: c.name, Unit: "ms", Ours: out.Latency.P99}
		lost := figure{Measure: "2,000 viewers × 200/s, tick 50 ms, lost", Engine: c.name, Ours: float64(out.Lost)}
		if c.name == "ours" {
			cpu, p99, lost = cpu.upTo(1.6), p99.upTo(float64((sharedTick + 50*time.Millisecond).Milliseconds())), lost.upTo(0)
		}
		b.figures = append(b.figures, cpu, p99, lost)
	}
	return nil
}

// fanMany is 5,000 viewers, of whom none may lose anything, and the memory of 10,000 that only look on.
func (b *bench) fanMany(ctx context.Context, ours *contender) error {
	out, err := b.fan(ctx, ours, "-subscribers", "5000", "-rate", "20", "-duration", b.liveTime(), "-drain", "20s")
	if err != nil {
		return err
	}
	b.figures = append(b.figures,
		figure{Measure: "5,000 viewers × 20/s, lost", Engine: "ours", Ours: float64(out.Lost)}.upTo(0),
		figure{Measure: "5,000 viewers × 20/s, p99", Engine: "ours", Unit: "ms", Ours: out.Latency.P99})
	idle, err := b.fan(ctx, ours, "-subscribers", "10000", "-idle-only", "-settle", "10s")
	if err != nil {
		return err
	}
	b.figures = append(b.figures, figure{Measure: "10,000 viewers, resident per connection", Engine: "ours", Unit: "KiB", Ours: idle.PerIdle}.upTo(idleKiB))
	return nil
}

// liveTime is how long the loader publishes.
func (b *bench) liveTime() string { return fmt.Sprint(max(b.duration, 10*time.Second)) }

package main

import (
	"sync"
	"time"
)

// fan connects all subscribers, publishes, and tells what they were sent.
func (l *loader) fan(res map[string]any) {
	rss0, cpu0, begun := total(l.pids, procRSS), total(l.pids, procCPU), time.Now()
	all := make(tracks, l.subscribers)
	for i := range all {
		all[i] = &track{}
	}
	l.connect(all)
	connecting := time.Since(begun)
	time.Sleep(l.settle)
	rss, n := total(l.pids, procRSS), len(l.clients)
	res["subscribers"], res["subscribers_wanted"] = n, l.subscribers
	res["connect_s"] = round(connecting.Seconds())
	res["server_cpu_s_connect"] = round(total(l.pids, procCPU) - cpu0)
	res["server_rss_mib_before"], res["server_rss_mib_idle"] = round(float64(rss0)/1024), round(float64(rss)/1024)
	if n > 0 {
		res["rss_kib_per_idle_conn"] = round(float64(rss-rss0) / float64(n))
	}
	if !l.idleOnly && l.publishURL != "" {
		l.deliver(res, all)
	}
	l.leave()
	if l.numbered {
		gaps, duplicates, resets, silent := all.sum()
		res["gaps"], res["duplicates"], res["resets"], res["silent"] = gaps, duplicates, resets, silent
	}
}

// deliver publishes, waits for what is late, and sums up.
func (l *loader) deliver(res map[string]any, all tracks) {
	cpu0, self0, busy0 := total(l.pids, procCPU), selfCPU(), machineBusy()
	if l.stop {
		l.stopReading()
	}
	start := time.Now()
	var away sync.WaitGroup
	var back comeback
	if l.dropAfter > 0 {
		away.Go(func() { back = l.comeBack(all, start.Add(l.dropAfter)) })
	}
	events, inWindow, window := l.publish(res, start)
	away.Wait()
	if l.dropAfter > 0 {
		res["resumed"], res["resume_s"], res["caught_up_s"] = back.subscribers, round(back.subscribed.Seconds()), round(back.caughtUp.Seconds())
	}
	expected := int64(events) * int64(len(l.clients)-l.apart)
	for end := time.Now().Add(l.drain); l.delivered.Load() < expected && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	got := l.delivered.Load()
	cpu, self, busy := total(l.pids, procCPU)-cpu0, selfCPU()-self0, machineBusy()-busy0
	q, _ := l.latency.quantiles(0.5, 0.9, 0.99, 0.999, 1)
	res["started_unix_ms"] = start.UnixMilli()
	res["events"], res["rate"] = events, l.rate
	res["expected"], res["delivered"], res["lost"] = expected, got, expected-got
	res["delivered_per_s_in_window"] = round(float64(inWindow) / window.Seconds())
	res["last_delivery_s"] = round(float64(l.lastReceived.Load()-start.UnixNano()) / 1e9)
	res["latency_ms"] = map[string]float64{"p50": round3(q[0]), "p90": round3(q[1]), "p99": round3(q[2]), "p999": round3(q[3]), "max": round3(q[4])}
	res["server_cpu_s"], res["loader_cpu_s"] = round(cpu), round(self)
	res["other_cpu_s"] = round(busy - cpu - self) // everything else on the machine
	if got > 0 {
		res["server_cpu_s_per_million"] = round(cpu / float64(got) * 1e6)
		res["loader_cpu_s_per_million"] = round(self / float64(got) * 1e6)
		res["bytes_per_delivery"] = round(float64(l.nbytes.Load()) / float64(got))
	}
	res["server_rss_mib_after"] = round(float64(total(l.pids, procRSS)) / 1024)
	res["closed_by_server"] = l.closed.Load()
}

// stopReading has those apart read nothing any more. Their connections stay open.
func (l *loader) stopReading() {
	for _, k := range l.clients {
		if k.apart {
			k.stopped.Store(true)
			k.c.SetReadDeadline(time.Unix(1, 0)) // wakes the reader, which ends
		}
	}
}

// absence is how long those who were cut off stay away.
const absence = time.Second

// comeback is how those who were cut off came back: how long it took all of them to subscribe, and until each had what the first had by then.
type comeback struct {
	subscribers          int
	subscribed, caughtUp time.Duration
}

// comeBack cuts all connections at a time, and has everybody go on from the last event that it saw.
func (l *loader) comeBack(all tracks, at time.Time) (back comeback) {
	time.Sleep(time.Until(at))
	l.leave()
	time.Sleep(absence)
	begun := time.Now()
	l.connect(all)
	back.subscribers, back.subscribed = len(l.clients), time.Since(begun)
	_, head := all.reach()
	for end := time.Now().Add(l.drain); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if least, _ := all.reach(); least >= head {
			break
		}
	}
	back.caughtUp = time.Since(begun)
	return back
}

package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// vitals are what is known of a server at one time.
type vitals struct {
	at       time.Time
	resident float64 // MiB
	metrics  metrics
}

// metrics are the values of a page of /metrics, by name and labels as they are written there.
type metrics map[string]float64

// The values that are read, by name.
const (
	openSockets    = "kaituan_graphql_sockets"
	closedTooSlow  = `kaituan_graphql_socket_closes_total{code="4490"}`
	databaseReads  = `kaituan_sql_statements_total{kind="read"}`
	goroutines     = "go_goroutines"
	heapAllocated  = "go_memstats_heap_alloc_bytes"
	heapCollection = "go_gc_duration_seconds_count"
)

// parseMetrics reads Prometheus' text form without timestamps, which is what we serve.
func parseMetrics(page []byte) (metrics, error) {
	found := metrics{}
	for line := range bytes.Lines(page) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		end := bytes.LastIndexByte(line, ' ')
		if end < 0 {
			return nil, fmt.Errorf("metrics: no value in %q", line)
		}
		value, err := strconv.ParseFloat(string(line[end+1:]), 64)
		if err != nil {
			return nil, fmt.Errorf("metrics: %q: %w", line, err)
		}
		found[string(line[:end])] = value
	}
	return found, nil
}

// vitals asks the server, which costs it about a millisecond.
func (p *process) vitals() (v vitals, err error) {
	res, err := http.Get("http://" + p.address + "/metrics")
	if err != nil {
		return v, err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		return v, err
	}
	if v.metrics, err = parseMetrics(page); err != nil {
		return v, err
	}
	megabytes, err := p.resident()
	v.at, v.resident = time.Now(), megabytes*1e6/(1<<20)
	return v, err
}

// watchEvery is how often a server that is watched is asked.
const watchEvery = 100 * time.Millisecond

// watch asks until stop, which returns all answers in their order.
func (p *process) watch() (stop func() (course, error)) {
	end, done := make(chan struct{}), make(chan struct{})
	var all course
	var failed error
	go func() {
		defer close(done)
		every := time.NewTicker(watchEvery)
		defer every.Stop()
		for failed == nil {
			var v vitals
			if v, failed = p.vitals(); failed == nil {
				all = append(all, v)
			}
			select {
			case <-every.C:
			case <-end:
				return
			}
		}
	}()
	return func() (course, error) {
		close(end)
		<-done
		return all, failed
	}
}

// course is a server's vitals over some time.
type course []vitals

// at is the last that was known at a time, or the first thing known at all.
func (c course) at(when time.Time) (v vitals) {
	for i, next := range c {
		if i > 0 && next.at.After(when) {
			break
		}
		v = next
	}
	return v
}

// peak is the most memory that the server had from a time on, in MiB.
func (c course) peak(from time.Time) (most float64) {
	for _, v := range c {
		if !v.at.Before(from) {
			most = max(most, v.resident)
		}
	}
	return most
}

// until is how long it took, from a time on, until no more than so many sockets were open; when they were open to the end, it is the time until then.
func (c course) until(from time.Time, sockets float64) (took time.Duration) {
	for _, v := range c {
		if v.at.Before(from) {
			continue
		}
		took = v.at.Sub(from)
		if v.metrics[openSockets] <= sockets {
			break
		}
	}
	return took
}

package main

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// visitTime is how long one visit may take.
const visitTime = time.Minute

// turnOver has subscribers come, see one event and go, over and over.
func (l *loader) turnOver(res map[string]any) {
	var done atomic.Int64
	begun := time.Now()
	l.each(l.churn, func(i int) {
		at := time.Now()
		if err := l.visit(i%2 == 0); err != nil {
			l.note(fmt.Errorf("visit: %w", err))
			return
		}
		l.latency.add(int64(time.Since(at)))
		done.Add(1)
	})
	took := time.Since(begun)
	q, _ := l.latency.quantiles(0.5, 0.99)
	res["subscribers"], res["subscribers_wanted"] = done.Load(), l.churn
	res["churn_s"], res["churned_per_s"] = round(took.Seconds()), round(float64(done.Load())/took.Seconds())
	res["latency_ms"] = map[string]float64{"p50": round3(q[0]), "p99": round3(q[1])}
}

// visit connects, subscribes, reads an event and leaves: politely, which is to close as RFC 6455 asks for, or as a phone does in a tunnel.
func (l *loader) visit(politely bool) error {
	k, err := l.open(false, "")
	if k != nil {
		defer k.c.Close()
	}
	if err != nil {
		return err
	}
	k.c.SetDeadline(time.Now().Add(visitTime))
	if err := k.expect(`"type":"next"`); err != nil || !politely {
		return err
	}
	if err := k.send(8, []byte{0x03, 0xE8}); err != nil { // 1000
		return err
	}
	for {
		op, _, err := k.next()
		if op == 8 || errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

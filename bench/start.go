package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	starts    = 5
	startTime = 2.0 // seconds: the target from exec to the first answer
)

// launchShop starts the shop's program as development does: demo, no rate limits, everything beside the database.
func (b *bench) launchShop(ctx context.Context, at scratch) (*process, error) {
	return launch(ctx, at.dir, b.program, "--listen", "127.0.0.1:0", "--database-url", at.url)
}

// firstAnswer asks until there is an answer, which must hold data.
func firstAnswer(p *process, request []byte) ([]byte, error) {
	raw, err := once(p.address, request)
	if err == nil && !bytes.HasPrefix(raw, []byte(`{"data":{`)) {
		err = fmt.Errorf("the first answer has no data: %.300s", raw)
	}
	return raw, err
}

// measureStart measures the time from exec to the first answered feed page, without a database and with one.
func (b *bench) measureStart(ctx context.Context, e engine) error {
	var empty, existing []float64
	for range starts {
		first, second, err := b.startTwice(ctx, e)
		if err != nil {
			return err
		}
		empty, existing = append(empty, first), append(existing, second)
	}
	b.figures = append(b.figures,
		figure{Measure: "start to first answer, empty folder", Engine: e.Name, Unit: "s", Ours: median(empty)}.under(startTime),
		figure{Measure: "start to first answer, existing shop", Engine: e.Name, Unit: "s", Ours: median(existing)}.under(startTime))
	return nil
}

// startTwice starts the program where there is nothing, and again where the first left its database.
func (b *bench) startTwice(ctx context.Context, e engine) (empty, existing float64, err error) {
	at, err := e.fresh()
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, at.remove(ctx)) }()
	if empty, err = b.startOnce(ctx, at); err == nil {
		existing, err = b.startOnce(ctx, at)
	}
	return empty, existing, err
}

func (b *bench) startOnce(ctx context.Context, at scratch) (seconds float64, err error) {
	p, err := b.launchShop(ctx, at)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	_, err = firstAnswer(p, ask(feedQuery, nil))
	return time.Since(p.begun).Seconds(), err
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

const (
	// paints is how often each page is loaded, paintTarget what the storefront's first card is to need, in milliseconds, three times of four.
	paints      = 20
	paintTarget = 1200
)

// measureH5 measures how soon the storefront shows its first card to a phone on a slow line, in a real browser, beside the same cards as one file without a script.
func (b *bench) measureH5(ctx context.Context, e engine) (err error) {
	chromium, err := exec.CommandContext(ctx, "scripts/chromium").Output()
	if err != nil {
		return fmt.Errorf("scripts/chromium: %w", err)
	}
	at, err := e.fresh()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.remove(ctx)) }()
	shop, err := b.launchShop(ctx, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.stop()) }()
	node := exec.CommandContext(ctx, "node", "frontend-contracts/test/paint.mjs", strings.TrimSpace(string(chromium)), "http://"+shop.address+"/", strconv.Itoa(paints))
	node.Stderr = os.Stderr
	raw, err := node.Output()
	if err != nil {
		return fmt.Errorf("paint.mjs (make clients installs what it needs): %w", err)
	}
	var took struct {
		Page, Floor, Bytes []float64
		FloorBytes         float64
	}
	if err := json.Unmarshal(raw, &took); err != nil {
		return err
	}
	if len(took.Page) != paints || len(took.Floor) != paints {
		return fmt.Errorf("%d and %d loads of %d", len(took.Page), len(took.Floor), paints)
	}
	ratios := make([]float64, paints)
	for i := range ratios {
		ratios[i] = took.Page[i] / took.Floor[i]
	}
	ratio := spreadOf(ratios)
	for _, q := range []struct {
		name string
		of   float64
	}{{"p50", 0.5}, {"p75", 0.75}} {
		f := figure{Measure: "first card on a slow phone, " + q.name, Engine: e.Name, Unit: "ms", Ours: rank(took.Page, q.of), Floor: rank(took.Floor, q.of), Ratio: &ratio}
		if q.of == 0.75 {
			f = f.upTo(paintTarget)
		}
		b.figures = append(b.figures, f)
	}
	weight := spreadOf([]float64{rank(took.Bytes, 0.5) / took.FloorBytes})
	b.figures = append(b.figures, figure{Measure: "bytes until then", Engine: e.Name, Unit: "B", Ours: rank(took.Bytes, 0.5), Floor: took.FloorBytes, Ratio: &weight})
	return nil
}

// rank is the value at a quantile: the nearest-rank one.
func rank(of []float64, q float64) float64 {
	sorted := slices.Clone(of)
	slices.Sort(sorted)
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// figure is one line of the table: what the shop does, beside what the same work costs at least.
type figure struct {
	Measure string  `json:"measure"`
	Engine  string  `json:"engine"`
	Unit    string  `json:"unit"`
	Ours    float64 `json:"ours"`
	// Floor is 0, and Ratio (ours divided by the floor's, round by round) nil, when the figure has none.
	Floor  float64 `json:"floor,omitempty"`
	Ratio  *spread `json:"ratio,omitempty"`
	Target string  `json:"target,omitempty"`
	Missed bool    `json:"missed,omitempty"`
}

// compare sets one value of our rounds beside the floor's.
func compare(measure, engine, unit string, ours, floor []round, value func(round) float64) figure {
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = value(ours[i]) / value(floor[i])
	}
	ratio := spreadOf(ratios)
	return figure{Measure: measure, Engine: engine, Unit: unit, Ours: median(each(ours, value)), Floor: median(each(floor, value)), Ratio: &ratio}
}

// atMost sets the greatest ratio that is good enough.
func (f figure) atMost(ratio float64) figure {
	f.Target, f.Missed = fmt.Sprintf("ratio ≤ %.2f", ratio), f.Ratio.Median > ratio
	return f
}

// atLeast sets the smallest ratio that is good enough.
func (f figure) atLeast(ratio float64) figure {
	f.Target, f.Missed = fmt.Sprintf("ratio ≥ %.2f", ratio), f.Ratio.Median < ratio
	return f
}

// under sets the bound that our own figure must stay below.
func (f figure) under(bound float64) figure {
	f.Target, f.Missed = fmt.Sprintf("< %g %s", bound, f.Unit), f.Ours >= bound
	return f
}

// upTo sets the greatest value of our own figure that is good enough.
func (f figure) upTo(bound float64) figure {
	f.Target, f.Missed = strings.TrimSpace(fmt.Sprintf("≤ %g %s", bound, f.Unit)), f.Ours > bound
	return f
}

func (f figure) verdict() string {
	switch {
	case f.Target == "":
		return ""
	case f.Missed:
		return "below target"
	default:
		return "met"
	}
}

// writeTable writes the figures in aligned columns, then what was not met.
func writeTable(w io.Writer, figures []figure) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "measure\tengine\tunit\tours\tfloor\tratio (min–max)\ttarget\t")
	missed := 0
	for _, f := range figures {
		floor, ratio := "–", "–"
		if f.Ratio != nil {
			floor, ratio = number(f.Floor), fmt.Sprintf("%.2f (%.2f–%.2f)", f.Ratio.Median, f.Ratio.Min, f.Ratio.Max)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.Measure, f.Engine, f.Unit, number(f.Ours), floor, ratio, f.Target, f.verdict())
		if f.Missed {
			missed++
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d below target\n", missed)
	return err
}

// writeLines writes one JSON object per figure.
func writeLines(w io.Writer, figures []figure) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for _, f := range figures {
		if err := lines.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

// number shows about three digits, which is more than a shared machine can promise.
func number(v float64) string {
	decimals := 0
	for limit := 100.0; v < limit && decimals < 3; limit /= 10 {
		decimals++
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

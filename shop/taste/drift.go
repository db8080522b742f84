package taste

import (
	"math"
	"time"
)

// Day is what somebody did on one local day.
type Day struct {
	// Began is the day's midnight.
	Began int64 `json:"b,omitempty"`
	// Count is how many events came, and Odd how many of them were kept in quarantine.
	Count int `json:"c,omitempty"`
	Odd   int `json:"o,omitempty"`
	// Events are those that said something of his taste, Kinds what they were about.
	Events int                `json:"e,omitempty"`
	Kinds  map[string]float64 `json:"k,omitempty"`
}

// Baseline is what somebody is about as a rule, and how far a day of his is away from it.
type Baseline struct {
	Kinds map[string]float64 `json:"k,omitempty"`
	// Days, Mean and M2 are Welford's running moments of the distances (Technometrics 4, 1962).
	Days int     `json:"n,omitempty"`
	Mean float64 `json:"m,omitempty"`
	M2   float64 `json:"v,omitempty"`
}

const (
	// driftAfter is how many days of somebody must be known before one can be unusual, driftEvents how many events that day needs.
	driftAfter  = 7
	driftEvents = 10
	// sigmas is how many standard deviations a day must be farther away than his days are on the average.
	sigmas = 2
	// leastSigma keeps somebody whose days are all alike from drifting with each step.
	leastSigma = 0.02
	// usualDays is over how many days the usual is smoothed.
	usualDays = 14.0
)

// ofDrift is the dimension in which drift is looked for.
const ofDrift = "category"

func (d *Day) add(t Trait, weight float64) {
	if t.Dimension != ofDrift || weight <= 0 {
		return
	}
	if d.Kinds == nil {
		d.Kinds = map[string]float64{}
	}
	if _, known := d.Kinds[t.Value]; known || len(d.Kinds) < 32 {
		d.Kinds[t.Value] += weight * t.Share
	}
}

// distance is 1 less the cosine of what two are about: 0 for the same, 1 for nothing in common.
func distance(a, b map[string]float64) float64 {
	var dot, aa, bb float64
	for k, x := range a {
		dot += x * b[k]
		aa += x * x
	}
	for _, y := range b {
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 1
	}
	return 1 - dot/math.Sqrt(aa*bb)
}

// begin closes an earlier day, if this is another one, and says by how many standard deviations that one was farther away than his days are on the average: whole
// days are compared with whole days. 0: it was not unusual, or too little is known.
func (p *Profile) begin(day time.Time) (sigma float64) {
	if p.Day.Began == day.Unix() {
		return 0
	}
	if p.Day.Events >= driftEvents {
		sigma = p.Usual.unusual(p.Day.Kinds)
		p.Usual.learn(p.Day.Kinds)
	}
	p.Day = Day{Began: day.Unix()}
	return sigma
}

func (b *Baseline) unusual(kinds map[string]float64) (sigma float64) {
	if b.Days < driftAfter {
		return 0
	}
	deviation := math.Max(math.Sqrt(b.M2/float64(b.Days-1)), leastSigma)
	if sigma = (distance(kinds, b.Kinds) - b.Mean) / deviation; sigma <= sigmas {
		return 0
	}
	return sigma
}

func (b *Baseline) learn(kinds map[string]float64) {
	if len(b.Kinds) > 0 {
		d := distance(kinds, b.Kinds)
		b.Days++
		delta := d - b.Mean
		b.Mean += delta / float64(b.Days)
		b.M2 += delta * (d - b.Mean)
	}
	total := 0.0
	for _, w := range kinds {
		total += w
	}
	next := map[string]float64{}
	for k, w := range b.Kinds {
		if w *= 1 - 1/usualDays; w > 0.001 {
			next[k] = w
		}
	}
	for k, w := range kinds {
		if total > 0 {
			next[k] += w / total / usualDays
		}
	}
	b.Kinds = next
}

package taste

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Bounds of a profile: some 30 kB at most.
const (
	mostRecent = 100
	mostSeen   = 300
	mostHidden = 200
	// hiddenFor is how long something stays hidden that somebody does not want to see.
	hiddenFor = 90 * 24 * time.Hour
)

// Source is where a tag comes from.
type Source string

const (
	FromBehaviour Source = "BEHAVIOUR"
	FromOrders    Source = "ORDER"
	FromHand      Source = "HAND" // chosen by the person
)

// Profile is what is known of somebody's taste. The zero value is that of somebody unknown. Times are Unix seconds.
type Profile struct {
	// Tags are by dimension and value, as tagKey puts them.
	Tags map[string]Tag `json:"tags,omitempty"`
	// Recent are the things of which he did something, the latest last, each once.
	Recent []Recent `json:"recent,omitempty"`
	// Seen counts how often a card was shown since it was opened last.
	Seen []Seen `json:"seen,omitempty"`
	// Hidden is until when he is not to see something.
	Hidden map[string]int64 `json:"hidden,omitempty"`
	// Day is what he does today, Usual what he does as a rule.
	Day   Day      `json:"day"`
	Usual Baseline `json:"usual"`
}

// Tag is a weight in one dimension as it was at At.
type Tag struct {
	Weight float64 `json:"w"`
	Source Source  `json:"s"`
	At     int64   `json:"a"`
	// Until is when it ends, unless something renews it.
	Until int64 `json:"u"`
}

// Recent is one thing of which he did something.
type Recent struct {
	ID     string  `json:"i"`
	Weight float64 `json:"w"`
	At     int64   `json:"a"`
}

// Seen is a card that was shown and not opened.
type Seen struct {
	ID    string `json:"i"`
	Times int    `json:"n"`
}

func tagKey(dimension, value string) string { return dimension + ":" + value }

// dimensionOf is the dimension and the value of a key.
func dimensionOf(key string) (dimension, value string) {
	dimension, value, _ = strings.Cut(key, ":")
	return dimension, value
}

// now is what a tag weighs at a time: half with each half-life.
func (r *rules) now(key string, t Tag, now time.Time) float64 {
	if t.Until <= now.Unix() {
		return 0
	}
	name, _ := dimensionOf(key)
	d := r.of[name]
	age := float64(now.Unix()-t.At) / (24 * 3600)
	if d.HalfLifeDays == 0 || age <= 0 {
		return t.Weight
	}
	return t.Weight * math.Exp2(-age/d.HalfLifeDays)
}

// add adds a weight to a tag. A tag that comes to nothing is gone: nobody dislikes more than he could like.
func (p *Profile) add(r *rules, dimension, value string, weight float64, source Source, now time.Time) {
	d, ok := r.of[dimension]
	if !ok || value == "" {
		return
	}
	key := tagKey(dimension, value)
	was := p.Tags[key]
	sum := math.Max(-mostWeight, math.Min(mostWeight, r.now(key, was, now)+weight))
	if math.Abs(sum) < leastWeight {
		delete(p.Tags, key)
		return
	}
	if p.Tags == nil {
		p.Tags = map[string]Tag{}
	}
	if was.Source == FromHand || was.Source == FromOrders && source == FromBehaviour {
		source = was.Source
	}
	p.Tags[key] = Tag{Weight: sum, Source: source, At: now.Unix(), Until: now.AddDate(0, 0, d.KeepDays).Unix()}
}

// What a tag weighs at most, and below what it is as good as nothing. One person's taste in one thing is bounded, however often he taps.
const (
	mostWeight  = 50
	leastWeight = 0.05
)

// apply lets an event change the profile: traits are those of its target.
func (p *Profile) apply(r *rules, e Event, traits []Trait, now time.Time) {
	switch e.Kind {
	case Impression:
		p.shown(e.TargetID)
		return
	case NotInterested:
		p.hide(e.TargetID, now)
	case Search:
		for _, word := range words(e.Text) {
			p.add(r, "word", word, r.Weights[Search], FromBehaviour, now)
		}
		return
	}
	weight, source := r.Weights[e.Kind], FromBehaviour
	switch e.Kind {
	case Dwell:
		weight *= math.Min(e.Dwell.Seconds()/10, 3) // half a minute says all
	case purchase:
		source = FromOrders
	}
	p.opened(e.TargetID)
	for _, t := range traits {
		p.add(r, t.Dimension, t.Value, weight*t.Share, source, now)
		p.Day.add(t, weight)
	}
	p.touch(e.TargetID, weight, now)
	p.Day.Events++
}

// touch makes a thing the most recent one; something that is liked no more is none.
func (p *Profile) touch(id string, weight float64, now time.Time) {
	i := slices.IndexFunc(p.Recent, func(r Recent) bool { return r.ID == id })
	if i >= 0 {
		weight = math.Min(p.Recent[i].Weight+weight, mostWeight)
		p.Recent = slices.Delete(p.Recent, i, i+1)
	}
	if weight <= 0 {
		return
	}
	p.Recent = append(p.Recent, Recent{id, weight, now.Unix()})
	if n := len(p.Recent) - mostRecent; n > 0 {
		p.Recent = slices.Delete(p.Recent, 0, n)
	}
}

func (p *Profile) shown(id string) {
	i := slices.IndexFunc(p.Seen, func(s Seen) bool { return s.ID == id })
	seen := Seen{ID: id}
	if i >= 0 {
		seen = p.Seen[i]
		p.Seen = slices.Delete(p.Seen, i, i+1)
	}
	seen.Times++
	p.Seen = append(p.Seen, seen)
	if n := len(p.Seen) - mostSeen; n > 0 {
		p.Seen = slices.Delete(p.Seen, 0, n)
	}
}

func (p *Profile) opened(id string) {
	p.Seen = slices.DeleteFunc(p.Seen, func(s Seen) bool { return s.ID == id })
}

func (p *Profile) hide(id string, now time.Time) {
	if p.Hidden == nil {
		p.Hidden = map[string]int64{}
	}
	p.Hidden[id] = now.Add(hiddenFor).Unix()
	if len(p.Hidden) > mostHidden {
		first := slices.MinFunc(slices.Collect(maps.Keys(p.Hidden)), func(a, b string) int { return cmp.Or(cmp.Compare(p.Hidden[a], p.Hidden[b]), cmp.Compare(a, b)) })
		delete(p.Hidden, first)
	}
}

// Hides reports whether something is not to be shown.
func (p *Profile) Hides(id string, now time.Time) bool { return p.Hidden[id] > now.Unix() }

// Unopened is how often a card was shown since it was opened last.
func (p *Profile) Unopened(id string) int {
	for _, s := range p.Seen {
		if s.ID == id {
			return s.Times
		}
	}
	return 0
}

// tidy forgets what has ended and what is too much: of each dimension the heaviest tags stay.
func (p *Profile) tidy(r *rules, now time.Time) {
	for id, until := range p.Hidden {
		if until <= now.Unix() {
			delete(p.Hidden, id)
		}
	}
	by := map[string][]string{}
	for key, t := range p.Tags {
		if math.Abs(r.now(key, t, now)) < leastWeight {
			delete(p.Tags, key)
			continue
		}
		name, _ := dimensionOf(key)
		by[name] = append(by[name], key)
	}
	for name, keys := range by {
		most := r.of[name].Most
		if len(keys) <= most {
			continue
		}
		slices.SortFunc(keys, func(a, b string) int {
			return cmp.Or(cmp.Compare(math.Abs(r.now(b, p.Tags[b], now)), math.Abs(r.now(a, p.Tags[a], now))), cmp.Compare(a, b))
		})
		for _, key := range keys[most:] {
			delete(p.Tags, key)
		}
	}
}

// join makes one profile of two of the same person.
func (p *Profile) join(r *rules, other *Profile, now time.Time) {
	for key, t := range other.Tags {
		name, value := dimensionOf(key)
		p.add(r, name, value, r.now(key, t, now), t.Source, now)
	}
	recent := append(slices.Clone(p.Recent), other.Recent...)
	slices.SortStableFunc(recent, func(a, b Recent) int { return cmp.Compare(a.At, b.At) })
	p.Recent = nil
	for _, one := range recent {
		p.touch(one.ID, one.Weight, time.Unix(one.At, 0))
	}
	for _, seen := range other.Seen {
		for range min(seen.Times, fatigued) {
			p.shown(seen.ID)
		}
	}
	for id, until := range other.Hidden {
		if until > p.Hidden[id] {
			p.hide(id, time.Unix(until, 0).Add(-hiddenFor))
		}
	}
	p.tidy(r, now)
}

// fatigued is how often a card may be shown unopened before it sinks.
const fatigued = 3

// onlyOwn is what stays of the profile of somebody who is not to be known: what he said himself.
func (p *Profile) onlyOwn() *Profile {
	own := &Profile{Hidden: p.Hidden, Tags: map[string]Tag{}}
	for key, t := range p.Tags {
		if t.Source == FromHand {
			own.Tags[key] = t
		}
	}
	return own
}

func decode(raw []byte) (*Profile, error) {
	p := &Profile{}
	if err := json.Unmarshal(raw, p); err != nil {
		return nil, fmt.Errorf("read a profile: %w", err)
	}
	return p, nil
}

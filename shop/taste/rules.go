package taste

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// DimensionKind is what a dimension is about.
type DimensionKind string

const (
	Base      DimensionKind = "BASE"      // who somebody is as a customer
	Behaviour DimensionKind = "BEHAVIOUR" // how he shops
	Interest  DimensionKind = "INTEREST"  // what he likes
)

// dimension is one way in which things and tastes differ.
type dimension struct {
	Name string
	Kind DimensionKind
	// HalfLifeDays is in how many days a weight halves; 0: it does not.
	HalfLifeDays float64
	// KeepDays is how many days a tag stays that nothing renews.
	KeepDays int
	// Most bounds the tags of a profile in this dimension: the heaviest stay.
	Most int
}

// rules are the dimensions and what each kind of event weighs: data, not code.
type rules struct {
	Version    string
	Dimensions []dimension
	Weights    map[EventKind]float64

	of map[string]dimension
}

// chosen is the dimension of what somebody chose himself.
const chosen = "chosen"

//go:embed dimensions.json
var embedded []byte

var builtIn = sync.OnceValue(func() *rules {
	r, err := parse(embedded)
	if err != nil {
		panic("taste: dimensions.json: " + err.Error())
	}
	return r
})

// parse reads rules from JSON.
//
// Errors: one that names what is wrong: another field, a dimension that is there twice or has no bound, a weight of no kind of event.
func parse(raw []byte) (*rules, error) {
	r := &rules{of: map[string]dimension{}}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(r); err != nil {
		return nil, err
	}
	for _, d := range r.Dimensions {
		_, twice := r.of[d.Name]
		switch {
		case d.Name == "" || twice:
			return nil, fmt.Errorf("dimension %q: it needs a name of its own", d.Name)
		case d.Kind != Base && d.Kind != Behaviour && d.Kind != Interest:
			return nil, fmt.Errorf("dimension %s: kind %q", d.Name, d.Kind)
		case d.HalfLifeDays < 0 || d.KeepDays < 1 || d.Most < 1 || d.Most > 64:
			return nil, fmt.Errorf("dimension %s: a half-life from 0, 1 day or more to keep, 1 to 64 tags", d.Name)
		}
		r.of[d.Name] = d
	}
	if _, ok := r.of[chosen]; !ok {
		return nil, errors.New("dimension chosen is missing")
	}
	for kind := range r.Weights {
		if kind != purchase && !kind.known() || kind == Impression {
			return nil, fmt.Errorf("weight of %q: no such kind, or one without a weight", kind)
		}
	}
	return r, nil
}

// known reports whether a client may send it.
func (k EventKind) known() bool {
	switch k {
	case Impression, View, Dwell, Like, Unlike, Save, Unsave, Share, AddToCart, Search, Follow, Unfollow, NotInterested:
		return true
	}
	return false
}

// ofAccount: it is kept of an account, so it needs a session.
func (k EventKind) ofAccount() bool {
	switch k {
	case Like, Unlike, Save, Unsave, Follow, Unfollow:
		return true
	}
	return false
}

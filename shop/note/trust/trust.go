// Package trust says from 0 to 10 how far a note can be relied on, and why: a pure function of what is known of it.
package trust

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
)

// The factors, each a share from 0 to 1 of its weight.
const (
	// VerifiedPurchase is the share of the note's products that its author has bought here and not sent back.
	VerifiedPurchase = "VERIFIED_PURCHASE"
	// AuthorHistory grows with the author's other notes that stayed published, to a half at Weights.HalfHistory of them, and shrinks with the share of those that were rejected or taken down.
	AuthorHistory = "AUTHOR_HISTORY"
	// Reports is whole while nobody reports the note, a half at Weights.HalfReports reports that were upheld; open ones count a quarter, those that were dismissed not at all.
	Reports = "REPORTS"
	// Credentials is the share of proofs of who the author is that he has given.
	Credentials = "CREDENTIALS"
	// Originality is what is left beside the most similar earlier note of somebody else; up to likeness.Threshold all of it.
	Originality = "ORIGINALITY"
)

var factors = []string{VerifiedPurchase, AuthorHistory, Reports, Credentials, Originality}

// Known is what a note is judged by. Negative counts are taken as 0, parts above their whole as the whole.
type Known struct {
	Products, Bought            int // of the note's products, how many its author has
	Published, Refused          int // the author's other notes: standing; rejected or taken down
	ReportsUpheld, ReportsOpen  int // reports of this note
	Credentials, CredentialsAll int // proofs that the author has given, of those that there are
	// Similarity is that of the most similar earlier note of another author, from 0 to 1; SimilarFrom, below 1, where it begins to count.
	Similarity, SimilarFrom float64
}

// Factor is a part of a score.
type Factor struct {
	Name string
	// Score is in points, from 0 to its weight, in steps of 0.01.
	Score float64
}

// Score is how far a note can be relied on: the sum of its factors, from 0 to 10 in steps of 0.01.
type Score struct {
	Score   float64
	Factors []Factor
}

// Weights say how much each factor counts.
type Weights struct {
	Version string
	// Points by factor add up to 10.
	Points                   map[string]float64
	HalfHistory, HalfReports float64
}

//go:embed trust.json
var builtInText []byte

// BuiltIn are the weights of trust.json.
var BuiltIn = sync.OnceValue(func() *Weights {
	w, err := Parse(builtInText)
	if err != nil {
		panic("trust: the built-in weights: " + err.Error())
	}
	return w
})

// Parse reads weights as trust.json has them.
//
// Errors: one that names what is wrong: another field, no version, a factor that there is not or that is missing, weights below 0 or with another sum than 10, a half that is not positive.
func Parse(text []byte) (*Weights, error) {
	var given struct {
		Version     string             `json:"version"`
		Weights     map[string]float64 `json:"weights"`
		HalfHistory float64            `json:"halfHistory"`
		HalfReports float64            `json:"halfReports"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&given); err != nil {
		return nil, err
	}
	if given.Version == "" || given.HalfHistory <= 0 || given.HalfReports <= 0 || decoder.More() {
		return nil, errors.New("there is a version, halfHistory and halfReports above 0, and nothing behind")
	}
	sum := 0
	for _, name := range factors {
		weight, ok := given.Weights[name]
		if !ok || weight < 0 || weight > 10 {
			return nil, fmt.Errorf("weights: %s has one, from 0 to 10", name)
		}
		sum += hundredths(weight)
	}
	if len(given.Weights) != len(factors) || sum != 1000 {
		return nil, fmt.Errorf("weights: those of %v, which add up to 10", factors)
	}
	return &Weights{Version: given.Version, Points: given.Weights, HalfHistory: given.HalfHistory, HalfReports: given.HalfReports}, nil
}

// Of says how far a note can be relied on. More that speaks for it never makes the score less, and more that speaks against it never more.
func (w *Weights) Of(k Known) Score {
	s := Score{Factors: make([]Factor, len(factors))}
	sum := 0
	for i, name := range factors {
		points := hundredths(w.Points[name] * w.share(name, k))
		sum += points
		s.Factors[i] = Factor{name, float64(points) / 100}
	}
	s.Score = float64(sum) / 100
	return s
}

// share is from 0 to 1.
func (w *Weights) share(name string, k Known) float64 {
	switch name {
	case VerifiedPurchase:
		return part(k.Bought, k.Products)
	case AuthorHistory:
		published, refused := count(k.Published), count(k.Refused)
		return published / (published + w.HalfHistory) * published / max(1, published+refused)
	case Reports:
		return w.HalfReports / (w.HalfReports + count(k.ReportsUpheld) + count(k.ReportsOpen)/4)
	case Credentials:
		return part(k.Credentials, k.CredentialsAll)
	default:
		from := min(max(k.SimilarFrom, 0), 0.99)
		return min(1, (1-min(max(k.Similarity, 0), 1))/(1-from))
	}
}

// part is a share of a whole; of nothing it is none.
func part(of, all int) float64 {
	if all <= 0 {
		return 0
	}
	return min(1, count(of)/float64(all))
}

func count(n int) float64 { return float64(max(n, 0)) }

func hundredths(points float64) int { return int(math.Round(points * 100)) }

package trust_test

import (
	"math"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/note/trust"
	"pgregory.net/rapid"
)

func TestOf(t *testing.T) {
	for _, tc := range []struct {
		name  string
		known trust.Known
		want  float64
		parts []float64 // purchase, history, reports, credentials, originality
	}{
		{"nothing is known", trust.Known{}, 4, []float64{0, 0, 2, 0, 2}},
		{"all speaks for it", trust.Known{Products: 2, Bought: 2, Published: 1_000_000, Credentials: 3, CredentialsAll: 3, SimilarFrom: 0.6}, 10, []float64{3, 2.5, 2, 0.5, 2}},
		{"bought, first note", trust.Known{Products: 1, Bought: 1, SimilarFrom: 0.6}, 7, []float64{3, 0, 2, 0, 2}},
		{"half of it bought", trust.Known{Products: 2, Bought: 1}, 5.5, []float64{1.5, 0, 2, 0, 2}},
		{"five notes", trust.Known{Published: 5}, 5.25, []float64{0, 1.25, 2, 0, 2}},
		{"five notes, five refused", trust.Known{Published: 5, Refused: 5}, 4.63, []float64{0, 0.63, 2, 0, 2}},
		{"two reports upheld", trust.Known{ReportsUpheld: 2}, 3, []float64{0, 0, 1, 0, 2}},
		{"open reports", trust.Known{ReportsOpen: 8}, 3, []float64{0, 0, 1, 0, 2}},
		{"a copy", trust.Known{Similarity: 1, SimilarFrom: 0.6}, 2, []float64{0, 0, 2, 0, 0}},
		{"rather like another", trust.Known{Similarity: 0.8, SimilarFrom: 0.6}, 3, []float64{0, 0, 2, 0, 1}},
		{"like others, as notes are", trust.Known{Similarity: 0.6, SimilarFrom: 0.6}, 4, []float64{0, 0, 2, 0, 2}},
		{"what cannot be", trust.Known{Products: -1, Bought: 5, Published: -3, Refused: -4, ReportsUpheld: -1, Credentials: 7, CredentialsAll: 2, Similarity: 9, SimilarFrom: 9}, 2.5, []float64{0, 0, 2, 0.5, 0}},
	} {
		got := trust.BuiltIn().Of(tc.known)
		if got.Score != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
		for i, part := range tc.parts {
			if got.Factors[i].Score != part {
				t.Errorf("%s: %v", tc.name, got.Factors)
				break
			}
		}
	}
}

// A score is the sum of its parts, and each thing that is known moves it one way only.
func TestMonotone(t *testing.T) {
	n := func(t *rapid.T, name string, most int) int { return rapid.IntRange(0, most).Draw(t, name) }
	rapid.Check(t, func(t *rapid.T) {
		k := trust.Known{
			Products: n(t, "products", 5), Published: n(t, "published", 50), Refused: n(t, "refused", 50), ReportsUpheld: n(t, "upheld", 9), ReportsOpen: n(t, "open", 9),
			CredentialsAll: 3, Credentials: n(t, "credentials", 3), Similarity: rapid.Float64Range(0, 1).Draw(t, "similarity"), SimilarFrom: 0.6,
		}
		k.Bought = n(t, "bought", k.Products)
		before := trust.BuiltIn().Of(k)
		sum := 0.0
		for _, f := range before.Factors {
			if f.Score < 0 || f.Score > trust.BuiltIn().Points[f.Name] {
				t.Fatalf("%+v", f)
			}
			sum += f.Score
		}
		if math.Abs(sum-before.Score) > 1e-9 || before.Score < 0 || before.Score > 10 {
			t.Fatalf("%v", before)
		}
		for name, change := range map[string]func(*trust.Known){
			"bought": func(k *trust.Known) { k.Bought++ }, "published": func(k *trust.Known) { k.Published++ }, "credentials": func(k *trust.Known) { k.Credentials++ },
			"less similar": func(k *trust.Known) { k.Similarity /= 2 },
		} {
			better := k
			change(&better)
			if trust.BuiltIn().Of(better).Score < before.Score {
				t.Fatalf("%s: %v, before %v", name, trust.BuiltIn().Of(better), before)
			}
		}
		for name, change := range map[string]func(*trust.Known){
			"refused": func(k *trust.Known) { k.Refused++ }, "reported": func(k *trust.Known) { k.ReportsOpen++ }, "upheld": func(k *trust.Known) { k.ReportsUpheld++ },
			"upheld that was open": func(k *trust.Known) { k.ReportsOpen, k.ReportsUpheld = max(0, k.ReportsOpen-1), k.ReportsUpheld+1 }, "more similar": func(k *trust.Known) { k.Similarity = (k.Similarity + 1) / 2 },
			"a product not bought": func(k *trust.Known) { k.Products++ },
		} {
			worse := k
			change(&worse)
			if trust.BuiltIn().Of(worse).Score > before.Score {
				t.Fatalf("%s: %v, before %v", name, trust.BuiltIn().Of(worse), before)
			}
		}
	})
}

func TestParse(t *testing.T) {
	const good = `{"version": "2", "weights": {"VERIFIED_PURCHASE": 10, "AUTHOR_HISTORY": 0, "REPORTS": 0, "CREDENTIALS": 0, "ORIGINALITY": 0}, "halfHistory": 1, "halfReports": 1}`
	w, err := trust.Parse([]byte(good))
	if err != nil || w.Version != "2" || w.Of(trust.Known{Products: 1, Bought: 1}).Score != 10 {
		t.Fatalf("%v %v", w, err)
	}
	for name, change := range map[string][2]string{
		"version": {`"2"`, `""`}, "sum": {"10", "9"}, "missing": {`"REPORTS": 0, `, ""}, "unknown": {`"REPORTS"`, `"LIKES"`}, "more": {`"REPORTS": 0`, `"REPORTS": 0, "LIKES": 0`},
		"below": {`10, "AUTHOR_HISTORY": 0`, `11, "AUTHOR_HISTORY": -1`}, "half": {`"halfReports": 1`, `"halfReports": 0`}, "field": {`"version"`, `"x": 1, "version"`}, "behind": {`"halfReports": 1}`, `"halfReports": 1} {}`},
	} {
		if _, err := trust.Parse([]byte(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("%s: parsed", name)
		}
	}
}

package conduct

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEntropy(t *testing.T) {
	for _, tc := range []struct {
		name   string
		counts []int
		want   float64
	}{
		{"nothing", nil, 0},
		{"one sort", []int{7}, 0},
		{"a coin that fell once on each side shows no more than a bit", []int{1, 1}, 1},
		{"a fair coin, a thousand times", []int{500, 500}, 1 + 1/(2*1000*math.Ln2)},
		{"sorts that are not there", []int{0, 5, -1}, 0},
		{"four alike", []int{25, 25, 25, 25}, 2 + 3/(2*100*math.Ln2)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Entropy(tc.counts); math.Abs(got-tc.want) > 1e-12 {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}

func TestEntropyIsBoundedAndKnowsNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(0, 50), 0, 30).Draw(t, "counts")
		n := 0
		for _, c := range counts {
			n += c
		}
		h := Entropy(counts)
		if h < 0 || n > 0 && h > math.Log2(float64(n))+1e-9 || math.IsNaN(h) {
			t.Fatalf("%v of %d things", h, n)
		}
		backwards := slices.Clone(counts)
		slices.Reverse(backwards)
		if other := Entropy(backwards); math.Abs(h-other) > 1e-9 {
			t.Fatalf("%v one way, %v the other", h, other)
		}
	})
}

func deeds(t *rapid.T, label string, persons, most int) []deed {
	word := func(prefix string, n int) *rapid.Generator[string] {
		return rapid.Map(rapid.IntRange(0, n), func(i int) string {
			if i == 0 {
				return ""
			}
			return prefix + string(rune('a'+i))
		})
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) deed {
		return deed{
			person: word("p", persons).Draw(t, "person"), kind: rapid.SampledFrom([]Kind{Help, Help, Start, Order, Group}).Draw(t, "kind"),
			target: word("t", 6).Draw(t, "target"), network: word("n", 3).Draw(t, "network"), device: word("d", 3).Draw(t, "device"),
			at: populationStart.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "minutes")) * time.Minute),
		}
	}), 0, most).Draw(t, label)
}

// Every part and the total are from 0 to 1, the order of what is known makes no difference, and more company never lowers what company says.
func TestScoreProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		own, others := deeds(t, "own", 1, 20), deeds(t, "others", 8, 40)
		s := score(own, others, populationZone)
		for _, part := range []float64{s.Kinds, s.Targets, s.Hours, s.Network, s.Device, s.Cohort, s.Total} {
			if part < -1e-9 || part > 1+1e-9 || math.IsNaN(part) {
				t.Fatalf("%+v", s)
			}
		}
		if s.Marked != (s.Total >= Threshold) {
			t.Fatalf("%+v", s)
		}
		if s.Network+s.Device+s.Cohort == 0 && s.Marked {
			t.Fatal("marked without company")
		}
		rng := rand.New(rand.NewPCG(1, uint64(len(own))))
		rng.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
		rng.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		if again := score(own, others, populationZone); math.Abs(again.Total-s.Total) > 1e-9 {
			t.Fatalf("%v one way, %v the other", s.Total, again.Total)
		}
		more := score(own, append(others, deeds(t, "one more", 12, 1)...), populationZone)
		if more.Network < s.Network-1e-9 || more.Device < s.Device-1e-9 || more.Cohort < s.Cohort-1e-9 || more.Total < s.Total-1e-9 {
			t.Fatalf("more company lowered %+v to %+v", s, more)
		}
	})
}

func FuzzNetwork(f *testing.F) {
	for _, ip := range []string{"", "36.1.2.3", "::ffff:36.1.2.3", "2400:1:2:3::4", "192.168.1.1", "100.64.0.1", "127.0.0.1", "::1", "fe80::1%eth0", "rubbish"} {
		f.Add(ip)
	}
	f.Fuzz(func(t *testing.T, ip string) {
		if got := network(ip); got != "" && network(ip) != got {
			t.Errorf("%q is in %q", ip, got)
		}
	})
}

func TestNetwork(t *testing.T) {
	for ip, want := range map[string]string{
		"36.1.2.3": "36.1.2.0/24", "::ffff:36.1.2.200": "36.1.2.0/24", "2400:1:2:3::4": "2400:1:2::/48", "2400:1:2:ffff::": "2400:1:2::/48",
		"192.168.1.1": "", "10.1.1.1": "", "100.64.0.1": "", "127.0.0.1": "", "::1": "", "fe80::1%eth0": "", "fd00::1": "", "": "", "rubbish": "", "0.0.0.0": "",
	} {
		if got := network(ip); got != want {
			t.Errorf("%q is in %q, want %q", ip, got, want)
		}
	}
}

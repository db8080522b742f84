package conduct

import (
	"reflect"
	"testing"
)

func TestAPopulationIsItsSeeds(t *testing.T) {
	for _, s := range []shift{base, half, proxies, slow} {
		one, again, other := generate(7, s), generate(7, s), generate(8, s)
		farmed := 0
		for i, h := range one {
			if h.ID != again[i].ID || !reflect.DeepEqual(h.Actions, again[i].Actions) {
				t.Fatalf("%s: seed 7 made two of %s", s, h.ID)
			}
			if h.Farmed {
				farmed++
			}
		}
		if len(one) != honestOnes+farmedOnes || farmed != farmedOnes {
			t.Errorf("%s: %d of %d are farmed, want %d of %d", s, farmed, len(one), farmedOnes, honestOnes+farmedOnes)
		}
		if reflect.DeepEqual(one[0].Actions, other[0].Actions) && reflect.DeepEqual(one[1].Actions, other[1].Actions) {
			t.Errorf("%s: seeds 7 and 8 made the same", s)
		}
	}
}

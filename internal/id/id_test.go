package id_test

import (
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/id"
)

func TestNew(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		made := id.New("ord")
		if !id.Is(made, "ord") || id.Is(made, "pay") || len(made) > id.MaxLen {
			t.Fatalf("made %q", made)
		}
		if seen[made] {
			t.Fatalf("made %q twice", made)
		}
		seen[made] = true
	}
}

func TestOf(t *testing.T) {
	gold := id.Of("tir", "gold")
	if gold != "tir_0000000000XJTP5J493AM5S5NB" || gold != id.Of("tir", "gold") || !id.Is(gold, "tir") {
		t.Errorf("gold is %s", gold)
	}
	if silver := id.Of("tir", "silver"); silver == gold {
		t.Errorf("silver is %s, too", silver)
	}
}

func TestPrefix(t *testing.T) {
	good := "01JD8Q2M0V6T3C9E5K7R1XW4ZB"
	for _, tc := range []struct{ name, in, want string }{
		{"an id", "ord_" + good, "ord"},
		{"no prefix", good, ""},
		{"empty prefix", "_" + good, ""},
		{"a long prefix", "orders_" + good, ""},
		{"a capital prefix", "Ord_" + good, ""},
		{"lower case would be another key", "ord_" + strings.ToLower(good), ""},
		{"a letter outside the alphabet", "ord_" + good[:25] + "U", ""},
		{"too short", "ord_" + good[:25], ""},
		{"too long", "ord_" + good + "0", ""},
		{"beyond 48 bits of time", "ord_8" + good[1:], ""},
		{"nothing", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := id.Prefix(tc.in); got != tc.want {
				t.Errorf("Prefix(%q) = %q; want %q", tc.in, got, tc.want)
			}
		})
	}
	if id.Is("", "") {
		t.Error("nothing is an id of no kind")
	}
}

func FuzzPrefix(f *testing.F) {
	f.Add("ord_01JD8Q2M0V6T3C9E5K7R1XW4ZB")
	f.Add("ord_")
	f.Add("x_\x00")
	f.Fuzz(func(t *testing.T, s string) {
		prefix := id.Prefix(s)
		if prefix == "" {
			return
		}
		if len(s) != len(prefix)+1+26 || !strings.HasPrefix(s, prefix+"_") || !id.Is(s, prefix) || len(s) > id.MaxLen {
			t.Errorf("Prefix(%q) = %q", s, prefix)
		}
	})
}

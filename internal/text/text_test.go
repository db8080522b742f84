package text_test

import (
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/text"
)

func TestLine(t *testing.T) {
	for _, tc := range []struct {
		name, s     string
		line, blank bool
	}{
		{"ordinary", "三人团 ¥39.90 – 50% off", true, false},
		{"nothing", "", true, true},
		{"spaces", " \u3000\u00a0", true, true},
		{"a joined emoji", "👨\u200d👩\u200d👧 family", true, false},
		{"a joiner alone", "\u200d\u200b", true, true},
		{"Arabic with its mark", "شاي\u200f 5", true, false},
		{"NUL", "a\x00b", false, false},
		{"NUL alone", "\x00", false, true},
		{"a line break", "a\nb", false, false},
		{"a line separator", "a\u2028b", false, false},
		{"turned", "a\u202eb", false, false},
		{"isolated", "a\u2066b", false, false},
		{"a byte order mark", "\ufeffa", false, false},
		{"not UTF-8", "a\xff", false, false},
	} {
		if line, blank := text.Line(tc.s), text.Blank(tc.s); line != tc.line || blank != tc.blank {
			t.Errorf("%s: line %v, blank %v; want %v, %v", tc.name, line, blank, tc.line, tc.blank)
		}
	}
}

func TestLonger(t *testing.T) {
	const family = "👨\u200d👩\u200d👧"
	for _, tc := range []struct {
		name, s string
		n       int
		longer  bool
	}{
		{"nothing", "", 1, false},
		{"as many bytes", "abc", 3, false},
		{"one too many", "abcd", 3, true},
		{"Han", "三人团", 3, false},
		{"Han, one too many", "三人拼团", 3, true},
		{"families", strings.Repeat(family, 3), 3, false},
		{"a family too many", strings.Repeat(family, 4), 3, true},
		{"a flag is one", "🇨🇳🇨🇳", 2, false},
		{"a letter and its mark are one", "e\u0301e\u0301", 2, false},
		{"marks without end", "e" + strings.Repeat("\u0301", 20), 2, true},
	} {
		if got := text.Longer(tc.s, tc.n); got != tc.longer {
			t.Errorf("%s: Longer(%q, %d) = %v", tc.name, tc.s, tc.n, got)
		}
	}
}

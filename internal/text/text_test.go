package text_test

import (
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

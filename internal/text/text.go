// Package text says which of what people write may be shown as a line.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// Line reports whether s may be shown on one line as it is: valid UTF-8 without control characters, line breaks, or marks that turn the direction of what
// stands beside it or are not for showing. What joins letters and emoji, and the marks of single letters, may stay.
func Line(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, unfit) }

// Blank reports whether nothing of s would be seen.
func Blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// Longer reports whether s has more than n characters as a reader counts them: a letter with its marks is one, a family of joined emoji too. It is also longer when
// they are of more than 8n code points, so that nobody piles up marks without end.
func Longer(s string, n int) bool {
	if len(s) <= n {
		return false
	}
	return utf8.RuneCountInString(s) > 8*n || uniseg.GraphemeClusterCount(s) > n
}

func unfit(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unfitFormats)
}

// unfitFormats are embeddings, overrides and isolates of direction, the deprecated ones, the byte order mark and annotations.
var unfitFormats = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x202A, Hi: 0x202E, Stride: 1}, {Lo: 0x2066, Hi: 0x206F, Stride: 1}, {Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, {Lo: 0xFFF9, Hi: 0xFFFB, Stride: 1}}}

// Words are the runs of letters, digits and marks, in lower case and compatibility form: full width is half width, ﬁ is fi.
func Words(s string) []string {
	folded := norm.NFKC.String(strings.ToLower(norm.NFKC.String(s)))
	return strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
}

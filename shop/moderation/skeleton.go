package moderation

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// skeleton is a text as patterns read it: folded letters, Chinese numerals as digits, of what stands between letters one space or the characters in keptSigns.
type skeleton struct {
	text string
	// from and to are by byte of text where its character begins and ends in what was written.
	from, to []int32
}

const keptSigns = "%¥+.:/-_"

var numerals = map[rune]rune{
	'零': '0', '〇': '0', '一': '1', '壹': '1', '幺': '1', '二': '2', '贰': '2', '三': '3', '叁': '3', '四': '4', '肆': '4', '五': '5', '伍': '5', '六': '6', '陆': '6',
	'七': '7', '柒': '7', '八': '8', '捌': '8', '九': '9', '玖': '9',
}

func skeletonOf(text string, letters []letter) skeleton {
	var out strings.Builder
	s := skeleton{}
	put := func(r rune, from, to int32) {
		out.WriteRune(r)
		for len(s.from) < out.Len() {
			s.from, s.to = append(s.from, from), append(s.to, to)
		}
	}
	between := func(from, to int32) {
		spaced := false
		for i, r := range text[from:to] {
			at := from + int32(i)
			switch form, g := []rune(norm.NFKC.String(string(r)))[0], glyphOf(r); {
			case g.kind != gap:
			case strings.ContainsRune(keptSigns, form):
				put(form, at, at+int32(len(string(r))))
				spaced = false
			case !spaced:
				put(' ', at, at+1)
				spaced = true
			}
		}
	}
	done := int32(0)
	for _, l := range letters {
		if l.from > done {
			between(done, l.from)
		}
		done = l.to
		if n, ok := numerals[l.r]; ok {
			l.r = n
		}
		put(l.r, l.from, l.to)
	}
	between(done, int32(len(text)))
	s.text = out.String()
	return s
}

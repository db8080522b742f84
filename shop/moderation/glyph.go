package moderation

import (
	_ "embed"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// kind is what a character is to one who looks for words.
type kind uint8

const (
	unseen   kind = iota // a mark, a joiner, a variation selector: as if it were not there
	gap                  // a space, punctuation, a picture: nothing is compared, and a word of an alphabet ends
	alphabet             // a letter of a script that writes words apart: Latin, Greek, Cyrillic
	digit                // 0 to 9
	other                // another letter or number, Han above all
	sign                 // @ or $, which may stand for a letter inside a word
	several              // one character that is compared as more than one letter
)

// glyph is a character as it is compared.
type glyph struct {
	// r is its letter: lower case, compatibility form, simplified, without marks; like is what it may be read as besides, else 0: of another
	// alphabet's the Latin one that it looks like, of Han another one that sounds like it.
	r, like rune
	kind    kind
}

var (
	//go:embed alike.txt
	alikeText string
	//go:embed sounds.txt
	soundsText string

	alike  = sync.OnceValue(func() map[rune]rune { return table(alikeText) })
	sounds = sync.OnceValue(func() map[rune]rune { return table(soundsText) })
)

// table reads lines of a character, and of those that are read as it.
func table(text string) map[rune]rune {
	all := map[rune]rune{}
	for line := range strings.Lines(text) {
		to, from, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, r := range from {
			all[r] = []rune(to)[0]
		}
	}
	return all
}

// pages are the glyphs of 256 characters each, worked out when the first of them is met.
var pages [(unicode.MaxRune + 1) >> 8]atomic.Pointer[[256]glyph]

func glyphOf(r rune) glyph {
	page := pages[r>>8].Load()
	if page == nil {
		page = new([256]glyph)
		for i := range page {
			switch all := glyphs(r&^0xFF + rune(i)); len(all) {
			case 1:
				page[i] = all[0]
			default:
				page[i] = glyph{kind: several}
			}
		}
		pages[r>>8].Store(page)
	}
	return page[r&0xFF]
}

// glyphs are the letters that a character is compared as; of what is no letter one that says so.
func glyphs(r rune) (all []glyph) {
	if to, ok := lookAlike(r); ok && !ofAlphabet(r) {
		return []glyph{{r: to, like: sounds()[to], kind: kindOf(to)}}
	}
	form := norm.NFKC.String(string(r))
	if base := norm.NFKD.String(string(r)); ofAlphabet([]rune(base)[0]) {
		form = base
	}
	for _, d := range form {
		if k := kindOf(d); k != unseen && k != gap {
			all = append(all, letterOf(d, k))
		}
	}
	if len(all) == 0 {
		return []glyph{{kind: min(kindOf(r), gap)}}
	}
	return all
}

func letterOf(d rune, k kind) glyph {
	if zero, ok := zeroOf(d); ok {
		return glyph{r: '0' + d - zero, kind: digit}
	}
	g := glyph{r: unicode.ToLower(d), like: sounds()[d], kind: k}
	to, ok := lookAlike(d)
	switch {
	case !ok:
	case ofAlphabet(d) && !unicode.Is(unicode.Latin, d):
		g.like = to
	default:
		g.r, g.like, g.kind = to, sounds()[to], kindOf(to)
	}
	return g
}

// lookAlike is what a character is read as; a small letter that looks like nothing may look like a capital: в like B.
func lookAlike(r rune) (rune, bool) {
	for _, form := range []rune{unicode.ToLower(r), r, unicode.ToUpper(r)} {
		if to, ok := alike()[form]; ok && form > unicode.MaxASCII {
			return to, true
		}
	}
	return 0, false
}

// zeroOf is the zero of a decimal digit's script: each has its ten in a row.
func zeroOf(r rune) (rune, bool) {
	if r >= '0' && r <= '9' {
		return '0', true
	}
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return r - (r-rune(t.Lo))%10, true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return r - (r-rune(t.Lo))%10, true
		}
	}
	return 0, false
}

func kindOf(r rune) kind {
	switch {
	case r == '@' || r == '$':
		return sign
	case unicode.IsMark(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return unseen
	case unicode.Is(unicode.Nd, r):
		return digit
	case ofAlphabet(r):
		return alphabet
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return other
	}
	if _, ok := alike()[r]; ok { // a letter in a black square
		return other
	}
	return gap
}

func ofAlphabet(r rune) bool {
	return unicode.IsLetter(r) && unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

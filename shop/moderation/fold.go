package moderation

import "unicode"

// letter is one character of a folded text.
type letter struct {
	r, like rune
	// from and to are the bytes of the text that it was written as.
	from, to int32
	kind     kind
	// joined: it is a letter of an alphabet, and so is the one right before it; touching: so, or a digit or a sign.
	joined, touching bool
}

// fold appends to letters what words are compared by: letters and digits in lower case and compatibility form, so that full width is half width, in simplified
// Han, without marks, and as what they look like. Spaces, punctuation, pictures and what is not seen are gone: 加 微·信 is 加微信. A sign stays where it touches a word.
func fold(letters []letter, text string) []letter {
	before, word, foreign := gap, len(letters), false // foreign: a letter of the word looks like a Latin one
	add := func(g glyph, from, to int) {
		joined := g.kind == alphabet && before == alphabet
		if !joined {
			if foreign {
				asLatin(letters[word:])
			}
			word, foreign = len(letters), false
		}
		foreign = foreign || g.kind == alphabet && g.like != 0
		letters = append(letters, letter{r: g.r, like: g.like, from: int32(from), to: int32(to), kind: g.kind, joined: joined, touching: inWord(g.kind) && inWord(before)})
		before = g.kind
	}
	for from, r := range text {
		switch g := glyphOf(r); g.kind {
		case unseen:
		case gap:
			before = gap
		case several:
			for _, part := range glyphs(r) {
				add(part, from, from+len(string(r)))
			}
		default:
			add(g, from, from+size(r))
		}
	}
	if foreign {
		asLatin(letters[word:])
	}
	return letters
}

// Folded are the letters and digits of a text as they are compared, for who compares texts with each other.
func Folded(text string) []rune { return foldWord(text) }

func size(r rune) int {
	switch {
	case r < 0x80:
		return 1
	case r < 0x800:
		return 2
	case r < 0x10000:
		return 3
	}
	return 4
}

func inWord(k kind) bool { return k == alphabet || k == digit || k == sign }

// asLatin reads a word's letters as what they look like when one of them is Latin, for nobody mixes alphabets who writes a language, or when all look like Latin
// ones. A Russian word that has a letter of its own stays Russian.
func asLatin(word []letter) {
	mixed, all := false, true
	for i := range word {
		mixed = mixed || word[i].like == 0 && unicode.Is(unicode.Latin, word[i].r)
		all = all && word[i].like != 0
	}
	if !mixed && !all {
		return
	}
	for i := range word {
		if word[i].like != 0 {
			word[i].r, word[i].like = word[i].like, 0
		}
	}
}

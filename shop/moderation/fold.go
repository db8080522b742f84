package moderation

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letter is one character of a folded text.
type letter struct {
	r rune
	// joined: it is a Latin letter, and so is the one right before it in the text as it was written.
	joined bool
}

// fold leaves of a text what words are compared by: letters and digits in lower case and compatibility form, so that full width is half width. Spaces,
// punctuation, pictures, marks and what is not seen are gone: 加 微·信 is 加微信.
func fold(text string) []letter {
	folded := make([]letter, 0, len(text))
	before := rune(0)
	for _, r := range norm.NFKC.String(strings.ToLower(norm.NFKC.String(text))) {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			folded = append(folded, letter{r, latin(r) && latin(before)})
		}
		before = r
	}
	return folded
}

func latin(r rune) bool { return unicode.Is(unicode.Latin, r) }

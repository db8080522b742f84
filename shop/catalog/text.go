package catalog

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/text"
)

// Bounds of search_text in runes. Compatibility forms may expand when they are normalised, so the title leaves room for tags.
const (
	maxSearchText  = 1500
	maxSearchTitle = 1000
)

// searchText is what a query must contain: normalised words, the title in the first line, a tag in each further one.
func searchText(title string, tags []string) string {
	lines := []string{clip(strings.Join(text.Words(title), " "), maxSearchTitle)}
	for _, tag := range tags {
		lines = append(lines, strings.Join(text.Words(tag), " "))
	}
	if len(lines) == 1 {
		lines = append(lines, "") // the end of the title's line is always there, so that a match can be placed before it
	}
	return clip(strings.Join(lines, "\n"), maxSearchText)
}

// grams are the pairs of neighbouring characters of each word of a search text, and each word's last character alone: so every character of a word begins
// a gram, and one character is found by prefix. They are sorted and distinct.
func grams(searchText string) []string {
	var all []string
	for _, word := range strings.FieldsFunc(searchText, func(r rune) bool { return r == ' ' || r == '\n' }) {
		runes := []rune(word)
		for i := range runes {
			all = append(all, string(runes[i:min(i+2, len(runes))]))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// clip cuts text to at most n runes.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// missing returns what of the sorted list want is not in the sorted list have.
func missing(want, have []string) []string {
	var left []string
	for _, w := range want {
		if _, found := slices.BinarySearch(have, w); !found {
			left = append(left, w)
		}
	}
	return left
}

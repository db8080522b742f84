package poster

import (
	"strings"
	"unicode"

	"golang.org/x/image/font"
)

const ellipsis = '…'

// wrap breaks a drawable text into at most lines lines, none wider than width pixels; what does not fit ends in an ellipsis. Chinese may break anywhere but
// before closing and after opening punctuation; other words stay whole unless one alone is too wide.
func wrap(f font.Face, s string, width, lines int) []string {
	rest := []rune(s)
	var out []string
	for len(rest) > 0 && len(out) < lines {
		n := fitting(f, rest, width)
		if n == len(rest) {
			return append(out, string(rest))
		}
		if len(out) == lines-1 {
			return append(out, shorten(f, rest[:n], width))
		}
		n = breakBefore(rest, n)
		out = append(out, strings.TrimSpace(string(rest[:n])))
		rest = []rune(strings.TrimSpace(string(rest[n:])))
	}
	return out
}

// fit is wrap to one line.
func fit(f font.Face, s string, width int) string {
	if lines := wrap(f, s, width, 1); len(lines) > 0 {
		return lines[0]
	}
	return ""
}

// fitting counts the characters of s that are at most width pixels wide together, at least one.
func fitting(f font.Face, s []rune, width int) int {
	n := 0
	for n < len(s) && measure(f, string(s[:n+1])) <= width {
		n++
	}
	return max(n, 1)
}

// shorten takes characters away until those left and an ellipsis fit.
func shorten(f font.Face, s []rune, width int) string {
	for len(s) > 1 && measure(f, string(s)+string(ellipsis)) > width {
		s = s[:len(s)-1]
	}
	return strings.TrimRightFunc(string(s), func(r rune) bool { return r == ' ' || unicode.IsPunct(r) }) + string(ellipsis)
}

// breakBefore is where to break s so that at most n characters come before it.
func breakBefore(s []rune, n int) int {
	for i := n; i > 0; i-- {
		if mayBreak(s[i-1], s[i]) {
			return i
		}
	}
	return n
}

const (
	noStart = "，。！？、；：）》」』】〉”’…—·%,.!?;:)]}％℃"
	noEnd   = "（《「『【〈“‘([{¥￥$#"
)

func mayBreak(before, after rune) bool {
	switch {
	case before == ' ' || after == ' ':
		return true
	case strings.ContainsRune(noStart, after) || strings.ContainsRune(noEnd, before):
		return false
	}
	return wide(before) || wide(after)
}

// wide reports whether a character is Chinese, Japanese or full-width, which break anywhere.
func wide(r rune) bool { return r >= 0x2E80 || r == unknown }

func measure(f font.Face, s string) int { return font.MeasureString(f, s).Ceil() }

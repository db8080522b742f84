package importer

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// breaks are the elements that begin a line of their own.
var breaks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Br: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Tr: true, atom.Table: true, atom.Hr: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Section: true, atom.Article: true, atom.Blockquote: true, atom.Dt: true, atom.Dd: true, atom.Pre: true,
}

// silent are the elements whose text nobody reads.
var silent = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Iframe: true, atom.Object: true, atom.Svg: true,
}

// plainText is what a reader sees of a piece of HTML: its text with entities resolved, a line per block, without blank lines. Text that is no HTML passes
// through.
func plainText(body string) string {
	var text strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(body))
	hidden := 0 // how many silent elements are open
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return lines(text.String())
		case html.TextToken:
			if hidden == 0 {
				text.Write(tokens.Text())
			}
		case html.StartTagToken:
			tag := tagOf(tokens)
			if silent[tag] {
				hidden++
			}
			if breaks[tag] {
				text.WriteByte('\n')
			}
		case html.EndTagToken:
			tag := tagOf(tokens)
			if silent[tag] {
				hidden = max(0, hidden-1)
			}
			if breaks[tag] {
				text.WriteByte('\n')
			}
		case html.SelfClosingTagToken:
			if breaks[tagOf(tokens)] {
				text.WriteByte('\n')
			}
		}
	}
}

func tagOf(tokens *html.Tokenizer) atom.Atom {
	name, _ := tokens.TagName()
	return atom.Lookup(name)
}

// lines collapses spaces within lines and drops blank ones.
func lines(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			kept = append(kept, strings.Join(words, " "))
		}
	}
	return strings.Join(kept, "\n")
}

package importer

import (
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlainText(t *testing.T) {
	for _, tc := range []struct{ name, body, want string }{
		{"no HTML", "Womens casual top, 3 < 4 & more", "Womens casual top, 3 < 4 & more"},
		{"blocks", "<p>One</p><p>Two<br>Three</p><ul><li>A</li><li>B</li></ul>", "One\nTwo\nThree\nA\nB"},
		{"entities", "Fish &amp; Chips&nbsp;&lt;3 &#33609;", "Fish & Chips <3 草"},
		{"script and style", "a<script>alert('<p>x</p>')</script><style>p{}</style>b", "ab"},
		{"a script never closed", "a<script>b", "a"},
		{"attributes", `<a href="x" onclick="evil()">link</a> <img alt="x">`, "link"},
		{"spaces", "  a \n\n\t b  ", "a\nb"},
		{"empty", "", ""},
		{"a comment", "a<!-- b -->c", "ac"},
	} {
		if got := plainText(tc.body); got != tc.want {
			t.Errorf("%s: %q; want %q", tc.name, got, tc.want)
		}
	}
}

// FuzzRecords compares the bounded reader with encoding/csv over the whole text: what the latter can read, the former reads alike.
func FuzzRecords(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a,\"b\n\"\"c\"\r\n\n\nd", "\"", "a\"b\n", "\"a\" \"b\nc\"", "\r\n,\r", "\xef\xbb\xbfa", "草,莓"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rs, err := newRecords(strings.NewReader(text))
		if err != nil {
			return
		}
		var got [][]string
		lastLine := 0
		for {
			fields, line, err := rs.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if line <= lastLine {
				t.Fatalf("line %d after line %d", line, lastLine)
			}
			lastLine = line
			var bad *badRow
			if errors.As(err, &bad) {
				got = append(got, nil)
				continue
			}
			if err != nil {
				return
			}
			got = append(got, append([]string{}, fields...))
		}
		whole := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
		whole.FieldsPerRecord = -1
		want, err := whole.ReadAll()
		if err == nil && utf8.ValidString(text) && len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("read %q; want %q", got, want)
		}
	})
}

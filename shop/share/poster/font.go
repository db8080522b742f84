package poster

import (
	_ "embed"
	"fmt"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

//go:embed font/NotoSansSC-Regular.otf
var regularFile []byte

//go:embed font/NotoSansSC-Bold.otf
var boldFile []byte

// The fonts are part of the program: one that cannot be read is a mistake in it, and panics.
var (
	regular = sync.OnceValue(func() *sfnt.Font { return parse(regularFile) })
	bold    = sync.OnceValue(func() *sfnt.Font { return parse(boldFile) })
)

func parse(file []byte) *sfnt.Font {
	f, err := opentype.Parse(file)
	if err != nil {
		panic(fmt.Errorf("embedded font: %w", err))
	}
	return f
}

// face returns the font at a size in pixels. A face is one goroutine's.
func face(f *sfnt.Font, size float64) font.Face {
	made, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(fmt.Errorf("embedded font: %w", err)) // only a size below zero
	}
	return made
}

// unknown stands for a letter that the fonts lack.
const unknown = '□'

// drawable returns s as the fonts can show it: white space is one space, a letter that they lack becomes □, and what is no letter and lacking (emoji, marks
// of direction, control characters) is left out. Both weights have the same characters.
func drawable(s string) string {
	var buffer sfnt.Buffer
	kept := make([]rune, 0, len(s))
	for _, r := range s {
		if unicode.IsSpace(r) || r == 0 {
			r = ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		if glyph, err := regular().GlyphIndex(&buffer, r); err != nil || glyph == 0 {
			if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
				continue
			}
			r = unknown
		}
		if r == ' ' && (len(kept) == 0 || kept[len(kept)-1] == ' ') {
			continue
		}
		kept = append(kept, r)
	}
	for len(kept) > 0 && kept[len(kept)-1] == ' ' {
		kept = kept[:len(kept)-1]
	}
	return string(kept)
}

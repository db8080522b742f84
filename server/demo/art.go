package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// Shapes are drawn in a box from -100 to 100 and stand on y = 90; "== name" begins each. What a product lends a shape is written with an @:
//
//	@a @b        the product's colours, plain; @al @ad @ax the same lighter, darker, palest
//	@A @B        a gradient of the colour, lit from the upper left; @R @Q the same for round things
//	@S @M        shading of an upright cylinder; metal
//	@E           the emblem printed on it, another shape
//
//go:embed art/*.txt
var artFiles embed.FS

var shapes = sync.OnceValue(func() map[string]string {
	byName := make(map[string]string)
	names, err := fs.Glob(artFiles, "art/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := artFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		for _, section := range strings.Split(string(text), "== ")[1:] {
			shape, body, _ := strings.Cut(section, "\n")
			byName[shape] = strings.ReplaceAll(body, "\n", "")
		}
	}
	return byName
})

// look is what a product looks like.
type look struct {
	shape, emblem string
	a, b, c       colour
}

// parseLook reads "shape[/emblem] colour [colour [colour]]"; the second colour defaults to a relative of the first, the third to the first.
func parseLook(s string) (look, error) {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 4 {
		return look{}, fmt.Errorf("a shape and one to three colours, not %q", s)
	}
	var l look
	l.shape, l.emblem, _ = strings.Cut(words[0], "/")
	for _, name := range []string{l.shape, l.emblem} {
		if name != "" && shapes()[name] == "" {
			return look{}, fmt.Errorf("no shape %q", name)
		}
	}
	var colours []colour
	for _, hex := range words[1:] {
		c, err := parseColour(hex)
		if err != nil {
			return look{}, err
		}
		colours = append(colours, c)
	}
	l.a, l.b, l.c = colours[0], colours[0].turn(150), colours[0]
	if len(colours) > 1 {
		l.b = colours[1]
	}
	if len(colours) > 2 {
		l.c = colours[2]
	}
	return l, nil
}

// draw returns the look's shape and the gradients that it uses.
func (l look) draw() (defs, body string) {
	emblem := ""
	if l.emblem != "" {
		emblem = paint(shapes()[l.emblem], "e", l.b, l.c)
		defs = gradients(emblem, "e", l.b, l.c)
	}
	body = paint(shapes()[l.shape], "m", l.a, l.b)
	defs += gradients(body, "m", l.a, l.b)
	return defs, strings.ReplaceAll(body, "@E", emblem)
}

// paint fills in a shape's colours. set keeps the gradients of shape and emblem apart. An emblem on an emblem is left out.
func paint(shape, set string, a, b colour) string {
	emblem := ""
	if set == "m" {
		emblem = "@E"
	}
	ref := func(name string) string { return "url(#" + set + name + ")" }
	return strings.NewReplacer( // at one place the first match wins: longer names first
		"@al", a.lift(.35).String(), "@ad", a.lift(-.26).String(), "@ax", a.lift(.8).String(), "@a", a.String(),
		"@bl", b.lift(.35).String(), "@bd", b.lift(-.26).String(), "@bx", b.lift(.85).String(), "@b", b.String(),
		"@A", ref("A"), "@R", ref("R"), "@B", ref("B"), "@Q", ref("Q"), "@S", ref("S"), "@M", ref("M"), "@E", emblem,
	).Replace(shape)
}

// gradients defines those that the painted shape refers to.
func gradients(painted, set string, a, b colour) string {
	linear := func(c colour) string {
		return fmt.Sprintf(`<stop stop-color="%s"/><stop offset=".55" stop-color="%s"/><stop offset="1" stop-color="%s"/>`, c.lift(.22), c, c.lift(-.16))
	}
	round := func(c colour) string {
		return fmt.Sprintf(`<stop stop-color="%s"/><stop offset=".5" stop-color="%s"/><stop offset="1" stop-color="%s"/>`, c.lift(.42), c, c.lift(-.26))
	}
	var defs strings.Builder
	for _, g := range []struct{ name, tag, attributes, stops string }{
		{"A", "linear", `x1=".1" y1="0" x2=".75" y2="1"`, linear(a)},
		{"B", "linear", `x1=".1" y1="0" x2=".75" y2="1"`, linear(b)},
		{"R", "radial", `cx=".34" cy=".28" r=".78"`, round(a)},
		{"Q", "radial", `cx=".34" cy=".28" r=".78"`, round(b)},
		{"S", "linear", `x1="0" y1="0" x2="1" y2="0"`, `<stop stop-opacity=".16"/><stop offset=".22" stop-color="#fff" stop-opacity=".3"/><stop offset=".45" stop-color="#fff" stop-opacity="0"/><stop offset=".7" stop-opacity=".03"/><stop offset="1" stop-opacity=".24"/>`},
		{"M", "linear", `x1="0" y1="0" x2="1" y2=".6"`, `<stop stop-color="#f4f6f8"/><stop offset=".45" stop-color="#c3cad1"/><stop offset=".6" stop-color="#e6eaee"/><stop offset="1" stop-color="#9aa3ad"/>`},
	} {
		if strings.Contains(painted, "#"+set+g.name+")") {
			fmt.Fprintf(&defs, `<%sGradient id="%s%s" %s>%s</%sGradient>`, g.tag, set, g.name, g.attributes, g.stops, g.tag)
		}
	}
	return defs.String()
}

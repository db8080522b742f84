package demo

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
)

// Raster draws one of the demo's pictures, asked for by its path, as a square of side pixels: for posters. It returns nil for a path that is not one.
func Raster(path string, side int) (image.Image, error) {
	f, ok := frames()[path]
	if !ok {
		return nil, nil
	}
	plain, err := plainSVG(picture(f.handle, f.look, f.shot))
	if err != nil {
		return nil, fmt.Errorf("picture %s: %w", path, err)
	}
	icon, err := oksvg.ReadIconStream(bytes.NewReader(plain), oksvg.StrictErrorMode)
	if err != nil {
		return nil, fmt.Errorf("picture %s: %w", path, err)
	}
	icon.SetTarget(0, 0, float64(side), float64(side))
	zoom := float64(side) / icon.ViewBox.W
	for i := range icon.SVGPaths { // the library strokes in pixels, after every transform
		icon.SVGPaths[i].LineWidth *= zoom
		for j := range icon.SVGPaths[i].Dash {
			icon.SVGPaths[i].Dash[j] *= zoom
		}
	}
	canvas := image.NewRGBA(image.Rect(0, 0, side, side))
	icon.Draw(rasterx.NewDasher(side, side, rasterx.NewScannerGV(side, side, canvas, canvas.Bounds())), 1)
	return canvas, nil
}

var (
	definedShape = regexp.MustCompile(`(?s)<g id="o">(.*)</g></defs>`)
	usedShape    = regexp.MustCompile(`<use href="#o" transform="([^"]*)"/>`)
	scaling      = regexp.MustCompile(`scale\(([\d.]+)(?: ([\d.]+))?\)`)
)

// plainSVG returns the picture in the SVG that the library understands: every shape where it stands, strokes as wide as all scales around them make them,
// both arguments of scale, both radii of rounded corners.
func plainSVG(svg []byte) ([]byte, error) {
	text := string(svg)
	if m := definedShape.FindStringSubmatchIndex(text); m != nil {
		shape := strings.ReplaceAll(text[m[2]:m[3]], "$", "$$")
		text = text[:m[0]] + "</defs>" + text[m[1]:]
		text = usedShape.ReplaceAllString(text, `<g transform="$1">`+shape+`</g>`)
	}
	var out strings.Builder
	around := []stroke{{scale: 1}}
	for tokens := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) {
			return []byte(out.String()), nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			s := around[len(around)-1]
			fmt.Fprintf(&out, "<%s", t.Name.Local)
			s.write(&out, t)
			out.WriteByte('>')
			around = append(around, s)
		case xml.EndElement:
			fmt.Fprintf(&out, "</%s>", t.Name.Local)
			around = around[:len(around)-1]
		}
	}
}

// stroke is what an element takes over from those around it.
type stroke struct {
	scale float64
	width string
	dash  string
}

// write writes the element's attributes, and keeps in s what its children inherit.
func (s *stroke) write(out *strings.Builder, element xml.StartElement) {
	round := map[string]string{}
	for _, a := range element.Attr {
		switch name := a.Name.Local; name {
		case "stroke-width":
			s.width = a.Value
			continue
		case "stroke-dasharray":
			s.dash = a.Value
			continue
		case "rx", "ry":
			round[name] = a.Value
		case "transform":
			a.Value = scaling.ReplaceAllStringFunc(a.Value, s.scaled)
		}
		fmt.Fprintf(out, ` %s="%s"`, a.Name.Local, a.Value)
	}
	if x, y := round["rx"], round["ry"]; x != "" && y == "" {
		fmt.Fprintf(out, ` ry="%s"`, x)
	} else if y != "" && x == "" {
		fmt.Fprintf(out, ` rx="%s"`, y)
	}
	switch element.Name.Local {
	case "path", "circle", "ellipse", "rect":
		if s.width != "" {
			fmt.Fprintf(out, ` stroke-width="%s"`, s.times(s.width))
		}
		if s.dash != "" {
			fmt.Fprintf(out, ` stroke-dasharray="%s"`, s.times(s.dash))
		}
	}
}

// scaled writes a scale with both arguments and takes it into s.
func (s *stroke) scaled(transform string) string {
	m := scaling.FindStringSubmatch(transform)
	if m[2] == "" {
		m[2] = m[1]
	}
	x, _ := strconv.ParseFloat(m[1], 64) // the expression found numbers
	y, _ := strconv.ParseFloat(m[2], 64)
	s.scale *= math.Sqrt(x * y)
	return fmt.Sprintf("scale(%s %s)", m[1], m[2])
}

// times multiplies each number of a list by the scale.
func (s *stroke) times(list string) string {
	numbers := strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == ',' })
	for i, n := range numbers {
		f, err := strconv.ParseFloat(n, 64)
		if err == nil {
			numbers[i] = strconv.FormatFloat(f*s.scale, 'f', 3, 64)
		}
	}
	return strings.Join(numbers, " ")
}

package poster

import (
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// canvas is the poster while it is drawn.
type canvas struct{ *image.RGBA }

// box is a rectangle with rounded corners, in pixels.
type box struct {
	image.Rectangle
	topLeft, topRight, bottomRight, bottomLeft float32
}

func rounded(r image.Rectangle, radius float32) box { return box{r, radius, radius, radius, radius} }

// bend is how far a circle's control points are from its corner points, for a radius of 1.
const bend = 0.5523

// fill paints src into the box; src's pixel (0, 0) falls on the canvas's.
func (c canvas) fill(b box, src image.Image) {
	z := vector.NewRasterizer(b.Dx(), b.Dy())
	w, h := float32(b.Dx()), float32(b.Dy())
	z.MoveTo(b.topLeft, 0)
	z.LineTo(w-b.topRight, 0)
	r := b.topRight
	z.CubeTo(w-r+r*bend, 0, w, r-r*bend, w, r)
	r = b.bottomRight
	z.LineTo(w, h-r)
	z.CubeTo(w, h-r+r*bend, w-r+r*bend, h, w-r, h)
	r = b.bottomLeft
	z.LineTo(r, h)
	z.CubeTo(r-r*bend, h, 0, h-r+r*bend, 0, h-r)
	r = b.topLeft
	z.LineTo(0, r)
	z.CubeTo(0, r-r*bend, r-r*bend, 0, r, 0)
	z.ClosePath()
	mask := image.NewAlpha(z.Bounds())
	z.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	draw.DrawMask(c.RGBA, b.Rectangle, src, b.Min, mask, image.Point{}, draw.Over)
}

// disc paints a full circle.
func (c canvas) disc(x, y, radius int, src image.Image) {
	c.fill(rounded(image.Rect(x-radius, y-radius, x+radius, y+radius), float32(radius)), src)
}

// text writes s with its baseline at y, from x on, and returns where it ends.
func (c canvas) text(f font.Face, x, y int, s string, ink color.Color) int {
	d := font.Drawer{Dst: c.RGBA, Src: image.NewUniform(ink), Face: f, Dot: fixed.P(x, y)}
	d.DrawString(s)
	return d.Dot.X.Ceil()
}

// textRight writes s so that it ends at x.
func (c canvas) textRight(f font.Face, x, y int, s string, ink color.Color) {
	c.text(f, x-measure(f, s), y, s, ink)
}

// textCentre writes s around x.
func (c canvas) textCentre(f font.Face, x, y int, s string, ink color.Color) {
	c.text(f, x-measure(f, s)/2, y, s, ink)
}

// bar paints a plain rectangle.
func (c canvas) bar(r image.Rectangle, ink color.Color) {
	draw.Draw(c.RGBA, r, image.NewUniform(ink), image.Point{}, draw.Over)
}

// gradient runs from one colour at one point to another at another, on the canvas's coordinates.
type gradient struct {
	from, to image.Point
	a, b     color.RGBA
}

func (gradient) ColorModel() color.Model   { return color.RGBAModel }
func (gradient) Bounds() image.Rectangle   { return image.Rect(-1e5, -1e5, 1e5, 1e5) }
func (g gradient) At(x, y int) color.Color { return g.at(x, y) }

// RGBA64At spares the drawing package a colour on the heap per pixel.
func (g gradient) RGBA64At(x, y int) color.RGBA64 {
	c := g.at(x, y)
	return color.RGBA64{uint16(c.R) * 0x101, uint16(c.G) * 0x101, uint16(c.B) * 0x101, uint16(c.A) * 0x101}
}

func (g gradient) at(x, y int) color.RGBA {
	along := g.to.Sub(g.from)
	length := along.X*along.X + along.Y*along.Y
	t := 0
	if length > 0 {
		t = min(max(1024*((x-g.from.X)*along.X+(y-g.from.Y)*along.Y)/length, 0), 1024)
	}
	return mix(g.a, g.b, t)
}

// mix is a at t = 0 and b at t = 1024.
func mix(a, b color.RGBA, t int) color.RGBA {
	part := func(a, b uint8) uint8 { return uint8((int(a)*(1024-t) + int(b)*t) / 1024) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), part(a.A, b.A)}
}

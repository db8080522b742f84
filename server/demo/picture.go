package demo

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// shots is how many pictures each product has: alone on a stage, with its like, and close by.
const shots = 3

// picture draws one shot of a product as an SVG of 800 by 800. The handle alone picks stage and light, so that a product always looks the same.
func picture(handle string, l look, shot int) []byte {
	h := fnv.New32a()
	h.Write([]byte(handle))
	seed := int(h.Sum32() >> 8) // the low bits of FNV differ little between like handles
	hue := walls[(seed/7+shot*3)%len(walls)]
	base := l.a
	if base.s < .12 {
		base = l.b // white things take their room from their second colour
	}
	wall := base.turn(hue.turn).tone(hue.s, hue.l)

	defs, body := l.draw()
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800" viewBox="0 0 400 400"><defs><linearGradient id="w" x1=".2" y1="0" x2=".8" y2="1"><stop stop-color="%s"/><stop offset="1" stop-color="%s"/></linearGradient>`+
		`<radialGradient id="s"><stop stop-color="%s" stop-opacity=".5"/><stop offset=".6" stop-color="%[3]s" stop-opacity=".22"/><stop offset="1" stop-color="%[3]s" stop-opacity="0"/></radialGradient>%[4]s<g id="o">%[5]s</g></defs><rect width="400" height="400" fill="url(#w)"/>`,
		wall.lift(.3), wall.lift(-.05), wall.tone(.35, .22), defs, body)
	if shot == 2 {
		fmt.Fprintf(&svg, `<circle cx="120" cy="110" r="190" fill="#fff" opacity=".22"/><circle cx="340" cy="350" r="120" fill="%s" opacity=".5"/>`, wall.lift(-.1))
		svg.WriteString(placed(212, 236, 1.95, -9))
	} else {
		svg.WriteString(scenes[(seed+shot*2)%len(scenes)](wall))
		if shot == 1 {
			svg.WriteString(placed(90, 216, .64, -4))
			svg.WriteString(placed(312, 218, .62, 5))
			svg.WriteString(placed(202, 228, 1.06, 0))
		} else {
			svg.WriteString(placed(200, 192, 1.42, 0))
		}
	}
	svg.WriteString(`</svg>`)
	return []byte(svg.String())
}

// placed puts the shape at (x, y), turned by degrees, over its own soft shadow.
func placed(x, y, scale, degrees float64) string {
	return fmt.Sprintf(`<ellipse cx="%g" cy="%.4g" rx="%.4g" ry="%.3g" fill="url(#s)"/><use href="#o" transform="translate(%g %g) rotate(%g) scale(%g)"/>`,
		x+6*scale, y+88*scale, 104*scale, 17*scale, x, y, degrees, scale)
}

package demo

import (
	"fmt"
	"math"
	"strconv"
)

// colourNames are the colours that SKUs are sold in.
var colourNames = map[string]string{
	"米白": "f0e8da", "雾蓝": "86a5c4", "焦糖": "b9773f", "天蓝": "5b9fdd", "樱粉": "f3b0bd", "墨绿": "2f6b58", "姜黄": "e0a63c", "豆沙": "b8736d",
	"薄荷": "8fcab4", "浅灰": "b4bac2", "藏青": "33487a", "酒红": "8a2f3f", "樱桃红": "d33f45", "砖红": "bf5238", "陶土": "c07a54", "曜黑": "3a3e47",
	"正红": "c4232f", "藕紫": "b49ac4",
}

// colour is hue 0..360, saturation and lightness 0..1.
type colour struct{ h, s, l float64 }

// parseColour reads six hexadecimal digits.
func parseColour(hex string) (colour, error) {
	n, err := strconv.ParseUint(hex, 16, 24)
	if err != nil || len(hex) != 6 {
		return colour{}, fmt.Errorf("%q is not a colour", hex)
	}
	r, g, b := float64(n>>16)/255, float64(n>>8&255)/255, float64(n&255)/255
	hi, lo := max(r, g, b), min(r, g, b)
	c := colour{l: (hi + lo) / 2}
	d := hi - lo
	if d == 0 {
		return c, nil
	}
	c.s = d / (1 - math.Abs(2*c.l-1))
	switch hi {
	case r:
		c.h = math.Mod((g-b)/d+6, 6)
	case g:
		c.h = (b-r)/d + 2
	default:
		c.h = (r-g)/d + 4
	}
	c.h *= 60
	return c, nil
}

func (c colour) String() string {
	chroma := (1 - math.Abs(2*c.l-1)) * c.s
	part := func(offset float64) int { // one channel; the offset is its place on the colour wheel
		k := math.Mod(offset+c.h/30, 12)
		return int(math.Round(255 * (c.l - chroma/2*max(-1, min(k-3, 9-k, 1)))))
	}
	return fmt.Sprintf("#%02x%02x%02x", part(0), part(8), part(4))
}

// lift moves lightness towards white by the share t (towards black when t is negative).
func (c colour) lift(t float64) colour {
	if t < 0 {
		c.l *= 1 + t
	} else {
		c.l += (1 - c.l) * t
	}
	return c
}

// turn moves the hue by degrees.
func (c colour) turn(degrees float64) colour {
	c.h = math.Mod(c.h+degrees+360, 360)
	return c
}

// tone keeps the hue and sets the rest. Greys stay nearly grey: their hue is an accident.
func (c colour) tone(s, l float64) colour {
	if c.s < 0.12 {
		s = min(s, 0.14)
	}
	return colour{c.h, s, l}
}

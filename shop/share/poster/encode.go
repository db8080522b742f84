package poster

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// MaxBytes is how big a poster may be while it can be helped: a phone on a poor line waits for it.
const MaxBytes = 400 << 10

// encode writes the poster in all its colours when that is small enough, which it is for drawings, else in 256 of them, dithered, else in fewer.
func encode(p *image.RGBA) ([]byte, error) {
	out, err := toPNG(p)
	if err != nil || len(out) <= MaxBytes {
		return out, err
	}
	for _, try := range []struct{ colours, grain int }{{256, 10}, {256, 0}, {48, 0}} {
		if out, err = toPNG(reduce(p, try.colours, try.grain)); err != nil || len(out) <= MaxBytes {
			return out, err
		}
	}
	return out, nil
}

// bayer is the order in which the pixels of a square of four by four get the next lighter colour.
var bayer = [4][4]int{{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}}

// reduce paints the poster in so many colours. A grain above 0 dithers by as many steps of a channel, in a pattern that packs well.
func reduce(p *image.RGBA, colours, grain int) *image.Paletted {
	few := image.NewPaletted(p.Bounds(), palette(p, colours))
	known := make([]int16, 1<<15) // the nearest colour, by five bits of each channel; one more than its index
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			c := p.RGBAAt(x, y)
			shift := (bayer[y%4][x%4]*2 - 15) * grain / 30
			nudge := func(v uint8) uint8 {
				if v > 250 {
					return v // what is white stays white
				}
				return uint8(min(max(int(v)+shift, 0), 255))
			}
			c.R, c.G, c.B = nudge(c.R), nudge(c.G), nudge(c.B)
			key := int(c.R>>3)<<10 | int(c.G>>3)<<5 | int(c.B>>3)
			if known[key] == 0 {
				known[key] = int16(few.Palette.Index(c)) + 1
			}
			few.Pix[y*few.Stride+x] = uint8(known[key] - 1)
		}
	}
	return few
}

func toPNG(p image.Image) ([]byte, error) {
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		return nil, fmt.Errorf("encode a poster: %w", err)
	}
	return out.Bytes(), nil
}

// palette picks n colours of the poster by median cut: the set of colours with the widest channel is halved until there are n.
func palette(p *image.RGBA, n int) color.Palette {
	var sample []color.RGBA
	for y := 0; y < p.Bounds().Dy(); y += 3 {
		for x := 0; x < p.Bounds().Dx(); x += 3 {
			sample = append(sample, p.RGBAAt(x, y))
		}
	}
	cuts := [][]color.RGBA{sample}
	for len(cuts) < n-6 {
		widest, channel, span := 0, 0, 0
		for i, cut := range cuts {
			if c, s := width(cut); s*len(cut) > span {
				widest, channel, span = i, c, s*len(cut)
			}
		}
		if span == 0 {
			break
		}
		cut := cuts[widest]
		slices.SortFunc(cut, func(a, b color.RGBA) int { return cmp.Compare(parts(a)[channel], parts(b)[channel]) })
		cuts[widest] = cut[:len(cut)/2]
		cuts = append(cuts, cut[len(cut)/2:])
	}
	chosen := color.Palette{white, color.Black, ink, soft, price, yellow}
	for _, cut := range cuts {
		chosen = append(chosen, mean(cut))
	}
	return chosen
}

func parts(c color.RGBA) [3]int { return [3]int{int(c.R), int(c.G), int(c.B)} }

// width is the channel in which the colours differ most, and by how much.
func width(colours []color.RGBA) (channel, span int) {
	lo, hi := [3]int{255, 255, 255}, [3]int{}
	for _, c := range colours {
		for i, v := range parts(c) {
			lo[i], hi[i] = min(lo[i], v), max(hi[i], v)
		}
	}
	for i := range lo {
		if hi[i]-lo[i] > span {
			channel, span = i, hi[i]-lo[i]
		}
	}
	return channel, span
}

func mean(colours []color.RGBA) color.RGBA {
	var sum [3]int
	for _, c := range colours {
		for i, v := range parts(c) {
			sum[i] += v
		}
	}
	n := max(len(colours), 1)
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 0xff}
}

package poster

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
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
	for _, try := range []struct {
		colours int
		drawer  draw.Drawer
	}{{256, draw.FloydSteinberg}, {256, draw.Src}, {48, draw.Src}} {
		few := image.NewPaletted(p.Bounds(), palette(p, try.colours))
		try.drawer.Draw(few, few.Bounds(), p, image.Point{})
		if out, err = toPNG(few); err != nil || len(out) <= MaxBytes {
			return out, err
		}
	}
	return out, nil
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
	for len(cuts) < n-4 {
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
	chosen := color.Palette{white, ink, price, color.Black}
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

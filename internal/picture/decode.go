package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the formats that are understood
	_ "image/jpeg"
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

// Side is how many pixels a picture's shorter side keeps; what is smaller stays as it is. Its longer side keeps at most twice that, the rest is cut off
// evenly, so that one picture has at most 4.5 MB.
const Side = 750

// decode reads a picture whose header promises no more than maxSide by maxSide.
func decode(body []byte) (small *image.RGBA, err error) {
	defer func() { // a decoder's mistake is met by whoever can place a picture
		if p := recover(); p != nil {
			small, err = nil, fmt.Errorf("picture: the decoder failed: %v", p)
		}
	}()
	header, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	if header.Width < 1 || header.Height < 1 || header.Width > maxSide || header.Height > maxSide {
		return nil, fmt.Errorf("picture: %d by %d pixels are too many, or none", header.Width, header.Height)
	}
	whole, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	b := whole.Bounds()
	if b.Empty() || b.Dx() > maxSide || b.Dy() > maxSide {
		return nil, errors.New("picture: its header lied")
	}
	if cut := (b.Dx() - 2*b.Dy()) / 2; cut > 0 {
		b = image.Rect(b.Min.X+cut, b.Min.Y, b.Max.X-cut, b.Max.Y)
	}
	if cut := (b.Dy() - 2*b.Dx()) / 2; cut > 0 {
		b = image.Rect(b.Min.X, b.Min.Y+cut, b.Max.X, b.Max.Y-cut)
	}
	w, h := b.Dx(), b.Dy()
	if short := min(w, h); short > Side {
		w, h = max(w*Side/short, 1), max(h*Side/short, 1)
	}
	small = image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), whole, b, draw.Src, nil)
	return small, nil
}

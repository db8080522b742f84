package poster

import (
	"fmt"
	"image"
	"image/color"

	"github.com/boombuler/barcode/qr"
)

// quiet is how many white modules a QR code keeps around itself: the standard's four.
const quiet = 4

// qrCode draws the code of url, its quiet zone included, in a square of at most side pixels. Modules are whole pixels, or scanners see grey edges.
// It returns an error when url is too long for modules of three pixels.
func (c canvas) qrCode(at image.Rectangle, url string) error {
	code, err := qr.Encode(url, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("QR code: %w", err)
	}
	n := code.Bounds().Dx()
	module := at.Dx() / (n + 2*quiet)
	if module < 3 {
		return fmt.Errorf("QR code: an address of %d bytes is too long", len(url))
	}
	c.bar(at, color.White)
	left := at.Min.X + (at.Dx()-n*module)/2
	top := at.Min.Y + (at.Dy()-n*module)/2
	for y := range n {
		for x := range n {
			if light, _, _, _ := code.At(x, y).RGBA(); light == 0 {
				c.bar(image.Rect(left+x*module, top+y*module, left+(x+1)*module, top+(y+1)*module), color.Black)
			}
		}
	}
	return nil
}

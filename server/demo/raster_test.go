package demo

import (
	"image/color"
	"testing"
)

// Every picture can be drawn, and its middle is not its corner: something stands there.
func TestEveryPictureIsDrawn(t *testing.T) {
	if picture, err := Raster("/demo/pictures/none.svg", 100); picture != nil || err != nil {
		t.Errorf("a picture that is not there: %v, %v", picture, err)
	}
	for path := range frames() {
		picture, err := Raster(path, 64)
		if err != nil || picture == nil || picture.Bounds().Dx() != 64 || picture.Bounds().Dy() != 64 {
			t.Fatalf("%s: %v", path, err)
		}
		shades := map[color.Color]bool{}
		for y := range 64 {
			for x := range 64 {
				c := picture.At(x, y)
				if _, _, _, a := c.RGBA(); a != 0xffff {
					t.Fatalf("%s: a hole at %d, %d", path, x, y)
				}
				shades[c] = true
			}
		}
		if len(shades) < 40 {
			t.Errorf("%s: only %d shades", path, len(shades))
		}
	}
}

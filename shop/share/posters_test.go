package share_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/kaituan/kaituan/shop/share"
	"github.com/kaituan/kaituan/shop/share/poster"
)

// scanned is what a scanner reads from a poster.
func scanned(t *testing.T, file []byte) string {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil || picture.Bounds().Dx() != poster.Width || picture.Bounds().Dy() != poster.Height {
		t.Fatalf("%v", err)
	}
	for range 4 { // a phone looks more than once: of some codes gozxing misses the grid from one side
		bits, failed := gozxing.NewBinaryBitmapFromImage(picture)
		if failed != nil {
			t.Fatal(failed)
		}
		result, failed := qrcode.NewQRCodeReader().Decode(bits, nil)
		if failed == nil {
			return result.GetText()
		}
		picture, err = turned(picture), failed
	}
	t.Fatalf("no scanner reads it: %v", err)
	return ""
}

// turned is a picture turned by a quarter.
func turned(p image.Image) image.Image {
	b := p.Bounds()
	to := image.NewRGBA(image.Rect(0, 0, b.Dy(), b.Dx()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			to.Set(b.Dy()-1-y, x, p.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return to
}

func TestAPosterFollowsItsTarget(t *testing.T) {
	s := open(t)
	l := s.link(s.person("ming"), h5, tea)
	draw := func() *share.Poster {
		t.Helper()
		p, err := s.Poster(t.Context(), l.Token)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := draw()
	if got := scanned(t, first.PNG); got != l.URL() {
		t.Fatalf("its code says %q", got)
	}
	if again := draw(); again != first || s.album.asked.Load() != 1 {
		t.Errorf("drawn again, the picture asked for %d times", s.album.asked.Load())
	}
	known := map[string]bool{first.ETag: true}
	for name, change := range map[string]func(*share.Subject){
		"a seat":      func(p *share.Subject) { *p.SeatsLeft = 1 },
		"complete":    func(p *share.Subject) { *p.SeatsLeft = 0 },
		"by the shop": func(p *share.Subject) { *p.SeatsLeft, p.ByShop = 0, true },
		"ended":       func(p *share.Subject) { p.SeatsLeft, p.Ended = nil, true },
		"the price":   func(p *share.Subject) { lower := *p.Price; lower.Minor -= 100; p.Price = &lower },
		"the title":   func(p *share.Subject) { p.Title = "雨前龙井 250g" },
		"the picture": func(p *share.Subject) { p.ImageURL = "" },
	} {
		s.groups.set(tea, func(p *share.Subject) {
			if p.SeatsLeft != nil {
				left := *p.SeatsLeft
				p.SeatsLeft = &left
			}
			if name == "a seat" || name == "complete" || name == "by the shop" {
				two := 2
				p.SeatsLeft, p.Ended, p.ByShop = &two, false, false
			}
			change(p)
		})
		if p := draw(); known[p.ETag] {
			t.Errorf("%s: the same poster as before", name)
		} else {
			known[p.ETag] = true
		}
	}
}

func TestAPosterWithoutItsPicture(t *testing.T) {
	s := open(t)
	l := s.link(s.person("ming"), h5, fruit)
	p, err := s.Poster(t.Context(), l.Token)
	if err != nil || scanned(t, p.PNG) != l.URL() {
		t.Errorf("%v", err)
	}
}

func TestManyAskForOnePoster(t *testing.T) {
	s := open(t)
	l := s.link(s.person("ming"), h5, tea)
	drawn := make([]*share.Poster, 16)
	together(len(drawn), func(i int) {
		var err error
		if drawn[i], err = s.Poster(t.Context(), l.Token); err != nil {
			t.Error(err)
		}
	})
	for _, p := range drawn {
		if p != drawn[0] {
			t.Error("drawn more than once")
		}
	}
}

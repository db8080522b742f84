package poster

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/font/sfnt"

	"github.com/kaituan/kaituan/internal/money"
)

const address = "https://shop.example.com/s/0123456789abcdefABCD"

func yuan(fen int64) *money.Money { m := money.Of(fen, "CNY"); return &m }

// open draws the card and decodes it.
func open(t *testing.T, c Card) image.Image {
	t.Helper()
	if c.URL == "" {
		c.URL = address
	}
	file, err := Draw(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(file) > MaxBytes {
		t.Errorf("%d bytes", len(file))
	}
	p, err := png.Decode(bytes.NewReader(file))
	if err != nil || p.Bounds() != image.Rect(0, 0, Width, Height) {
		t.Fatalf("%v, %v", p.Bounds(), err)
	}
	lower := p.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(image.Rect(0, 770, Width, Height)) // a scanner finds it in the whole, too, slower
	bits, err := gozxing.NewBinaryBitmapFromImage(lower)
	if err != nil {
		t.Fatal(err)
	}
	if result, err := qrcode.NewQRCodeReader().Decode(bits, nil); err != nil || result.GetText() != c.URL {
		t.Fatalf("no scanner reads it: %v", err)
	}
	return p
}

// laid lays the card out, without making a file of it.
func laid(t *testing.T, c Card) image.Image {
	t.Helper()
	c.URL = address
	p, err := compose(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func near(a, b color.Color, by int) bool {
	r, g, bl, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	far := func(x, y uint32) bool { d := int(x>>8) - int(y>>8); return d > by || d < -by }
	return !far(r, r2) && !far(g, g2) && !far(bl, b2)
}

// inked counts the pixels of a place that are not white.
func inked(p image.Image, place image.Rectangle) (n int) {
	for y := place.Min.Y; y < place.Max.Y; y++ {
		for x := place.Min.X; x < place.Max.X; x++ {
			if !near(p.At(x, y), color.White, 8) {
				n++
			}
		}
	}
	return n
}

func TestEachPartIsInItsPlace(t *testing.T) {
	full := Card{Title: "明前龙井 250g", Price: yuan(3990), Compare: yuan(6800), State: Open, Missing: 2, Line: "3 人团价", Sharer: "小**"}
	places := map[string]image.Rectangle{
		"title": image.Rect(margin, 790, 690, 880), "line": image.Rect(margin, 930, 440, 974), "price": image.Rect(margin, 985, 440, 1070), "compare": image.Rect(margin, 1085, 440, 1125),
		"badge": image.Rect(margin, 735, 400, 760),
	}
	p := open(t, full)
	for name, place := range places {
		if inked(p, place) < 200 {
			t.Errorf("no %s", name)
		}
	}
	for name, without := range map[string]func(*Card){
		"title": func(c *Card) { c.Title = "" }, "line": func(c *Card) { c.Line = "" }, "price": func(c *Card) { c.Price, c.Compare = nil, nil },
		"compare": func(c *Card) { c.Compare = yuan(3990) }, "badge": func(c *Card) { c.State = Plain },
	} {
		c := full
		without(&c)
		if n := inked(laid(t, c), places[name]); n > 0 {
			t.Errorf("%s: %d pixels of nothing", name, n)
		}
	}
	if ended := full; true {
		ended.State = Ended
		if got := laid(t, ended).At(margin+8, 745); !near(got, soft, 3) {
			t.Errorf("the badge of what has ended is %v", got)
		}
	}
}

func TestThePictureFillsItsPlace(t *testing.T) {
	blue := color.RGBA{0, 0, 200, 255}
	for _, size := range []image.Point{{750, 750}, {2000, 100}, {100, 2000}, {1, 1}, {3, 1}, {1, 4096}} {
		flat := image.NewRGBA(image.Rectangle{Max: size}.Add(image.Pt(-7, 11))) // bounds need not begin at zero
		for i := 0; i < len(flat.Pix); i += 4 {
			copy(flat.Pix[i:], []byte{0, 0, 200, 255})
		}
		p := laid(t, Card{Title: "茶", Picture: flat})
		for _, at := range []image.Point{{60, 130}, {700, 140}, {375, 400}, {40, 720}, {710, 725}} {
			if !near(p.At(at.X, at.Y), blue, 2) {
				t.Errorf("%v: %v at %v", size, p.At(at.X, at.Y), at)
			}
		}
	}
	clear := laid(t, Card{Title: "茶", Picture: image.NewNRGBA(image.Rect(0, 0, 50, 50))})
	if !near(clear.At(375, 400), color.White, 0) {
		t.Error("a transparent picture does not lie on white")
	}
	if empty := laid(t, Card{Title: "茶", Picture: image.NewRGBA(image.Rectangle{})}); near(empty.At(100, 400), color.White, 3) {
		t.Error("an empty picture has no placeholder")
	}
}

// Noise is the worst that a photograph can be.
func TestPhotographsStaySmall(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := image.NewRGBA(image.Rect(0, 0, 750, 750))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(100 + random.IntN(100))
	}
	photo := image.NewRGBA(noise.Rect) // gradients with the grain of a camera
	for y := range 750 {
		for x := range 750 {
			grain := random.IntN(12)
			photo.SetRGBA(x, y, color.RGBA{uint8(x/4 + grain), uint8(y/4 + grain), uint8((x+y)/8 + grain), 255})
		}
	}
	open(t, Card{Title: "照片", Picture: photo, Price: yuan(100)})
	open(t, Card{Title: "照片", Picture: noise, Price: yuan(100)})
}

func TestAnyTextDraws(t *testing.T) {
	for _, s := range []string{
		"", " ", "\x00\x01\n\t", "🍎🍊👩‍👩‍👧‍👦", "\u202e反\u200b向", "繁體開團龜", strings.Repeat("长", 3000), strings.Repeat("long", 500), strings.Repeat("👍", 300), "\xff\xfe", "ＡＢＣ１２３", "عربي हिन्दी ไทย",
		strings.Repeat("，", 60), strings.Repeat("（", 60),
	} {
		p := laid(t, Card{Title: s, Line: s, Sharer: s, Price: yuan(money.Max), Compare: yuan(money.Max), State: Open, Missing: 1 << 30})
		if n := inked(p, image.Rect(690, 770, 720, 890)); n > 0 {
			t.Errorf("%.20q: the title runs over its edge", s)
		}
		for x := range Width { // the card's own edges stay as they were: nothing is written over them
			if y := 1164; x > 64 && x < 686 && !near(p.At(x, y), color.White, 2) {
				t.Errorf("%.20q: something at %d, %d", s, x, y)
				break
			}
		}
	}
	odd := money.Of(-5, "X🍎X")
	laid(t, Card{Price: &odd, Compare: yuan(1)})
}

func TestDrawable(t *testing.T) {
	for in, want := range map[string]string{
		"  茶\n\n叶  ": "茶 叶", "苹果🍎好": "苹果好", "進口": "□口", "a\u200db\u202e": "ab", "￥1": "￥1", "℃": "℃", "\xff": "", "🍎": "", "①②": "①②",
	} {
		if got := drawable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	f := face(bold(), 34)
	for _, tc := range []struct {
		text  string
		width int
		lines int
		want  []string
	}{
		{"明前龙井", 400, 2, []string{"明前龙井"}},
		{"明前龙井茶叶", 34 * 4, 2, []string{"明前龙井", "茶叶"}},
		{"明前龙井，茶叶", 34 * 4, 2, []string{"明前龙", "井，茶叶"}},
		{"明前龙（井）茶", 34 * 4, 2, []string{"明前龙", "（井）茶"}},
		{"Dragon Well tea", 220, 2, []string{"Dragon Well", "tea"}},
		{"明前龙井茶叶礼盒装", 34 * 4, 2, []string{"明前龙井", "茶叶礼…"}},
		{"明前龙井茶，叶礼盒", 34 * 5, 1, []string{"明前龙井…"}},
		{"", 100, 2, nil},
		{"茶叶", 1, 2, []string{"茶", "叶"}},
	} {
		if got := wrap(f, tc.text, tc.width, tc.lines); fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%s in %d: %q, want %q", tc.text, tc.width, got, tc.want)
		}
	}
}

func TestAddressesOfAnyLength(t *testing.T) {
	for _, n := range []int{20, 123, 200} {
		open(t, Card{URL: "https://" + strings.Repeat("a", n-8)})
	}
	if _, err := Draw(Card{URL: strings.Repeat("a", 4000)}); err == nil {
		t.Error("an address that no code holds was drawn")
	}
}

func TestFontsHaveWhatTheyPromise(t *testing.T) {
	const some = "还差人成团已结束邀你一起拼原价长按识别查看详情好物更划算¥€£$￥0123456789%…，。！？（）【】、；：“”‘’—·×啊齄鼙龠Ññé™℃①"
	for name, f := range map[string]*sfnt.Font{"regular": regular(), "bold": bold()} {
		var buffer sfnt.Buffer
		for _, r := range some {
			glyph, err := f.GlyphIndex(&buffer, r)
			if err != nil || glyph == 0 {
				t.Errorf("%s lacks %c: %v", name, r, err)
			} else if segments, err := f.LoadGlyph(&buffer, glyph, 64<<6, nil); err != nil || len(segments) == 0 {
				t.Errorf("%s: the outline of %c: %v", name, r, err)
			}
		}
		if n := f.NumGlyphs(); n < 7000 {
			t.Errorf("%s: %d glyphs", name, n)
		}
	}
	if n := len(regularFile) + len(boldFile); n > 4<<20 {
		t.Errorf("%d bytes of fonts", n)
	}
	if !utf8.ValidString(some) {
		t.Fatal("this file is not UTF-8")
	}
}

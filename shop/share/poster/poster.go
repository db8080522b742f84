// Package poster draws the picture that a shopper saves and sends on: product, price, how many people are missing, and a QR code. It is pure: the same
// card gives the same bytes, and nothing is read from outside.
package poster

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"

	xdraw "golang.org/x/image/draw"

	"github.com/kaituan/kaituan/internal/money"
)

// Width and Height of a poster in pixels: twice what a phone shows.
const (
	Width  = 750
	Height = 1200
)

// State is what a poster says of its target's people.
type State int

const (
	// Plain says nothing of people.
	Plain State = iota
	// Open: Missing people are wanted.
	Open
	// Complete: the group has everybody it needs.
	Complete
	// CompletedByShop: the shop went without those who are missing.
	CompletedByShop
	// Ended: too late.
	Ended
)

// Card is what a poster shows. Empty fields leave their place empty.
type Card struct {
	Title string
	// Picture is cropped to its place; nil: a placeholder made of the title.
	Picture image.Image
	// Price is shown big; Compare, struck through beside it, only when it is higher.
	Price, Compare *money.Money
	State          State
	// Missing counts the people that an Open group still needs.
	Missing int
	// Line is a few words over the price, e.g. 3 人团.
	Line string
	// Sharer is the sharer's public nickname.
	Sharer string
	// URL is what the QR code says, at most 200 bytes.
	URL string
}

// The colours of the shop's storefront.
var (
	orange = color.RGBA{0xff, 0x8a, 0x3d, 0xff}
	red    = color.RGBA{0xee, 0x3a, 0x2e, 0xff}
	price  = color.RGBA{0xf4, 0x51, 0x2c, 0xff}
	deep   = color.RGBA{0xd9, 0x3a, 0x1f, 0xff}
	ink    = color.RGBA{0x2a, 0x24, 0x21, 0xff}
	soft   = color.RGBA{0x8d, 0x82, 0x7b, 0xff}
	line   = color.RGBA{0xee, 0xe6, 0xdf, 0xff}
	tint   = color.RGBA{0xff, 0xf0, 0xea, 0xff}
	yellow = color.RGBA{0xff, 0xe2, 0x7a, 0xff}
	white  = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// The places of things.
var (
	sheet   = image.Rect(30, 112, 720, 1170)
	picture = image.Rect(30, 112, 720, 732)
	code    = image.Rect(450, 892, 696, 1138)
)

const (
	radius = 32
	margin = 62 // of text, from the left
)

// Draw returns the poster as PNG, Width by Height. Any text draws; the one error is a URL that no QR code of this size holds.
func Draw(c Card) ([]byte, error) {
	p, err := compose(c)
	if err != nil {
		return nil, err
	}
	return encode(p)
}

func compose(c Card) (*image.RGBA, error) {
	p := canvas{image.NewRGBA(image.Rect(0, 0, Width, Height))}
	draw.Draw(p.RGBA, p.Bounds(), gradient{image.Pt(0, 0), image.Pt(Width, Height), orange, red}, image.Point{}, draw.Src)
	p.header(c.Sharer)
	p.fill(rounded(sheet, radius), image.NewUniform(white))
	p.picture(c.Picture, c.Title)
	p.badge(c.State, c.Missing)
	p.title(c.Title)
	p.bar(image.Rect(margin, 886, Width-margin, 888), line)
	p.prices(c)
	if err := p.qrCode(code, c.URL); err != nil {
		return nil, err
	}
	hint := "长按识别 查看详情"
	if c.State == Open {
		hint = "长按识别 一起拼团"
	}
	p.textCentre(face(regular(), 22), (code.Min.X+code.Max.X)/2, 1146, hint, soft)
	return p.RGBA, nil
}

// header is the shop's mark, and who invites.
func (c canvas) header(sharer string) {
	c.fill(rounded(image.Rect(32, 28, 92, 88), 18), image.NewUniform(white))
	g := gradient{image.Pt(32, 28), image.Pt(92, 88), orange, red}
	c.disc(53, 55, 7, g)
	c.disc(71, 55, 7, g)
	c.fill(box{image.Rect(40, 65, 63, 77), 11, 11, 2, 2}, g)
	c.fill(box{image.Rect(61, 65, 84, 77), 11, 11, 2, 2}, g)
	c.disc(62, 43, 8, image.NewUniform(yellow))
	end := c.text(face(bold(), 40), 108, 73, "开团", white)
	f := face(regular(), 28)
	words := "好物一起拼，更划算"
	if sharer = drawable(sharer); sharer != "" {
		const invites = " 邀你一起拼"
		words = fit(f, sharer, Width-60-end-measure(f, invites)) + invites
	}
	c.textRight(f, Width-34, 70, words, white)
}

// picture fills its place with the middle of the product's picture.
func (c canvas) picture(of image.Image, title string) {
	place := box{Rectangle: picture, topLeft: radius, topRight: radius}
	if of == nil || of.Bounds().Empty() {
		c.placeholder(place, title)
		return
	}
	b := of.Bounds()
	from := b // the widest part of it that has the place's shape
	if w, h := b.Dx()*picture.Dy(), b.Dy()*picture.Dx(); w > h {
		cut := b.Dx() - max(h/picture.Dy(), 1)
		from.Min.X, from.Max.X = b.Min.X+cut/2, b.Max.X-(cut-cut/2)
	} else {
		cut := b.Dy() - max(w/picture.Dx(), 1)
		from.Min.Y, from.Max.Y = b.Min.Y+cut/2, b.Max.Y-(cut-cut/2)
	}
	scaled := image.NewRGBA(picture)
	draw.Draw(scaled, picture, image.NewUniform(white), image.Point{}, draw.Src) // behind what is transparent
	xdraw.CatmullRom.Scale(scaled, picture, of, from, xdraw.Over, nil)
	c.fill(place, scaled)
}

// placeholder is the title's first character on a warm ground.
func (c canvas) placeholder(place box, title string) {
	pale, warm := color.RGBA{0xff, 0xf3, 0xe6, 0xff}, color.RGBA{0xff, 0xd3, 0xba, 0xff}
	c.fill(place, gradient{picture.Min, picture.Max, pale, warm})
	x, y := (picture.Min.X+picture.Max.X)/2, (picture.Min.Y+picture.Max.Y)/2
	c.disc(x, y, 210, image.NewUniform(color.RGBA{0x60, 0x60, 0x60, 0x60})) // white, thinly; colours are premultiplied
	c.disc(x, y, 160, image.NewUniform(white))
	c.disc(picture.Min.X+96, picture.Min.Y+110, 26, image.NewUniform(white))
	c.disc(picture.Max.X-110, picture.Max.Y-120, 38, image.NewUniform(white))
	first := "团"
	for _, r := range strings.TrimLeft(drawable(title), noEnd+noStart+" □") {
		first = string(r)
		break
	}
	c.textCentre(face(bold(), 150), x, y+54, first, price)
}

// badge says how many people are missing, over the picture's lower edge.
func (c canvas) badge(state State, missing int) {
	var src image.Image = gradient{image.Pt(margin, 0), image.Pt(margin+300, 0), orange, red}
	var words string
	switch state {
	case Open:
		words = fmt.Sprintf("还差 %d 人成团", missing)
	case Complete:
		words = "已成团"
	case CompletedByShop:
		words = "商家已成团"
	case Ended:
		words, src = "已结束", image.NewUniform(soft)
	default:
		return
	}
	f := face(bold(), 34)
	pill := image.Rect(margin-6, 696, margin+measure(f, words)+50, 762)
	c.fill(rounded(pill.Inset(-5), 38), image.NewUniform(white))
	c.fill(rounded(pill, 33), src)
	c.text(f, pill.Min.X+28, 741, words, white)
}

func (c canvas) title(title string) {
	f := face(bold(), 34)
	lines := wrap(f, drawable(title), Width-2*margin, 2)
	top := 816
	if len(lines) == 1 {
		top = 838
	}
	for i, words := range lines {
		c.text(f, margin, top+46*i, words, ink)
	}
}

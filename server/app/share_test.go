package app_test

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/server/demo"
	"github.com/kaituan/kaituan/shop/share"
)

const sharedNote = "nte_01JD8Q2M0V6T3C9E5K7R1XW4Z4"

// described is one target that is shared.
type described map[string]*share.Subject

func (d described) Describe(context.Context, []string) (map[string]*share.Subject, error) {
	return d, nil
}

// shared makes a link to a target that looks like the subject.
func (s *shop) shared(subject share.Subject) *share.Link {
	s.t.Helper()
	s.Share.Register("nte", described{sharedNote: &subject}.Describe)
	l, err := s.Share.Link(s.t.Context(), s.shopper("ming").shopperID, "H5", sharedNote)
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

// fetch asks without following redirects.
func (s *shop) fetch(method, path string, header ...string) (*http.Response, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res, string(body)
}

func TestPosters(t *testing.T) {
	s := openShop(t)
	picture := demo.Products()[0].Media[0].URL
	price, left := money.Of(3990, "CNY"), 2
	l := s.shared(share.Subject{Title: "明前龙井", ImageURL: picture, Price: &price, SeatsLeft: &left, MiniProgramPage: "pages/note/index"})
	path := strings.TrimPrefix(l.PosterURL(), "http://127.0.0.1:8080")
	own := strings.TrimSuffix(picture, ".svg") + ".png"
	wantEqual(t, *l.ImageURL(), "http://127.0.0.1:8080"+own) // what a chat shows of a link
	if res, body := s.fetch("GET", own); res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(body, "\x89PNG") {
		t.Errorf("the picture of a card: %s %v", res.Status, res.Header)
	}
	if res, _ := s.fetch("GET", "/demo/pictures/none.png"); res.StatusCode != 404 {
		t.Errorf("a picture that there is not: %s", res.Status)
	}
	wantEqual(t, path, "/posters/"+l.Token+".png")

	res, body := s.fetch("GET", path)
	tag := res.Header.Get("ETag")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || res.Header.Get("Cache-Control") != "public, max-age=10" || tag == "" {
		t.Fatalf("%s %v", res.Status, res.Header)
	}
	drawn, err := png.Decode(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	product, err := demo.Raster(picture, 690)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []image.Point{{345, 310}, {345, 200}, {200, 400}, {480, 330}} { // the poster shows its middle, cut by 35 above and below
		if got, want := drawn.At(30+at.X, 112+at.Y), product.At(at.X, at.Y+35); far(got, want) > 24 {
			t.Errorf("at %v the poster has %v, the product %v", at, got, want)
		}
	}
	if res, _ := s.fetch("GET", path, "If-None-Match", tag); res.StatusCode != 304 {
		t.Errorf("asked again: %s", res.Status)
	}
	if res, body := s.fetch("HEAD", path); res.StatusCode != 200 || body != "" || res.ContentLength <= 0 {
		t.Errorf("HEAD: %s, %d bytes", res.Status, res.ContentLength)
	}
	left = 1
	if res, _ := s.fetch("GET", path, "If-None-Match", tag); res.StatusCode != 200 || res.Header.Get("ETag") == tag {
		t.Errorf("a seat less: %s %v", res.Status, res.Header)
	}
}

// far is the greatest difference of a channel.
func far(a, b color.Color) (most int) {
	r, g, bl, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	for _, d := range []int{int(r>>8) - int(r2>>8), int(g>>8) - int(g2>>8), int(bl>>8) - int(b2>>8)} {
		most = max(most, d, -d)
	}
	return most
}

func TestSharedLinksLeadOn(t *testing.T) {
	s := openShop(t)
	l := s.shared(share.Subject{Title: "茶", MiniProgramPage: "pages/note/index"})
	for _, method := range []string{"GET", "HEAD"} {
		if res, _ := s.fetch(method, "/s/"+l.Token); res.StatusCode != 302 || res.Header.Get("Location") != "/?share="+l.Token {
			t.Errorf("%s: %s %v", method, res.Status, res.Header)
		}
	}
	if res, _ := s.fetch("POST", "/s/"+l.Token); res.StatusCode != 405 {
		t.Errorf("POST: %s", res.Status)
	}
	for _, path := range []string{"/s/" + strings.Repeat("Z", 20), "/s/%3Cb%3E", "/s/a%2Fb", "/posters/" + strings.Repeat("Z", 20) + ".png", "/posters/" + l.Token, "/posters/%3Cb%3E.png", "/posters/.png", "/s/" + l.Token + ".png"} {
		res, body := s.fetch("GET", path)
		if res.StatusCode != 404 || body != "404 page not found\n" {
			t.Errorf("%s: %s %q", path, res.Status, body)
		}
	}
	s.Share.Register("nte", described{}.Describe) // gone
	for _, path := range []string{"/s/" + l.Token, "/posters/" + l.Token + ".png"} {
		if res, _ := s.fetch("GET", path); res.StatusCode != 404 {
			t.Errorf("%s, whose target is gone: %s", path, res.Status)
		}
	}
}

func TestALinkWithoutStorefront(t *testing.T) {
	c := settings(t)
	c.Listen = "0.0.0.0:9000"
	a := openOn(t, c)
	session := a.shopper("ming")
	off := false
	c.Storefront = &off // as it is in production: the handler reads it for each request
	a.Share.Register("nte", described{sharedNote: {Title: `<script>alert("茶")</script>`, MiniProgramPage: "pages/note/index"}}.Describe)
	l, err := a.Share.Link(t.Context(), session.shopperID, "H5", sharedNote)
	if err != nil {
		t.Fatal(err)
	}
	res, body := a.fetch("GET", "/s/"+l.Token)
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || res.Header.Get("Content-Security-Policy") == "" || strings.Contains(body, "<script>") ||
		!strings.Contains(body, `<img src="http://127.0.0.1:9000/posters/`+l.Token+`.png"`) {
		t.Errorf("%s %v\n%s", res.Status, res.Header, body)
	}
}

package demo

import (
	"bytes"
	"fmt"
	"image/png"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/kaituan/kaituan/internal/asset"
)

const picturesPath = "/demo/pictures/"

func picturePath(handle, suffix string) string { return picturesPath + handle + suffix + ".svg" }

// shotSuffix is "" for the first picture, then "-2", "-3".
func shotSuffix(shot int) string {
	if shot == 0 {
		return ""
	}
	return fmt.Sprintf("-%d", shot+1)
}

// skuSuffix names the picture of a SKU in its own colour.
func skuSuffix(i int) string { return fmt.Sprintf("-s%d", i+1) }

// frame is one picture that can be asked for.
type frame struct {
	handle string
	look   look
	shot   int
}

// frames are all pictures by path.
var frames = sync.OnceValue(func() map[string]frame {
	byPath := make(map[string]frame)
	for _, department := range departments() {
		for _, p := range department {
			for shot := range shots {
				byPath[picturePath(p.handle, shotSuffix(shot))] = frame{p.handle, p.look, shot}
			}
			for i, s := range p.skus {
				if hex := s.colour(); hex != "" {
					l := p.look
					l.a, _ = parseColour(hex) // the table's own colours, tested
					byPath[picturePath(p.handle, skuSuffix(i))] = frame{p.handle, l, 0}
				}
			}
		}
	}
	return byPath
})

// rasterSide is how wide and high, in pixels, a picture is that is asked for as .png.
const rasterSide = 600

// RasterURL is the address of one of the demo's pictures as PNG, for cards that show no vectors; any other address stays as it is.
func RasterURL(address string) string {
	if _, ok := frames()[address]; ok {
		return strings.TrimSuffix(address, ".svg") + ".png"
	}
	return address
}

// Pictures serves the products' pictures under /demo/pictures/, as SVG, or, for share cards, as PNG. They are drawn when asked for (some 20 µs, a PNG some
// 20 ms) and SVG scales to any size, so a query such as ?w= changes nothing.
func Pictures() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutSuffix(r.URL.Path, ".png"); ok {
			servePNG(w, r, name+".svg")
			return
		}
		f, ok := frames()[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		svg := picture(f.handle, f.look, f.shot)
		asset.Asset{ContentType: "image/svg+xml", CacheControl: "public, max-age=86400", Body: svg}.ServeHTTP(w, r)
	})
}

func servePNG(w http.ResponseWriter, r *http.Request, path string) {
	drawn, err := Raster(path, rasterSide)
	if drawn == nil && err == nil {
		http.NotFound(w, r)
		return
	}
	var body bytes.Buffer
	if err == nil {
		err = png.Encode(&body, drawn)
	}
	if err != nil {
		slog.ErrorContext(r.Context(), "a picture of the demo could not be drawn", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	asset.Asset{ContentType: "image/png", CacheControl: "public, max-age=86400", Body: body.Bytes()}.ServeHTTP(w, r)
}

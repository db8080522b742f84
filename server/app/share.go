package app

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"image"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/kaituan/kaituan/internal/asset"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/picture"
	"github.com/kaituan/kaituan/server/config"
	"github.com/kaituan/kaituan/server/demo"
)

// pictures are those that posters show: the demo's own are drawn, others are fetched from merchants.
type pictures struct {
	demo   bool
	remote *picture.Fetcher
}

func openPictures(c *config.Config) *pictures {
	return &pictures{demo: c.HasDemo(), remote: picture.NewFetcher(picture.Config{PlainHTTP: !c.Production()})}
}

// Picture implements share.Pictures.
func (p *pictures) Picture(ctx context.Context, address string) (image.Image, error) {
	if p.demo {
		if own, err := demo.Raster(address, picture.Side); own != nil || err != nil {
			return own, err
		}
	}
	return p.remote.Picture(ctx, address)
}

// onCards is where a share card finds a picture.
func (p *pictures) onCards(address string) string {
	if p.demo {
		return demo.RasterURL(address)
	}
	return address
}

// poster answers with a link's poster as PNG. Seats go by the minute, so it is kept for seconds only.
func (a *App) poster(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutSuffix(r.PathValue("file"), ".png")
	if !ok {
		http.NotFound(w, r)
		return
	}
	poster, err := a.Share.Poster(r.Context(), token)
	if err != nil {
		shareFailed(w, r, err)
		return
	}
	asset.Asset{ContentType: "image/png", CacheControl: "public, max-age=10", ETag: poster.ETag, Body: poster.PNG}.ServeHTTP(w, r)
}

// sharedLink leads who opens a link to its target: to the storefront where this server has one, else to a small page that shows the poster.
func (a *App) sharedLink(w http.ResponseWriter, r *http.Request) {
	link, err := a.Share.ByToken(r.Context(), r.PathValue("token"))
	if err == nil && link.Subject == nil {
		err = fault.Missing
	}
	if err != nil {
		shareFailed(w, r, err)
		return
	}
	w.Header().Set("Referrer-Policy", "same-origin")
	if a.Config.HasStorefront() {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, "/?share="+link.Token, http.StatusFound)
		return
	}
	var page bytes.Buffer
	if err := landing.Execute(&page, link); err != nil {
		shareFailed(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self' https: http:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	asset.Asset{ContentType: "text/html; charset=utf-8", CacheControl: "public, max-age=10", Body: page.Bytes()}.ServeHTTP(w, r)
}

// landing is where a link leads while its shop has no page in the browser.
var landing = template.Must(template.New("landing").Parse(`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<meta property="og:title" content="{{.Title}}"><meta property="og:image" content="{{.PosterURL}}"><meta property="og:url" content="{{.URL}}">
<style>body{margin:0;background:#fbf6f1;color:#2a2421;font:16px/1.6 system-ui,sans-serif;text-align:center}img{display:block;width:100%;height:auto;max-width:480px;margin:0 auto}p{padding:12px 16px}</style>
</head><body><img src="{{.PosterURL}}" width="750" height="1200" alt="{{.Title}}"><p>长按图片保存或转发，在小程序中打开。</p></body></html>
`))

// shareFailed answers without a word of what was asked for.
func shareFailed(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case errors.Is(err, fault.Missing):
		http.NotFound(w, r)
	case errors.Is(err, fault.Overloaded):
		w.Header().Set("Retry-After", strconv.Itoa(max(int(fault.Of(err).RetryAfter.Seconds()), 1)))
		http.Error(w, "busy", http.StatusServiceUnavailable)
	case r.Context().Err() != nil: // nobody reads the answer
	default:
		slog.ErrorContext(r.Context(), "what was shared could not be shown", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

// Package picture gets pictures from other people's servers, with care: their addresses were given by somebody else, and what answers may be anything.
package picture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

// Bounds of one picture.
const (
	maxBytes     = 4 << 20
	maxSide      = 4096
	maxRedirects = 3
	wait         = 3 * time.Second
	atOnce       = 8
)

// What is kept, and for how long; a failure is remembered, too, so that a dead server is not asked with every poster.
const (
	kept      = 32 << 20
	goodFor   = 10 * time.Minute
	failedFor = 30 * time.Second
)

// Config is what a Fetcher may do. The zero value is the strictest.
type Config struct {
	// PlainHTTP allows http:// besides https://; for development.
	PlainHTTP bool
	// Allow refuses addresses, after names were resolved and before anything is sent; nil: Public.
	Allow func(netip.AddrPort) error
}

// Fetcher gets pictures and keeps the newest in memory, at most 32 MB. It is safe for concurrent use.
type Fetcher struct {
	config Config
	client *http.Client
	known  *otter.Cache[string, result]
	flight singleflight.Group
	asking chan struct{} // at most so many servers at once
	decode chan struct{} // one at a time: a big picture takes a hundred megabytes
}

type result struct {
	picture *image.RGBA
	err     error
	until   time.Time
}

// NewFetcher returns a fetcher.
func NewFetcher(c Config) *Fetcher {
	if c.Allow == nil {
		c.Allow = Public
	}
	f := &Fetcher{config: c, asking: make(chan struct{}, atOnce), decode: make(chan struct{}, 1)}
	f.known = otter.Must(&otter.Options[string, result]{MaximumWeight: kept, Weigher: func(address string, r result) uint32 {
		n := 512 + len(address)
		if r.picture != nil {
			n += len(r.picture.Pix)
		}
		return uint32(n)
	}})
	transport := &http.Transport{
		Proxy:                  nil,  // a proxy would resolve names itself, past the check
		DisableKeepAlives:      true, // pictures are rare and kept; idle connections would only wait
		TLSHandshakeTimeout:    wait,
		MaxResponseHeaderBytes: 64 << 10,
	}
	dialer := &net.Dialer{Timeout: wait, Control: f.control}
	transport.DialContext = dialer.DialContext
	f.client = &http.Client{Transport: transport, CheckRedirect: func(r *http.Request, before []*http.Request) error {
		if len(before) > maxRedirects {
			return errors.New("picture: too many redirects")
		}
		return f.check(r.URL)
	}}
	return f
}

// control sees the address that is dialled, whatever its name resolved to a moment before.
func (f *Fetcher) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	return f.config.Allow(to)
}

func (f *Fetcher) check(u *url.URL) error {
	if u.Scheme != "https" && (u.Scheme != "http" || !f.config.PlainHTTP) || u.Hostname() == "" || u.User != nil {
		return errors.New("picture: not an address to get pictures from")
	}
	return nil
}

// Picture returns the picture at an absolute address, JPEG, PNG, WebP or a GIF's first frame, scaled down so that its shorter side has at most Side pixels.
// It takes three seconds at most. Every error means that there is none for now.
func (f *Fetcher) Picture(ctx context.Context, address string) (image.Image, error) {
	u, err := url.Parse(address)
	if err != nil || len(address) > 2048 {
		return nil, errors.New("picture: not an address")
	}
	if err := f.check(u); err != nil {
		return nil, err
	}
	if r, ok := f.known.GetIfPresent(address); ok && time.Now().Before(r.until) {
		return shown(r)
	}
	// Who asked first may hang up; the others still wait for it.
	flight := f.flight.DoChan(address, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
		defer cancel()
		r := result{until: time.Now().Add(goodFor)}
		if r.picture, r.err = f.get(ctx, u); r.err != nil {
			r.until = time.Now().Add(failedFor)
		}
		f.known.Set(address, r)
		return r, nil
	})
	select {
	case done := <-flight:
		return shown(done.Val.(result))
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func shown(r result) (image.Image, error) {
	if r.err != nil {
		return nil, r.err
	}
	return r.picture, nil
}

func (f *Fetcher) get(ctx context.Context, u *url.URL) (*image.RGBA, error) {
	body, err := f.ask(ctx, u)
	if err != nil {
		return nil, err
	}
	if err := take(ctx, f.decode); err != nil {
		return nil, err
	}
	defer func() { <-f.decode }()
	return decode(body)
}

// take waits for a place among those who work at once.
func take(ctx context.Context, places chan struct{}) error {
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("picture: wait for others: %w", ctx.Err())
	}
}

func (f *Fetcher) ask(ctx context.Context, u *url.URL) ([]byte, error) {
	if err := take(ctx, f.asking); err != nil {
		return nil, err
	}
	defer func() { <-f.asking }()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	request.Header.Set("Accept", "image/webp,image/png,image/jpeg,image/gif")
	response, err := f.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("picture: answered %d", response.StatusCode)
	}
	if response.ContentLength > maxBytes {
		return nil, fmt.Errorf("picture: %d bytes are too many", response.ContentLength)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	if len(body) > maxBytes {
		return nil, errors.New("picture: too many bytes")
	}
	return body, nil
}

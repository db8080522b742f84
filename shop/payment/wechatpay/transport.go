package wechatpay

import (
	"errors"
	"io"
	"net/http"
	"net/url"
)

// maxAnswer bounds what is read of one answer, in bytes; real ones have a few thousand. What is cut off no longer verifies.
const maxAnswer = 1 << 20

// transport sends the SDK's requests, whose host is fixed in the SDK, to base instead, and bounds the answers, which the SDK reads whole. A signature covers
// the path and not the host, so a redirected request still verifies; a proxy under a path prefix has to take the prefix off.
type transport struct {
	base *url.URL // nil: the SDK's own
	next http.RoundTripper
}

func newTransport(base string) (*transport, error) {
	t := &transport{next: http.DefaultTransport.(*http.Transport).Clone()}
	if base == "" {
		return t, nil
	}
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errors.New("wechatpay: the base URL is not an absolute http(s) URL")
	}
	t.base = u.JoinPath("/") // a path that ends with a slash, even where there is none, joins with the SDK's into one that starts with a slash
	return t, nil
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.base != nil {
		r = r.Clone(r.Context()) // a RoundTripper may not change its request
		target := t.base.JoinPath(r.URL.EscapedPath())
		target.RawQuery = r.URL.RawQuery
		r.URL, r.Host = target, target.Host
	}
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = bounded{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

type bounded struct {
	io.Reader
	io.Closer
}

// Package platform is sign-in by the mini-program platforms, each in its own protocol: WeChat's and Douyin's jscode2session and Alipay's
// alipay.system.oauth.token.
//
// No client library is used. Each protocol is one call with one answer, of which two fields are kept; the maintained libraries bring a whole platform with them
// (message servers, token caches, logging of requests), print the app secret in the URLs of their errors, and hand out the session_key. Here the session_key
// and Alipay's access token are not even decoded, and errors carry codes only, never a URL, a code or a platform's message.
package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/kaituan/kaituan/shop/identity"
)

const (
	// defaultTimeout bounds one exchange: a person looks at a spinner.
	defaultTimeout = 5 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes; real ones have a few hundred.
	maxAnswer = 64 << 10
	// maxCode bounds what a client may send as a code; real ones have some forty characters.
	maxCode = 512
)

// Error is a platform's answer that tells no person. It matches ErrPlatformCodeInvalid or ErrPlatformCodeUsed where the platform blames the code; otherwise the
// platform is busy, or our configuration is wrong, and the code may be tried again.
type Error struct {
	// Platform is "WeChat", "Douyin" or "Alipay"; Code is the platform's own.
	Platform, Code string

	meaning error
}

func (e *Error) Error() string { return e.Platform + " answered " + e.Code }

// Unwrap is what the answer says about the code, or nil.
func (e *Error) Unwrap() error { return e.meaning }

// caller makes the calls of one platform.
type caller struct {
	name    string
	url     string
	timeout time.Duration
	client  *http.Client
}

func newCaller(name, base, standard, path string, timeout time.Duration) (*caller, error) {
	if base == "" {
		base = standard
	}
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("platform: the base URL of %s is not an absolute http(s) URL", name)
	}
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	// A redirect would carry the secret somewhere else.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &caller{name: name, url: strings.TrimSuffix(u.String(), "/") + path, timeout: timeout, client: &http.Client{CheckRedirect: stay}}, nil
}

// call sends a request and decodes the answer into out.
func (c *caller) call(ctx context.Context, method, query, contentType, body string, out any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	target := c.url
	if query != "" {
		target += "?" + query
	}
	req, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask %s: the request cannot be made", c.name)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", c.name, withoutURL(err))
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("ask %s: %w", c.name, withoutURL(err))
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("ask %s: HTTP %d", c.name, resp.StatusCode)
	case len(raw) > maxAnswer:
		return fmt.Errorf("ask %s: the answer is too long", c.name)
	case json.Unmarshal(raw, out) != nil: // its error may quote the answer
		return fmt.Errorf("ask %s: the answer is not the JSON that was expected", c.name)
	}
	return nil
}

// withoutURL takes the URL off, where WeChat's protocol wants the app secret.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// check refuses what no platform gave out, without asking.
func check(code string) error {
	if code == "" || len(code) > maxCode {
		return identity.ErrPlatformCodeInvalid
	}
	return nil
}

// subject is a person, if the platform told one.
func (c *caller) subject(openID, unionID string) (identity.Subject, error) {
	if openID == "" {
		return identity.Subject{}, fmt.Errorf("ask %s: the answer names nobody", c.name)
	}
	return identity.Subject{OpenID: openID, UnionID: unionID}, nil
}

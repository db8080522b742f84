package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/kaituan/kaituan/internal/internet"
)

// Bounds of one attempt.
const (
	attemptTime = 15 * time.Second // all in all
	maxAnswer   = 64 << 10         // bytes of an answer's body that are read; a longer one is a failure
	maxURL      = 1024             // bytes
)

// checkURL returns why no endpoint may have this address: it must be https, on port 443 or one from 1024 on, without a user and a fragment, and if it names an
// address, that must be public. private allows http, any port and any address.
func checkURL(address string, private bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || len(address) > maxURL || u.Hostname() == "" || u.Opaque != "":
		return errURL
	case u.Scheme != "https" && !(private && u.Scheme == "http"):
		return errNotHTTPS
	case u.User != nil || u.Fragment != "" || u.RawFragment != "":
		return errURLParts
	}
	port := 443
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil || port < 1 || port > 65535 {
			return errURL
		}
	}
	if private {
		return nil
	}
	if port != 443 && port < 1024 {
		return errPort
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && internet.Check(addr) != nil {
		return errNotPublic
	}
	return nil
}

var errPrivateAddress = errors.New("webhook: the address is not public")

// newClient makes the client that sends. It follows no redirect, asks no proxy, and looks at the address that is dialled, whatever the name resolved to before.
func newClient(private bool) *http.Client { return clientOver(&net.Dialer{}, private) }

func clientOver(dialer *net.Dialer, private bool) *http.Client {
	dialer.Timeout = attemptTime
	if !private {
		dialer.ControlContext = publicOnly
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:       nil, // a proxy would resolve names itself, past the check
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableCompression: true,
			TLSHandshakeTimeout: attemptTime, MaxResponseHeaderBytes: maxAnswer, MaxIdleConns: 256, MaxIdleConnsPerHost: lanes, IdleConnTimeout: 30 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       attemptTime,
	}
}

// publicOnly sees each address just before it is dialled.
func publicOnly(_ context.Context, network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err == nil {
		err = internet.Check(to.Addr())
	}
	if err == nil && network != "tcp4" && network != "tcp6" {
		err = fmt.Errorf("network %s", network)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errPrivateAddress, err)
	}
	return nil
}

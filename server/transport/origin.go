package transport

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// overloadedWait is when a client that found the server overloaded may come back.
const overloadedWait = time.Second

// secure sets what holds for every answer; allowCache may relax the first later.
func secure(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Add("Vary", "Accept, Accept-Language, Authorization, Origin")
}

// allowOrigin lets a listed web page read the answer. Credentials are never allowed: a session is a header that the page sets itself, so a page that is not
// listed can send nothing in somebody's name.
func (s *Server) allowOrigin(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" && s.listed(origin) {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Expose-Headers", "X-Trace-Id, Retry-After")
	}
}

// preflight answers OPTIONS; a page that is not listed learns nothing from it, and its browser stops there.
func (s *Server) preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Allow", allowed)
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Accept, Accept-Language, Authorization, Content-Type, Traceparent, Tracestate")
		h.Set("Access-Control-Max-Age", "600")
	}
	w.WriteHeader(http.StatusNoContent)
}

// listed reports whether origin is on the list, or in development on this machine.
func (s *Server) listed(origin string) bool {
	if slices.Contains(s.cfg.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	if !s.cfg.Development || err != nil {
		return false
	}
	host := u.Hostname()
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "127.0.0.1" || host == "::1"
}

// mayOpenSocket reports whether a page may open one: browsers send no preflight for sockets, so the server has to look. Programs send no Origin.
func (s *Server) mayOpenSocket(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || s.listed(origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

package transport

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// clientIP returns the caller's address, or "" when the peer has none (a unix socket). X-Forwarded-For is read from the right and only past trusted
// proxies, because everything left of the first untrusted address may be the caller's own invention.
func clientIP(r *http.Request, trusted []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	at = at.Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !within(at, trusted) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		at = next.Unmap().WithZone("")
	}
	return at.String()
}

func within(addr netip.Addr, nets []netip.Prefix) bool {
	return slices.ContainsFunc(nets, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// locale returns "zh-CN" when Accept-Language likes a Chinese better than English, else "en". Only the first ten entries count.
func locale(accept string) string {
	best, bestQ := "en", 0.0
	for i, entry := range strings.Split(accept, ",") {
		if i == 10 {
			break
		}
		tag, q := weighted(entry)
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if q <= bestQ {
			continue
		}
		switch primary {
		case "zh":
			best, bestQ = "zh-CN", q
		case "en":
			best, bestQ = "en", q
		}
	}
	return best
}

// weighted splits one entry of an Accept header into what stands before its parameters and its q, which is 1 when absent and 0 when unreadable.
func weighted(entry string) (value string, q float64) {
	value, params, _ := strings.Cut(entry, ";")
	q = 1
	for param := range strings.SplitSeq(params, ";") {
		name, weight, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		var err error
		if q, err = strconv.ParseFloat(strings.TrimSpace(weight), 64); err != nil || !(q >= 0 && q <= 1) {
			q = 0
		}
	}
	return strings.TrimSpace(value), q
}

package identity

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// Text messages that one network may ask for: a burst, then one each senderEvery. Behind one address of a mobile network sit many people.
const (
	senderBurst = 20
	senderEvery = 15 * time.Second
	senderKeys  = 20_000
)

// rates bounds text messages per network, in this process's memory; the limit per phone is in the database.
type rates struct {
	byNetwork *otter.Cache[string, *rate.Limiter]
}

func newRates() *rates { return &rates{byNetwork: bounded[string, *rate.Limiter](senderKeys)} }

// take counts one message and returns how long to wait when there are too many, else zero.
func (r *rates) take(ip string, now time.Time) time.Duration {
	if ip == "" {
		return 0
	}
	limiter, _ := r.byNetwork.ComputeIfAbsent(network(ip), func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Every(senderEvery), senderBurst), false
	})
	if limiter.AllowN(now, 1) {
		return 0
	}
	missing := max(1-limiter.TokensAt(now), 0)
	return max(time.Duration(missing*float64(senderEvery)), time.Second)
}

// network is an IPv4 address, or the /64 that one owner of IPv6 addresses has.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil || addr.Unmap().Is4() {
		return ip
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}

// bounded returns a cache of at most so many entries that starts no goroutine: upkeep runs in the caller.
func bounded[K comparable, V any](entries int) *otter.Cache[K, V] {
	return otter.Must(&otter.Options[K, V]{MaximumSize: entries, Executor: func(upkeep func()) { upkeep() }})
}

// Package pace bounds how often one caller may do something, in this process's memory.
package pace

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// Pace lets every caller do something burst times at once, and once more with each time that passes. It is safe for concurrent use.
type Pace struct {
	every time.Duration
	burst int
	byKey *otter.Cache[string, *rate.Limiter]
}

// New returns a pace that remembers so many callers; one who was driven out begins anew. It starts no goroutine: upkeep runs in the caller.
func New(every time.Duration, burst, callers int) *Pace {
	return &Pace{every: every, burst: burst, byKey: otter.Must(&otter.Options[string, *rate.Limiter]{
		MaximumSize: callers, Executor: func(upkeep func()) { upkeep() },
	})}
}

// Take counts one by the caller and returns how long he has to wait, at least a second, when there were too many; else zero.
func (p *Pace) Take(caller string, now time.Time) time.Duration {
	limiter, _ := p.byKey.ComputeIfAbsent(caller, func() (*rate.Limiter, bool) { return rate.NewLimiter(rate.Every(p.every), p.burst), false })
	if limiter.AllowN(now, 1) {
		return 0
	}
	missing := max(1-limiter.TokensAt(now), 0) // a reservation would take what others wait for
	return max(time.Duration(missing*float64(p.every)), time.Second)
}

// Network is what an address counts as: itself, or in IPv6 its /64, which one subscriber has for himself. What is no address stays as it is.
func Network(ip string) string {
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

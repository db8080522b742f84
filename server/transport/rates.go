package transport

import (
	"math"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/viewer"
)

// rateKeys bounds how many callers of a kind have a bucket, some 20 MB in all. Somebody with more addresses than that drives out his own: the cache keeps
// whom it sees often, and who was driven out starts with a full bucket.
const rateKeys = 100_000

// rates bounds how often callers may send an operation.
type rates struct {
	ips, shoppers, partners *buckets
}

func newRates(r Rates) *rates {
	return &rates{ips: newBuckets(r.PerIP), shoppers: newBuckets(r.PerShopper), partners: newBuckets(r.PerPartner)}
}

// take counts one operation of v's; the RATE_LIMITED that it returns says when to come back.
func (r *rates) take(v *viewer.Viewer) *fault.Error {
	switch {
	case v.Problem != nil:
		return r.ips.take(pace.Network(v.ClientIP))
	case v.PartnerID != "":
		return r.partners.take(v.PartnerID)
	case v.ShopperID != "":
		return r.shoppers.take(v.ShopperID)
	default:
		return r.ips.take(pace.Network(v.ClientIP))
	}
}

type buckets struct {
	rate  Rate
	byKey *otter.Cache[string, *rate.Limiter]
}

// newBuckets returns nil, which bounds nothing, for the zero Rate.
func newBuckets(r Rate) *buckets {
	if r == (Rate{}) {
		return nil
	}
	return &buckets{rate: r, byKey: bounded[string, *rate.Limiter](rateKeys)}
}

func (b *buckets) take(key string) *fault.Error {
	if b == nil {
		return nil
	}
	limiter, _ := b.byKey.ComputeIfAbsent(key, func() (*rate.Limiter, bool) {
		return rate.NewLimiter(rate.Limit(b.rate.PerSecond), b.rate.Burst), false
	})
	if limiter.Allow() {
		return nil
	}
	// The wait is until one whole token is there; asking the limiter for a reservation would take the token that others wait for.
	missing := max(1-limiter.Tokens(), 0)
	wait := time.Minute
	if b.rate.PerSecond > 0 {
		wait = time.Duration(math.Min(missing/b.rate.PerSecond, time.Minute.Seconds()) * float64(time.Second))
	}
	return fault.RateLimited.WithRetryAfter(max(wait, time.Millisecond))
}

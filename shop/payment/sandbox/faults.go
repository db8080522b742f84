package sandbox

import (
	"context"
	"errors"
	"time"
)

// Faults is what goes wrong, for tests. The zero value, which is the default, is an honest and instant provider.
type Faults struct {
	// RefundsLost is how many of the next refunds never arrive; RefundsUnanswered how many of those after them are done, but the answer is lost. Both are an
	// unknown outcome for the caller.
	RefundsLost, RefundsUnanswered int
	// RefundsRefused is how many refunds after those are refused for good.
	RefundsRefused int
	// RefundDelay is how long a refund is PROCESSING, by the sandbox's clock.
	RefundDelay time.Duration
	// PayoutsLost, PayoutsUnanswered, PayoutsRefused and PayoutDelay are the same of payouts. PayoutsFailing is how many payouts after those are taken, and fail
	// when their delay is over.
	PayoutsLost, PayoutsUnanswered, PayoutsRefused, PayoutsFailing int
	PayoutDelay                                                    time.Duration
	// Latency is how long each call takes, by the machine's.
	Latency time.Duration
}

// SetFaults replaces what is planned.
func (p *Provider) SetFaults(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
}

var errNoAnswer = errors.New("sandbox: no answer, as planned")

type fate int

const (
	honest fate = iota
	lost
	unanswered
	refused
	failing
)

// planned is how many of the next calls have a fate.
type planned struct {
	left *int
	fate fate
}

// next takes the fate of one call off a plan. The caller holds p.mu.
func next(plan ...planned) fate {
	for _, planned := range plan {
		if *planned.left > 0 {
			*planned.left--
			return planned.fate
		}
	}
	return honest
}

// nextRefund takes the fate of one refund off the plan.
func (p *Provider) nextRefund() (fate, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := &p.faults
	return next(planned{&f.RefundsLost, lost}, planned{&f.RefundsUnanswered, unanswered}, planned{&f.RefundsRefused, refused}), f.RefundDelay
}

// nextPayout takes the fate of one payout off the plan.
func (p *Provider) nextPayout() (fate, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := &p.faults
	return next(planned{&f.PayoutsLost, lost}, planned{&f.PayoutsUnanswered, unanswered}, planned{&f.PayoutsRefused, refused},
		planned{&f.PayoutsFailing, failing}), f.PayoutDelay
}

// travel is the way to the provider: it takes Faults.Latency, or ends with ctx.
func (p *Provider) travel(ctx context.Context) error {
	p.mu.Lock()
	latency := p.faults.Latency
	p.mu.Unlock()
	if latency <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(latency):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

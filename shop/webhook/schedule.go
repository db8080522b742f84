package webhook

import (
	"math/rand/v2"
	"time"
)

// retries are the pauses after failed attempts, each a tenth shorter to a tenth longer: thirteen attempts in about three days.
var retries = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 24 * time.Hour,
}

// patience is for how long an endpoint may fail every attempt before what has waited as long is given up without one: longer than thirteen attempts take, so that it
// cuts none of them short.
const patience = 84 * time.Hour

// retryAfter is the pause after so many attempts have failed, at least 1; false: it is given up. draw is within [0, 1).
func retryAfter(failed int, draw float64) (time.Duration, bool) {
	if failed > len(retries) {
		return 0, false
	}
	return time.Duration(float64(retries[failed-1]) * (0.9 + 0.2*draw)), true
}

// slowedFor is for how long an endpoint is left alone after so many attempts in a row have failed: not at all up to three, then a second, doubled each time, at most
// five minutes. So one event that it cannot take holds nothing up.
func slowedFor(failures int) time.Duration {
	if failures < lanes {
		return 0
	}
	return min(time.Second<<min(failures-lanes, 10), 5*time.Minute)
}

func jitter() float64 { return rand.Float64() }

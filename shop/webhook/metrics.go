package webhook

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// measures count attempts. How long the queue is, the metrics of deadlines say (kind webhook.send).
type measures struct {
	attempts *prometheus.CounterVec
	took     prometheus.Histogram
}

func newMeasures(into prometheus.Registerer) measures {
	m := measures{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kaituan_webhook_attempts_total", Help: "Attempts to deliver an event: DELIVERED, RETRY, FAILED (given up), GONE (the receiver wants no more).",
		}, []string{"outcome"}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kaituan_webhook_attempt_seconds", Help: "How long receivers took to answer, or to let an attempt fail.", Buckets: []float64{.01, .03, .1, .3, 1, 3, 10, 15},
		}),
	}
	if into != nil {
		into.MustRegister(m.attempts, m.took)
	}
	return m
}

func (m measures) attempt(outcome string, took time.Duration) {
	m.attempts.WithLabelValues(outcome).Inc()
	m.took.Observe(took.Seconds())
}

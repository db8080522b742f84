package transport

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// metrics never carry what a client sent: codes, kinds of operation and "http", "socket" or "events" are all their labels.
type metrics struct {
	requests   *prometheus.CounterVec   // by, code: "OK" or the first error's
	duration   *prometheus.HistogramVec // operation: "query" or "mutation"
	inFlight   prometheus.Gauge
	sockets    prometheus.Gauge
	operations prometheus.Gauge
	closes     *prometheus.CounterVec // code: the close code that the server sent
	executions *prometheus.CounterVec // field: the subscription's
	deliveries prometheus.Counter
	compressed prometheus.Counter
	foreign    prometheus.Counter
}

const (
	byHTTP   = "http"
	bySocket = "socket"
	byEvents = "events"
)

// newMetrics registers with r, or with nobody when r is nil.
func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kaituan_graphql_requests_total", Help: "Operations answered, by way in and by the first error's code.",
		}, []string{"by", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kaituan_graphql_duration_seconds", Help: "Time to execute a query or mutation, without reading and writing it.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30},
		}, []string{"operation"}),
		inFlight:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "kaituan_graphql_in_flight", Help: "Operations that execute now."}),
		sockets:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "kaituan_graphql_sockets", Help: "Open websockets."}),
		operations: prometheus.NewGauge(prometheus.GaugeOpts{Name: "kaituan_graphql_socket_operations", Help: "Open operations on websockets."}),
		closes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kaituan_graphql_socket_closes_total", Help: "Websockets that the server closed, by close code.",
		}, []string{"code"}),
		executions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kaituan_graphql_subscription_executions_total", Help: "Events executed, by subscription field; one that is shared counts once for all who are sent it.",
		}, []string{"field"}),
		deliveries: prometheus.NewCounter(prometheus.CounterOpts{Name: "kaituan_graphql_subscription_deliveries_total", Help: "Events sent to subscribers."}),
		compressed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kaituan_graphql_subscription_compressed_total", Help: "Events compressed; one that is shared counts once for all who are sent it so.",
		}),
		foreign: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kaituan_graphql_foreign_documents_total", Help: "Documents that came as text, were no partner's, and are in no manifest.",
		}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.requests, m.duration, m.inFlight, m.sockets, m.operations, m.closes, m.executions, m.deliveries, m.compressed, m.foreign} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// answered counts an operation by what came of it.
func (m *metrics) answered(by string, errs gqlerror.List) {
	code := "OK"
	if len(errs) > 0 {
		code, _ = errs[0].Extensions["code"].(string)
	}
	m.requests.WithLabelValues(by, code).Inc()
}

func (m *metrics) took(kind ast.Operation, d time.Duration) {
	m.duration.WithLabelValues(string(kind)).Observe(d.Seconds())
}

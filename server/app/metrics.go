package app

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/shop/order"
)

const (
	backlogFor  = 5 * time.Second // how old what a scrape shows may be, however often it is asked for
	backlogTime = 2 * time.Second // how long the database may take
)

// backlog shows at each scrape what the workers have before them. When the database does not answer in time, the scrape goes without.
type backlog struct {
	app   *App
	kinds []string

	mu    sync.Mutex
	read  time.Time
	known *backlogged
}

// backlogged is one reading; its counts end at 10,000.
type backlogged struct {
	overdue map[string]deadline.Backlog
	facts   int
	refunds map[order.RefundState]int
}

var (
	overdueDesc = prometheus.NewDesc("kaituan_deadlines_overdue", "Deadlines that are due and not done, at most 10,000.", []string{"kind"}, nil)
	oldestDesc  = prometheus.NewDesc("kaituan_deadlines_oldest_seconds", "For how long the first of them has been due, since its last try.", []string{"kind"}, nil)
	factsDesc   = prometheus.NewDesc("kaituan_facts_pending", "Facts that some consumer has not had yet, at most 10,000.", nil, nil)
	refundsDesc = prometheus.NewDesc("kaituan_refunds_open", "Refunds whose money is under way; FAILED: the provider refused, and it is tried again.", []string{"state"}, nil)
)

func (a *App) backlog() *backlog {
	b := &backlog{app: a}
	for _, pool := range a.pools() {
		for kind := range pool.Handlers {
			b.kinds = append(b.kinds, kind)
		}
	}
	slices.Sort(b.kinds)
	return b
}

// Describe implements prometheus.Collector.
func (b *backlog) Describe(into chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{overdueDesc, oldestDesc, factsDesc, refundsDesc} {
		into <- desc
	}
}

// Collect implements prometheus.Collector.
func (b *backlog) Collect(into chan<- prometheus.Metric) {
	now := b.latest()
	if now == nil {
		return
	}
	show := func(desc *prometheus.Desc, value float64, labels ...string) {
		into <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	for kind, its := range now.overdue {
		show(overdueDesc, float64(its.Count), kind)
		show(oldestDesc, its.Oldest.Seconds(), kind)
	}
	show(factsDesc, float64(now.facts))
	for state, n := range now.refunds {
		show(refundsDesc, float64(n), string(state))
	}
}

// latest reads the backlog unless it has lately, also in vain; nil: it is not known. One scrape reads while the others wait.
func (b *backlog) latest() *backlogged {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.read.IsZero() && time.Since(b.read) < backlogFor {
		return b.known
	}
	ctx, cancel := context.WithTimeout(context.Background(), backlogTime)
	defer cancel()
	known, err := b.app.readBacklog(ctx, b.kinds)
	if err != nil {
		slog.Warn("metrics go without the workers' backlog", "error", err)
	}
	b.read, b.known = time.Now(), known
	return known
}

// readBacklog takes four statements.
func (a *App) readBacklog(ctx context.Context, kinds []string) (*backlogged, error) {
	overdue, err := a.deadlines.Overdue(ctx, kinds, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	facts, err := a.outbox.Pending(ctx)
	if err != nil {
		return nil, err
	}
	refunds, err := a.Order.RefundsOpen(ctx)
	if err != nil {
		return nil, err
	}
	return &backlogged{overdue: overdue, facts: facts, refunds: refunds}, nil
}

// statements shows how many SQL statements of a kind this process has run.
func statements(kind string, count func() int64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "kaituan_sql_statements_total", Help: "SQL statements that were run, SELECTs (read) and others (write).",
		ConstLabels: prometheus.Labels{"kind": kind},
	}, func() float64 { return float64(count()) })
}
